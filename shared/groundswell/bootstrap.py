"""The composition root: everything that a function needs, built once and kept while it is warm."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import timedelta
from functools import cache

import boto3
from botocore.config import Config

from groundswell.adapters.assumed_clients import AssumedRoles
from groundswell.adapters.aws_errors import read_error
from groundswell.adapters.dynamodb_store import DynamoDbStore
from groundswell.adapters.eventbridge_bus import EventBridgeBus
from groundswell.adapters.https_prober import HttpsProber
from groundswell.adapters.hub_clients import FromHub
from groundswell.adapters.recording_clients import RecordingClients
from groundswell.adapters.rule_answerers import RuleAnswerers
from groundswell.adapters.s3_inventory import S3Inventory
from groundswell.adapters.sqs_looks import SqsLookQueue
from groundswell.adapters.system import RandomTokens, SystemClock, side_by_side, spread_over_threads
from groundswell.domain.acceptance import Rules
from groundswell.domain.estimate import PhaseTime
from groundswell.domain.operations import Operation
from groundswell.domain.plan import Served
from groundswell.ports.clients import ClientSource
from groundswell.reactions.control_execution import Controller
from groundswell.reactions.dry_run.calls import DryRun
from groundswell.reactions.fan_out_wave import FanOut
from groundswell.reactions.keep_plan import PlanKeeper
from groundswell.reactions.open_door import Door
from groundswell.reactions.ordering import Ordering
from groundswell.reactions.plan_execution import Planner
from groundswell.reactions.preflight import Preflight
from groundswell.reactions.preview_plan import Previewer
from groundswell.reactions.record_outcome import Recorder
from groundswell.reactions.recover.pace import Pace
from groundswell.reactions.recover.timetable import Timetable
from groundswell.reactions.recover.work import Worker
from groundswell.reactions.recovery_roles import RecoveryRoles
from groundswell.reactions.relay_events import Relay
from groundswell.reactions.survey import Survey
from groundswell.reactions.sweep import Sweeper
from groundswell.reactions.wake_work import Waker
from groundswell.settings import (
    EnteringSettings,
    HubSettings,
    LedgerSettings,
    OrderingSettings,
    PlanSettings,
    ProvenSettings,
    RecoverSettings,
    SweepSettings,
)
from groundswell.technologies import registry
from groundswell.technologies.contract import Technology

REACTION_SECONDS = 20
"""Timeout of every function that reads a queue, but `recover` and the planner; the template is tested to agree."""
PLANNER_SECONDS = 60
"""Timeout of the planner: it looks at every account, and holds thousands of resources a chunk after the other."""
PLANNER_TIME = timedelta(seconds=PLANNER_SECONDS + 15)
"""How long a run of the planner may still write after it began."""
FOREIGN_ORDER_SIZE = 90
_PATIENT = Config(connect_timeout=2, read_timeout=5, retries={"mode": "standard", "total_max_attempts": 4})
_BRISK = Config(connect_timeout=1, read_timeout=2, retries={"total_max_attempts": 1})
"""For the ledger, which retries by itself, and knows better when to stop."""

CLOCK = SystemClock()


@cache
def store() -> DynamoDbStore:
    """The ledger's table."""
    settings = LedgerSettings.from_environment()
    return DynamoDbStore(boto3.client("dynamodb", config=_BRISK), settings.ledger_table)


@cache
def bus() -> EventBridgeBus:
    """The hub's bus."""
    settings = HubSettings.from_environment()
    return EventBridgeBus(boto3.client("events", config=_PATIENT), settings.event_bus, pause=time.sleep)


@cache
def ordering() -> Ordering:
    """What puts work orders on the bus."""
    validity = OrderingSettings.from_environment().order_validity
    return Ordering(store(), bus(), CLOCK, validity)


@cache
def survey() -> Survey:
    """What looks at the estate."""
    settings = PlanSettings.from_environment()
    sts = boto3.client("sts", config=_PATIENT)
    roles = AssumedRoles(sts, external_id=settings.external_id, clock=CLOCK, pause=time.sleep)
    return Survey(
        accounts=settings.workload_accounts,
        account=settings.hub_account,
        region=settings.aws_region,
        technologies=[registry.load(name) for name in registry.BUILT_IN],
        clients=roles,
        inventory=S3Inventory(boto3.client("s3", config=_PATIENT), settings.inventory_bucket),
        role=settings.inventory_role,
        clock=CLOCK,
        spread=spread_over_threads,
        read_error=read_error,
    )


@cache
def preflight() -> Preflight:
    """What checks plans against the world; with the survey's clients, whose roles are assumed already."""
    settings, looked = PlanSettings.from_environment(), survey()
    return Preflight(
        store=store(),
        technologies=looked.technologies,
        region=looked.region,
        clients=looked.clients,
        role=looked.role,
        recovery=RecoveryRoles(settings.workload_role_prefix, settings.recovery_principals, settings.external_id),
        clock=CLOCK,
        side_by_side=side_by_side,
        read_error=read_error,
    )


