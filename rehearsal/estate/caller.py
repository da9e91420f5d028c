"""Who calls: the account and the Region that a request is signed for."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Caller:
    """An AWS account and the Region of the endpoint it speaks to."""

    account: str
    region: str
