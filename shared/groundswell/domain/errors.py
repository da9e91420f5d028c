"""The errors that end a piece of work; what a step of a technology comes to is a value, not an error."""


class GroundswellError(Exception):
    """The root of Groundswell's own errors. A message says what, which id, and what to do next."""


class TransientError(GroundswellError):
    """It may pass: raised, so that the message comes again after its visibility timeout."""


class PermanentError(GroundswellError):
    """It will not pass: the message cannot be worked and goes to the dead-letter queue with this reason in the log."""


class StaleWriteError(GroundswellError):
    """Somebody else was there first: a duplicate or an overtaken decision, logged and dropped."""


class ConfigError(GroundswellError):
    """The installation is incomplete: raised at cold start, naming the setting and where to set it."""


class UnreachableAccountError(TransientError):
    """A workload account's role cannot be assumed now."""


MOST_OF_AN_ERROR = 500
"""Characters of an error that are kept or shown."""


def error_in_words(error: BaseException) -> str:
    """An error in one line for people; of ours its message, of any other also its kind, for that may be all it says."""
    said = "".join(each if each.isprintable() else " " for each in str(error))
    told = " ".join(said.split()) or "no reason was given"
    kind = "" if isinstance(error, GroundswellError) else f"{type(error).__name__}: "
    return f"{kind}{told}"[:MOST_OF_AN_ERROR]