@cache
def served() -> Served:
    """Who can do what."""
    settings = PlanSettings.from_environment()
    answerers = RuleAnswerers(boto3.client("events", config=_PATIENT), settings.event_bus, region=settings.aws_region)
    return Served(
        supports=supports,
        answers=lambda technology: technology in registry.BUILT_IN or answerers.answers(technology),
        times=phase_times,
    )


def supports(technology: str, operation: Operation) -> bool:
    """Whether a technology declares the operation; a foreign one is taken at its word."""
    return technology not in registry.BUILT_IN or registry.load(technology).supports(operation)


def phase_times(technology: str, operation: Operation) -> Sequence[PhaseTime] | None:
    """What a technology's phases usually take; None of a foreign one, which declares none."""
    return registry.load(technology).times(operation) if technology in registry.BUILT_IN else None


@cache
def rules() -> Rules:
    """What this hub allows."""
    settings = PlanSettings.from_environment()
    return Rules(
        region=settings.aws_region,
        armed=settings.armed,
        request_max_age=timedelta(seconds=settings.request_max_age_seconds),
        deadlines=settings.wave_deadline_seconds,
        max_resources=settings.max_resources,
        planner_time=PLANNER_TIME,
    )


@cache
def dry_run() -> DryRun:
    """What finds the calls that a plan would lead to."""
    settings = PlanSettings.from_environment()
    return DryRun(
        technology=lambda name: registry.load(name) if name in registry.BUILT_IN else None,
        clients=survey().clients,
        inventory_role=settings.inventory_role,
        recovery_role=lambda name: f"{settings.workload_role_prefix}-{name}",
        order_size=order_size,
        record=RecordingClients,
        clock=CLOCK,
        spread=spread_over_threads,
        read_error=read_error,
    )


@cache
def planner() -> Planner:
    """The planner."""
    return Planner(store(), bus(), CLOCK, survey(), served(), rules(), dry_run(), preflight(), read_error)


@cache
def preview() -> Previewer:
    """What answers what a request would come to."""
    return Previewer(store(), survey(), served(), rules(), dry_run(), preflight())


@cache
def fan_out() -> FanOut:
    """What cuts waves into orders."""
    return FanOut(store(), CLOCK, RandomTokens(), ordering(), order_size)


@cache
def controller() -> Controller:
    """What lets people decide."""
    return Controller(store(), CLOCK, RandomTokens(), order_size)


@cache
def door() -> Door:
    """What takes decisions."""
    return Door(store(), bus(), CLOCK, RandomTokens())


@cache
def door_proof() -> str:
    """What the door's API passes on with every call, and nobody else."""
    secret = ProvenSettings.from_environment().door_proof_secret
    proof: str = boto3.client("secretsmanager", config=_PATIENT).get_secret_value(SecretId=secret)["SecretString"]
    return proof


@cache
def plan_keeper() -> PlanKeeper:
    """What keeps named plans."""
    return PlanKeeper(store(), CLOCK)


def order_size(technology: str) -> int:
    """Resources that an order of the technology holds at most."""
    return registry.load(technology).order_size if technology in registry.BUILT_IN else FOREIGN_ORDER_SIZE


@cache
def worker() -> Worker:
    """The worker of this function's technology."""
    settings = RecoverSettings.from_environment()
    technology = registry.load(settings.technology)
    clients, role = _clients_of(technology)
    return Worker(
        technology=technology,
        store=store(),
        bus=bus(),
        timetable=Timetable(
            queue=SqsLookQueue(boto3.client("sqs", config=_PATIENT), settings.work_queue_url),
            clock=CLOCK,
            pace=Pace(
                first=timedelta(seconds=settings.look_first_seconds),
                longest=timedelta(seconds=settings.look_max_seconds),
            ),
        ),
        clients=clients,
        clock=CLOCK,
        role=role,
        read_error=read_error,
    )


def _clients_of(technology: Technology) -> tuple[ClientSource, str]:
    """What opens its clients, and as which role: of what looks from the hub none, and nothing but a prober."""
    if technology.from_hub:
        return FromHub(HttpsProber()), ""
    settings = EnteringSettings.from_environment()
    sts = boto3.client("sts", config=_PATIENT)
    return AssumedRoles(sts, external_id=settings.external_id, clock=CLOCK, pause=time.sleep), settings.role


@cache
def recorder() -> Recorder:
    """What records outcomes."""
    return Recorder(store(), CLOCK)


@cache
def relay() -> Relay:
    """What publishes facts."""
    return Relay(store(), bus())


@cache
def waker() -> Waker:
    """What answers AWS's own events."""
    return Waker(store(), ordering())


@cache
def sweeper() -> Sweeper:
    """What takes up whatever went silent."""
    settings = SweepSettings.from_environment()
    return Sweeper(
        store=store(),
        bus=bus(),
        clock=CLOCK,
        ordering=ordering(),
        relay=relay(),
        fan_out=lambda execution_id, wave, cause: fan_out().react(execution_id, wave, cause=cause),
        silence=timedelta(seconds=settings.silence_seconds),
    )
