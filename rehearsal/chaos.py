"""Chaos: one storm after the other over a running hub; afterwards everything must be as if nothing had happened."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from groundswell.domain.ids import ExecutionId
from groundswell.domain.states import WaveStatus
from groundswell.ledger import reading
from groundswell_cli.standing import Standing
from rehearsal.audit import Violation, is_at_rest, violations
from rehearsal.audit_case import Evidence
from rehearsal.chaos_ground import Ground
from rehearsal.estate_calls import changes, launches
from rehearsal.failover import request_failover
from rehearsal.function_workers import Killer
from rehearsal.hub_queues import Patience
from rehearsal.storms import Storm

STORM_SECONDS = 600.0
REST_SECONDS = 180.0
QUEUE_SECONDS = 30.0
LOOK_SECONDS = 0.25
Say = Callable[[str], None]
Request = dict[str, object]


@dataclass(frozen=True, slots=True)
class Passed:
    """A storm that is over, and what it left."""

    storm: Storm
    executions: Sequence[ExecutionId]
    calls: int
    broken: int
    kills: int
    seconds: float
    waiting: int
    dead_letters: int
    violations: Sequence[Violation]


@dataclass(frozen=True, slots=True)
class _Before:
    """What was there before a storm."""

    calls: dict[str, int]
    broken: dict[str, int]
    kinds: dict[str, int]
    dead_letters: dict[str, int]
    began: float

    @classmethod
    def now(cls, ground: Ground) -> "_Before":
        proxied = ground.proxied
        return cls(proxied.calls(), proxied.broken(), proxied.kinds(), ground.queues.dead_letters(), time.monotonic())


def failover_of(customer: str, environment: str = "production") -> Request:
    """The request to fail a customer's environment over."""
    return {"operation": "failover", "customer": customer, "environment": environment, "reason": "chaos"}


def weather(ground: Ground, storm: Storm, requests: Sequence[Request], *, patience: Patience, say: Say) -> Passed:
    """Have these requests worked side by side during a storm; wait until all is at rest, and judge."""
    before = _Before.now(ground)
    ground.queues.be_patient(patience)
    with ground.queues.sweeping(patience):
        with _blowing(ground, storm) as killer:
            executions = [request_failover(ground.stack, request) for request in requests]
            _wait(ground, executions, storm, say)
        say("the storm is over; waiting until everything is at rest")
        _come_to_rest(ground, executions)
    kills = killer.kills.total() if killer else 0
    return _judge(ground, storm, executions, before, kills)


@contextmanager
def _blowing(ground: Ground, storm: Storm) -> Iterator[Killer | None]:
    killer = None
    with ExitStack() as until_over:
        until_over.callback(ground.proxied.break_calls, ())
        if not storm.breaks_when_running:
            ground.proxied.break_calls(storm.rules)
        if storm.region_down:
            until_over.enter_context(_without_region(ground, storm.region_down))
        if storm.kill_every_seconds:
            killer = Killer(ground.stack.emulator.endpoint, storm.kill_every_seconds, storm.kills_spare)
            until_over.enter_context(killer.at_work())
        yield killer


@contextmanager
def _without_region(ground: Ground, region: str) -> Iterator[None]:
    ground.estate.control("POST", "outage", {"region": region, "down": True})
    try:
        yield
    finally:
        ground.estate.control("POST", "outage", {"region": region, "down": False})


def _wait(ground: Ground, executions: Sequence[ExecutionId], storm: Storm, say: Say) -> None:
    """Until all are over or wait for a person, or have had all the time there is; tells how they stand meanwhile."""
    deadline, waits_for_start = time.monotonic() + STORM_SECONDS, storm.breaks_when_running
    while time.monotonic() < deadline:
        standings = [_standing(ground, execution_id) for execution_id in executions]
        if waits_for_start and any(_runs(standing) for standing in standings):
            ground.proxied.break_calls(storm.rules)
            waits_for_start = False
        say("; ".join(map(_words, standings)))
        if all(standing and (standing.is_over or standing.waits_for_person) for standing in standings):
            return
        time.sleep(LOOK_SECONDS)


