"""OPML: what is exported and imported again is the same; what other readers write is understood; nothing unsafe is."""

from datetime import UTC, datetime, timedelta

import pytest
import yaml

from services.common.errors import PermanentError
from services.fetcher.opml import opml_from_sources, sources_from_opml
from services.fetcher.sources import Source, parse_sources

SOURCES = (
    Source("northwire", "Northwire & <Sons> “N”", "northwire.example", ("https://northwire.example/a?x=1&y=2", "https://northwire.example/b"),
           ("https://northwire.example/news.xml",), "en", timedelta(seconds=15), True),
    Source("ledger", "Вісник", "ledger.example", (), ("https://ledger.example/s.xml.gz",), None, timedelta(days=31)),
    Source("ledger-2", "Вісник", "ledger.example", ("https://feeds.example/ledger",), (), "uk", timedelta(seconds=1.5)),
)  # fmt: skip
OTHERS = """<?xml version="1.0"?><opml version="1.0"><head><title>Mine</title></head><body>
<outline text="War">
  <outline text="Maps"><outline text="The Map" type="rss" xmlUrl="https://www.map.example/feed/"/></outline>
  <outline text="BBC News - World" xmlUrl="https://feeds.bbci.example/world" htmlUrl="https://www.bbc.example/world" language="en-gb"/>
  <outline title="BBC News - Africa" xmlurl="https://feeds.bbci.example/africa" htmlUrl="https://www.bbc.example/africa"/>
</outline>
<outline text="Again" xmlUrl="https://www.map.example/feed/"/>
<outline text="Followed" xmlUrl="https://feeds.example/ledger"/>
<outline text="Mail" xmlUrl="mailto:a@b.example"/>
<outline text="A note"/>
<outline xmlUrl="https://map.example:8443/other"/>
</body></opml>"""


def test_what_is_exported_and_imported_again_is_the_same() -> None:
    imported = sources_from_opml(opml_from_sources(SOURCES, at=datetime(2024, 11, 17, tzinfo=UTC)))
    assert imported.skipped == ()
    assert parse_sources(yaml.safe_dump({"sources": list(imported.sources)})) == SOURCES


def test_what_other_readers_write() -> None:
    imported = sources_from_opml(OTHERS.encode(), SOURCES)
    assert imported.sources == (
        {
            "id": "map-example",
            "name": "map.example",
            "domain": "map.example",
            "feeds": ["https://www.map.example/feed/", "https://map.example:8443/other"],
        },
        {
            "id": "bbc-example",
            "name": "BBC News",
            "domain": "bbc.example",
            "language": "en",
            "feeds": ["https://feeds.bbci.example/world", "https://feeds.bbci.example/africa"],
        },
    )
    assert imported.skipped == (
        "Again (https://www.map.example/feed/): it is followed already, by The Map.",
        "Followed (https://feeds.example/ledger): it is followed already, by Вісник.",
        "Mail: its address cannot be fetched: mailto:a@b.example.",
    )


def test_an_id_that_is_taken_gets_a_number() -> None:
    [fields] = sources_from_opml(
        opml_from_sources([Source("northwire", "Other", "other.example", ("https://other.example/f",))]), SOURCES
    ).sources
    assert (fields["id"], fields["name"]) == ("other-example", "Other")


BOMB = (
    '<!DOCTYPE opml [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
    '<opml><body><outline text="&b;" xmlUrl="https://a.example/f"/></body></opml>'
)


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ("", "the file is empty, not an OPML list of feeds."),
        ("<html></html>", "the file is an HTML page, not an OPML list of feeds."),
        ("{}", "the file is JSON, not an OPML list of feeds."),
        ("<opml/>", "the file has no <body>, which is where OPML lists feeds."),
        (BOMB, "the file declares entities, which OPML has no need of: it is not read."),
    ],
    ids=["empty", "html", "json", "no-body", "bomb"],
)
def test_what_is_not_opml(body: str, sentence: str) -> None:
    with pytest.raises(PermanentError) as raised:
        sources_from_opml(body.encode())
    assert str(raised.value) == sentence


def test_depth_and_number_are_bounded() -> None:
    deep = "<outline>" * 60 + '<outline xmlUrl="https://a.example/f"/>' + "</outline>" * 60
    imported = sources_from_opml(f"<opml><body>{deep}</body></opml>".encode())
    assert imported.sources == ()
    assert imported.skipped == ("Outlines beyond 20000, or more than 50 inside one another, are not read.",)


def test_a_file_damaged_anywhere_is_read_or_refused() -> None:
    for end in range(0, len(OTHERS), 3):
        try:
            imported = sources_from_opml(OTHERS[:end].encode())
        except PermanentError:
            continue
        assert parse_sources(yaml.safe_dump({"sources": list(imported.sources)})) or not imported.sources
