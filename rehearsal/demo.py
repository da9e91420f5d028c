"""The demonstration: an estate fails over before your eyes, and figures tell how it went."""

from datetime import UTC, datetime

from rich.console import Console

from groundswell.domain.states import ExecutionStatus
from groundswell_cli.screens import open_screen
from groundswell_cli.standing import Standing
from rehearsal.failover import ledger_of, request_failover, watch
from rehearsal.rehearsal import Rehearsal
from rehearsal.summary import show_summary

FAILOVER_SECONDS = 900.0
EXIT_COMPLETED, EXIT_FAILED, EXIT_HELD = 0, 1, 2
WHOLE_ESTATE: dict[str, object] = {"operation": "failover", "all": True, "reason": "rehearsal"}


def demonstrate(running: Rehearsal, console: Console) -> int:
    """Fail the whole estate over; the exit status: 0 completed, 2 held for a person, 1 anything else."""
    execution_id = request_failover(running.stack, WHOLE_ESTATE)
    console.print(f"Put DRRequested (failover, all) on the bus: execution {execution_id}", soft_wrap=True)
    store = ledger_of(running.stack)
    with open_screen(console) as screen:
        standing = watch(
            store, execution_id, show=lambda seen: screen.show(seen, datetime.now(UTC)), seconds=FAILOVER_SECONDS
        )
    show_summary(console, store, running, standing)
    return exit_status(standing)


def exit_status(standing: Standing) -> int:
    """What the shell is told."""
    if standing.waits_for_person:
        return EXIT_HELD
    done = standing.execution.status in (ExecutionStatus.COMPLETED, ExecutionStatus.COMPLETED_WITH_EXCEPTIONS)
    return EXIT_COMPLETED if done else EXIT_FAILED
