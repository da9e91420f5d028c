"""The invariants that executions keep whatever happens to them: violations are told in words."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from groundswell.domain.ids import ExecutionId
from groundswell.ledger import reading
from groundswell.ports.store import Store
from rehearsal import audit_estate, audit_ledger
from rehearsal.audit_case import Case, Evidence, Finding

Invariant = Callable[[Case, Evidence], Iterator[Finding]]
INVARIANTS: tuple[Invariant, ...] = (
    audit_ledger.completed,
    audit_ledger.counts_right,
    audit_ledger.outcomes_told,
    audit_ledger.waves_in_order,
    audit_ledger.facts_published,
    audit_ledger.facts_in_ledger,
    audit_ledger.facts_told_once,
    audit_ledger.nothing_left_behind,
    audit_estate.launched_once,
    audit_estate.done_once,
    audit_estate.called_in_order,
)


@dataclass(frozen=True, slots=True)
class Violation:
    """Something that must never be: of which execution, what, and what to look at next."""

    subject: str
    what: str
    look_at: str

    def __str__(self) -> str:
        return f"{self.subject}: {self.what}; look at {self.look_at}"


def violations(store: Store, executions: Sequence[ExecutionId], evidence: Evidence) -> list[Violation]:
    """Everything that is wrong with executions that have come to rest."""
    return [violation for execution_id in executions for violation in _of(store, execution_id, evidence)]


def is_at_rest(store: Store, execution_id: ExecutionId) -> bool:
    """Whether what follows the end of an execution is done too: nothing is held, open or unsaid."""
    if reading.find_execution(store, execution_id) is None:
        return False
    case = Case.of(store, execution_id)
    return not case.unpublished and next(audit_ledger.nothing_left_behind(case, _NOTHING), None) is None


def _of(store: Store, execution_id: ExecutionId, evidence: Evidence) -> Iterator[Violation]:
    if reading.find_execution(store, execution_id) is None:
        yield Violation(execution_id, "the ledger does not know it", "plan-execution's log and queue")
        return
    case = Case.of(store, execution_id)
    for invariant in INVARIANTS:
        for finding in invariant(case, evidence):
            yield Violation(execution_id, finding.what, finding.look_at)


_NOTHING = Evidence((), (), {})
