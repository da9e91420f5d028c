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
