"""What is taken away: every column filled, and nothing that a spreadsheet would run."""

import csv
import io
import json
from importlib.resources import files
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.api.rows import ARTICLE_COLUMNS, CLAIM_COLUMNS, RISKY, article_line, claim_line, csv_lines
from services.common.messages import AsOf, Attribution, Claim, Entity
from services.indexer.document import claim_documents, document
from tests.builders import a_tagged_article

CLAIM = Claim(
    id="c1", text="12,000 troops", start=0, end=13, sentence="12,000 troops, he said.", low=12000, high=None,
    qualifier="at_least", category="personnel", item="troops", unit="troop", action="send",
    actor="country/north-korea", place="place/kursk-oblast",
    attributed_to=Attribution(text="Kirby", entity="person/john-kirby", via="Northwire"),
    as_of=AsOf(**{"from": "2024-10-01", "to": "2024-10-25"}),
)  # fmt: skip
TAGGED = a_tagged_article(
    entities=(Entity(id="country/north-korea", type="country", name="North Korea"),),
    claims=(CLAIM,),
    authors=("A", "B"),
    description="What was counted",
)
ARTICLE: dict[str, Any] = document(TAGGED, "s" * 32)
[STATED] = claim_documents(TAGGED, "s" * 32)


def read(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode(), newline="")))


@pytest.mark.parametrize(("columns", "row"), [(ARTICLE_COLUMNS, ARTICLE), (CLAIM_COLUMNS, STATED)])
def test_every_column_is_filled(columns: Any, row: dict[str, Any]) -> None:
    [cells] = read(csv_lines([[column(row) for column in columns.values()]]))
    told = dict(zip(columns, cells, strict=True))
    assert [name for name, cell in told.items() if not cell] in ([], ["high"])


def test_what_a_figure_says_in_a_spreadsheet() -> None:
    [cells] = read(csv_lines([[column(STATED) for column in CLAIM_COLUMNS.values()]]))
    told = dict(zip(CLAIM_COLUMNS, cells, strict=True))
    assert (told["low"], told["high"], told["unit"], told["speaker"]) == ("12000", "", "troop", "Kirby")
    assert (told["as_of_from"], told["as_of_to"], told["implicit"]) == ("2024-10-01", "2024-10-25", "false")
    assert told["article"] == TAGGED.article.id


def test_a_row_lacks_what_an_article_lacks() -> None:
    bare = document(a_tagged_article(published_at=None), "s" * 32)
    [cells] = read(csv_lines([[column(bare) for column in ARTICLE_COLUMNS.values()]]))
    told = dict(zip(ARTICLE_COLUMNS, cells, strict=True))
    assert (told["published_at"], told["authors"], told["figures"]) == ("", "", "0")


@pytest.mark.parametrize("start", RISKY)
def test_no_text_is_a_formula(start: str) -> None:
    [[cell]] = read(csv_lines([[f"{start}HYPERLINK(1)"]]))
    assert cell.startswith("'")


@pytest.mark.parametrize(
    ("cell", "written"), [(-5.0, "-5"), (-0.5, "-0.5"), (12000.0, "12000"), (None, ""), (True, "true")]
)
def test_numbers_stay_numbers(cell: Any, written: str) -> None:
    assert read(csv_lines([[cell, "x"]])) == [[written, "x"]]


@given(st.lists(st.lists(st.text(), min_size=2, max_size=4), min_size=1))
def test_every_text_comes_back_or_is_made_safe(rows: list[list[str]]) -> None:
    for given_row, row in zip(rows, read(csv_lines(rows)), strict=True):
        for text, cell in zip(given_row, row, strict=True):
            kept = text.replace("\x00", "")
            assert cell == (f"'{kept}" if kept.startswith(RISKY) else kept).encode("utf-8", "replace").decode()
            assert not cell.startswith(RISKY)


def test_lines_of_json_hold_everything() -> None:
    article = json.loads(article_line(ARTICLE))
    assert article["text"] == TAGGED.article.text
    assert article["entities"][0]["id"] == "country/north-korea"
    assert article["claims"][0]["low"] == 12000
    assert article["story"] == "s" * 32
    claim = json.loads(claim_line(STATED))
    assert (claim["low"], claim["article"]["url"]) == (12000, TAGGED.article.url)
    examples = json.loads(files("services.api").joinpath("examples.json").read_text("utf-8"))
    assert claim.keys() == examples["claims"]["items"][0].keys()
