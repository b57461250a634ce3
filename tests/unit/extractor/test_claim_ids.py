"""A figure's id stays while its sentence does, whatever is written, cut or edited around it."""

import os
import subprocess
import sys

from hypothesis import given, settings
from hypothesis import strategies as st

from services.extractor import tag

ARTICLE = "c" * 32
SENTENCES = (
    "North Korea sent 50 howitzers to Kursk Oblast.",
    "At least 3,000 soldiers arrived in Russia in October.",
    "“We destroyed 14 tanks,” Kyrylo Budanov told CNN.",
    "Germany pledged €1.5 billion in military aid.",
    "Russian shelling killed five people and wounded seven others in Kherson.",
    "Some 30 percent of the houses in Vovchansk are gone.",
    "Ukraine shot down 45 drones and 12 missiles.",
    "The front runs for 1,000 kilometres.",
)
EDITS = (
    "Nothing was heard of it since.",
    "Poland will send 14 jets, Donald Tusk said.",
    "More than 2 million people fled.",
    "The weather was bad.",
    "One soldier died; dozens were hurt.",
)
LINES = st.lists(st.tuples(st.sampled_from(SENTENCES), st.integers(0, 9)), unique_by=lambda pair: pair[0], max_size=6)
OTHERS = st.lists(st.tuples(st.sampled_from(EDITS), st.integers(0, 9)), unique_by=lambda pair: pair[0], max_size=4)


def ids_by_sentence(lines: list[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for claim in tag("\n".join(lines), article_id=ARTICLE).claims:
        found.setdefault(claim.sentence, []).append(claim.id)
    return found


@settings(max_examples=25)
@given(LINES, OTHERS, OTHERS)
def test_ids_stay_when_other_sentences_are_edited(
    kept: list[tuple[str, int]], before: list[tuple[str, int]], after: list[tuple[str, int]]
) -> None:
    first = [line for line, _ in sorted([*kept, *before], key=lambda pair: pair[1])]
    second = [line for line, _ in sorted([*kept, *after], key=lambda pair: pair[1])]
    old, new = ids_by_sentence(first), ids_by_sentence(second)
    for sentence, _ in kept:
        assert old.get(sentence, []) == new.get(sentence, [])
        assert old.get(sentence), sentence


@settings(max_examples=15)
@given(st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=6))
def test_every_figure_has_an_id_of_its_own_and_the_same_again(lines: list[str]) -> None:
    text = "\n".join(lines)
    once, again = tag(text, article_id=ARTICLE).claims, tag(text, article_id=ARTICLE).claims
    assert once == again
    assert len({claim.id for claim in once}) == len(once)


def test_another_process_gives_the_same_answer() -> None:
    text = "\n".join(SENTENCES)
    here = "\n".join(one.model_dump_json() for one in (*tag(text).entities, *tag(text).claims))
    code = "import sys; from services.extractor import tag; t = tag(sys.stdin.read()); print(*(one.model_dump_json() for one in (*t.entities, *t.claims)), sep='\\n')"
    environment = {**os.environ, "PYTHONHASHSEED": "4", "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run(
        [sys.executable, "-c", code], input=text, capture_output=True, text=True, env=environment, check=True
    )
    assert done.stdout.strip() == here
