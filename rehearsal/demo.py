"""The demonstration: an estate fails over before your eyes, and figures tell how it went."""

from collections import deque
from datetime import UTC, datetime

from rich.console import Console

from groundswell.domain.states import ExecutionStatus
from groundswell_cli.screens import open_screen
from groundswell_cli.standing import Standing
from rehearsal.demo_engineer import Engineer
from rehearsal.estate.scenario.story import Story
from rehearsal.failover import ledger_of, request_failover, watch
from rehearsal.rehearsal import Rehearsal
from rehearsal.summary import keep_report, show_summary
from rehearsal.tools import ROOT

FAILOVER_SECONDS = 900.0
EXIT_COMPLETED, EXIT_FAILED, EXIT_HELD = 0, 1, 2
WHOLE_ESTATE: dict[str, object] = {"operation": "failover", "all": True, "max_resources": 20_000, "reason": "rehearsal"}


def demonstrate(running: Rehearsal, console: Console) -> int:
    """Fail the whole estate over; the exit status: 0 completed, 2 held for a person, 1 anything else."""
    if running.scenario.story:
        return tell_story(running, running.scenario.story, console)
    execution_id = request_failover(running.stack, WHOLE_ESTATE)
    console.print(f"Put DRRequested (failover, all) on the bus: execution {execution_id}", soft_wrap=True)
    store = ledger_of(running.stack)

    def show(standing: Standing) -> None:
        running.check_running()
        screen.show(standing, datetime.now(UTC))

    with open_screen(console) as screen:
        standing = watch(store, execution_id, show=show, seconds=FAILOVER_SECONDS)
    show_summary(console, store, running, standing)
    return exit_status(standing)


def tell_story(running: Rehearsal, story: Story, console: Console) -> int:
    """The same, with people in it: an engineer decides as the scenario says; the exit status."""
    asked = {**WHOLE_ESTATE, "reason": story.reason, "approval": [*story.approval]}
    execution_id = request_failover(running.stack, asked)
    console.print(f"Put DRRequested (failover, all) on the bus: execution {execution_id}", soft_wrap=True)
    store = ledger_of(running.stack)
    engineer = Engineer(running, console, execution_id, deque(story.steps))

    def show(standing: Standing) -> None:
        running.check_running()
        screen.show(standing, datetime.now(UTC))
        engineer.look(standing)

    with open_screen(console, lambda text: f"dr {text}") as screen:
        standing = watch(store, execution_id, show=show, seconds=FAILOVER_SECONDS, until=engineer.is_done)
    show_summary(console, store, running, standing)
    kept = keep_report(store, running, standing)
    console.print(f"The report is kept in {kept.relative_to(ROOT)}", soft_wrap=True)
    return exit_status(standing)


def exit_status(standing: Standing) -> int:
    """What the shell is told."""
    if standing.waits_for_person:
        return EXIT_HELD
    done = standing.execution.status in (ExecutionStatus.COMPLETED, ExecutionStatus.COMPLETED_WITH_EXCEPTIONS)
    return EXIT_COMPLETED if done else EXIT_FAILED
