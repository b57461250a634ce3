"""Figures as a rule asks for them: which claims it means, and what each was said to be in words. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from services.common.claim_filter import ClaimFilter
from services.common.messages import Claim, FigureRule
from services.common.rules.words import typed, words
from services.common.series.alike import alike


@dataclass(frozen=True, slots=True)
class Asked:
    """A figure rule, ready to be decided for one claim."""

    rule: FigureRule
    filter: ClaimFilter
    item: frozenset[str]

    @classmethod
    def by(cls, rule: FigureRule) -> Self:
        """What a rule asks for; units that count the same are taken together, as in a series."""
        return cls(
            rule,
            ClaimFilter(
                category=rule.category,
                unit=alike(rule.unit),
                action=rule.action,
                actor=rule.actor,
                place=rule.place,
                speaker=rule.speaker,
                modality=rule.modality,
                qualifier=rule.qualifier,
                least=rule.min,
                most=rule.max,
            ),
            frozenset(typed(rule.item)),
        )

    def meets(self, claim: Claim) -> bool:
        """Whether the claim is one that is asked for, whatever was said before."""
        if not self.filter.meets(claim):
            return False
        if self.item and not self.item <= {word.form for word in words(claim.item)}:
            return False
        return self.rule.bounds == "possible" or self._said(claim)

    def among(self, claims: Iterable[Claim]) -> tuple[Claim, ...]:
        """Those that are asked for."""
        return tuple(claim for claim in claims if self.meets(claim))

    def _said(self, claim: Claim) -> bool:
        number, least, most = said(claim), self.rule.min, self.rule.max
        if number is None:
            return least is None and most is None
        return (least is None or number >= least) and (most is None or number <= most)


def said(claim: Claim) -> float | None:
    """The number said: the lower end where there are two, and the upper where only that is given."""
    return claim.low if claim.low is not None else claim.high


def middle(claim: Claim) -> float | None:
    """One number for a figure: its middle, or the end that it gives."""
    ends = [end for end in (claim.low, claim.high) if end is not None]
    return sum(ends) / len(ends) if ends else None
