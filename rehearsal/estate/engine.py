"""The estate: answers calls as AWS would, in process and without I/O. Thread-safe: one call at a time."""

import copy
import datetime as dt
import threading
from collections.abc import Callable, Mapping

from rehearsal.estate import services as _services  # noqa: F401 - importing them registers their operations
from rehearsal.estate.ask import Ask
from rehearsal.estate.call_log import ANSWERED, LOST_REPLY, UNREACHABLE, CallLog, CallRecord
from rehearsal.estate.caller import Caller
from rehearsal.estate.clock import Clock, to_datetime
from rehearsal.estate.dice import Dice
from rehearsal.estate.errors import EstateError, LostReplyError, UnreachableError
from rehearsal.estate.events import Envelope
from rehearsal.estate.fault_plan import CallFacts, FaultPlan, Verdict
from rehearsal.estate.operations import Call, Operation, Reply, find_operation
from rehearsal.estate.scenario.model import Scenario
from rehearsal.estate.scenario_faults import ScenarioFaults
from rehearsal.estate.seed import populate
from rehearsal.estate.services.rds_resync import region_is_back
from rehearsal.estate.state.world import Outage, World

GLOBAL_SERVICES = frozenset({"iam", "route53"})


class Estate:
    """The simulated services of all workload accounts of one scenario.

    `seed` overrides the scenario's; `faults` replaces the scenario's faults with a plan of your own; `pause` is called
    with the real seconds by which a fault delays a call (in process nothing is delayed unless you pass one).
    """

    def __init__(
        self,
        scenario: Scenario,
        clock: Clock,
        *,
        seed: int | None = None,
        faults: FaultPlan | None = None,
        pause: Callable[[float], None] | None = None,
    ) -> None:
        self.seed = scenario.seed if seed is None else seed
        dice = Dice(self.seed)
        self.scenario = scenario
        self.clock = clock
        self.log = CallLog()
        self.faults: FaultPlan = faults if faults is not None else ScenarioFaults(scenario.faults, dice)
        self.world = World(scenario, clock, dice, self.faults, self.log)
        self._pause = pause
        self._lock = threading.RLock()
        self._calls = 0
        populate(self.world)
        for region in scenario.faults.regions_down:
            self.fail_region(region)

    def call(self, caller: Caller, service: str, operation: str, params: Mapping[str, object]) -> Reply:
        """Answer one call. Raises EstateError (the service's error), LostReplyError or UnreachableError."""
        known = find_operation(service, operation)
        with self._lock:
            self._calls += 1
            facts = CallFacts(
                self._calls, self.clock.now().timestamp(), caller, service, operation, known.mutating, params
            )
            verdict = self._judge(facts)
        if verdict.delay and self._pause is not None:
            self._pause(verdict.delay)
        with self._lock:
            return self._carry_out(known, facts, verdict)

    def launches(self) -> dict[str, int]:
        """How many launches of each source server were begun."""
        return self.log.launches()

    def due_events(self, now: dt.datetime | None = None) -> list[Envelope]:
        """The AWS events whose time has come, oldest first, each once."""
        with self._lock:
            return self.world.events.due((now or self.clock.now()).timestamp())

    def next_event_at(self) -> dt.datetime | None:
        """When the next AWS event is due; None if none is planned."""
        with self._lock:
            at = self.world.events.next_at()
        return None if at is None else to_datetime(at)

    def fail_region(self, region: str) -> None:
        """The Region goes down: calls to it fail, its replication stops, its databases are gone."""
        with self._lock:
            now = self.clock.now().timestamp()
            if not self.world.is_down(region, now):
                self.world.outages[region] = Outage(now)

    def restore_region(self, region: str) -> None:
        """The Region comes back."""
        with self._lock:
            outage = self.world.outages.get(region)
            if outage is not None and outage.until is None:
                outage.until = self.clock.now().timestamp()
                region_is_back(self.world, region)

    def _judge(self, facts: CallFacts) -> Verdict:
        if facts.service not in GLOBAL_SERVICES and self.world.is_down(facts.caller.region, facts.at):
            return Verdict(unreachable=True)
        return self.faults.judge(facts)

    def _carry_out(self, known: Operation, facts: CallFacts, verdict: Verdict) -> Reply:
        if verdict.unreachable:
            self._record(known, facts, UNREACHABLE)
            raise UnreachableError(f"{facts.service} in {facts.caller.region} does not answer {facts.caller.account}")
        call = Call(facts.caller, Ask(facts.params), self.clock.now().timestamp(), self.world)
        try:
            if verdict.refusal is not None:
                raise verdict.refusal
            reply = known.handler(call)
        except EstateError as error:
            self._record(known, facts, error.code)
            raise
        self._record(known, facts, LOST_REPLY if verdict.lose_reply else ANSWERED, call.effects)
        if verdict.lose_reply:
            raise LostReplyError(f"The reply of {facts.service}:{facts.operation} was lost; the call took effect.")
        return reply

    def _record(
        self, known: Operation, facts: CallFacts, outcome: str, effects: Mapping[str, object] | None = None
    ) -> None:
        subject = {name: facts.params[name] for name in known.subject if name in facts.params}
        self.log.add(
            CallRecord(
                number=len(self.log) + 1,
                at=facts.at,
                account=facts.caller.account,
                region=facts.caller.region,
                service=facts.service,
                operation=facts.operation,
                mutating=known.mutating,
                outcome=outcome,
                subject=copy.deepcopy(subject) if subject else subject,
                effects=effects or {},
            )
        )
