"""A subscription as it is written, and what is wrong with it; and as it is answered."""

from typing import Any, Literal, Self

from pydantic import ConfigDict, Field, StrictBool, model_validator
from pydantic_core import PydanticSerializationError

from services.api.problems import Wrong, invalid_request
from services.common.errors import PermanentError
from services.common.messages import FigureRule, Message, Rule, Subscription
from services.common.rules.check import check_rule


class GivenFigures(FigureRule):
    """Which figures to look for. One and the same claim must meet every part that is given."""

    model_config = ConfigDict(extra="forbid")


class GivenRule(Rule):
    """What to look for. Every part that is given must hold; an empty part asks for nothing."""

    model_config = ConfigDict(extra="forbid")  # a misspelled part would ask for nothing, and match everything

    figures: GivenFigures | None = None
    """A figure that it must put forward."""


class _Given(Message):
    model_config = ConfigDict(extra="forbid")

    @model_validator(mode="after")
    def _is_text(self) -> Self:
        """JSON can hold half of a surrogate pair, which cannot be written again."""
        try:
            self.model_dump_json()
        except PydanticSerializationError:
            raise ValueError("a text holds half of a surrogate pair, which is no character") from None
        return self


class GivenSubscription(_Given):
    """A subscription as it is written: the id and the times are ours."""

    name: str = Field(min_length=1, max_length=200, examples=["North Korean artillery"])
    """What people call it."""
    rule: GivenRule
    active: StrictBool = True
    """An inactive one is kept and matches nothing."""
    copies: Literal["count", "each"] = "count"
    """What becomes of further copies of an article: counted into its alert, or an alert for each."""


class GivenChange(_Given):
    """What is to be changed; what is left out stays as it is. A rule is replaced as a whole."""

    name: str = Field(default="", min_length=1, max_length=200)
    rule: GivenRule = GivenRule()
    active: StrictBool = True
    copies: Literal["count", "each"] = "count"

    def changed(self) -> dict[str, Any]:
        """The parts that were given."""
        return {part: getattr(self, part) for part in self.model_fields_set}


class KeptSubscription(Subscription):
    """A subscription as it is now."""

    note: str | None = None
    """Why it matches nothing, where its rule can no longer be used. It is kept; give it another rule."""


class UnreadableSubscription(Message):
    """A subscription that was written so that it cannot be read. It is kept, and matches as it did before."""

    id: str
    reason: str


class SubscriptionList(Message):
    """Every subscription of the caller, the oldest first."""

    total: int = Field(ge=0)
    items: tuple[KeptSubscription, ...]
    unreadable: tuple[UnreadableSubscription, ...] = ()
    """What cannot be read; nobody knows whose it is, so only a key with the scope ``admin`` sees it."""


def checked(rule: Rule) -> Rule:
    """The rule as it is kept.

    Raises:
        ProblemError: it can never match, or would match everything; each part that is wrong is named.
    """
    try:
        check_rule(rule)
    except PermanentError as error:
        raise invalid_request([Wrong(where="body.rule", what=str(error))], "invalid-rule") from None
    return Rule.model_validate(rule.model_dump())


def kept(subscription: Subscription) -> KeptSubscription:
    """As it is answered, with a note where its rule cannot be used any more."""
    note: str | None = None
    try:
        check_rule(subscription.rule)
    except PermanentError as error:
        note = f"The rule cannot be used and matches nothing: {error}."
    return KeptSubscription(**subscription.model_dump(), note=note)
