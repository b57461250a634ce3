"""sources.yaml: what is read from it, and the exact sentence for each thing that can be wrong with it."""

import re
from datetime import timedelta
from pathlib import Path
from textwrap import dedent

import pytest

from services.common.errors import ConfigurationError
from services.fetcher.adding import add_source, domain_of, id_from, with_sources
from services.fetcher.sources import Source, load_sources, parse_sources

GOOD = """\
# outlets
sources:
  - id: northwire
    name: Northwire   # an agency
    domain: Northwire.example
    language: en
    feeds:
      - https://northwire.example/feed.xml
      - https://northwire.example/world.xml
    sitemaps: [https://northwire.example/news.xml]
    every: 15s
    allow_private: true
  - {id: kyiv-ledger, name: The Kyiv Ledger, domain: kyivledger.example, sitemaps: ["http://kyivledger.example/s.xml"]}
"""


def test_what_a_file_says() -> None:
    assert parse_sources(GOOD) == (
        Source(
            id="northwire",
            name="Northwire",
            domain="northwire.example",
            feeds=("https://northwire.example/feed.xml", "https://northwire.example/world.xml"),
            sitemaps=("https://northwire.example/news.xml",),
            language="en",
            every=timedelta(seconds=15),
            allow_private=True,
        ),
        Source(
            id="kyiv-ledger",
            name="The Kyiv Ledger",
            domain="kyivledger.example",
            sitemaps=("http://kyivledger.example/s.xml",),
        ),
    )


@pytest.mark.parametrize(("every", "seconds"), [("15s", 15), ("5m", 300), ("1.5h", 5400), ("2d", 172800), ("1s", 1)])
def test_how_often(every: str, seconds: int) -> None:
    text = f"sources: [{{id: a, name: A, domain: a.example, feeds: [https://a.example/], every: {every}}}]"
    assert parse_sources(text)[0].every == timedelta(seconds=seconds)


def one(fields: str) -> str:
    """A file with one source that is right but for these fields, which begin in line 3."""
    given = {line.split(":")[0].strip() for line in fields.splitlines()}
    rest = {"name": "A", "domain": "a.example", "feeds": "[https://a.example/f]"}
    lines = [line.strip() for line in fields.splitlines()]
    lines += [f"{name}: {value}" for name, value in rest.items() if name not in given]
    return "sources:\n  - id: a\n" + "".join(f"    {line}\n" for line in lines)


WRONG = [
    ("", "sources.yaml is empty: it needs `sources:` with a list of sources below it."),
    ("# nothing yet\n", "sources.yaml is empty: it needs `sources:` with a list of sources below it."),
    ("sources:\n", "sources.yaml, line 1: sources must be a list."),
    ("source: []\n", "sources.yaml, line 1: unknown key source: did you mean sources?"),
    ("- id: a\n", "sources.yaml, line 1: the file must be written as keys and values."),
    ("sources: [a]\n", "sources.yaml, line 1: source number 1: a source must be written as keys and values."),
    (
        "sources:\n  - id: a\n name: b\n",
        "sources.yaml, line 3: not valid YAML: expected <block end>, but found '<block mapping start>'.",
    ),
    (
        "sources:\n\t- id: a\n",
        "sources.yaml, line 2: not valid YAML: found character '\\t' that cannot start any token.",
    ),
    (one("feed: [https://a.example/f]\nfeeds: [https://a.example/g]"),
     'sources.yaml, line 3: source "a": unknown key feed: did you mean feeds?'),
    (one("nme: A\nname: A"), 'sources.yaml, line 3: source "a": unknown key nme: did you mean name?'),
    (one("colour: red"),
     ('sources.yaml, line 3: source "a": unknown key colour: the keys are id, name, domain, language, feeds, sitemaps, '
     "every, allow_private.")),
    ("sources:\n- id: a\n  nme: A\n  domain: a.example\n  feeds: [https://a.example/f]\n",
     'sources.yaml, line 3: source "a": unknown key nme: did you mean name?'),
    ("sources:\n- id: a\n  domain: a.example\n  feeds: [https://a.example/f]\n",
     'sources.yaml, line 2: source "a": name is missing: add a line `name: …`.'),
    (one("name: no"), 'sources.yaml, line 3: source "a": name must be text, not no: write it in quotes, as in "no".'),
    (one("name: ''"), 'sources.yaml, line 3: source "a": name is empty.'),
    (one("name: A\nname: B"), "sources.yaml, line 4: name is given twice: line 3 has it already."),
    (one("domain: https://www.a.example/x"),
     "sources.yaml, line 3: source \"a\": domain: 'https://www.a.example/x' is an address, not a domain: write a.example."),
    (one("domain: a example"),
     "sources.yaml, line 3: source \"a\": domain: 'a example' is not a domain: write it as outlet.example."),
    (one("language: english"),
     ("sources.yaml, line 3: source \"a\": language: 'english' is not a language: write its ISO 639-1 code, "
     "such as en, uk or pl.")),
    (one("feeds: https://a.example/f"),
     'sources.yaml, line 3: source "a": feeds must be a list, as in feeds: [https://a.example/f].'),
    (one("feeds: []"),
     'sources.yaml, line 2: source "a": there is nothing to fetch: give at least one address under feeds.'),
    (one("feeds:\n  - a.example/f"),
     "sources.yaml, line 4: source \"a\": feeds: 'a.example/f' is not a whole address: write it with https:// in front."),
    (one("feeds: [ftp://a.example/f]"),
     ("sources.yaml, line 3: source \"a\": feeds: 'ftp://a.example/f' begins with ftp:// where only http:// and https:// "
     "can be fetched.")),
    (one("feeds: ['https://']"),
     "sources.yaml, line 3: source \"a\": feeds: 'https://' is not an address: write it as https://outlet.example/feed.xml."),
    (one("feeds: ['https://a.example:x/']"),
     ("sources.yaml, line 3: source \"a\": feeds: 'https://a.example:x/' is not an address: "
     "Port could not be cast to integer value as 'x'.")),
    (one("every: 300"),
     'sources.yaml, line 3: source "a": every: 300 is not a time: write a number and a unit, such as 300s.'),
    (one("every: soon"),
     "sources.yaml, line 3: source \"a\": every: 'soon' is not a time: write a number and a unit, such as 15s, 5m or 2h."),
    (one("every: 0s"), 'sources.yaml, line 3: source "a": every: 0s is out of range: write a time between 1s and 31d.'),
    (one("allow_private: 'yes'"), 'sources.yaml, line 3: source "a": allow_private must be true or false, not yes.'),
    ("sources:\n- {id: 12, name: A, domain: a.example, feeds: [https://a.example/f]}\n",
     'sources.yaml, line 2: source "12": id must be text, not 12: write it in quotes, as in "12".'),
    ("sources:\n- {id: Kyiv Ledger, name: A, domain: a.example, feeds: [https://a.example/f]}\n",
     ("sources.yaml, line 2: source \"Kyiv Ledger\": id: 'Kyiv Ledger' is not an id: write small letters, digits and "
     "hyphens, such as kyiv-ledger.")),
    (one("every: 5m") + one("feeds: [https://a.example/g]").removeprefix("sources:\n"),
     'sources.yaml, line 7: source "a": id: line 2 has the same id: each source needs its own.'),
    (one("every: 5m") + one("every: 5m").removeprefix("sources:\n").replace("id: a", "id: b"),
     'sources.yaml, line 11: source "b": feeds: https://a.example/f is listed already, by source "a" in line 6: remove one.'),
]  # fmt: skip


