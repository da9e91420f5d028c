"""The real handlers of `functions/`, wired to a world instead of to AWS."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

os.environ.update(
    HUB="simulation",
    POWERTOOLS_LOG_LEVEL="CRITICAL",
    POWERTOOLS_METRICS_DISABLED="true",
    POWERTOOLS_METRICS_NAMESPACE="simulation",
    POWERTOOLS_SERVICE_NAME="simulation",
)

from boto3.dynamodb.types import TypeSerializer

from groundswell.adapters.aws_errors import read_error
from groundswell.adapters.recording_clients import RecordingClients
from groundswell.bootstrap import PLANNER_TIME, order_size, phase_times, supports
from groundswell.domain.acceptance import Rules
from groundswell.domain.conditions import Item
from groundswell.domain.plan import Served
from groundswell.entry.functions import metrics
from groundswell.ports.world import Clock
from groundswell.reactions.control_execution import Controller
from groundswell.reactions.dry_run.calls import DryRun
from groundswell.reactions.fan_out_wave import FanOut
from groundswell.reactions.ordering import Ordering
from groundswell.reactions.plan_execution import Planner
from groundswell.reactions.preflight import Preflight, SideBySide
from groundswell.reactions.record_outcome import Recorder
from groundswell.reactions.recover.pace import Pace
from groundswell.reactions.recover.timetable import Timetable
from groundswell.reactions.recover.work import Worker
from groundswell.reactions.relay_events import Relay
from groundswell.reactions.survey import Survey
from groundswell.reactions.sweep import Sweeper
from groundswell.reactions.wake_work import Waker
from groundswell.settings import PlanSettings, RecoverSettings, SweepSettings
from groundswell.technologies import registry
from rehearsal.estate.scenario.inventory import inventory_of
from tests.simulation import foreign
from tests.simulation.deployment import Deployment, Queue
from tests.simulation.machine import current_invocation
from tests.simulation.outside import (
    DeclaredInventory,
    LookingSource,
    NumberedTokens,
    TroubledBus,
    TroubledLooks,
    TroubledSource,
    TroubledStore,
)
from tests.trusting import ROLES, grant_recovery_roles

if TYPE_CHECKING:
    from tests.simulation.world import World

HUB_ACCOUNT = "111111111111"
MAX_RESOURCES = 20_000
HANDLERS: Mapping[str, ModuleType] = {
    name: import_module(f"functions.{name}.handler")
    for name in (
        "advance_execution",
        "control_execution",
        "fan_out_wave",
        "plan_execution",
        "record_outcome",
        "recover",
        "relay_events",
        "sweep",
        "wake_work",
    )
}


def _in_turn(clock: Clock) -> SideBySide:
    """One thing after the other, none of them begun when time is over: a world has no threads."""

    def do(things: Sequence[Callable[[], object]], *, within: timedelta) -> None:
        over = clock.now() + within
        for thing in things:
            if clock.now() < over:
                thing()

    return do


def _environment(deployed: Deployment, handler: str) -> dict[str, str]:
    """The variables that the template gives a function."""
    return next(dict(queue.environment) for queue in deployed.queues.values() if queue.handler == handler)


def _pace(environment: Mapping[str, str]) -> Pace:
    told = RecoverSettings.from_environment(environment)
    return Pace(timedelta(seconds=told.look_first_seconds), timedelta(seconds=told.look_max_seconds))


@dataclass(frozen=True)
class Context:
    """What Lambda tells a handler of its invocation."""

    function_name: str
    memory_limit_in_mb: int = 256
    invoked_function_arn: str = "arn:aws:lambda:us-west-2:111111111111:function:simulated"
    aws_request_id: str = "request"

    def get_remaining_time_in_millis(self) -> int:
        running = current_invocation()
        return int(running.seconds_left() * 1000) if running else 20_000


class Functions:
    """The functions of one world."""

    def __init__(self, world: World) -> None:
        store, bus, clock = TroubledStore(world, world.ledger), TroubledBus(world), world.clock
        region = {"AWS_REGION": world.scenario.target_region}
        planning = PlanSettings.from_environment(_environment(world.deployment, "plan_execution") | region)
        sweeping = SweepSettings.from_environment(_environment(world.deployment, "sweep"))
        ordering = Ordering(store, bus, clock, sweeping.order_validity)
        relay, fan_out = Relay(store, bus), FanOut(store, clock, NumberedTokens(), ordering, order_size)
        source = TroubledSource(world)
        survey = Survey(
            accounts=world.scenario.accounts,
            account=HUB_ACCOUNT,
            region=world.scenario.target_region,
            technologies=[registry.load(name) for name in registry.BUILT_IN],
            clients=source,
            inventory=DeclaredInventory([*inventory_of(world.scenario, world.estate.seed), *world.setting.mainframes]),
            role="groundswell-inventory",
            clock=clock,
            spread=lambda function, arguments: [function(argument) for argument in arguments],
            read_error=read_error,
        )
        served = Served(
            supports=supports,
            answers=lambda name: name in registry.BUILT_IN or name == foreign.NAME,
            times=phase_times,
        )
        rules = Rules(
            region=world.scenario.target_region,
            armed=world.setting.armed,
            request_max_age=timedelta(seconds=planning.request_max_age_seconds),
            deadlines=planning.wave_deadline_seconds,
            max_resources=MAX_RESOURCES,
            planner_time=PLANNER_TIME,
        )
        dry_run = DryRun(
            technology=lambda name: registry.load(name) if name in registry.BUILT_IN else None,
            clients=source,
            inventory_role=survey.role,
            recovery_role=lambda name: f"groundswell-{name}",
            order_size=order_size,
            record=RecordingClients,
            clock=clock,
            spread=survey.spread,
            read_error=read_error,
        )
        grant_recovery_roles(world.estate, registry.BUILT_IN)
        preflight = Preflight(
            store=store,
            technologies=survey.technologies,
            region=survey.region,
            clients=LookingSource(world),
            role=survey.role,
            recovery=ROLES,
            clock=clock,
            side_by_side=_in_turn(clock),
            read_error=read_error,
        )
        planner = Planner(store, bus, clock, survey, served, rules, dry_run, preflight, read_error)
        sweeper = Sweeper(
            store=store,
            bus=bus,
            clock=clock,
            ordering=ordering,
            relay=relay,
            fan_out=lambda execution_id, wave, cause: fan_out.react(execution_id, wave, cause=cause),
            silence=timedelta(seconds=sweeping.silence_seconds),
        )
        workers = {
            queue.environment["TECHNOLOGY"]: Worker(
                technology=registry.load(queue.environment["TECHNOLOGY"]),
                store=store,
                bus=bus,
                timetable=Timetable(TroubledLooks(world, queue.name), clock, _pace(queue.environment)),
                clients=source,
                clock=clock,
                role=queue.environment.get("ROLE", ""),
                read_error=read_error,
            )
            for queue in world.deployment.queues.values()
            if "TECHNOLOGY" in queue.environment
        }
        recorder, waker = Recorder(store, clock), Waker(store, ordering)
        controller = Controller(store, clock, NumberedTokens(), order_size)
        self._roots: Mapping[str, Mapping[str, object]] = {
            "advance_execution": {"store": lambda: store, "CLOCK": clock},
            "control_execution": {"controller": lambda: controller},
            "fan_out_wave": {"fan_out": lambda: fan_out},
            "plan_execution": {"planner": lambda: planner},
            "record_outcome": {"recorder": lambda: recorder},
            "relay_events": {"relay": lambda: relay},
            "sweep": {"sweeper": lambda: sweeper},
            "wake_work": {"waker": lambda: waker},
        }
        self._workers = workers

    def invoke(self, queue: Queue, event: Mapping[str, Any]) -> dict[str, Any]:
        """Call the real handler of a queue's function."""
        if queue.handler == "recover":
            worker = self._workers[queue.environment["TECHNOLOGY"]]
            return self._call("recover", {"worker": lambda: worker}, event)
        return self._call(queue.handler, self._roots[queue.handler], event)

    def relay(self, items: Sequence[Item]) -> None:
        """Call the real handler of the ledger's stream."""
        serializer = TypeSerializer()
        records = [
            {
                "eventName": "INSERT",
                "dynamodb": {
                    "Keys": {"pk": {"S": item["pk"]}, "sk": {"S": item["sk"]}},
                    "NewImage": {name: serializer.serialize(value) for name, value in item.items()},
                },
            }
            for item in items
        ]
        self._call("relay_events", self._roots["relay_events"], {"Records": records})

    @staticmethod
    def _call(name: str, roots: Mapping[str, object], event: Mapping[str, Any]) -> dict[str, Any]:
        """The handler's reaction, with this world's composition root in the place of AWS's."""
        module = HANDLERS[name]
        handler: Callable[..., dict[str, Any]] = module.handler
        for attribute, value in roots.items():
            setattr(module, attribute, value)
        try:
            return handler(dict(event), Context(name))
        finally:
            metrics.clear_metrics()
