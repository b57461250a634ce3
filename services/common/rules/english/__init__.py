"""What the service knows of English, as lists that anybody can edit."""

from functools import cache
from importlib.resources import files

from services.common.errors import ConfigurationError


@cache
def plurals() -> dict[str, str]:
    """The singular of each plural that the rule would get wrong; a word that is no plural stands for itself.

    Raises:
        ConfigurationError: a line is not one or two words in lower case.
    """
    singulars = {}
    for number, line in _lines("plurals.txt"):
        plural, *singular = line.split()
        if len(singular) > 1 or line != line.lower():
            raise ConfigurationError(
                f"services/common/rules/english/plurals.txt, line {number}: expected one or two words"
            )
        singulars[plural] = singular[0] if singular else plural
    return singulars


@cache
def abbreviations() -> frozenset[str]:
    """Words that keep their full stop within a sentence, without it."""
    return frozenset(line for _, line in _lines("abbreviations.txt"))


@cache
def openers() -> frozenset[str]:
    """Words that open a sentence even after an abbreviation."""
    return frozenset(line for _, line in _lines("openers.txt"))


def _lines(name: str) -> list[tuple[int, str]]:
    text = files("services.common.rules.english").joinpath(name).read_text("utf-8")
    numbered = [(number, line.strip()) for number, line in enumerate(text.splitlines(), start=1)]
    return [(number, line) for number, line in numbered if line and not line.startswith("#")]
