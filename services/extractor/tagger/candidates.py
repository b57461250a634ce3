"""Spans that may be names: the model's, mended at their edges, and capitalised words that it passed over."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from services.extractor.knowledge import Knowledge
from services.extractor.knowledge.names import WORD
from services.extractor.tagger.pipeline import Paragraph
from services.extractor.tagger.spans import Spans

if TYPE_CHECKING:
    from spacy.tokens import Doc, Span, Token

KINDS = {"PERSON": "person", "ORG": "organisation", "GPE": "place", "LOC": "place", "FAC": "place"}
_GUESSES = {**KINDS, "NORP": "", "PRODUCT": "", "EVENT": "", "WORK_OF_ART": "", "LAW": "", "LANGUAGE": ""}
_EDGES = ' \t\u00a0.,;:!?()[]{}"“”„«»‘*–—-_|/\\+&'
_POSSESSIVE = re.compile(r"['’]s?$")
_THE = re.compile(r"^(?:the|a|an|its|his|her|their|our)\s+", re.IGNORECASE)
_SCORE = re.compile(r"(?:\s+\(?\d+(?:[-–:]\d+)*\)?)+$")
_NOT_IN_A_NAME = re.compile(r"\n|[@#<>=|]|https?:")
_BETWEEN = re.compile(
    r" (?:--?|–|—) |['’]s? (?=[A-Z])| and (?=\S)|, (?=[A-Z])| \d\d? (?=[A-Z])| (?:in|near|from|at) (?=\S)"
)
_WITHIN_NAMES = frozenset(
    {"General", "Major", "Chief", "Head", "Leader", "the", "Private", "Judge", "Justice", "Speaker"}
)
"""Titles that also stand inside names: Attorney General's Office, Joint Chief."""
_SMALL = frozenset(
    {
        "of", "for", "the", "and", "de", "du", "da", "do", "dos", "del", "della", "di", "van", "von",
        "der", "den", "la", "le", "les", "et", "y", "e", "i", "al", "el", "bin", "ibn", "bint",
        "ul", "ur", "wa", "wal", "ez", "es", "as", "an", "ad", "ash", "at", "az",
    }
)  # fmt: skip
"""Words in small letters that stand inside names."""
CAMEL = re.compile(r"[a-z][A-Z]")
_SIGNATURE = re.compile(r"\s*[—–-]+ ?[^\n]{1,80}[( ]@\w")
"""Who wrote a post that the article shows: "— Name (motto) @name"."""
LONGEST = 80
DATELINE = re.compile(
    r"(?P<place>[A-Z\u00c0-\u00de][\w'’.-]*(?: [A-Z\u00c0-\u00de][\w'’.-]*){0,3})(?:, [A-Z][\w. ]{1,30})?"
    r"(?: ?\([A-Z][^()\n]{1,30}\))? ?(?:--?|–|—) ?(?=\S)"
)
"""What a report from an agency begins with: "KYIV (Reuters) - ", "GENEVA, Switzerland -- "."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A span that may be a name. ``guess`` is the model's kind: empty where it has none of ours."""

    start: int
    end: int
    guess: str
    part: Paragraph
    certain: bool = False
    """It needs no further evidence than that it looks like a name here."""


@dataclass(frozen=True, slots=True)
class Listed:
    """Where the tables' names stand in a text."""

    exact: frozenset[tuple[int, int]]
    fixed: Spans
    """Those that are never part of a longer name: all but countries and places."""
    all: Spans


def candidates(text: str, part: Paragraph, listed: Listed, known: Knowledge) -> list[Candidate]:
    """The spans of a paragraph that may be names, in order; none overlap, none is just a name of the tables."""
    if _SIGNATURE.match(part.text) or _is_buttons(part.text, known):
        return []
    taken = Spans()
    proposed = (*_dateline(text, part), *_of_model(text, part, listed, known), *_passed_over(text, part, listed, known))
    new = [one for one in proposed if (one.start, one.end) not in listed.exact and taken.add(one.start, one.end)]
    return sorted(new, key=lambda one: one.start)


