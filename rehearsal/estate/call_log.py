"""Every call that reached the estate and what it did: the evidence that nothing was launched twice."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field

ANSWERED = "ok"
LOST_REPLY = "LostReply"
UNREACHABLE = "Unreachable"


@dataclass(frozen=True, slots=True)
class CallRecord:
    """One call. `outcome` is "ok", the error's code, "LostReply" (it took effect) or "Unreachable" (it did not)."""

    number: int
    at: float
    account: str
    region: str
    service: str
    operation: str
    mutating: bool
    outcome: str
    subject: Mapping[str, object]
    effects: Mapping[str, object] = field(default_factory=dict)

    def as_dict(self) -> dict[str, object]:
        """For the control API."""
        return asdict(self)


class CallLog:
    """The calls in the order in which they were answered, and how often each source server was launched."""

    def __init__(self) -> None:
        self._records: list[CallRecord] = []
        self._launches: Counter[str] = Counter()

    def add(self, record: CallRecord) -> None:
        """Append; the caller numbers."""
        self._records.append(record)

    def __len__(self) -> int:
        return len(self._records)

    def count_launches(self, server_ids: Iterable[str]) -> None:
        """A launch of each of these source servers has begun."""
        self._launches.update(server_ids)

    def launches(self) -> dict[str, int]:
        """How many launches of each source server were begun, for those with at least one."""
        return dict(self._launches)

    def select(
        self, service: str = "", operation: str = "", *, mutating: bool | None = None, after: int = 0
    ) -> list[CallRecord]:
        """The records that fit; empty means any. `after` skips records up to and with that number."""
        return [
            record
            for record in self._records[max(after, 0) :]
            if (not service or record.service == service)
            and (not operation or record.operation == operation)
            and (mutating is None or record.mutating is mutating)
        ]
