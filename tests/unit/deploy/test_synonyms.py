"""Names that mean the same in a search: from the knowledge files, without those that could mean something else."""

from pathlib import Path

import pytest

from deploy.generated import ROOT
from deploy.synonyms import synonym_groups, synonyms_file
from services.extractor.knowledge import knowledge
from services.extractor.knowledge.names import load_names
from services.indexer.mappings.analysis import synonyms

TABLES = {
    "countries.tsv": (
        "id\tname\tiso\taliases\tadjectives\tpeople\tseats",
        "north-korea\tNorth Korea\tKP\tDPRK; D.P.R.K.\tNorth Korean\tNorth Koreans\tPyongyang",
        "georgia\tGeorgia\tGE\tSakartvelo\tGeorgian\tGeorgians\tTbilisi",
        "chad\tChad\tTD\t\tChadian\tChadians\t",
    ),
    "places.tsv": ("id\tname\tkind\tlat\tlon\tcountry\taliases", "georgia-us\tGeorgia\tregion\t33\t-84\tUS\tPeach State"),
    "people.tsv": ("id\tname\tcountry\taliases", "ann\tAnn Oakhall\tGB\tAnne Oakhall; Oakhall; Oakehall"),
    "organisations.tsv": (
        "id\tname\tkind\tcountry\taliases",
        "rand\tRAND Corporation\tanalysts\tUS\tRAND; Rand, Inc.",
    ),
    "weapons.tsv": ("id\tname\tkind\taliases", "kn-23\tKN-23\tmissile\tHwasong-11A; Hwasong-11As"),
    "military_units.tsv": ("id\tname\tcountry\taliases",),
    "ambiguous.tsv": (
        "name\tentity\tcues\tdefault",
        "Georgia\tcountry/georgia\tTbilisi\tyes",
        "Georgia\tplace/georgia-us\tAtlanta\tno",
    ),
}  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, lines in TABLES.items():
        (tmp_path / name).write_text("\n".join(lines) + "\n", "utf-8")
    return tmp_path


def test_each_entity_with_several_names_is_a_group(folder: Path) -> None:
    assert synonym_groups(load_names(folder), {"RAND"}) == [
        ("Ann Oakhall", "Anne Oakhall"),  # not the surname alone: there are others of that name
        ("D.P.R.K.", "North Korea"),  # a search sees neither dots nor plurals; adjective and capital are something else
        ("Hwasong-11A", "Hwasong11A", "KN-23", "KN23"),
        ("Oakehall", "Oakhall"),
        ("RAND Corporation", "Rand, Inc."),
    ]


def test_the_file_says_what_it_is_and_escapes_what_would_split_a_name(folder: Path) -> None:
    lines = synonyms_file(load_names(folder), "# note\nRAND\n").splitlines()
    assert lines[0].startswith("# ")
    assert "RAND Corporation, Rand\\, Inc." in lines


@pytest.mark.parametrize(
    ("one", "other"),
    [("DPRK", "North Korea"), ("Kiev", "Kyiv"), ("Zelensky", "Zelenskyy"), ("HIMARS", "M142 HIMARS")],
)
def test_what_the_index_is_given(one: str, other: str) -> None:
    groups = [set(line.replace(".", "").split(", ")) for line in synonyms()]
    assert [group for group in groups if {one, other} <= group]


def test_every_name_that_is_left_out_is_a_name() -> None:
    names = knowledge().names
    known = {form.written for group in names.forms.values() for form in group}
    left_out = (ROOT / "services/indexer/not_synonyms.txt").read_text("utf-8").splitlines()
    assert [name for name in left_out if name and not name.startswith("#") and name not in known] == []