def _is_buttons(line: str, known: Knowledge) -> bool:
    """Whether a line is only the names of places to share the page."""
    forms = [known.names.forms.get(word, ()) for word in WORD.findall(line)]
    return all(form and known.names.entities[form[0].entity].kind == "platform" for form in forms)


def _dateline(text: str, part: Paragraph) -> Iterator[Candidate]:
    match = DATELINE.match(text, part.start, part.end)
    if match and (match["place"].isupper() or "(" in match[0]) and len(match["place"]) > 2:
        yield Candidate(match.start("place"), match.end("place"), "place", part, certain=True)


def _of_model(text: str, part: Paragraph, listed: Listed, known: Knowledge) -> Iterator[Candidate]:
    for name in part.doc.ents:
        if name.label_ not in _GUESSES:
            continue
        kind = _GUESSES[name.label_]
        start, end = _extended(part, name, listed, known)
        first, last = part.doc[start], part.doc[end - 1]
        pieces = list(_split(text, part.begin(first), part.close(last), kind, listed, known))
        for begin, close in pieces:
            guess = kind if len(pieces) == 1 or kind != "organisation" else ""
            begin, close = trimmed(text, begin, close, kind, known)  # noqa: PLW2901
            if _is_name(text[begin:close], known):
                yield Candidate(begin, close, guess, part)


def _extended(part: Paragraph, name: "Span", listed: Listed, known: Knowledge) -> tuple[int, int]:
    """With the rest of a name the model cut short: "Félix" of Félix Tshisekedi, "Jaish" of Jaish-e-Mohammad."""
    doc, start, end = part.doc, name.start, name.end
    while start > 1 and doc[start - 1].text in {"-", "‑"} and not doc[start - 2].whitespace_ and _joins(doc[start - 2]):
        start -= 2
    while end + 1 < len(doc) and doc[end].text in {"-", "‑"} and not doc[end - 1].whitespace_ and _joins(doc[end + 1]):
        if doc[end].whitespace_ or doc[end + 1].tag_ in {"VBN", "VBD", "VBG", "JJ"}:
            break
        end += 2
    while name.label_ in KINDS and start > 0 and _leads(part, doc[start - 1], listed, known):
        start -= 1
    end = _with_field(doc, start, end, known) if name.label_ == "ORG" else end
    while name.label_ in KINDS and end < len(doc):
        token = doc[end]
        alone = (part.begin(token), part.close(token)) in listed.exact
        if token.pos_ != "PROPN" or not token.text[:1].isupper() or token.ent_iob_ != "O" or alone:
            break
        end += 1
    return start, end


def _with_field(doc: "Doc", start: int, end: int, known: Knowledge) -> int:
    """With "on Human Rights", "of Armenia" after a commission, an institute, a ministry."""
    words = {token.text for token in doc[start:end]}
    at = end
    if at + 1 >= len(doc) or doc[at].lower_ not in {"on", "for", "of"} or not words & known.name_words["last"].keys():
        return end
    at += 2 if doc[at + 1].lower_ == "the" else 1
    field = at
    while at < len(doc) and doc[at].pos_ == "PROPN" and doc[at].text[:1].isupper() and doc[at].ent_type_ != "DATE":
        at += 1
    return at if at > field else end


def _leads(part: Paragraph, token: "Token", listed: Listed, known: Knowledge) -> bool:
    """Whether the word before a name belongs to it: "Vladyslav" of Klochkov, "Médecins" of Sans Frontières."""
    begins_sentence = token.is_sent_start and token.text not in known.given_names
    return (
        token.pos_ == "PROPN"
        and token.text[:1].isupper()
        and token.ent_iob_ == "O"
        and not begins_sentence
        and token.text not in known.capitalised
        and token.lower_ not in known.name_context["before"]
        and not listed.all.overlap(part.begin(token), part.close(token))
    )


def _joins(token: "Token") -> bool:
    return token.text[:1].isupper() or token.lower_ in _SMALL


