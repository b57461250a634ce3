"""The knowledge files: complete, consistent, and every mistake named by file, line and column."""

import shutil
from importlib.resources import as_file, files
from pathlib import Path

import pytest

from services.common.errors import ConfigurationError
from services.extractor.knowledge import knowledge, load


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the knowledge files that a test may spoil."""
    with as_file(files("services.extractor.knowledge")) as there:
        for table in there.glob("*.tsv"):
            shutil.copy(table, tmp_path)
    return tmp_path


def line_of(file: Path, start: str) -> int:
    return next(at for at, line in enumerate(file.read_text("utf-8").splitlines(), 1) if line.startswith(start))


MISTAKES = [
    # file, line to change (its beginning), what it becomes, what the error says
    ("places.tsv", "sudzha\t", "sudzha\tSudzha\ttown\tnorth\t35.27\tRU", r"places\.tsv, line {line}, column lat: .*'north'"),
    ("places.tsv", "sudzha\t", "sudzha\tSudzha\ttown\t151.19\t35.27\tRU", r"places\.tsv, line {line}, column lat: .*'151\.19'"),
    ("places.tsv", "sudzha\t", "sudzha\tSudzha\tburg\t51.19\t35.27\tRU", r"places\.tsv, line {line}, column kind: .*'burg'"),
    ("places.tsv", "sudzha\t", "Sudzha\tSudzha\ttown\t51.19\t35.27\tRU", r"places\.tsv, line {line}, column id: .*'Sudzha'"),
    ("places.tsv", "sudzha\t", "kursk\tSudzha\ttown\t51.19\t35.27\tRU", r"places\.tsv, line \d+, column id: 'kursk' is already on line"),
    ("people.tsv", "john-kirby\t", "john-kirby\tJohn Kirby\tUSA", r"people\.tsv, line {line}, column country: .*'USA'"),
    ("people.tsv", "john-kirby\t", "john-kirby", r"people\.tsv, line {line}, column name"),
    ("people.tsv", "john-kirby\t", "john-kirby\tJohn Kirby\tUS\tKirby\tmore", r"people\.tsv, line {line}: 5 cells but only 4 columns"),
    ("people.tsv", "john-kirby\t", "john-kirby\tJohn Kirby\tUS\tPutin", r"'Putin' stands for person/\S+ and for person/\S+"),
    ("people.tsv", "id\t", "id\tname\tland\taliases", r"people\.tsv, line {line}: there is no column 'land'"),
    ("numbers.tsv", "two\t", "two\tzwei\tsmall", r"numbers\.tsv, line {line}, column value: .*'zwei'"),
    ("qualifiers.tsv", "at least\tbefore", "at least\tbefore\tminimum", r"qualifiers\.tsv, line {line}, column qualifier"),
    ("measures.tsv", "mile\t", "mile\tkm\t0\tdistance", r"measures\.tsv, line {line}, column factor"),
    ("nouns.tsv", "soldier\t", "soldier\t\tsoldiery\tperson", r"nouns\.tsv, line {line}, column category"),
    ("actions.tsv", "kill\tverb", "kill\tverb\tkill\tmurder", r"actions\.tsv, line {line}, column kind"),
    ("ambiguous.tsv", "Georgia\tcountry/georgia", "Georgia\tcountry/gruzia\tTbilisi\tyes", r"'country/gruzia', which is in no table"),
    ("ambiguous.tsv", "Georgia\tcountry/georgia", "Georgia\tcountry/georgia\tTbilisi\tno", r"exactly one meaning of 'Georgia'"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "start", "becomes", "says"), MISTAKES)
def test_a_mistake_is_named(folder: Path, name: str, start: str, becomes: str, says: str) -> None:
    file = folder / name
    line = line_of(file, start)
    lines = file.read_text("utf-8").splitlines()
    lines[line - 1] = becomes
    file.write_text("\n".join(lines), "utf-8")
    with pytest.raises(ConfigurationError, match=says.replace("{line}", str(line))):
        load(folder)


def test_a_missing_file_is_named(folder: Path) -> None:
    (folder / "people.tsv").unlink()
    with pytest.raises(ConfigurationError, match=r"people\.tsv"):
        load(folder)


def test_an_added_line_is_known_at_once(folder: Path) -> None:
    with (folder / "people.tsv").open("a", encoding="utf-8") as file:
        file.write("olena-testova\tOlena Testova\tUA\tAlyona Testova; Testova\n")
    known = load(folder)
    assert known.names.entities["person/olena-testova"].name == "Olena Testova"
    assert {form.written for form in known.names.forms["Testova"]} == {"Testova"}


def test_trailing_tabs_may_be_missing_and_notes_may_stand_anywhere(folder: Path) -> None:
    file = folder / "people.tsv"
    text = "\n".join(line.rstrip() for line in file.read_text("utf-8").splitlines())
    file.write_text(f"# a note\n\n{text}\n\n# another\n", "utf-8")
    assert load(folder).names.entities.keys() == knowledge().names.entities.keys()


def test_every_country_has_a_seat_or_a_people_or_an_adjective() -> None:
    forms = [form for group in knowledge().names.forms.values() for form in group if form.entity.startswith("country/")]
    assert len({form.entity for form in forms}) > 190
    assert len({form.entity for form in forms if form.manner == "adjective"}) > 180


def test_every_file_says_what_it_is_for() -> None:
    for table in files("services.extractor.knowledge").iterdir():
        if table.name.endswith(".tsv"):
            first, *notes = table.read_text("utf-8").splitlines()
            assert first.startswith("# ")
            assert any("column" in note.lower() for note in notes[:14]), table.name
