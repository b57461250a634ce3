"""A body as it arrives, decompressed piece by piece and never beyond a bound.

Sources: RFC 9110, section 8.4 (content codings); RFC 1950 to 1952.
"""

import zlib
from collections.abc import AsyncIterator

from services.fetcher.failures import BodyTooLarge, CutOff, Unreachable

ACCEPTED = "gzip, deflate"
"""What we ask for: codings whose output can be bounded with the standard library."""


async def bounded_body(
    pieces: AsyncIterator[bytes], coding: str, *, limit: int, url: str, beginning: bool = False
) -> bytes:
    """The whole body of an answer, at most ``limit`` bytes as sent and at most as many once decompressed.

    With ``beginning``, the first ``limit`` bytes of a larger one.

    Raises:
        BodyTooLarge: there is more.
        CutOff: a compressed body ends before its end.
        Unreachable: the coding is unknown, or the body is not in it.
    """
    expand = _Expander(coding, url)
    body = bytearray()
    sent = 0
    async for piece in pieces:
        sent += len(piece)
        body += expand.more(piece, limit + 1 - len(body))
        if beginning and len(body) >= limit:
            return bytes(body[:limit])
        if sent > limit or len(body) > limit:
            raise BodyTooLarge(f"The body of {url} is larger than {limit} bytes.")
    expand.end(sent)
    return bytes(body)


class _Expander:
    def __init__(self, coding: str, url: str) -> None:
        self._coding = coding.strip().lower()
        self._url = url
        if self._coding not in {"", "identity", "gzip", "x-gzip", "deflate"}:
            raise Unreachable(f"{url} answers in the coding {coding[:60]!r}, which we did not ask for and cannot read.")
        self._plain = self._coding in {"", "identity"}
        self._inflating = zlib.decompressobj(zlib.MAX_WBITS | 32)
        self._began = False

    def more(self, piece: bytes, most: int) -> bytes:
        """What a piece expands to, at most ``most`` bytes: what is beyond the bound is never decompressed."""
        if self._plain:
            return piece
        try:
            return self._inflated(piece, most)
        except zlib.error as error:
            raise Unreachable(
                f"{self._url} says its body is compressed ({self._coding}), but it is not: {error}."
            ) from error

    def end(self, sent: int) -> None:
        if not self._plain and sent and not self._inflating.eof:
            raise CutOff(f"The compressed body of {self._url} ends before its end.")

    def _inflated(self, piece: bytes, most: int) -> bytes:
        try:
            out = self._inflating.decompress(piece, most)
        except zlib.error:
            if self._began or self._coding != "deflate":
                raise
            self._inflating = zlib.decompressobj(-zlib.MAX_WBITS)  # raw deflate: wrong by the standard, but common
            out = self._inflating.decompress(piece, most)
        self._began = True
        while self._inflating.eof and self._inflating.unused_data.startswith(b"\x1f\x8b") and len(out) < most:
            rest, self._inflating = self._inflating.unused_data, zlib.decompressobj(zlib.MAX_WBITS | 16)
            out += self._inflating.decompress(rest, most - len(out))
        return out
