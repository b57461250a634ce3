"""What the tables know by name, found in a text. Works in any language that writes names as the tables do."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from services.common.messages import EntityType, Location
from services.extractor.knowledge import Knowledge
from services.extractor.knowledge.names import WORD, Form, Manner, slug
from services.extractor.tagger.spans import Spans

LINK = re.compile(r"(?:https?://|www\.|pic\.)\S+|[@#]\w+")
_ORDINAL = re.compile(r"\b(\d{1,3})(?:st|nd|rd|th)\b")
_DESIGNATION = re.compile(r"(?<![\w-])([A-Z][A-Za-z]{0,9}|\d[A-Z])([-‐‑– ]?)(\d{1,4}[A-Z]{0,3}\d?)s?(?![\w])")
_CLOSING = {"“": "”", "‘": "’", '"': '"', "«": "»"}


@dataclass(frozen=True, slots=True)
class Found:
    """A span of the text that names something. ``id`` is the entity's."""

    start: int
    end: int
    id: str
    type: EntityType
    name: str
    manner: Manner = "name"
    location: Location | None = None
    """Of a place that only the gazetteer knows."""


def find_names(text: str, known: Knowledge) -> list[Found]:
    """Everything of the tables, and numbered units and weapon designations besides; in order, none overlapping."""
    taken = Spans()
    patterns = [*_numbered_units(text, known), *_designations(text, known)]
    found = [name for name in _longest_first(patterns) if taken.add(name.start, name.end)]
    found += [name for name in _longest_first(_table_names(text, known)) if taken.add(name.start, name.end)]
    return sorted(found, key=lambda name: name.start)


def _longest_first(found: Iterable[Found]) -> list[Found]:
    return sorted(found, key=lambda name: name.start - name.end)


def _table_names(text: str, known: Knowledge) -> Iterator[Found]:
    words = list(WORD.finditer(text))
    links = Spans(match.span() for match in LINK.finditer(text))
    at = 0
    while at < len(words):
        match = words[at]
        form, count = _form_at(text, words, at, known)
        if form is None or links.overlap(match.start(), match.end()):
            at += 1
            continue
        entity = known.names.entities[form.entity]
        if entity.kind == "platform" and _is_furniture(text, match.start()):
            at += count
            continue
        start, end = match.start(), _end(text, match.start(), words[at + count - 1].end(), form)
        if match[0] == "The" and count > 1:
            start = words[at + 1].start()
        owner = _owner(text, words[at : at + count], known)
        if owner is not None:
            yield owner
            start = words[at + _words_until(words, at, owner.end)].end() + 1
        yield Found(start, end, entity.id, entity.type, entity.name, form.manner)
        at += count


def _is_furniture(text: str, at: int) -> bool:
    """Whether a line is no prose: buttons that say where to share the page."""
    line = text[text.rfind("\n", 0, at) + 1 : (text.find("\n", at) + 1 or len(text) + 1) - 1]
    return not any(word.islower() for word in line.split())


def _owner(text: str, words: Sequence[re.Match[str]], known: Knowledge) -> Found | None:
    """The country of "Russia's Defense Ministry", which names two things; not of "Ukraine's military intelligence"."""
    for at, word in enumerate(words[:-1]):
        if word[0] != "s" or text[word.start() - 1] not in "'’" or not words[at + 1][0][:1].isupper():
            continue
        start, end = words[0].start(), words[at - 1].end()
        form = next((form for form in known.names.forms.get(words[0][0], ()) if form.written == text[start:end]), None)
        if form is not None:
            entity = known.names.entities[form.entity]
            return Found(start, end, entity.id, entity.type, entity.name, form.manner)
    return None


def _words_until(words: Sequence[re.Match[str]], at: int, end: int) -> int:
    return next(offset for offset in range(len(words) - at) if words[at + offset].start() > end)


def _form_at(text: str, words: list[re.Match[str]], at: int, known: Knowledge) -> tuple[Form | None, int]:
    word = words[at][0]
    for forms in (known.names.forms, known.names.shouted if word.isupper() and len(word) > 2 else None):
        for form in (forms or {}).get(word, ()):
            if _fits(text, words, at, form):
                return form, len(form.words)
    return None, 0


def _fits(text: str, words: list[re.Match[str]], at: int, form: Form) -> bool:
    if at + len(form.words) > len(words):
        return False
    for offset in range(1, len(form.words)):
        if words[at + offset][0] != form.words[offset]:
            return False
        between = text[words[at + offset - 1].end() : words[at + offset].start()]
        if not form.gaps[offset - 1].fullmatch(between):
            return False
        if between.isspace() and len(form.words[0]) == 1 and form.words[offset][0].isdigit():
            return False  # "A 10,000-strong contingent" has no A-10
    start, end = words[at].start(), words[at + len(form.words) - 1].end()
    before = text[start - 1 : start]
    if (
        len(form.words) == 1
        and before in {"-", "‑", "–"}
        and text[start - 2 : start - 1].isalnum()
        and form.manner == "name"
    ):
        return text[end : end + 1] not in {"-", "‑"}
    return not form.stop or text[end : end + 1] == "."


def _end(text: str, start: int, end: int, form: Form) -> int:
    if form.stop:
        end += 1
    opened = next((char for char in text[start:end] if char in _CLOSING), None)
    closes = opened is not None and _CLOSING[opened] not in text[text.index(opened, start) + 1 : end]
    return end + 1 if opened and closes and text[end : end + 1] == _CLOSING[opened] else end


def _numbered_units(text: str, known: Knowledge) -> Iterator[Found]:
    """ "95th Separate Airborne Assault Brigade", "the 810th Naval Infantry Brigade"."""
    for match in _ORDINAL.finditer(text):
        end = _unit_end(text, match.end(), known.unit_words)
        if end:
            written = " ".join(text[match.start() : end].split())
            yield Found(match.start(), end, f"military_unit/{slug(written)}", "military_unit", written)


def _unit_end(text: str, at: int, words: Mapping[str, str]) -> int | None:
    end, last = None, at
    for word in WORD.finditer(text, at, at + 120):
        gap = text[last : word.start()]
        role = words.get(word[0].lower())
        if role is None or (gap not in {" ", "-", "\u00a0"}):
            break
        last = word.end()
        if role in {"last", "both"}:
            end = last
            if role == "last":
                break
    return end


def _designations(text: str, known: Knowledge) -> Iterator[Found]:
    """Weapon types nobody listed, by how they are written: "Kh-55", "Su-75"."""
    for match in _DESIGNATION.finditer(text):
        prefix, gap, number = match.groups()
        forms = known.names.forms.get(prefix, ())
        listed = next((form.entity for form in forms if form.words[1:] == (number,) and gap in {"-", "‑"}), None)
        if listed is not None and match[0].endswith("s"):  # a plural, which the table does not have: "F-15s"
            entity = known.names.entities[listed]
            yield Found(match.start(), match.end(), entity.id, entity.type, entity.name)
            continue
        if prefix not in known.designations or (gap == " " or (gap == "" and len(prefix) == 1)):
            continue
        if known.names.forms.get(prefix) and any(form.words[1:2] == (number,) for form in known.names.forms[prefix]):
            continue
        written = f"{prefix}-{number}"
        yield Found(match.start(), match.end(), f"weapon/{slug(written)}", "weapon", written)
