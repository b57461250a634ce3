"""The text that a page gives a second time for machines (``articleBody`` of schema.org), held against what was found.

It is often whole and clean where markup is neither, and as often cut short, or without its paragraphs: it decides only
what both texts make plain.
"""

from lxml import html as lxml_html  # type: ignore[import-untyped]  # it ships no types

from services.fetcher.boilerplate import is_boilerplate
from services.fetcher.plain import folded, without_markup

MUCH_LONGER = 1.4
"""A given text so much longer than what was found is taken in its place, if it holds most of that."""
MOST = 0.7
WHOLE = 0.9
"""Of the given text's letters, how many have to be found, to believe that it is all there is."""
MOST_DROPPED = 0.4
"""Of the found letters, how many may be left out as none of the article's."""


def held_against(text: str, given: str) -> str:
    """A page's text, in the light of the one it gives for machines.

    The given text is taken where nothing was found, where it holds what was found and much more, and where it is the
    same but has its paragraphs. Where what was found holds all of it, lines before and after it are left out.
    """
    lines, given_lines = text.split("\n") if text else [], _lines(given)
    whole = folded("".join(given_lines))
    if not whole:
        return text
    folds = [folded(line) for line in lines]
    inside = [fold in whole for fold in folds]
    found = sum(map(len, folds))
    held = sum(len(fold) for fold, own in zip(folds, inside, strict=True) if own)
    if len(given_lines) > 1 and len(lines) == 1 and whole == folds[0]:
        return "\n".join(given_lines)
    if len(whole) >= MUCH_LONGER * found and (held >= MOST * found or len(whole) >= 2 * MUCH_LONGER * found):
        return "\n".join(given_lines)
    if held >= WHOLE * len(whole) and found - held <= MOST_DROPPED * found:
        first, last = inside.index(True), len(inside) - inside[::-1].index(True)
        return "\n".join(lines[first:last])
    return text


def _lines(given: str) -> list[str]:
    tree = lxml_html.fromstring(f"<div>{given}</div>") if "<" in given else None
    whole = "\n".join(tree.itertext()) if tree is not None else given
    return [clean for line in whole.splitlines() if (clean := without_markup(line)) and not is_boilerplate(clean)]
