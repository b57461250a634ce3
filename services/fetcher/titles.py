"""An article's title as its readers see it, without the name of the site."""

import re
from collections.abc import Iterable, Sequence

from services.fetcher.plain import folded, without_markup

BETWEEN = re.compile(r"\s+(?:[|–—·•»«:]|::|-{1,2}|//|/)\s+|\s*\|\s*")
"""What pages put between a title and the name of their site."""
PIPES = {"|", "»", "«", "•", "·", "::"}
"""Marks that titles themselves hardly ever hold."""
SITE_WORDS = 5
LITTLE = {"the", "of", "and", "for", "in"}
WORDS = 4
"""Words of a title that stands alone."""
ALIKE = 0.5
"""Of the shorter title's words."""
LONGEST = 500


def best_title(
    seen: Sequence[str],
    said: Sequence[str],
    sites: Iterable[str],
    announced: str | None = None,
    lesser: Sequence[str] = (),
    marked: str | None = None,
) -> str | None:
    """The title of a page, or None where it has none.

    ``seen``: the texts of its top headings (h1), in order. ``said``: the titles its metadata give, likeliest first,
    the <title> element last. ``sites``: names of the site. ``announced``: what its feed calls it.
    ``lesser``: its lesser headings, as one of which a title without a site's name may be seen.
    ``marked``: the heading that is marked as the article's, which may be worded differently from all the others.
    A heading that agrees with one of the others wins, as that is what readers see; metadata are often shortened or
    dressed up.
    """
    names = {fold for site in sites if (fold := folded(site))}
    headings = [clean for raw in seen if (clean := without_markup(raw)) and folded(clean) not in names]
    titles = [clean for raw in said if (clean := without_site(without_markup(raw), names, (*headings, *lesser)))]
    feed = [clean for raw in [announced or ""] if (clean := without_markup(raw))]
    agreed = (one for one in headings if any(_agree(folded(one), folded(other)) for other in (*titles, *feed)))
    alike = (one for one in headings if any(_alike(one, other) for other in (*titles, *feed)))
    own = (one for one in headings if one == marked and len(one.split()) >= WORDS)
    best = next(agreed, None) or next(alike, None) or next(own, None) or next(iter((*titles, *headings, *feed)), None)
    return best[:LONGEST] if best else None


def without_site(title: str, sites: set[str], known: Iterable[str] = ()) -> str:
    """The title without the site's name at its end or its beginning.

    ``sites``: folded names. What follows a mark is the site's name if it is one of these, if the rest is a title that
    is ``known`` from elsewhere, or if the mark is one that titles do not hold and what follows is short.
    """
    label, colon, own = title.partition(": ")
    headings = {folded(one) for one in known}
    if colon and len(own.split()) > 1 and folded(title) not in headings and _is_site(label, sites):
        title = own
    marks = list(BETWEEN.finditer(title))
    if not marks:
        return "" if folded(title) in sites else title
    for mark in marks:
        rest = title[: mark.start()]
        if folded(rest) in headings and len(folded(rest)) > 10:
            return rest
    last, first = marks[-1], marks[0]
    before, after = title[: last.start()], title[last.end() :]
    if _is_site(after, sites):
        return without_site(before, sites, known)
    if _is_site(title[: first.start()], sites):
        return title[first.end() :]
    if last.group().strip() in PIPES and len(after.split()) <= min(SITE_WORDS, len(before.split()) - 1):
        return without_site(before, sites, known)
    return title if folded(title) else ""


def _is_site(part: str, sites: set[str]) -> bool:
    fold = folded(part)
    return bool(fold) and any(
        fold == site
        or fold.removeprefix("the") == site.removeprefix("the")
        or (len(site) >= 3 and fold.startswith(site) and len(fold) <= 2 * len(site) + 4)
        or (len(site) >= 3 and _abbreviates(site, [folded(word) for word in part.split()]))
        for site in sites
    )


def _abbreviates(short: str, words: list[str]) -> bool:
    """Whether a name is put together of the beginnings of several words, as hosts are of what their papers are called.

    Little words may be left out: ``shherald`` is the Some Hill Herald, and ``hillnews`` the News of the Hill is not.
    """
    if not short:
        return True
    if not words:
        return False
    first, *rest = words
    if first in LITTLE and _abbreviates(short, rest):
        return True
    longest = next((n for n, pair in enumerate(zip(short, first, strict=False)) if pair[0] != pair[1]), len(first))
    return any(_abbreviates(short[size:], rest) for size in range(min(longest, len(short)), 0, -1))


def _agree(one: str, other: str) -> bool:
    """Whether two folded titles are the same one, perhaps shortened."""
    if not one or not other:
        return False
    short, long = sorted((one, other), key=len)
    return short == long or (len(short) > 15 and short[:-1] in long)


def _alike(one: str, other: str) -> bool:
    """Whether two titles have most of their words in common."""
    first, second = ({fold for word in title.split() if (fold := folded(word))} for title in (one, other))
    return min(len(first), len(second)) >= 3 and len(first & second) >= ALIKE * min(len(first), len(second))
