"""Several fetchers share the work: each host is in one hand, which every fetcher works out for itself."""

import hashlib
import re
from dataclasses import dataclass

from courlan import extract_domain

WRITTEN = re.compile(r"([1-9]\d{0,3})/([1-9]\d{0,3})")

DIGITS = re.compile(r"[\d.]*")


@dataclass(frozen=True, slots=True)
class Shard:
    """The share of one fetcher: the ``number``-th (from 1) of ``count``."""

    number: int = 1
    count: int = 1

    def mine(self, host: str) -> bool:
        """Whether a host is this fetcher's."""
        return self.count == 1 or shard_of(host, self.count) == self.number


def shard_of(host: str, count: int) -> int:
    """Which of ``count`` shards (from 1) has a host; hosts under one registered domain are in the same one.

    A host without such a domain (an address in digits, a name of one's own network) counts with its port.
    """
    name = host.lower().rstrip(".")
    bare = name.partition(":")[0].rstrip(".")
    site = name if DIGITS.fullmatch(bare) else extract_domain(f"https://{bare}/", fast=True) or name
    return int.from_bytes(hashlib.sha256(site.encode()).digest()[:8]) % count + 1


def parse_shard(written: str) -> Shard:
    """A share as it is written, such as ``1/3``; nothing is all of it.

    Raises:
        ValueError: it is not written so.
    """
    if not written.strip():
        return Shard()
    match = WRITTEN.fullmatch(written.strip())
    if match is None or int(match[1]) > int(match[2]):
        raise ValueError(f"{written!r} is not a share: write 1/3, 2/3 or 3/3 for one of three fetchers")
    return Shard(int(match[1]), int(match[2]))
