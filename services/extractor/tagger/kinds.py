"""What an unlisted name names: a person, an organisation, a place, a military unit or a weapon.

Evidence is added up over the whole article, so that a name is of one kind wherever it stands: the words of the name
itself, the words beside each mention, the gazetteer, and what the model thinks. The weights are in the tables.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from services.extractor.knowledge import Evidence, Knowledge
from services.extractor.knowledge.gazetteer import Town, folded
from services.extractor.knowledge.names import WORD
from services.extractor.tagger.candidates import CAMEL, Candidate
from services.extractor.tagger.gazetteer import Found
from services.extractor.tagger.pipeline import Paragraph

if TYPE_CHECKING:
    from spacy.tokens import Doc

_FAMILY = re.compile(
    r"(?:enko|chuk|skyi|skyy|skiy|sky|ska|skaya|ova|eva|yev|iev|ov|ev|yan|ian|shvili|dze|oglu|zadeh|zade|poor|pour"
    r"|vić|vic|escu|sson|sen|berg|stein|ski|wicz|czyk|ullah|uddin|khani|zai)$"
)
_ADDRESS = re.compile(r"\w\.(?:com|org|net|by|ru|ua|am)$", re.IGNORECASE)
_PARTICLES = frozenset({"al", "el", "bin", "ibn", "van", "von", "de", "da", "di"})
_SETTLEMENT = re.compile(r"(?:ivka|ovka|evka|[st]ke|tsk|sk|ove|eve|pil|hrad|grad|abad|stan|ville|burg|shahr)$")
_MODEL = re.compile(r"[A-Z]\w*-\d+[A-Z]*\d*$")
_BEFORE_CAPITAL = ("Mc", "Mac", "De", "Di", "La", "Le", "Fitz")
_AGE = re.compile(r", \d\d?(?:,|\.|;| and\b)")
_SHORT = re.compile(r" \(([A-Z][A-Za-z]?[A-Z]{1,6})\)")
APPOSED = 5
"""Words after a comma within which a noun may say what the name is."""
NEEDED = 2.0
"""Evidence that a name the model passed over must have."""
ENOUGH = 0.9
"""And one that the model takes for a name."""
GUESS = {"person": 2.0, "organisation": 1.5, "place": 2.0}
"""What the model's word is worth: it takes many things for organisations."""
CERTAIN = 3.0
"""What a dateline is worth."""
MOST_BESIDE = 5
"""What the words beside all mentions together may be worth."""
ONE_WORD = 0.65
"""Of that, for a single word, which the model knows less well than a full name."""


