"""Word classes (``pos_``, ``morph``) by the model's own rules, each kind of word looked up once.

spaCy's attribute ruler runs its 179 patterns over every word with a matcher, a sixth of the time a text takes. What
the patterns look at (tag, relation, spelling, and the relation of the word before) has few values, so their answers are
remembered. A test compares the two over whole texts. Lemmas, which the patterns give too, are not set.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from spacy.strings import get_string_id
from spacy.tokens import MorphAnalysis

from services.common.errors import ConfigurationError

if TYPE_CHECKING:
    from spacy.pipeline import AttributeRuler
    from spacy.tokens import Doc, Token

_GIVEN = frozenset({"POS", "MORPH", "TAG", "DEP"})
_LOOKED_AT: list[int | str] = ["TAG", "DEP", "IS_SPACE", "LOWER"]
_Word = Mapping[str, object]
_Asked = Mapping[str, tuple[bool, frozenset[object]]]
"""Of some attributes: whether the value must be one of these, or none of them."""


@dataclass(frozen=True, slots=True)
class _Rule:
    asked: _Asked
    before: _Asked
    gives: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Class:
    pos: str
    morph: MorphAnalysis | None
    tag: str | None
    dep: str | None

    def give(self, token: "Token") -> None:
        token.pos_ = self.pos
        if self.morph is not None:
            token.morph = self.morph
        if self.tag is not None:
            token.tag_ = self.tag
        if self.dep is not None:
            token.dep_ = self.dep


class WordClasses:
    """Gives the words of a parsed text their classes, as the ruler would have."""

    def __init__(self, ruler: "AttributeRuler") -> None:
        """Take over a ruler's patterns.

        Raises:
            ConfigurationError: a pattern looks at something that is not remembered.
        """
        self._vocab = ruler.vocab
        self._rules = [rule for pattern in ruler.patterns for rule in _read(cast("Mapping[str, Any]", pattern))]
        words = {str(word) for rule in self._rules for word in rule.asked.get("LOWER", (True, ()))[1]}
        self._special = frozenset(get_string_id(word) for word in words)
        self._known: dict[tuple[int, int, int, int, int], _Class] = {}
        """The classes found before; there are only so many, for only special words are told apart."""

    def set(self, doc: "Doc") -> None:
        """Give each word of a text, tagged and parsed before, its class."""
        before = 0
        known, special = self._known, self._special
        for token, (tag, dep, space, lower) in zip(doc, doc.to_array(_LOOKED_AT).tolist(), strict=True):
            word = (tag, dep, space, lower, before) if lower in special else (tag, dep, space, 0, 0)
            found = known.get(word)
            if found is None:
                found = known[word] = self._class(*word)
            found.give(token)
            before = dep

    def _class(self, tag: int, dep: int, space: int, lower: int, before: int) -> _Class:
        """What the rules say of such a word; of two that say something the later is right."""
        name = self._vocab.strings
        word: _Word = {"TAG": name[tag], "DEP": name[dep], "IS_SPACE": bool(space), "LOWER": name[lower]}
        said: dict[str, str] = {}
        for rule in self._rules:
            if _fits(word, rule.asked) and _fits({"DEP": name[before]}, rule.before):
                said.update(rule.gives)
        morph = MorphAnalysis(self._vocab, said["MORPH"]) if "MORPH" in said else None
        return _Class(said.get("POS", ""), morph, said.get("TAG"), said.get("DEP"))


def _fits(word: _Word, asked: _Asked) -> bool:
    return all((word[key] in values) is wanted for key, (wanted, values) in asked.items())


def _read(pattern: Mapping[str, Any]) -> Iterator[_Rule]:
    gives = {key: value for key, value in pattern["attrs"].items() if key in _GIVEN}
    alternatives: Sequence[Sequence[Mapping[str, object]]] = pattern["patterns"]
    for words in alternatives if gives else ():
        *ahead, asked = [{key: _values(value) for key, value in word.items()} for word in words]
        before = ahead[0] if ahead else {}
        alone = len(ahead) == 0 or (len(ahead) == 1 and "LOWER" in asked)
        if (
            not alone
            or pattern["index"] != len(ahead)
            or not (asked.keys() <= set(_LOOKED_AT) and before.keys() <= {"DEP"})
        ):
            raise ConfigurationError(
                f"The language model gives word classes by a rule that is not understood, {words}: "
                "use the version that requirements/model.txt names (`make setup`)."
            )
        yield _Rule(asked, before, gives)


def _values(value: object) -> tuple[bool, frozenset[object]]:
    """What a pattern wants: one value, one of several, or none of several."""
    if not isinstance(value, dict):
        return True, frozenset({value})
    (how, values), *others = value.items()
    if others or how not in {"IN", "NOT_IN"}:
        raise ConfigurationError(f"The language model gives word classes by a rule that is not understood, {value}.")
    return how == "IN", frozenset(values)
