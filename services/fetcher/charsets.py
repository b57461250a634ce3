"""From bytes to text as browsers do it: byte order mark, then the header, then the page's own word, then a guess.

Source: WHATWG Encoding Standard (labels) and HTML Standard, "determining the character encoding".
"""

import codecs
import contextlib
import re

from charset_normalizer import from_bytes

BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
SUPERSETS = {
    "iso8859-1": "cp1252", "ascii": "cp1252", "iso8859-9": "cp1254", "iso8859-11": "cp874", "tis-620": "cp874",
    "gb2312": "gb18030", "gbk": "gb18030", "euc_kr": "cp949", "shift_jis": "cp932", "big5": "big5hkscs",
}  # fmt: skip
"""What the standard reads under these labels: encodings that hold all of the named one and what pages really use."""
SEVEN_BIT = {"iso2022_jp", "iso2022_kr", "hz"}
"""Encodings whose bytes are all valid UTF-8 too."""
IN_HEADER = re.compile(r"charset\s*=\s*[\"']?([\w:.-]+)", re.IGNORECASE)
IN_PAGE = re.compile(rb"(?:charset|encoding)\s*=\s*[\"']?\s*([\w:.-]+)", re.IGNORECASE)
PRESCAN = 4096
GUESSED_FROM = 20_000


def utf8_of(body: bytes, content_type: str | None = None) -> bytes:
    """A body's text in UTF-8, which most bodies are as they come. Never fails."""
    if _declared(body, content_type) not in SEVEN_BIT and not body.startswith(tuple(mark for mark, _ in BOMS)):
        with contextlib.suppress(UnicodeDecodeError):
            body.decode("utf-8")
            return body
    return text_of(body, content_type).encode("utf-8", "ignore")


def text_of(body: bytes, content_type: str | None = None) -> str:
    """A body as text; what is no character in its encoding becomes U+FFFD. Never fails."""
    for mark, encoding in BOMS:
        if body.startswith(mark):
            return body[len(mark) :].decode(encoding, "replace")
    declared = _declared(body, content_type)
    if declared not in SEVEN_BIT:
        try:
            return body.decode("utf-8")  # what is valid UTF-8 by chance is rarer than a wrong label
        except UnicodeDecodeError:
            pass
    if declared == "utf-8":
        declared = "utf-8" if _mostly_utf8(body) else None
    try:
        return body.decode(declared or _guessed(body), "replace")
    except (UnicodeError, LookupError):  # some codecs do not know "replace"
        return body.decode("utf-8", "replace")


def _declared(body: bytes, content_type: str | None) -> str | None:
    in_header = IN_HEADER.search(content_type or "")
    in_page = IN_PAGE.search(body[:PRESCAN])
    labels = (in_header[1] if in_header else "", in_page[1].decode("ascii", "ignore") if in_page else "")
    return next((known for label in labels if (known := _known(label))), None)


def _known(label: str) -> str | None:
    if not label.isascii() or not label:
        return None
    try:
        name = codecs.lookup(label).name
    except (LookupError, ValueError):
        return None
    if name.startswith("utf-16"):
        return "utf-8"  # the page was read far enough to see the label, so that is not what it is in
    return SUPERSETS.get(name, name) if _is_text(name) else None


def _is_text(name: str) -> bool:
    return name not in {"base64", "bz2", "hex", "quopri", "rot13", "uu", "zlib", "idna", "punycode", "undefined"} and (
        name not in {"unicode_escape", "raw-unicode-escape", "utf-7", "mbcs", "oem"}
    )


def _mostly_utf8(body: bytes) -> bool:
    """Whether a body that says it is UTF-8 is, but for a few broken characters."""
    broken = body.decode("utf-8", "replace").count("\N{REPLACEMENT CHARACTER}")
    return broken * 20 < sum(byte > 127 for byte in body)


def _guessed(body: bytes) -> str:
    best = from_bytes(body[:GUESSED_FROM]).best()
    return best.encoding if best and _is_text(best.encoding) else "cp1252"
