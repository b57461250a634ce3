"""The fetcher: from feeds and pages to articles.

``article_from_html`` and ``entries_from_feed`` are its pure middle, for whoever has a page or a feed at hand. They are
looked up when first asked for (PEP 562): what they need takes a while to import, and a command's help does not need it.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from services.fetcher.articles import article_from_html as article_from_html
    from services.fetcher.feeds import entries_from_feed as entries_from_feed

__all__ = ["article_from_html", "entries_from_feed"]


def __getattr__(name: str) -> object:
    homes = {"article_from_html": "services.fetcher.articles", "entries_from_feed": "services.fetcher.feeds"}
    if name not in homes:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(homes[name]), name)
