"""What a person typed, made ready for the parser: sloppiness is mended here, mistakes are named.

A search box forgives: an unclosed quote is closed, a bracket without its partner and an operator without its words
are left out, everything that means something in Lucene's syntax but not in ours is a plain character. What would
silently search for something else than was meant, an unknown field above all, is a mistake, and is said with its place.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from typing import Final, Literal

DEEPEST: Final = 20
"""Brackets within each other."""

Kind = Literal["word", "phrase", "operator", "sign", "field", "open", "close"]

# A phrase, closed or not; a bracket; anything else up to one of these or a space. Word processors curl the quotes.
_TOKEN: Final = re.compile(r'(?P<phrase>["“”„][^"“”„]*["“”„]?)|(?P<bracket>[()])|(?P<word>[^\s()"“”„]+)')
_FIELD: Final = re.compile(r"(?P<sign>[-+]*)(?P<name>[A-Za-z_][\w.]*):")
_SPECIAL: Final = re.compile(r"""[\\\[\]{}~^/!&|<>=?:*"'+-]""")
_SPOKEN: Final = re.compile(r"\w")
_PLAIN: Final = re.compile(r"[^\W_]+")


class MistakeError(ValueError):
    """What was typed cannot mean what it says; the sentence says what is wrong, and at which character."""

    def __init__(self, sentence: str, at: int | None = None) -> None:
        super().__init__(sentence if at is None else f"character {at + 1}: {sentence}")


@dataclass(frozen=True, slots=True)
class Token:
    """A part of what was typed: ``text`` as the parser takes it, and where it began."""

    kind: Kind
    text: str
    at: int


def tidied(q: str, fields: Collection[str]) -> str:
    """The query in the syntax of Lucene's parser, or nothing where there is nothing to search for.

    Raises:
        MistakeError: a field that is none of ``fields``, a field without a value, a word that begins with ``*``.
    """
    return _joined(_sound(_paired(list(_tokens(q, fields)))))


def free_words(q: str, fields: Collection[str]) -> tuple[tuple[int, str], ...]:
    """The words that are looked for anywhere, those of phrases included, and at which character each begins; without
    those of a field, those that must not occur, and mere beginnings.

    Raises:
        MistakeError: as ``tidied``.
    """
    found: list[tuple[int, str]] = []
    before, depth, left_out = "", 0, 0
    for token in _tokens(q, fields):
        depth += (token.kind == "open") - (token.kind == "close")
        elsewhere = before in {"field", "without"}
        if token.kind == "open" and elsewhere and not left_out:
            left_out = depth
        elif token.kind in {"word", "phrase"} and not elsewhere and not left_out and not token.text.endswith("*"):
            written = token.text if token.kind == "word" else q[token.at : q.find('"', token.at + 1) + 1 or None]
            end = token.at + len(re.sub(r"\\(.)", r"\1", written))
            found += [(token.at + each.start(), each[0]) for each in _PLAIN.finditer(q[token.at : end])]
        if left_out and depth < left_out:
            left_out = 0
        before = "without" if token.text in {"-", "NOT"} else token.kind
    return tuple(found)


def _tokens(q: str, fields: Collection[str]) -> Iterator[Token]:
    for found in _TOKEN.finditer(q):
        at = found.start()
        if phrase := found["phrase"]:
            inner = phrase.strip('"“”„').replace("\\", " ")
            if _SPOKEN.search(inner):
                yield Token("phrase", f'"{inner}"', at)
        elif bracket := found["bracket"]:
            yield Token("open" if bracket == "(" else "close", bracket, at)
        else:
            followed = found.end() < len(q) and not q[found.end()].isspace()
            yield from _words(found["word"], at, fields, followed=followed)


