"""What can go wrong between an address and its article, each with the label it is counted under."""

from datetime import timedelta
from typing import Literal

from services.common.errors import PermanentError, TransientError
from services.common.metrics import PageOutcome

PageKind = Literal["index", "gallery", "video", "paywalled", "error", "gate", "login", "consent", "empty", "other"]
"""What a page is that is no article."""


class NotAnArticle(PermanentError):  # noqa: N818 - a verdict on a page; the name is part of the interface
    """The page holds no article; the sentence says what it is instead, and ``kind`` in one word."""

    outcome: PageOutcome = "not_an_article"

    def __init__(self, sentence: str, kind: PageKind = "other") -> None:
        super().__init__(sentence)
        self.kind: PageKind = kind


class PageTooLarge(NotAnArticle):
    """The page is larger, or nested deeper, than we read."""

    outcome: PageOutcome = "too_large"


class NotAFeed(PermanentError):  # noqa: N818 - a verdict on a body
    """The body is neither a feed nor a sitemap; the sentence says what it is instead."""


class WorkTimedOut(PermanentError):  # noqa: N818 - named for what happened
    """Reading a body took longer than the limit; the process that read it was killed."""

    outcome: PageOutcome = "timed_out"


class WorkerLost(PermanentError):  # noqa: N818 - named for what happened
    """The process that read a body died of it."""

    outcome: PageOutcome = "failed"


class FetchFailed(TransientError):  # noqa: N818 - named for what happened
    """An address could not be fetched this time; it is asked for again later, not in place."""

    outcome: PageOutcome = "unreachable"
    retry_after: timedelta | None = None
    """How long the server wants to be left alone, where it says so, within bounds."""


class Refused(FetchFailed):
    """We do not ask for such an address."""

    outcome: PageOutcome = "refused"


class InAnotherHand(Refused):
    """The host is another fetcher's; it is told of the address instead."""

    outcome: PageOutcome = "handed_over"

    def __init__(self, url: str) -> None:
        super().__init__(f"{url} is asked by another fetcher.")
        self.url = url


class Disallowed(Refused):
    """The host's robots.txt does not allow it."""


class Unreachable(FetchFailed):
    """No answer: the name, the connection, the encryption or the protocol failed."""


class RobotsAway(Unreachable):
    """The host's robots.txt cannot be had, so that it is not known what it allows."""

    def __init__(self, sentence: str, retry_after: timedelta) -> None:
        super().__init__(sentence)
        self.retry_after = retry_after


class CutOff(Unreachable):
    """The answer ended before its end."""


class TimedOut(FetchFailed):
    """The answer did not come, or not whole, in the time there is."""

    outcome: PageOutcome = "timed_out"


class BodyTooLarge(FetchFailed):
    """The body is larger than we take, as sent or once decompressed."""

    outcome: PageOutcome = "too_large"


class TooManyRedirects(FetchFailed):
    """The address leads on and on."""

    outcome: PageOutcome = "http_error"


class HttpError(FetchFailed):
    """The server answered with a status of 400 or more, or with one that makes no sense."""

    outcome: PageOutcome = "http_error"

    def __init__(self, sentence: str, status: int, retry_after: timedelta | None = None) -> None:
        super().__init__(sentence)
        self.status = status
        self.retry_after = retry_after


class HostRests(FetchFailed):
    """The host asked to be left alone, and the time is not over."""

    outcome: PageOutcome = "http_error"

    def __init__(self, sentence: str, retry_after: timedelta) -> None:
        super().__init__(sentence)
        self.retry_after = retry_after