def _standing(ground: Ground, execution_id: ExecutionId) -> Standing | None:
    found = reading.find_execution(ground.store, execution_id)
    return Standing(found, reading.waves(ground.store, execution_id)) if found else None


def _runs(standing: Standing | None) -> bool:
    return standing is not None and any(wave.status is WaveStatus.RUNNING for wave in standing.waves)


def _words(standing: Standing | None) -> str:
    if standing is None:
        return "not yet planned"
    scope = standing.execution.scope
    who = scope.customer if scope else standing.execution.execution_id
    recovered, total = sum(wave.recovered for wave in standing.waves), sum(wave.total for wave in standing.waves)
    return f"{who} {standing.execution.status} {recovered} of {total}"


def _come_to_rest(ground: Ground, executions: Sequence[ExecutionId]) -> None:
    """Bounded: what is not at rest in time is found by the audit."""
    deadline = time.monotonic() + REST_SECONDS
    while time.monotonic() < deadline:
        if not ground.queues.waiting() and all(is_at_rest(ground.store, each) for each in executions):
            return
        time.sleep(LOOK_SECONDS)


def _judge(ground: Ground, storm: Storm, executions: Sequence[ExecutionId], before: _Before, kills: int) -> Passed:
    seconds, waiting = time.monotonic() - before.began, _left_waiting(ground)
    evidence = Evidence(ground.listener.listen(), changes(ground.estate), launches(ground.estate))
    now = _Before.now(ground)
    broken, dead_letters = _more(now.broken, before.broken), _more(now.dead_letters, before.dead_letters)
    kinds = _more(now.kinds, before.kinds)
    found = [*violations(ground.store, executions, evidence), *_of_storm(storm, broken, dead_letters)]
    found += _without_effect(storm, broken, kinds, kills)
    if waiting:
        found.append(Violation("queues", f"messages still wait: {waiting}", "these queues, and their functions' logs"))
    return Passed(
        storm=storm,
        executions=executions,
        calls=sum(_more(now.calls, before.calls).values()),
        broken=sum(broken.values()),
        kills=kills,
        seconds=seconds,
        waiting=sum(waiting.values()),
        dead_letters=sum(dead_letters.values()),
        violations=found,
    )


def _more(now: dict[str, int], before: dict[str, int]) -> dict[str, int]:
    return {name: count - before.get(name, 0) for name, count in now.items() if count > before.get(name, 0)}


def _of_storm(storm: Storm, broken: dict[str, int], dead_letters: dict[str, int]) -> Iterator[Violation]:
    """What the storm should not have brought about."""
    if storm.region_down and broken:
        what = f"calls went to {storm.region_down}, which is down: {broken}"
        yield Violation(storm.name, what, "the estate's log, by Region")
    if dead_letters and not storm.may_leave_dead_letters:
        what = f"messages were given up that the storm does not explain: {dead_letters}"
        yield Violation(storm.name, what, "the functions' dead letters and logs")


def _without_effect(storm: Storm, broken: dict[str, int], kinds: dict[str, int], kills: int) -> Iterator[Violation]:
    """A storm that did not strike proves nothing."""
    idle = [f"no call of {service} was broken" for service in storm.services if not broken.get(service)]
    idle += [f"no fault was a {kind}" for kind in storm.kinds if not kinds.get(kind)]
    if storm.kill_every_seconds and not kills:
        idle.append("no worker was killed")
    for what in idle:
        yield Violation(
            storm.name, f"{what}: it proved nothing", "rehearsal/storms.py: does the estate last long enough?"
        )


def _left_waiting(ground: Ground) -> dict[str, int]:
    """What is in the queues when the last sweeps are through."""
    deadline = time.monotonic() + QUEUE_SECONDS
    while (waiting := ground.queues.waiting()) and time.monotonic() < deadline:
        time.sleep(LOOK_SECONDS)
    return waiting
