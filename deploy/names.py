"""The names by which the api finds entities, from what the extractor knows of names.

A service must not read another's files, so the api has them in a file of its own, made by ``make generate``.
"""

from collections import defaultdict
from typing import Final

from services.extractor.knowledge.names import Names

HEAD: Final = """\
# Who and what has a name: entity id, name, and other names (separated by a semicolon). Made by `make generate` from the
# entity tables in services/extractor/knowledge. Edit those, not this.
"""


def names_file(names: Names) -> str:
    """What stands in the api's ``names.tsv``; adjectives, peoples and seats of governments are no names."""
    others: defaultdict[str, set[str]] = defaultdict(set)
    for forms in names.forms.values():
        for form in forms:
            if form.manner == "name":
                others[form.entity].add(form.written)
    rows = (
        f"{entity.id}\t{entity.name}\t{';'.join(sorted(others[entity.id] - {entity.name}))}".rstrip()
        for entity in sorted(names.entities.values(), key=lambda each: each.id)
    )
    return HEAD + "".join(f"{row}\n" for row in rows)