@pytest.mark.parametrize(("text", "sentence"), WRONG)
def test_what_is_wrong_with_a_file(text: str, sentence: str) -> None:
    with pytest.raises(ConfigurationError) as raised:
        parse_sources(text)
    assert str(raised.value) == sentence


def test_everything_wrong_is_said_at_once_in_the_order_of_lines() -> None:
    with pytest.raises(ConfigurationError) as raised:
        parse_sources(one("every: soon\nlanguage: english\nnme: A"))
    lines = str(raised.value).splitlines()
    assert [line.split(":")[0] for line in lines] == [f"sources.yaml, line {number}" for number in (3, 4, 5)]


def test_a_file_that_is_missing_or_no_text(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"There is no .*sources\.yaml: write one, .* or set SITREP_SOURCES\."):
        load_sources(tmp_path / "sources.yaml")
    (tmp_path / "sources.yaml").write_bytes(b"\xff\xfe")
    with pytest.raises(ConfigurationError, match="cannot be read"):
        load_sources(tmp_path / "sources.yaml")


NEW = {"id": "vistula", "name": "Vistula: Today", "domain": "vistula.example", "feeds": ["https://vistula.example/rss"]}


@pytest.mark.parametrize(
    "text",
    [
        GOOD,
        GOOD + "# the end\n",
        GOOD.rstrip("\n"),
        "sources: []\n",
        "# none yet\nsources: [] # none\n",
        "# only a comment\n",
        "",
        "sources:\n- id: a\n  name: A\n  domain: a.example\n  feeds: [https://a.example/]\n",
    ],
)
def test_adding_a_source_leaves_the_rest_as_it_was(text: str) -> None:
    before = parse_sources(text) if "id:" in text else ()
    added = with_sources(text, [NEW])
    assert parse_sources(added) == (*before, parse_sources(with_sources("", [NEW]))[0])
    if "sources: []" not in text:
        assert added.startswith(text)
    assert [comment for comment in comments(text) if comment not in added] == []
    assert added.endswith("\n")


def comments(text: str) -> list[str]:
    return [line.partition("#")[2] for line in text.splitlines() if "#" in line]


def test_adding_twice_is_refused_and_changes_nothing(tmp_path: Path) -> None:
    file = tmp_path / "sources.yaml"
    assert add_source(file, **NEW) == load_sources(file)[0]
    text = file.read_text()
    with pytest.raises(ConfigurationError, match=r"is in .* already, as"):
        add_source(file, **NEW)
    assert file.read_text() == text
    assert [entry.name for entry in tmp_path.iterdir()] == ["sources.yaml"]


def test_a_list_in_one_line_is_left_to_its_owner() -> None:
    text = dedent("""\
        sources: [{id: a, name: A, domain: a.example, feeds: [https://a.example/]}]
        """)
    with pytest.raises(ConfigurationError, match="in one line"):
        with_sources(text, [NEW])


@pytest.mark.parametrize(
    ("url", "domain", "named"),
    [
        ("https://www.Outlet-One.example/rss", "outlet-one.example", "outlet-one-example"),
        ("https://feeds.outlet.example./sitemap.xml", "outlet.example", "outlet-example"),
        ("http://127.0.0.1:8411/feed", "127.0.0.1", "127-0-0-1"),
        ("https://вісник.example/", "вісник.example", "xn--b1aqih0a5d-example"),
    ],
)
def test_a_source_is_named_after_its_host(url: str, domain: str, named: str) -> None:
    assert domain_of(url) == domain
    assert re.fullmatch(r"[a-z0-9-]+", id_from(domain))
    assert id_from(domain).rpartition("-")[2] == named.rpartition("-")[2]
    assert id_from(domain, {id_from(domain)}) == f"{id_from(domain)}-2"
