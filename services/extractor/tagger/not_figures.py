"""Which numbers are no figures: names, dates, times, ages, ordinals, scores, serial and model numbers."""

import re
from collections.abc import Sequence
from functools import cache

from services.extractor.knowledge import Knowledge, knowledge
from services.extractor.tagger.lexer import Token
from services.extractor.tagger.numerals import Number
from services.extractor.tagger.spans import Spans

HYPHENS = frozenset("-‐‑–—")
_ISO_DATE = re.compile(r"\b\d{4}-\d{2}-\d{2}\b|\b\d{1,2}\.\d{1,2}\.(?:\d{4}|\d{2})\b")
_PHONE = re.compile(
    r"\+\d{1,3}(?:[ -]?\(?\d{2,5}\)?){2,5}|\b\d{3}-\d{3}-\d{4}\b|\b\d{3}-\d{4}\b|\b0\d{2,4}(?: \d{3,4}){2}\b"
)
_CLOCK = re.compile(r"\b\d{1,2}(?::\d{2}){1,2}(?:\.\d+)?\b")
_OLDEST = 120
"""Years: what is older is no living person's age, so a figure."""
_LIST_MARK = re.compile(r"(?m)^[ \t]*\d{1,2}[.)](?=\s)")


class NotFigures:
    """Tells, for the tokens of one text, whether a number in them is something else than a figure."""

    def __init__(self, text: str, tokens: Sequence[Token], names: Sequence[tuple[int, int]], known: Knowledge) -> None:
        self._text = text
        self._tokens = tokens
        self._known = known
        self._context = known.number_context
        self._closed = Spans([*names, *(match.span() for match in _closed_spans(text))])

    def holds(self, number: Number, after: int, *, counts: bool, first: int = -1) -> bool:
        """Whether the number is none. ``after`` is the token after the number and its unit, if it has one.

        ``first`` is the token its sign of money begins with: letters may stand against that, as in USD5m.
        ``counts`` tells that it has none: "$2000" and "5%" are no years and no days of a month.
        """
        start = self._tokens[first if first >= 0 else number.first].start
        first_token, last = self._tokens[number.first], self._tokens[number.last]
        if self._closed.overlap(first_token.start, last.end):
            return True
        if first_token.kind == "number":
            if self._glued(start, last, after) or self._in_a_row(number.first, number.last):
                return True
            if first_token.text.startswith("0") and len(first_token.text) > 1 and "." not in first_token.text:
                return True
        if self._age(number):
            return True
        return counts and (self._date(number) or self._name(number) or self._time(number) or self._address(number))

    def _lower(self, at: int) -> str:
        return self._tokens[at].lower if 0 <= at < len(self._tokens) else ""

    def _char(self, at: int) -> str:
        return self._text[at] if 0 <= at < len(self._text) else ""

    def _glued(self, start: int, last: Token, after: int) -> bool:
        """Letters written against it: KN-23, M1989, F16, 95th, 1980s."""
        before, earlier = self._char(start - 1), self._char(start - 2)
        if before.isalnum() or (before in "_/\\." and earlier.isalnum()) or (before == "." and not earlier.strip()):
            return True
        if before in HYPHENS and before != "—" and (earlier.isalpha() or earlier.isdigit()):
            return True
        end = self._tokens[after - 1].end if after - 1 > 0 else last.end
        following = self._char(end)
        if following == "." and self._char(end + 1).isdigit():
            return True
        return following.isalpha() or following == "_" or (following in HYPHENS and self._char(end + 1).isspace())

    def _in_a_row(self, first: int, last: int) -> bool:
        """Digits tied to other digits by a slash or colon: 24/7, 10:30, 3:1."""
        start, end = self._tokens[first].start, self._tokens[last].end
        tied = self._char(end) in "/:" and self._char(end + 1).isdigit()
        return tied or (self._char(start - 1) in "/:" and self._char(start - 2).isdigit())

    def _date(self, number: Number) -> bool:
        if self._month(number.first - 1) or self._month(number.last + 1):
            return True
        if self._lower(number.first - 1) == "." and self._month(number.first - 2):
            return True
        if not number.digits:
            return False
        if self._part_of_days(number):
            return True
        return self._year(number)

    def _month(self, at: int) -> bool:
        return 0 <= at < len(self._tokens) and (
            self._tokens[at].text[0].isupper() and self._tokens[at].lower in self._context["month"]
        )

    def _part_of_days(self, number: Number) -> bool:
        """The other day in "5 and 6 March", "March 5-7", "Jan. 20 and 21"."""
        if not (number.first == number.last and self._tokens[number.first].value <= 31):
            return False
        joins = {"and", "to", "or", *HYPHENS}
        ahead = self._lower(number.last + 1) in joins and self._month(number.last + 3)
        behind = self._lower(number.first - 1) in joins and (
            self._month(number.first - 3) or (self._lower(number.first - 3) == "." and self._month(number.first - 4))
        )
        return ahead or behind

    def _year(self, number: Number) -> bool:
        token = self._tokens[number.first]
        if len(token.text) == 4 and 1000 <= token.value <= 2200 and not 1900 <= token.value <= 2099:
            ends = number.last + 1 >= len(self._tokens) or self._tokens[number.last + 1].kind == "sign"
            return ends and self._lower(number.first - 1) in {"in", "by", "since", "until", "before", "after", "year"}
        if not (len(token.text) == 4 and 1900 <= token.value <= 2099):
            return False
        follows = self._lower(number.last + 1)
        noun = self._known.nouns.get(follows)
        round_or_clear = noun is not None and (noun.category != "other" or token.text.endswith("00"))
        counted = noun is not None and noun.lemma != follows and round_or_clear  # 2000 jobs, not the 1991 borders
        return not counted or self._lower(number.first - 1) in self._context["year_before"]

    def _name(self, number: Number) -> bool:
        before = self._tokens[number.first - 1] if number.first else None
        if before is None or before.end < self._tokens[number.first].start - 1:
            return False
        words = [self._lower(number.first - back) for back in (3, 2, 1)]
        if words[2] == "." and words[1] in {"no", "nos", "fig", "vol"}:
            return True
        written = self._text[self._tokens[max(0, number.first - 3)].start : before.end].lower()
        phrases = {words[2], f"{words[1]} {words[2]}", written}
        if words[2] == ".":
            phrases = {words[1], f"{words[0]} {words[1]}"} if number.digits else set()  # "last year. Four were"
        if not phrases & self._context["name_before"]:
            return False
        follows = self._lower(number.last + 1)
        counted = follows in self._known.nouns or follows in self._known.measures or follows.endswith("s")
        return before.text[0].isupper() or words[2] == "top" or not counted

    def _time(self, number: Number) -> bool:
        after = number.last + 1
        if self._lower(after) not in self._context["time_after"]:
            return False
        return (
            self._lower(after) != "am"
            or self._tokens[number.last].end == self._tokens[after].start
            or (self._tokens[number.first].value <= 12)
        )

    def _age(self, number: Number) -> bool:
        if self._lower(number.first - 1) in self._context["age_before"]:
            return True
        if number.value <= _OLDEST and (self._said_old(number) or self._ages(number) or self._under(number)):
            return True
        return number.digits and self._after_a_name(number)

    def _said_old(self, number: Number) -> bool:
        rest = self._text[self._tokens[number.last].end :][:16].lower().lstrip(" \u00a0-‐‑–")
        return any(rest.startswith(phrase) for phrase in self._context["age_after"])

    def _ages(self, number: Number) -> bool:
        """The second of "aged 18 to 24" or "the ages of 18 and 24", "aged over 65", the first of "18-24 year olds"."""
        at = number.first - 1
        before = [self._lower(at - back) for back in range(5)]
        if before[0] in {"to", "and", "or", *HYPHENS} and set(before[2:4]) & self._context["age_before"]:
            return True
        if (
            before[0] in {"of", "between", "over", "under", "from", "about"}
            and before[1] in self._context["age_before"]
        ):
            return True
        if self._lower(number.last + 1) in {"to", "and", *HYPHENS} and number.digits:
            rest = self._text[self._tokens[number.last + 1].end :][:20].lower().lstrip(" 0123456789\u00a0-‐‑–")
            return any(rest.startswith(phrase) for phrase in self._context["age_after"])
        return False

    def _under(self, number: Number) -> bool:
        """ "anyone under 16", "people over 65"; not "people over 65 days"."""
        if self._lower(number.first - 1) not in {"under", "over", "above", "below"} or not number.digits:
            return False
        follows = self._tokens[number.last + 1] if number.last + 1 < len(self._tokens) else None
        counted = follows is not None and (follows.lower in self._known.measures or follows.lower in self._known.nouns)
        who = self._lower(number.first - 2)
        noun = self._known.nouns.get(who)
        people = noun is not None and noun.role in {"person", "people"} and noun.lemma != who
        return not counted and (people or who in self._context["people_under"])

    def _address(self, number: Number) -> bool:
        """ "12 Mill Road", "10 Downing Street"."""
        for at in range(number.last + 1, min(number.last + 4, len(self._tokens))):
            if self._tokens[at].kind != "word" or not self._tokens[at].text[0].isupper():
                return False
            if at > number.last + 1 and self._tokens[at].lower in self._context["street"]:
                return number.digits
        return False

    def _after_a_name(self, number: Number) -> bool:
        """ "Ivan Petrenko, 45, said"."""
        value = self._tokens[number.first].value
        between = self._lower(number.first - 1) == "," and self._lower(number.last + 1) in {",", ".", ";"}
        before = self._tokens[number.first - 2] if number.first > 1 else None
        return bool(between and before and 1 <= value <= 115 and before.kind == "word" and before.text[0].isupper())


def _closed_spans(text: str) -> list[re.Match[str]]:
    found = [match for pattern in (_ISO_DATE, _LIST_MARK, _PHONE, _CLOCK) for match in pattern.finditer(text)]
    return found + list(_idioms().finditer(text))


@cache
def _idioms() -> re.Pattern[str]:
    phrases = sorted(knowledge().number_context["idiom"], key=len, reverse=True)
    return re.compile(rf"(?<![\w-])(?:{'|'.join(re.escape(phrase) for phrase in phrases)})(?!\w)", re.IGNORECASE)
