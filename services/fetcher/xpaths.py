"""XPath expressions, each made ready once in a process: that takes longer than to use it on a page."""

from functools import cache
from typing import Any

from lxml import etree  # type: ignore[import-untyped]  # it ships no types


@cache
def xpath(expression: str) -> Any:
    """What finds what an expression asks for in an element; strings that it finds do not hold on to their elements."""
    return etree.XPath(expression, smart_strings=False)
