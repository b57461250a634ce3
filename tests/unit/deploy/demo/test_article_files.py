"""An article file is taken whole or refused with a sentence that says where it is wrong."""

from pathlib import Path

import pytest

from deploy.demo.article_files import ArticleFileError, load_articles, parse_article
from deploy.demo.articles import Block

GOOD = """---
outlet: northwire
slug: guns-on-flatcars
title: Guns seen on flatcars
authors: [Marta Ellingsen]
published: 2024-11-16T09:30:00Z
---
The first paragraph, over
two lines.

## A subhead

> Set apart,
> in two lines.
"""


def with_line(old: str, new: str) -> str:
    assert old in GOOD
    return GOOD.replace(old, new)


def test_a_good_file_is_read() -> None:
    article = parse_article(GOOD, "guns.md")
    assert article.blocks == (
        Block("paragraph", "The first paragraph, over two lines."),
        Block("subhead", "A subhead"),
        Block("quote", "Set apart, in two lines."),
    )
    assert article.summary == "The first paragraph, over two lines."
    assert article.path == "/2024/11/16/guns-on-flatcars"


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("", "guns.md, line 1: the file must begin with"),
        (with_line("---\noutlet", "outlet"), "guns.md, line 1: the file must begin with"),
        ("---\noutlet: northwire\n", "guns.md: the front matter has no end"),
        ("---\n---\nText\n", "guns.md, line 2: the front matter must be lines such as"),
        (with_line("northwire", "northwind"), "guns.md, line 2, field outlet: is none of northwire, kyiv-ledger"),
        (with_line("guns-on-flatcars", "Guns on flatcars"), "guns.md, line 3, field slug: String should match"),
        (with_line("title: Guns seen", "title: Guns: seen"), "guns.md, line 4: the front matter is no YAML"),
        (with_line("title: Guns seen on flatcars", "title:"), "guns.md, line 4, field title: Input should be"),
        (with_line("title: Guns seen on flatcars\n", ""), "guns.md, line 1, field title: is missing"),
        (with_line("[Marta Ellingsen]", "[]"), "guns.md, line 5, field authors: "),
        (with_line("authors: [", "authors:\n  - ok\n  - {a: "), "guns.md, line 7: the front matter is no YAML"),
        (with_line("[Marta Ellingsen]", "[Marta Ellingsen, 7]"), "guns.md, line 5, field authors.1: Input should be"),
        (with_line("2024-11-16T09:30:00Z", "2024-11-16T09:30:00"), "guns.md, line 6, field published: "),
        (
            with_line("09:30:00Z", "09:30:00+02:00"),
            "guns.md, line 6, field published: must be in UTC, such as 2024-11-16T09:30:00Z",
        ),
        (with_line("2024-11-16T", "2024-13-46T"), "guns.md: the front matter has an impossible value"),
        (with_line("Z\n---", "Z\nauthor: X\n---"), "guns.md, line 7, field author: is not a known field; known are"),
        (with_line("Z\n---", "Z\nslug: twice\n---"), "guns.md, line 7, field slug: is there twice"),
        (
            with_line("Z\n---", "Z\nappears_after_seconds: -5\n---"),
            "guns.md, line 7, field appears_after_seconds: Input should be greater",
        ),
        (
            with_line("Z\n---", "Z\nedited:\n  after_seconds: 60\n  at: soon\n  replace: [{old: a, new: b}]\n---"),
            "guns.md, line 9, field edited.at: ",
        ),
        (
            with_line("Z\n---", "Z\nimage: {file: none.svg, alt: a, caption: b, credit: c}\n---"),
            "guns.md, line 7, field image.file: names no file in demo/images/",
        ),
        (GOOD[: GOOD.index("The first")], "guns.md, line 7: there is no paragraph below the front matter"),
        (with_line("## A subhead", "# A heading"), "guns.md, line 11: only paragraphs, subheads"),
        (with_line("## A subhead", "- an item"), "guns.md, line 11: only paragraphs, subheads"),
        (with_line("## A subhead", "<b>bold</b>"), "guns.md, line 11: only paragraphs, subheads"),
        (with_line("## A subhead\n", "## A subhead"), "guns.md, line 12: leave an empty line after the subhead"),
        (
            with_line("Z\n---", "Z\ntext_of: other.md\n---"),
            "guns.md, line 9: an article with text_of takes its text from other.md",
        ),
    ],
)
def test_a_wrong_file_is_refused_with_its_place(content: str, sentence: str) -> None:
    with pytest.raises(ArticleFileError) as refusal:
        parse_article(content, "guns.md")
    assert sentence in str(refusal.value)


def test_every_wrong_field_is_named_at_once() -> None:
    content = with_line("northwire", "nowhere").replace("title: Guns seen on flatcars\n", "")
    with pytest.raises(ArticleFileError) as refusal:
        parse_article(content, "guns.md")
    assert len(str(refusal.value).splitlines()) == 2


EDIT = "edited:\n  after_seconds: {after}\n  at: {at}\n  replace:\n    - {{old: {old}, new: x}}\n---"


def with_edit(after: int = 60, at: str = "2024-11-16T10:00:00Z", old: str = "first paragraph") -> str:
    return GOOD.replace("Z\n---", "Z\n" + EDIT.format(after=after, at=at, old=old))


@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        ({}, "there is no article (*.md) in this folder"),
        ({"a.md": GOOD, "b.md": GOOD}, "b.md, field slug: 'guns-on-flatcars' is already used by a.md"),
        (
            {"a.md": GOOD[: GOOD.index("The first")].replace("Z\n---", "Z\ntext_of: b.md\n---")},
            "a.md, field text_of: b.md is not the file of an article",
        ),
        ({"a.md": with_edit(after=0)}, "a.md, field edited.after_seconds: must be later than appears_after_seconds"),
        ({"a.md": with_edit(at="2024-11-16T09:30:00Z")}, "a.md, field edited.at: must be later than published"),
        ({"a.md": with_edit(old="seventy")}, "a.md, field edited.replace.0.old: 'seventy' is nowhere in the title"),
    ],
)
def test_files_at_odds_are_refused(tmp_path: Path, files: dict[str, str], sentence: str) -> None:
    for name, content in files.items():
        (tmp_path / name).write_text(content, "utf-8")
    with pytest.raises(ArticleFileError) as refusal:
        load_articles(tmp_path)
    assert sentence in str(refusal.value)


def test_a_file_in_another_encoding_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_bytes("---\ntitle: Łódź".encode("utf-16"))
    with pytest.raises(ArticleFileError, match=r"a\.md: the file is not UTF-8"):
        load_articles(tmp_path)


def test_an_edit_that_fits_is_taken(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(with_edit(), "utf-8")
    [article] = load_articles(tmp_path)
    assert article.front.edited is not None
