"""What can go wrong between an address and its article, each with the label it is counted under."""

from services.common.errors import PermanentError, TransientError
from services.common.metrics import PageOutcome


class NotAnArticle(PermanentError):  # noqa: N818 - a verdict on a page; the name is part of the interface
    """The page holds no article; the sentence says what it is instead."""

    outcome: PageOutcome = "not_an_article"


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


class Refused(FetchFailed):
    """We do not ask for such an address."""

    outcome: PageOutcome = "refused"


class Unreachable(FetchFailed):
    """No answer: the name, the connection, the encryption or the protocol failed."""


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
    """The server answered with a status of 400 or more."""

    outcome: PageOutcome = "http_error"

    def __init__(self, sentence: str, status: int) -> None:
        super().__init__(sentence)
        self.status = status
