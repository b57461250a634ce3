"""Entity tags: whether a reader already has what it would be given.

Source: RFC 9110, sections 8.8.3 (ETag) and 13.1.2 (If-None-Match).
"""

import hashlib
import re
from typing import Final

_TAG: Final = re.compile(r'(?:W/)?"([^"]*)"')


def content_tag(content: bytes) -> str:
    """A weak tag (the answer may be compressed on its way) that changes when the content does."""
    return f'W/"{hashlib.sha256(content).hexdigest()[:32]}"'


def unchanged(if_none_match: str | None, tag: str) -> bool:
    """Whether a request's ``If-None-Match`` names ``tag``, compared weakly; ``*`` names every one."""
    if if_none_match is None:
        return False
    return if_none_match.strip() == "*" or _TAG.fullmatch(tag)[1] in _TAG.findall(if_none_match)  # type: ignore[index]
