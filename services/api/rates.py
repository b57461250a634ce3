"""How often somebody may ask: a token bucket for each, and the headers that say how it stands. No I/O.

A bucket holds a minute's requests and fills evenly. Each instance of the api counts by itself.

Source: draft-ietf-httpapi-ratelimit-headers-10 (RateLimit, RateLimit-Policy); RFC 6585, section 4 (429).
"""

import ipaddress
import math
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic
from typing import Final

MOST: Final = 50_000
"""Buckets held in memory, some megabytes; those longest unused go first, most of which are full again by then."""
MINUTE: Final = 60.0


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of asking: whether there was a token, how many are left, and in how many seconds there is another."""

    granted: bool
    left: int
    seconds: int
    per_minute: int

    @property
    def headers(self) -> dict[str, str]:
        """What an answer says of it."""
        said = {
            "RateLimit-Policy": f'"minute";q={self.per_minute};w={MINUTE:g}',
            "RateLimit": f'"minute";r={self.left};t={self.seconds}',
        }
        return said if self.granted else {**said, "Retry-After": str(self.seconds)}


@dataclass(slots=True)
class _Bucket:
    tokens: float
    at: float


class Buckets:
    """The buckets of everybody who asks."""

    def __init__(self, *, clock: Callable[[], float] = monotonic, most: int = MOST) -> None:
        self._clock = clock
        self._most = most
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()

    def take(self, who: str, per_minute: int) -> Taken:
        """Take a token out of somebody's bucket, if there is one."""
        now = self._clock()
        bucket = self._buckets.setdefault(who, _Bucket(float(per_minute), now))
        self._buckets.move_to_end(who)
        if len(self._buckets) > self._most:
            self._buckets.popitem(last=False)
        bucket.tokens = min(float(per_minute), bucket.tokens + (now - bucket.at) * per_minute / MINUTE)
        bucket.at = now
        granted = bucket.tokens >= 1
        if granted:
            bucket.tokens -= 1
        left = math.floor(bucket.tokens)
        missing = max(0.0, 1 - bucket.tokens) if left < 1 else 0.0
        return Taken(granted, left, math.ceil(missing * MINUTE / per_minute), per_minute)


def neighbourhood(address: str) -> str:
    """The address that is counted: of an IPv6 one the first 64 bits, all of which one customer has."""
    try:
        read = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(read, ipaddress.IPv6Address):
        if read.ipv4_mapped:
            return str(read.ipv4_mapped)
        return str(ipaddress.IPv6Network((int(read) >> 64 << 64, 64)))
    return str(read)