class Kinds:
    """Decides what the candidates of one text name."""

    def __init__(
        self, text: str, listed: Iterable[Found], known: Knowledge, towns: Mapping[str, tuple[Town, ...]]
    ) -> None:
        self._text = text
        places = (name for name in listed if name.type in {"country", "place"} and name.manner in {"name", "seat"})
        self._place_starts = {name.start for name in places}
        self._known = known
        self._towns = towns
        self._titles = tuple(
            before
            for title, before in zip(known.titles, known.titles_before, strict=True)
            if len(title) > 3 or title[-1] == "."
        )

    def decide(self, found: Sequence[Candidate]) -> dict[Candidate, str]:
        """The kind of each candidate that is a name."""
        groups: dict[str, list[Candidate]] = defaultdict(list)
        for one in found:
            groups[self._key(one)].append(one)
        kinds: dict[Candidate, str] = {}
        for group in groups.values():
            if kind := self._kind(group):
                kinds.update(dict.fromkeys(group, kind))
        return kinds

    def _key(self, one: Candidate) -> str:
        written = " ".join(self._text[one.start : one.end].split())
        return written.title() if written.isupper() and len(written) > 5 else written

    def _kind(self, group: Sequence[Candidate]) -> str | None:
        written = self._key(group[0])
        guesses = Counter(one.guess for one in group if one.guess)
        if not guesses and any(written in self._known.name_words[where] for where in ("first", "last")):
            return None
        scores: dict[str, float] = defaultdict(float)
        for evidence in self._own_words(written):
            scores[evidence.kind] += evidence.weight
        scores["place"] += self._as_town(written) + (CERTAIN if any(one.certain for one in group) else 0)
        worth = ONE_WORD if len(WORD.findall(written)) == 1 else 1
        for kind, count in guesses.items():
            scores[kind] += GUESS[kind] * worth * count / len(group)
        beside: Counter[str] = Counter()
        for one in group:
            for evidence in self._beside(one):
                beside[evidence.kind] += evidence.weight
        for kind, weight in beside.items():
            scores[kind] += min(weight, MOST_BESIDE)
        kind, score = max(scores.items(), key=lambda item: item[1])
        return kind if kind != "other" and score >= (ENOUGH if guesses else NEEDED) else None

    def _own_words(self, written: str) -> Iterable[Evidence]:
        table = self._known.name_words
        words = [word.strip(".,'’\"“”") for word in re.split(r"[ -]", written)]
        if len(words) > 1:
            yield from self._full_name(words)
        elif _is_coined(written):
            yield Evidence("organisation", 2)
        elif _SETTLEMENT.search(written):
            yield Evidence("place", 1)
        if _MODEL.match(written):
            yield Evidence("weapon", 2)
        yield from (table["any"][word] for word in words if word in table["any"])
        if _ADDRESS.search(written):
            yield Evidence("organisation", 3)

    def _full_name(self, words: Sequence[str]) -> Iterable[Evidence]:
        table = self._known.name_words
        last, first = table["last"].get(words[-1]), table["first"].get(words[0])
        if last:
            yield last
        if first and not (last and first.kind == "place"):
            yield first
        yield from (table["inside"][word] for word in words[1:-1] if word.islower() and word in table["inside"])
        before_of = next((left for left, right in pairwise(words) if right in {"of", "for"}), "")
        if before_of in table["last"]:
            yield table["last"][before_of]
        elif words[0] in self._known.given_names and all(word[:1].isupper() or word in _PARTICLES for word in words):
            yield Evidence("person", 3 if self._known.given_names[words[0]] == "given" else 2)
        elif _FAMILY.search(words[-1]) and len(words) < 4:
            yield Evidence("person", 2)

    def _as_town(self, written: str) -> float:
        towns = self._towns.get(folded(written))
        if towns is None:
            return 0
        if written in self._known.given_names:
            return 0.3
        return 1.5 if towns[0].population > 100_000 or " " in written else 1.2

    def _beside(self, one: Candidate) -> Iterable[Evidence]:
        doc, part = one.part.doc, one.part
        at, after = part.index_from(one.start), part.index_from(one.end)
        yield from self._before(doc, at)
        yield from self._after(part, after)
        text = self._text
        if _AGE.match(text, one.end):
            yield Evidence("person", 3)
        if _SHORT.match(text, one.end):
            yield Evidence("organisation", 2)
        before = text[max(part.start, one.start - 24) : one.start]
        if before.endswith(self._titles):
            yield Evidence("person", 3)

    def _before(self, doc: "Doc", at: int) -> Iterable[Evidence]:
        table = self._known.name_context["before"]
        start = at
        while start > 0 and doc[start - 1].lower_ in {"the", "a", "an", ",", "“", '"'}:
            start -= 1
        if start > 0 and doc[start - 1].text == "and":
            start = _before_conjunct(doc, start)
        for length in (3, 2, 1):
            words = " ".join(doc[start - length : start].text.lower().split()) if start >= length else ""
            if words in table:
                yield from table[words]
                return

    def _apposed(self, doc: "Doc", at: int) -> Iterable[Evidence]:
        """ ", the city's leader,": what the noun after a comma says of the name before it."""
        if at >= len(doc) or doc[at].pos_ not in {"DET", "PRON", "ADJ", "PROPN", "NOUN"}:
            return ()
        table = self._known.name_context["before"]
        for token in doc[at : at + APPOSED]:
            if token.pos_ in {"VERB", "AUX", "PUNCT", "ADP", "CCONJ"}:
                break
            if token.pos_ == "NOUN" and token.lower_ in table:
                return table[token.lower_]
        return ()

    def _after(self, part: Paragraph, after: int) -> Iterable[Evidence]:
        doc = part.doc
        table = self._known.name_context["after"]
        if after >= len(doc):
            return
        if doc[after].text == ",":
            said = _longest(doc, after + 1, self._known.name_context["after ,"]) or self._apposed(doc, after + 1)
            yield from said
            if not said and after + 1 < len(doc) and part.begin(doc[after + 1]) in self._place_starts:
                yield Evidence("place", 1)
            return
        if doc[after].text == "in" and after + 1 < len(doc) and part.begin(doc[after + 1]) in self._place_starts:
            yield Evidence("place", 1)
        if doc[after].text in {"-", "'s", "’s"}:
            after += 1
        yield from _longest(doc, after, table)


def _is_coined(written: str) -> bool:
    """An abbreviation, or a word with a capital inside: UNHCR, BioNTech; but not McConnell."""
    abbreviation = written.isupper() and 2 < len(written) < 8
    return abbreviation or (bool(CAMEL.search(written)) and not written.startswith(_BEFORE_CAPITAL))


def _before_conjunct(doc: "Doc", at: int) -> int:
    """The index before the first of two joined names: "in Sirte and Jufra"."""
    start = at - 1
    while start > 0 and doc[start - 1].text[:1].isupper():
        start -= 1
    return start


def _longest(doc: "Doc", at: int, table: Mapping[str, tuple[Evidence, ...]]) -> tuple[Evidence, ...]:
    for length in (3, 2, 1):
        words = " ".join(doc[at : at + length].text.lower().split())
        if words in table:
            return table[words]
    return ()
