"""API keys: how one is made, recognised, and kept. Pure.

A key is 256 random bits, so nobody finds one by trying, however fast the digest is: a plain SHA-256 keeps it safe. The
slow digests (Argon2, bcrypt) are for what people choose themselves, and would cost every request its tens of
milliseconds for nothing. No salt either: two keys are never the same, and no table of all of them can be made.
"""

import hashlib
import hmac
import secrets
from collections.abc import Iterable
from datetime import datetime
from typing import Final

from services.common.messages import ApiKey, Scope

PREFIX: Final = "sitrep_"
"""What each begins with, so that people and secret scanners see what it is."""
LONGEST: Final = 200
"""Characters of a word that is looked at at all."""
INCLUDED: Final[dict[Scope, tuple[Scope, ...]]] = {
    "read": ("read",),
    "write": ("read", "write"),
    "admin": ("read", "write", "admin"),
}
"""What a scope brings with it: who may write may read."""


def new_key(
    name: str, scopes: Iterable[Scope], *, now: datetime, expires_at: datetime | None = None
) -> tuple[str, ApiKey]:
    """A fresh key, and what is kept of it; the key itself is to be shown once and forgotten."""
    token = PREFIX + secrets.token_urlsafe(32)
    granted = {each for scope in scopes for each in INCLUDED[scope]}
    kept = ApiKey(
        id=key_id(token),
        name=name,
        scopes=tuple(scope for scope in INCLUDED["admin"] if scope in granted),
        digest=_digest(token),
        created_at=now,
        expires_at=expires_at,
    )
    return token, kept


def key_id(token: str) -> str:
    """The name that a key goes by, which does not give it away: the beginning of its digest."""
    return _digest(token)[:16]


def holds(key: ApiKey | None, token: str, now: datetime) -> bool:
    """Whether ``token`` is this key, neither revoked nor over."""
    return (
        key is not None
        and hmac.compare_digest(key.digest, _digest(token))
        and key.revoked_at is None
        and (key.expires_at is None or now < key.expires_at)
    )


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogateescape")).hexdigest()
