"""How often Python looks for objects that refer to one another in a circle (``gc``): seldom."""

import gc
from typing import Final

BETWEEN: Final = (20_000, 20, 20)
"""Objects made before it looks, and looks between those at older ones. By default it looks thirty times as often, each
time at all that is new: a JSON document of some thousand parts took twice as long to read. Those are no circles.
"""


def look_seldom() -> None:
    """Look seldom, and never at what is there already: modules and what is loaded with them stay."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*BETWEEN)
