"""The two kinds of failure."""


class PermanentError(Exception):
    """Trying again cannot help: the message goes to ``news.deadletter.v1`` with this sentence as its reason."""


class TooManyDeadLetters(PermanentError):  # noqa: N818 - the words of the design
    """A stage gave up on more than is sound: it stops, and stays stopped until a person has looked."""


class TransientError(Exception):
    """Something outside is away or busy: tried again in place, with backoff, offsets uncommitted."""


class ConfigurationError(Exception):
    """What a person wrote cannot be used; the sentence says what, where, and what to do."""