def _words(written: str, at: int, fields: Collection[str], *, followed: bool) -> Iterator[Token]:
    """A run without spaces: a field and a word, a signed word, an operator; ``followed`` by a quote or a bracket."""
    if written in {"AND", "OR", "NOT"}:
        yield Token("operator", written, at)
        return
    if (field := _FIELD.match(written)) and _is_meant(field["name"], written[field.end() :], fields, followed=followed):
        if field["name"] not in fields:
            offered = ", ".join(sorted(fields))
            sentence = f"there is no field {field['name']!r}; there are {offered}. In quotes it is text."
            raise MistakeError(sentence, at)
        if "-" in field["sign"]:
            yield Token("sign", "-", at)
        yield Token("field", f"{field['name']}:", at)
        if rest := written[field.end() :]:
            yield from _word(rest, at + field.end())
        return
    if followed and written.strip("-+") == "":
        yield Token("sign", "-" if "-" in written else "", at)
        return
    if written[0] in "-+" and _SPOKEN.search(written):
        if written[0] == "-":
            yield Token("sign", "-", at)
        written = written.lstrip("-+")
    yield from _word(written, at)


def _is_meant(name: str, value: str, fields: Collection[str], *, followed: bool) -> bool:
    """Whether a colon is one of ours: not that of a headline ("Kyiv: the latest"), an address or a time."""
    if name in fields:
        return True
    return (bool(value) or followed) and not value.startswith("//")


def _word(written: str, at: int) -> Iterator[Token]:
    if not _SPOKEN.search(written):
        return
    if written.startswith(("*", "?")):
        raise MistakeError(f"a word cannot begin with {written[0]}, as {written} does; its beginning is needed.", at)
    stem = written.rstrip("*")
    yield Token("word", _SPECIAL.sub(r"\\\g<0>", stem) + ("*" if stem != written else ""), at)


def _paired(tokens: list[Token]) -> list[Token]:
    """Without brackets that have no partner, or nothing between them."""
    opened: list[int] = []
    lonely: set[int] = set()
    for number, token in enumerate(tokens):
        if token.kind == "open":
            opened.append(number)
            if len(opened) > DEEPEST:
                raise MistakeError(f"more than {DEEPEST} brackets within each other.", token.at)
        elif token.kind == "close":
            if opened:
                first = opened.pop()
                if not any(each.kind in {"word", "phrase"} for each in tokens[first:number]):
                    signed = first > 0 and tokens[first - 1].kind == "sign"
                    lonely |= {first, number, first - 1} if signed else {first, number}
            else:
                lonely.add(number)
    lonely.update(opened)
    return [token for number, token in enumerate(tokens) if number not in lonely]


def _sound(tokens: list[Token]) -> list[Token]:
    """Without operators and signs that have nothing to work on.

    Raises:
        MistakeError: a field without a value.
    """
    return _led(_followed(tokens))


def _followed(tokens: list[Token]) -> list[Token]:
    """Operators, signs and fields with something after them that they can work on."""
    kept: list[Token] = []
    for token in reversed(tokens):
        after = kept[-1].kind if kept else None
        begins = after in {"word", "phrase", "open", "field", "sign"} or (
            after == "operator" and kept[-1].text == "NOT"
        )
        if token.kind == "field" and after not in {"word", "phrase", "open"}:
            raise MistakeError(
                f'{token.text} needs a value, such as {token.text}word or {token.text}"two words".', token.at
            )
        if token.kind == "sign" and after not in {"word", "phrase", "open", "field"}:
            continue
        if token.kind == "operator" and not begins:
            continue
        if token.text in {"NOT", "-"} and kept and kept[-1].text in {"NOT", "-"}:
            kept.pop()  # twice not is nothing
            continue
        kept.append(token)
    return kept[::-1]


def _led(tokens: list[Token]) -> list[Token]:
    """AND and OR with something before them."""
    led: list[Token] = []
    for token in tokens:
        joins = token.kind == "operator" and token.text != "NOT"
        if joins and (not led or led[-1].kind not in {"word", "phrase", "close"}):
            continue
        led.append(replace(token, text="NOT") if token.kind == "sign" and token.text == "-" else token)
    return led


def _joined(tokens: list[Token]) -> str:
    """As one line; a field clings to its value."""
    spaced = (token.text if token.kind == "field" else f"{token.text} " for token in tokens if token.text)
    return "".join(spaced).strip()
