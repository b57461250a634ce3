"""The version of the tagger: made of all that decides how a text is tagged, so that nobody can forget to raise it."""

import hashlib
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from services.extractor.tagger.pipeline import MODEL

PARTS = ("tagger", "knowledge", "stage.py")
"""What of ``services.extractor`` decides; the rest moves messages."""
SUFFIXES = (".py", ".tsv")


@cache
def version() -> str:
    """Twelve hexadecimal characters that change with the code, any table, or the model. ADR 0007 says why."""
    return version_of(files("services.extractor"), MODEL)


def version_of(package: Traversable, model: str) -> str:
    """The version for the parts below a folder, and a model."""
    whole = hashlib.sha256(model.encode())
    for part in PARTS:
        for name, content in _files(package / part, part):
            whole.update(b"\x00".join((b"", name.encode(), content)))
    return whole.hexdigest()[:12]


def _files(at: Traversable, name: str) -> list[tuple[str, bytes]]:
    if at.is_file():
        return [(name, at.read_bytes().replace(b"\r\n", b"\n"))]
    return [
        pair
        for entry in sorted(at.iterdir(), key=lambda entry: entry.name)
        if entry.name.endswith(SUFFIXES) or (entry.is_dir() and entry.name != "__pycache__")
        for pair in _files(entry, f"{name}/{entry.name}")
    ]
