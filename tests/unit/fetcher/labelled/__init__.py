"""Pages as newsrooms build them, labelled with what is to be read from each: text, title, authors, day.

``tuned`` is what the reader of pages may be fitted to. ``held_out`` is measured, never looked at page by page while the
reader is being changed, so that it says how the reader does on pages it was not fitted to.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Labelled:
    """A page and what a careful person would copy from it by hand."""

    url: str
    html: str
    lines: tuple[str, ...]
    title: str
    authors: tuple[str, ...]
    day: str
    """Of its publication, as ISO 8601."""
    language: str = "en"
