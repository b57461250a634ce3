"""Entities by the beginnings of their names."""

import pytest

from services.api.names import Named, Names, load_names

NAMES = Names(
    [
        Named("person/volodymyr-zelenskyy", "Volodymyr Zelenskyy", ("Zelensky", "Zelenskiy")),
        Named("person/olena-zelenska", "Olena Zelenska"),
        Named("country/north-korea", "North Korea", ("DPRK", "D.P.R.K.")),
        Named("organisation/korean-air", "Korean Air"),
        Named("person/recep-tayyip-erdogan", "Recep Tayyip Erdoğan"),
    ]
)


@pytest.mark.parametrize(
    ("written", "kind", "expected"),
    [
        ("zel", "", ["volodymyr-zelenskyy", "olena-zelenska"]),
        ("Zelenskyy", "", ["volodymyr-zelenskyy"]),
        ("volodymyr z", "", ["volodymyr-zelenskyy"]),
        ("zelenskyy volodymyr", "", []),
        ("kor", "", ["korean-air", "north-korea"]),
        ("kor", "country/", ["north-korea"]),
        ("dprk", "", ["north-korea"]),
        ("ERDOGAN", "", ["recep-tayyip-erdogan"]),
        ("erdoğan", "", ["recep-tayyip-erdogan"]),
        ("orea", "", []),
        ("", "", []),
        ("%", "", []),
    ],
)
def test_names_by_their_beginnings(written: str, kind: str, expected: list[str]) -> None:
    assert [each.id.partition("/")[2] for each in NAMES.beginning(written, kind)] == expected


def test_what_is_known_by_name() -> None:
    names = load_names()
    known = names.get("person/volodymyr-zelenskyy")
    assert known
    assert "Zelensky" in known.aliases
    assert names.beginning("kim jong u")[0].id == "person/kim-jong-un"
    assert names.get("person/nobody") is None
