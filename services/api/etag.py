"""Entity tags: whether a reader already has what it would be given, and whether a writer had seen what it changes.

Source: RFC 9110, sections 8.8.3 (ETag), 13.1.1 (If-Match) and 13.1.2 (If-None-Match).
"""

import hashlib
import re
from typing import Final

_TAG: Final = re.compile(r'(?:W/)?"([^"]*)"')


def content_tag(content: bytes) -> str:
    """A weak tag (the answer may be compressed on its way) that changes when the content does."""
    return f'W/"{hashlib.sha256(content).hexdigest()[:32]}"'


def strong_tag(content: bytes) -> str:
    """A strong tag of something that is written to: one that differs whenever the content does."""
    return f'"{hashlib.sha256(content).hexdigest()[:32]}"'


def wanted(if_match: str | None, tag: str) -> bool:
    """Whether a request's ``If-Match`` names ``tag``, a strong one; ``*`` names every one, and so does none at all."""
    if if_match is None or if_match.strip() == "*":
        return True
    return any(each.group() == tag for each in _TAG.finditer(if_match))


def unchanged(if_none_match: str | None, tag: str) -> bool:
    """Whether a request's ``If-None-Match`` names ``tag``, compared weakly; ``*`` names every one."""
    if if_none_match is None:
        return False
    return if_none_match.strip() == "*" or _TAG.fullmatch(tag)[1] in _TAG.findall(if_none_match)  # type: ignore[index]
