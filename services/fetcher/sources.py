"""Sources: the outlets we follow, as a person lists them in ``sources.yaml``.

    sources:
      - id: northwire
        name: Northwire
        domain: northwire.example
        language: en                # optional
        feeds: [https://northwire.example/feed.xml]
        sitemaps: []                # optional
        every: 5m                   # optional
        allow_private: false        # optional: true only for outlets on your own network

Every error names the file, the line, the source and the field, and says what to do.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import yaml
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, ValidationError

from services.common import messages
from services.common.errors import ConfigurationError
from services.fetcher.source_problems import Problem, line_of, problems, repeated_keys

EVERY = re.compile(r"(\d+(?:\.\d+)?)(s|m|h|d)")
UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
DOMAIN = re.compile(r"(?!-)[\w-]+(?:\.[\w-]+)*")
SHORTEST = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Source:
    """An outlet we follow."""

    id: str
    name: str
    domain: str
    feeds: tuple[str, ...] = ()
    sitemaps: tuple[str, ...] = ()
    language: str | None = None
    every: timedelta = timedelta(minutes=5)
    """How often its feeds and sitemaps are asked for at the most; less where they publish seldom or ask for it."""
    allow_private: bool = False
    """Whether it may be at a private or loopback address; such an outlet is our own and is not made to wait."""

    @property
    def named(self) -> messages.Source:
        """The source as an article names it."""
        return messages.Source(id=self.id, name=self.name, domain=self.domain)


def load_sources(path: Path) -> tuple[Source, ...]:
    """The sources in a file.

    Raises:
        ConfigurationError: the file is missing or cannot be used; one line for each thing that is wrong.
    """
    try:
        text = path.read_text("utf-8")
    except FileNotFoundError as error:
        raise ConfigurationError(
            f"There is no {path}: write one, add a source with `sitrep sources add`, or set SITREP_SOURCES."
        ) from error
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{path} cannot be read: {error}.") from error
    return parse_sources(text, str(path))


def parse_sources(text: str, file: str = "sources.yaml") -> tuple[Source, ...]:
    """The sources in a text; ``file`` is what errors call it.

    Raises:
        ConfigurationError: the text cannot be used; one line for each thing that is wrong.
    """
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
        data = yaml.safe_load(text)
    except yaml.MarkedYAMLError as error:
        at = error.problem_mark or error.context_mark
        line = f", line {at.line + 1}" if at else ""
        raise ConfigurationError(f"{file}{line}: not valid YAML: {error.problem or error.context}.") from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise ConfigurationError(f"{file}: not valid YAML: {error}.") from error
    if root is None or data is None:
        raise ConfigurationError(f"{file} is empty: it needs `sources:` with a list of sources below it.")
    wrong: list[Problem] = list(repeated_keys(root))
    listed = _File(sources=())
    try:
        listed = _File.model_validate(data)
    except ValidationError as error:
        wrong += problems(error.errors(), root, KEYS)
    wrong += _between(listed.sources, root)
    if wrong:
        raise ConfigurationError("\n".join(f"{file}, line {line}: {said}" for line, said in sorted(set(wrong))))
    return tuple(entry.source() for entry in listed.sources)


def _every(value: object) -> timedelta:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise ValueError("write how often as a number and a unit, such as 15s, 5m or 2h")  # noqa: TRY004 - pydantic's
    match = EVERY.fullmatch(str(value).strip())
    if match is None:
        hint = f"{value}s" if isinstance(value, int | float) else "15s, 5m or 2h"
        raise ValueError(f"{value!r} is not a time: write a number and a unit, such as {hint}")
    try:
        every = timedelta(**{UNITS[match[2]]: float(match[1])})
    except OverflowError:
        every = timedelta.max
    if not SHORTEST <= every <= timedelta(days=31):
        raise ValueError(f"{value} is out of range: write a time between 1s and 31d")
    return every


def _address(value: str) -> str:
    try:
        parts = urlsplit(value)
        _ = parts.port
    except ValueError as error:
        raise ValueError(f"{value!r} is not an address: {error}") from error
    if not parts.scheme or ("." in parts.scheme and not parts.netloc):
        raise ValueError(f"{value!r} is not a whole address: write it with https:// in front")
    if parts.scheme not in {"http", "https"}:
        raise ValueError(f"{value!r} begins with {parts.scheme}:// where only http:// and https:// can be fetched")
    if not parts.hostname or re.search(r"\s", value):
        raise ValueError(f"{value!r} is not an address: write it as https://outlet.example/feed.xml")
    return value


def _domain(value: str) -> str:
    if "/" in value:
        host = urlsplit(value if "//" in value else f"//{value}").hostname or "outlet.example"
        raise ValueError(f"{value!r} is an address, not a domain: write {host.removeprefix('www.')}")
    if not DOMAIN.fullmatch(value):
        raise ValueError(f"{value!r} is not a domain: write it as outlet.example")
    return value.lower()


def _language(value: str) -> str:
    if not re.fullmatch(r"[a-z]{2,3}", value):
        raise ValueError(f"{value!r} is not a language: write its ISO 639-1 code, such as en, uk or pl")
    return value


def _id(value: str) -> str:
    if not re.fullmatch(r"[a-z0-9][a-z0-9._-]{0,99}", value):
        raise ValueError(f"{value!r} is not an id: write small letters, digits and hyphens, such as kyiv-ledger")
    return value


Text = Annotated[str, StringConstraints(strict=True, strip_whitespace=True, min_length=1)]
Addresses = tuple[Annotated[Text, AfterValidator(_address)], ...]


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    id: Annotated[Text, AfterValidator(_id)]
    name: Text
    domain: Annotated[Text, AfterValidator(_domain)]
    language: Annotated[Text, AfterValidator(_language)] | None = None
    feeds: Addresses = ()
    sitemaps: Addresses = ()
    every: Annotated[timedelta, BeforeValidator(_every)] = timedelta(minutes=5)
    allow_private: Annotated[bool, Field(strict=True)] = False

    def source(self) -> Source:
        return Source(**{name: getattr(self, name) for name in _Entry.model_fields})


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    sources: tuple[_Entry, ...]


KEYS = {0: tuple(_File.model_fields), 2: tuple(_Entry.model_fields)}


def _between(entries: Sequence[_Entry], root: yaml.Node) -> Iterator[Problem]:
    """What is wrong between fields and entries: nothing to fetch, the same id or address twice."""
    ids: dict[str, int] = {}
    addresses: dict[str, str] = {}
    for number, entry in enumerate(entries):
        whose, place = f'source "{entry.id}"', ("sources", number)
        if not entry.feeds and not entry.sitemaps:
            yield line_of(root, place), f"{whose}: there is nothing to fetch: give at least one address under feeds."
        line = line_of(root, (*place, "id"))
        if entry.id in ids:
            yield line, f"{whose}: id: line {ids[entry.id]} has the same id: each source needs its own."
        ids.setdefault(entry.id, line)
        for field, listed in (("feeds", entry.feeds), ("sitemaps", entry.sitemaps)):
            for nth, address in enumerate(listed):
                line = line_of(root, (*place, field, nth))
                if address in addresses:
                    yield line, f"{whose}: {field}: {address} is listed already, {addresses[address]}: remove one."
                addresses.setdefault(address, f"by {whose} in line {line}")
