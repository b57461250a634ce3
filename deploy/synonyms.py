"""The names that mean the same when articles are searched, from what the extractor knows of names.

A service must not read another's files, so the indexer has them in a file of its own, made by ``make generate``.
"""

import unicodedata
from collections.abc import Iterable
from typing import Final

from services.extractor.knowledge.names import Names

HEAD: Final = """\
# Names that mean the same, a group a line (Solr's synonym format). Made by `make generate` from the entity tables in
# services/extractor/knowledge, without those that could mean something else (ambiguous.tsv there, and
# not_synonyms.txt here). Edit those, not this.
"""

_ALIKE: Final = str.maketrans({".": "", "-": " ", "’": "'", "ł": "l"})


def synonyms_file(names: Names, left_out: str) -> str:
    """What stands in the indexer's ``synonyms.txt``; ``left_out`` is the text of its ``not_synonyms.txt``."""
    never = {line.strip() for line in left_out.splitlines() if line.strip() and not line.startswith("#")}
    return HEAD + "".join(f"{', '.join(map(_escaped, group))}\n" for group in synonym_groups(names, never))


def synonym_groups(names: Names, left_out: Iterable[str]) -> list[tuple[str, ...]]:
    """The names of each entity that has several, sorted.

    Adjectives and peoples are no names of a country, and neither is the seat of its government: who asks for North
    Korea does not ask for all that happens in Pyongyang. Of a person, only spellings of as many words belong together:
    Zelensky and Zelenskyy, but not every Trump and Donald Trump.
    """
    groups: dict[tuple[str, int], dict[str, str]] = {}
    unclear = {*left_out, *names.senses}
    for written, entity in _names(names):
        if written not in unclear:
            words = len(written.split()) if entity.startswith("person/") else 0
            groups.setdefault((entity, words), {}).setdefault(_told_apart(written), written)
    return sorted(tuple(sorted(group.values())) for group in groups.values() if len(group) > 1)


def _names(names: Names) -> list[tuple[str, str]]:
    return sorted(
        {(form.written, form.entity) for group in names.forms.values() for form in group if form.manner == "name"}
    )


def _told_apart(written: str) -> str:
    """What is left where case, accents, dots, hyphens and a plural's s do not count, as in a search: one is enough."""
    letters = unicodedata.normalize("NFKD", written.translate(_ALIKE))
    plain = "".join(char for char in letters if not unicodedata.combining(char)).casefold()
    return " ".join(word.removesuffix("s") for word in plain.split())


def _escaped(name: str) -> str:
    return name.replace("\\", "\\\\").replace(",", "\\,").replace("=>", "\\=>")
