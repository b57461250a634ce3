"""What pages have around their articles, in a few words for those who build them."""

import json
from collections.abc import Iterable


def ps(lines: Iterable[str], css: str = "", tag: str = "p") -> str:
    """Each line in an element of its own."""
    return "".join(f'<{tag} class="{css}">{line}</{tag}>' if css else f"<{tag}>{line}</{tag}>" for line in lines)


def ld(*nodes: object) -> str:
    """A block of linked data."""
    return f'<script type="application/ld+json">{json.dumps(nodes[0] if len(nodes) == 1 else nodes)}</script>'


def metas(*pairs: tuple[str, str]) -> str:
    """Meta elements by property."""
    return "".join(f'<meta property="{name}" content="{content}">' for name, content in pairs)


def menu(words: Iterable[str], tag: str = "nav") -> str:
    """A site's sections."""
    items = "".join(f'<li class="menu-item"><a href="/{word.lower()}">{word}</a></li>' for word in words)
    return f"<{tag} class=main-menu><ul>{items}</ul></{tag}>"


def teasers(headlines: Iterable[str], css: str, heading: str, blurb: str = "") -> str:
    """A box that leads on to other pages."""
    cards = "".join(
        f'<div class="{css}__item"><a href="/other/{number}"><img src="/t{number}.jpg" alt=""><h3>{headline}</h3></a>'
        f"{f'<p>{blurb}</p>' if blurb else ''}</div>"
        for number, headline in enumerate(headlines)
    )
    return f'<div class="{css}"><h2>{heading}</h2>{cards}</div>'


def document(title: str, body: str, head: str = "", lang: str | None = "en", attributes: str = "") -> str:
    """A whole page."""
    spoken = f' lang="{lang}"' if lang else ""
    return (
        f'<!DOCTYPE html><html{spoken} {attributes}><head><meta charset="utf-8"><title>{title}</title>'
        f'<meta name="viewport" content="width=device-width">{head}</head><body>{body}</body></html>'
    )
