"""One work order on its way through its phases, as if every call did what it is to do and none were made."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from groundswell.domain.brief_parameters import brief
from groundswell.domain.dry_run import Foreseen, NotKnownYetError, PlannedCall, known_once_it_runs
from groundswell.domain.events.facts import Remark
from groundswell.domain.evidence import keepable
from groundswell.domain.ids import ResourceId
from groundswell.domain.instants import from_text
from groundswell.domain.operations import PHASES, Operation, Phase
from groundswell.domain.protection import Protected
from groundswell.ports.clients import ReadError, RecordingClients
from groundswell.ports.world import Clock
from groundswell.reactions.dry_run.verdicts import Due, Seen, Unseen, in_words, judge
from groundswell.reactions.recover.acting import in_calls
from groundswell.technologies.contract import Act, Done, Failed, InProgress, Look, Step, Target, Technology

_KEY = f"{known_once_it_runs('execution')}.{known_once_it_runs('call')}"
"""What stands for the key of an intent, which begins with the execution's id and a dot."""


@dataclass(frozen=True)
class Portion:
    """The resources of a work order to be."""

    wave: int
    number: int
    resources: Sequence[Protected]

    @property
    def technology(self) -> str:
        """The technology of all of them."""
        return self.resources[0].technology

    @property
    def account(self) -> str:
        """The account of all of them."""
        return self.resources[0].account

    @property
    def region(self) -> str:
        """The Region that all of them are recovered into."""
        return self.resources[0].region

    @property
    def place(self) -> tuple[int, str, str, str, int]:
        """By what it is listed."""
        return self.wave, self.account, self.technology, self.region, self.number


@dataclass
class Course:
    """A work order as it would be worked; `run` fills `calls` and `remarks`."""

    portion: Portion
    technology: Technology
    operation: Operation
    role: str
    open_clients: Callable[[], RecordingClients]
    clock: Clock
    read_error: ReadError
    calls: list[PlannedCall] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._known = {each.resource_id: each for each in self.portion.resources}
        self._evidence = {name: Foreseen({}) for name in self._known}

    def run(self) -> None:
        """Go through all phases; where a technology never acts there is nothing to find out."""
        steps = {phase: self.technology.steps.get((self.operation, phase)) for phase in PHASES[self.operation]}
        if any(step and step.act for step in steps.values()):
            for phase, step in steps.items():
                if step:
                    self._take(phase, step)

    def _take(self, phase: Phase, step: Step) -> None:
        seen, due = self._observe(step), dict[Due, list[ResourceId]]()
        for name in list(self._evidence):
            of_this = seen.get(name, Unseen("the service did not answer for it"))
            verdict = judge(step, of_this, self._evidence[name].pending)
            if isinstance(verdict, Due):
                due.setdefault(verdict, []).append(name)
            else:
                self._pass(phase, step, name, verdict.seen)
        for verdict, names in due.items():
            if step.act:
                self._plan_calls(phase, step, step.act, names, verdict)
            for name in names:
                self._leave_open(name, phase)

    # ── Looking ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def _observe(self, step: Step) -> dict[ResourceId, Seen]:
        """What is known for sure is looked at apart from what hangs on calls that were not made."""
        seen = dict[ResourceId, Seen]()
        for is_open in (False, True):
            names = [name for name, evidence in self._evidence.items() if bool(evidence.pending) is is_open]
            if names:
                seen |= self._look_at(step, names)
        return seen

    def _look_at(self, step: Step, names: Sequence[ResourceId]) -> dict[ResourceId, Seen]:
        try:
            return {**step.observe(self._look(self.open_clients()), self._targets(names))}
        except NotKnownYetError:
            unseen = Unseen()
        except Exception as error:
            unseen = Unseen(f"it could not be looked at: {self._words(error)}")
        return dict.fromkeys(names, unseen)

    def _pass(self, phase: Phase, step: Step, name: ResourceId, seen: Done | InProgress | Failed) -> None:
        """No call is due for it; what that means for the phases after."""
        match seen:
            case Done():
                self._evidence[name] = Foreseen({**self._evidence[name].seen, **keepable(seen.evidence)})
            case InProgress():
                self._leave_open(name, phase)
            case Failed():
                del self._evidence[name]
        if step.act or isinstance(seen, Failed):
            verb = "would fail" if isinstance(seen, Failed) else "needs no call"
            self.remarks.append(Remark(subject=name, reason=f"{phase} {verb}: {in_words(seen)}"))

    def _leave_open(self, name: ResourceId, phase: Phase) -> None:
        """What later phases would learn of this one is not known."""
        self._evidence[name] = Foreseen(self._evidence[name].seen, self._evidence[name].pending or phase)

    # ── Acting ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def _plan_calls(self, phase: Phase, step: Step, act: Act, names: Sequence[ResourceId], due: Due) -> None:
        for targets in in_calls(step, self._targets(names)):
            clients, why = self.open_clients(), "the technology asked for nothing"
            try:
                act(self._look(clients), targets, _KEY)
            except Exception as error:
                why = self._words(error)
            else:
                why = "" if clients.recorded else why
            self._note(phase, targets, due, clients)
            if why:
                self._note_unknown(phase, step, targets, due, clients, why)

    def _note(self, phase: Phase, targets: Sequence[Target], due: Due, clients: RecordingClients) -> None:
        for call in clients.recorded:
            planned = self._planned(phase, targets, due, f"{call.service}:{call.operation}")
            known = {"region": call.region, "parameters": brief(call.parameters)}
            self.calls.append(planned.model_copy(update=known))

    def _note_unknown(
        self, phase: Phase, step: Step, targets: Sequence[Target], due: Due, clients: RecordingClients, why: str
    ) -> None:
        """A call whose parameters could not be found out is listed all the same, by the right that it needs."""
        recorded = {call.operation for call in clients.recorded}
        for action in step.writes:
            if action.partition(":")[2] not in recorded:
                note = "; ".join(filter(None, [due.note, f"parameters not known: {why}"]))
                self.calls.append(self._planned(phase, targets, Due(due.condition, note), action))

    def _planned(self, phase: Phase, targets: Sequence[Target], due: Due, action: str) -> PlannedCall:
        service, _, operation = action.partition(":")
        return PlannedCall(
            wave=self.portion.wave,
            technology=self.technology.name,
            phase=phase,
            account=self.portion.account,
            region=self.portion.region,
            role=self.role,
            service=service,
            operation=operation,
            resources=tuple(target.resource_id for target in targets),
            condition=due.condition,
            note=due.note,
        )

    def _look(self, clients: RecordingClients) -> Look:
        return Look(self.portion.account, self.portion.region, self.operation, self.clock.now(), clients)

    def _targets(self, names: Sequence[ResourceId]) -> list[Target]:
        return [
            Target(
                resource_id=name,
                name=self._known[name].name,
                parameters=self._known[name].parameters,
                evidence=self._evidence[name],
                relaunch=self._known[name].relaunch,
                oldest_copy=from_text(oldest) if (oldest := self._known[name].oldest_copy) else None,
            )
            for name in names
        ]

    def _words(self, error: Exception) -> str:
        told = self.read_error(error)
        return told.words if told else f"{type(error).__name__}: {error}"
