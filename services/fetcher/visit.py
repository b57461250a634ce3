"""Asking a few addresses by hand, outside the service: with the same client, bounds and pauses as the fetcher."""

import asyncio
from dataclasses import dataclass, field

import httpx

from services.fetcher.discovery import Outlet, discover
from services.fetcher.http import Page, get, http_client
from services.fetcher.politeness import host_of
from services.fetcher.settings import FetcherSettings


async def visit(url: str, settings: FetcherSettings, *, allow_private: bool = False) -> Outlet:
    """The outlet at an address, asked now.

    Raises:
        FetchFailed: the address could not be fetched.
        PermanentError: there is nothing that can be followed.
    """
    async with http_client(settings) as client:
        return await discover(url, Visit(client, settings, allow_private).ask)


@dataclass(slots=True)
class Visit:
    """One address after the other, with a pause before a host is asked again."""

    client: httpx.AsyncClient
    settings: FetcherSettings
    allow_private: bool = False
    """Whether addresses that are not on the public internet may be asked; hosts there are not made to wait."""
    _asked: set[str] = field(default_factory=set)

    async def ask(self, url: str) -> Page:
        """GET an address.

        Raises:
            FetchFailed: one of its kinds, with a sentence.
        """
        host = host_of(url)
        if host in self._asked and not self.allow_private:
            await asyncio.sleep(self.settings.fetcher_host_delay)
        self._asked.add(host)
        return await get(
            self.client,
            url,
            limit=self.settings.fetcher_feed_bytes,
            redirects=self.settings.fetcher_redirects,
            seconds=self.settings.fetcher_request_seconds,
            allow_private=self.allow_private,
        )
