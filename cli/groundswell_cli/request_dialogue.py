"""Asking, step by step: the plan, the confirmation, the event, the answer. Nothing is claimed before it is seen."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from groundswell.domain.ids import ExecutionId, execution_id_of
from groundswell.domain.request import DRRequested
from groundswell.domain.states import ExecutionStatus
from groundswell_cli.answering import Answer, asked_before, await_answer, look
from groundswell_cli.asking import body_of, command_line, entry_of
from groundswell_cli.errors import CliError, DoubtError
from groundswell_cli.exits import Exit
from groundswell_cli.hub import Hub
from groundswell_cli.summary import first_failed, print_summary
from groundswell_cli.surroundings import Surroundings
from groundswell_cli.terminal import confirm, open_console, print_json
from groundswell_cli.views.answer import answer_view, next_command, no_answer_view
from groundswell_cli.views.plan import short_plan_view
from groundswell_cli.views.words import moment
from groundswell_cli.watching import Watched, read_standing, watch

if TYPE_CHECKING:
    from rich.console import Console

ANSWER_SECONDS = 30.0
"""How long an answer is awaited: planning takes a few seconds, and much longer only if something is wrong."""


@dataclass(frozen=True)
class Manner:
    """How to ask."""

    is_new: bool
    """The request's id was made just now, so that it cannot have been asked before."""
    confirmed: bool
    wait: bool
    timeout_seconds: float | None
    as_json: bool


@dataclass(frozen=True)
class Dialogue:
    """One request on its way."""

    hub: Hub
    around: Surroundings
    request: DRRequested
    manner: Manner

    @cached_property
    def console(self) -> Console:
        """Where people read; standard output is the script's, if there is one."""
        return open_console(stderr=self.manner.as_json)

    @property
    def request_id(self) -> str:
        """Every request that is asked here has one."""
        return self.request.request_id or ""

    def run(self) -> Exit:
        """Ask, unless it was asked before or would be rejected; the exit status.

        Raises:
            CliError: it was not confirmed, or could not be previewed or asked.
        """
        before = None if self.manner.is_new else asked_before(self.hub.store, self.request, self.request_id)
        if before:
            self.console.print(f"This was asked before, at {moment(before.created_at)}; nothing new is asked.")
            return self._end(look(self.hub.store, before.execution_id))
        if not self._is_acceptable():
            return Exit.REFUSED
        if not self.manner.confirmed:
            confirm(self.console, str(self.request.scope))
        return self._ask()

    def _is_acceptable(self) -> bool:
        try:
            preview = self.hub.preview(self.request)
        except CliError:
            self._print_line("There is no preview. To ask without one, with the same identity:")
            raise
        self.console.print(short_plan_view(preview, str(self.request.scope)))
        if preview.accepted:
            return True
        self.console.print("Nothing was asked.")
        if self.manner.as_json:
            print_json({"request_id": self.request_id, "status": None, "reasons": preview.reasons})
        return False

    def _ask(self) -> Exit:
        self._print_line("Asking; the same with the AWS CLI (same request id: it cannot start twice):")
        try:
            self._put()
        except DoubtError as error:
            again = f"give the same command again with --request-id {self.request_id}, which cannot start twice"
            raise DoubtError(f"{error}; whether it was asked is not known: {again}", error.exit_status) from error
        self.console.print(f"Asked as request {self.request_id}. Waiting for the answer in the ledger ...")
        return self._end(await_answer(self.hub.store, self.request_id, self.around, seconds=ANSWER_SECONDS))

    def _put(self) -> None:
        """Through the door, which vouches for who asks; straight onto the bus where the hub has none yet."""
        if self.hub.has_door:
            self.hub.decide("request", {"request": body_of(self.request)})
        else:
            self.hub.publish(entry_of(self.request))

    def _print_line(self, title: str) -> None:
        self.console.print(title)
        line = command_line(self.hub.place, entry_of(self.request))
        self.console.print(line, soft_wrap=True)

    def _end(self, answer: Answer) -> Exit:
        """Tell the answer, and watch on if that is wanted; JSON comes last, when all is known."""
        execution = answer.execution
        if execution is None or not answer.is_final:
            self.console.print(no_answer_view(answer, self.request_id, ANSWER_SECONDS))
            self._print_next(f"status {execution_id_of(self.request_id)}")
            return self._finish(answer, Exit.UNFINISHED)
        self.console.print(answer_view(execution, answer.accepted))
        if execution.status is ExecutionStatus.REJECTED:
            return self._finish(answer, Exit.REFUSED)
        standing = read_standing(self.hub.store, execution.execution_id)
        if not self.manner.wait or standing.is_over:
            self._print_next(next_command(execution))
            return self._finish(answer, standing.exit_status)
        watched = self._watch(execution.execution_id)
        return self._finish(Answer(watched.standing.execution, answer.accepted), watched.exit_status)

    def _print_next(self, command: str) -> None:
        self.console.print(f"next: {self.hub.place.command(command)}", soft_wrap=True)

    def _watch(self, execution_id: ExecutionId) -> Watched:
        seconds = self.manner.timeout_seconds
        watched = watch(self.hub.store, self.around, execution_id, console=self.console, seconds=seconds)
        failed = first_failed(self.hub.store, watched.standing)
        print_summary(self.console, self.hub.place, watched.standing, failed, self.around.clock.now())
        return watched

    def _finish(self, answer: Answer, status: Exit) -> Exit:
        if self.manner.as_json:
            print_json(self._as_json(answer))
        return status

    def _as_json(self, answer: Answer) -> dict[str, object]:
        execution = answer.execution
        return {
            "request_id": self.request_id,
            "execution_id": execution.execution_id if execution else None,
            "status": execution.status if execution else None,
            "rejected": bool(execution and execution.status is ExecutionStatus.REJECTED),
            "reasons": execution.reasons if execution else (),
            "accepted": answer.accepted.model_dump(mode="json") if answer.accepted else None,
            "command": command_line(self.hub.place, entry_of(self.request)),
        }