def _split(text: str, start: int, end: int, kind: str, listed: Listed, known: Knowledge) -> Iterator[tuple[int, int]]:
    """At what joins two names: a dash, "in", "and" between people or places, a possessive, a title before a person."""
    for match in _BETWEEN.finditer(text, start, end):
        sign = match[0].strip()
        left = (start, match.start())
        if sign == "and" and kind == "organisation" and left not in listed.exact:
            continue
        if sign[:1] in "'’" and left not in listed.exact:
            continue
        if sign == "," and kind == "organisation":
            continue
        yield from _split(text, *left, kind, listed, known)
        yield from _split(text, match.end(), end, kind, listed, known)
        return
    for title in known.titles if known.title_words.intersection(text[start:end].split(" ")[1:]) else ():
        if (at := text.find(f" {title} ", start, end)) > 0 and title[0].isupper() and title not in _WITHIN_NAMES:
            yield start, at
            yield at + len(title) + 2, end
            return
    yield start, end


def _passed_over(text: str, part: Paragraph, listed: Listed, known: Knowledge) -> Iterator[Candidate]:
    """Runs of capitalised proper nouns that the model did not take, with listed places in them: Houston Rockets."""
    run: list[Token] = []
    for token in [*part.doc, None]:
        fits = (
            token is not None
            and _may_be_a_name(token)
            and token.ent_iob_ == "O"
            and not listed.fixed.overlap(part.begin(token), part.close(token))
            and token.text not in known.capitalised
        )
        if fits and token is not None:
            run.append(token)
            continue
        if any(not listed.all.overlap(part.begin(one), part.close(one)) for one in run):
            start, end = trimmed(text, part.begin(run[0]), part.close(run[-1]), "person", known)
            if _is_name(text[start:end], known):
                yield Candidate(start, end, "", part)
        run = []


def _may_be_a_name(token: "Token") -> bool:
    """A capitalised proper noun, or an abbreviation that was taken for a common one."""
    shown = token.text
    letters = shown.isalpha() and len(shown) > 2
    shaped = letters and (shown.isupper() or (token.pos_ == "NOUN" and bool(CAMEL.search(shown))))
    return shown[:1].isupper() and (token.pos_ == "PROPN" or shaped)


def trimmed(text: str, start: int, end: int, kind: str, known: Knowledge) -> tuple[int, int]:
    """The span without articles, titles, quotes, scores and possessives at its edges."""
    while True:
        written = text[start:end]
        stripped = written.strip(_EDGES)
        own = _is_own_possessive(text, start + written.index(stripped), stripped)
        if (match := _POSSESSIVE.search(stripped)) and not own:
            stripped = stripped[: match.start()]
        stripped = _SCORE.sub("", stripped) if " " in stripped else stripped
        if match := _THE.match(stripped):
            stripped = stripped[match.end() :]
        elif kind == "person" and stripped.startswith(known.titles_before):
            title = next((title for title in known.titles if stripped.startswith(f"{title} ")), "")
            rest = stripped[len(title) :].lstrip()
            stripped = rest if title and rest not in known.name_words["last"] else stripped
        stripped = _without_small_edges(stripped)
        if stripped == written or not stripped:
            return start, end
        start += written.index(stripped)
        end = start + len(stripped)


def _is_own_possessive(text: str, start: int, stripped: str) -> bool:
    """ "Moody's said": the sign belongs to the name, for nothing follows that it could possess."""
    following = text[start + len(stripped) : start + len(stripped) + 12]
    return stripped.endswith(("'s", "’s")) and bool(re.match(r" (?:said|says|and|cut|has|is|was|on|in)\b", following))


def _without_small_edges(written: str) -> str:
    """Without common nouns around the name: "Odesa oblast" names Odesa; but "al-Shabaab" begins small."""
    words = written.split(" ")
    while len(words) > 1 and words[-1].islower():
        words.pop()
    while len(words) > 1 and words[0].islower():
        words.pop(0)
    return " ".join(words)


def _is_name(written: str, known: Knowledge) -> bool:
    words = WORD.findall(written)
    if not words or written in known.boilerplate or not any(word[0].isupper() for word in words):
        return False
    if all(word in known.capitalised for word in words):
        return False
    if _NOT_IN_A_NAME.search(written) or len(written) > LONGEST or all(len(word) == 1 for word in words):
        return False
    return not (words[-1].isdigit() and len(words) == 1) and not any(word.isdigit() and len(word) > 3 for word in words)
