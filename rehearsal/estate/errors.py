"""How a call to the estate ends when it does not answer."""

from collections.abc import Mapping


class EstateError(Exception):
    """An error that the service answers with: its wire code, message, HTTP status and further members."""

    def __init__(
        self, code: str, message: str, http_status: int = 400, fields: Mapping[str, object] | None = None
    ) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.http_status = http_status
        self.fields: dict[str, object] = dict(fields or {})


class LostReplyError(Exception):
    """The call took effect and its reply never arrives."""


class UnreachableError(Exception):
    """Nothing listens: the account or Region cannot be reached, and the call took no effect."""
