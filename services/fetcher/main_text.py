"""Trafilatura asked for the main text of a page, and its second opinions only where they could be other ones.

Its own reader comes first; then two more (readability, justext) look at each page, and theirs is taken where the first
found too little (A. Barbaresi, "Trafilatura", 2021). They are a good part of the work, and the rule by which theirs is
taken tells beforehand, of most pages, that it will not be.
"""

from copy import copy
from functools import cache
from typing import Any

import trafilatura
from trafilatura.external import SANITIZED_XPATH
from trafilatura.htmlprocessing import convert_tags, prune_unwanted_nodes, tree_cleaning
from trafilatura.main_extractor import extract_content
from trafilatura.settings import Extractor
from trafilatura.xpaths import RAW_TREE_PRUNE_XPATH, REMOVE_COMMENTS_AND_LISTS_XPATH

from services.fetcher.plain import whole_text
from services.fetcher.xpaths import xpath

HAS_PARAGRAPHS = "boolean(.//p//text())"
UNCLEAN = f"boolean({SANITIZED_XPATH})"
OUTDONE = 2
"""Another reader's text is preferred if it is more than so many times as long."""


def main_text(tree: Any, url: str, *, fast: bool = False) -> Any:
    """The main text of a page as a tree of trafilatura's own kind, which is like TEI's; None where there is none.

    The page's tree loses what holds readers' comments. ``fast``: without second opinions, as where the text is has been
    found already.
    """
    options = _options(fast)
    if not _is_forum(tree) and (body := _at_first_sight(tree, url, options)) is not None:
        return body
    return getattr(trafilatura.bare_extraction(tree, url=url, options=options), "body", None)


def _at_first_sight(tree: Any, url: str, options: Extractor) -> Any:
    """What its own reader finds, if no other can prevail (as ``trafilatura.external.compare_extraction`` has it)."""
    for unwanted in (RAW_TREE_PRUNE_XPATH, REMOVE_COMMENTS_AND_LISTS_XPATH):
        tree = prune_unwanted_nodes(tree, unwanted)
    body, text = extract_content(convert_tags(tree_cleaning(copy(tree), options), options, url), options)
    sound = len(text) >= options.min_extracted_size and xpath(HAS_PARAGRAPHS)(body) and not xpath(UNCLEAN)(body)
    tables = sum(1 for _ in body.iter("table")) > sum(1 for _ in body.iter("p"))
    return body if sound and not tables and OUTDONE * len(text) >= _most(tree) else None


@cache
def _options(fast: bool) -> Extractor:
    return Extractor(fast=fast, comments=False, tables=True)


def _is_forum(tree: Any) -> bool:
    """Whether a page says that it is a forum's, where what looks like comments is the text."""
    return any("DiscussionForumPosting" in (script.text or "") for script in tree.iter("script"))


def _most(tree: Any) -> int:
    """Characters of the longest text that anybody could find on a page: of all that there is but scripts."""
    return _length(whole_text(tree)) - sum(_length(script.text or "") for script in tree.iter("script"))


def _length(text: str) -> int:
    return len(" ".join(text.split()))
