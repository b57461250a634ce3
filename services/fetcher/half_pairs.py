"""References to halves of surrogate pairs in XML, which are no characters (XML 1.0, section 2.2).

Where libxml2 recovers it lets them through, and what it then holds is no UTF-8 that Python could read.
"""

import re
from typing import Final

_REFERENCE: Final = re.compile(rb"&#(?:x0*([0-9a-fA-F]{4})|0*([0-9]{5}));")
_INSTEAD: Final = b"&#xFFFD;"


def without_half_pairs(body: bytes) -> bytes:
    """The body with a reference to the replacement character for each to half of a pair."""
    return _REFERENCE.sub(_mended, body)


def _mended(found: re.Match[bytes]) -> bytes:
    code = int(found[1], 16) if found[1] else int(found[2])
    return _INSTEAD if 0xD800 <= code <= 0xDFFF else found[0]
