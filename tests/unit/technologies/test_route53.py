"""DNS records: what is declared, what is changed, and when all of Route 53 knows it."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from groundswell.adapters.aws_errors import read_error
from groundswell.domain.operations import Operation
from groundswell.domain.protection import Finding
from groundswell.technologies.contract import Done, Failed, InProgress, NotBegun, Step
from groundswell.technologies.route53 import TECHNOLOGY
from tests.unit.technologies.bench import ACCOUNT, SOURCE, TARGET, bench
from tests.unit.technologies.zones import CHECK, MOVE, NAME, answer, declared, records, sets_of, with_parameters


def test_check_keeps_the_weights_when_the_records_are_as_declared() -> None:
    at = records()

    (seen,) = at.observe(CHECK, declared(at))

    assert seen == Done({"before": {TARGET: 0, SOURCE: 100}})


def test_check_keeps_the_roles_when_the_records_are_a_failover_pair() -> None:
    at = records("failover")

    (seen,) = at.observe(CHECK, declared(at))

    assert seen == Done({"before": {TARGET: "SECONDARY", SOURCE: "PRIMARY"}})


@pytest.mark.parametrize(
    "wrong",
    [
        {"hosted_zone_id": "Z00000000000000000"},
        {"record_name": "other.customer-a.example"},
        {"record_type": "AAAA"},
        {"routing": "failover"},
        {"routing": "latency"},
        {"target_set_identifier": "nowhere"},
        {"source_set_identifier": "nowhere"},
    ],
)
@pytest.mark.parametrize("step", [CHECK, MOVE], ids=["check", "move"])
def test_a_record_fails_alone_when_it_is_not_as_declared(step: Step, wrong: dict[str, str]) -> None:
    at = records(customers={"count": 2})
    fine, broken = declared(at)

    seen_fine, seen_broken = at.observe(step, [fine, with_parameters(broken, **wrong)])

    assert not isinstance(seen_fine, Failed)
    assert isinstance(seen_broken, Failed)
    assert "inventory" in seen_broken.failure.advice


def test_check_finds_the_records_however_the_name_is_spelled() -> None:
    at = records()
    (target,) = declared(at)
    zone = target.text("hosted_zone_id")

    (seen,) = at.observe(
        CHECK,
        [with_parameters(target, record_name="Shop.Customer-A.example", hosted_zone_id=f"/hostedzone/{zone}")],
    )

    assert isinstance(seen, Done)


def test_check_finds_the_records_of_a_wildcard() -> None:
    at = bench({"dns": {"records": [{"name": "*.{customer}", "wave": 1, "routing": "weighted"}]}})
    (zone,) = at.estate.world.zones[ACCOUNT].values()
    zone.records = {
        (key[0].replace("*", "\\052"), *key[1:]): {**one, "Name": str(one["Name"]).replace("*", "\\052")}
        for key, one in zone.records.items()
    }

    (seen,) = at.observe(CHECK, declared(at))

    assert isinstance(seen, Done)


def test_act_changes_nothing_but_the_weights() -> None:
    at = records()
    before = sets_of(at)

    at.act(MOVE, declared(at))

    assert sets_of(at) == {TARGET: {**before[TARGET], "Weight": 100}, SOURCE: {**before[SOURCE], "Weight": 0}}


def test_act_changes_nothing_but_the_roles() -> None:
    at = records("failover")
    before = sets_of(at)

    at.act(MOVE, declared(at))

    assert sets_of(at) == {
        TARGET: {**before[TARGET], "Failover": "PRIMARY"},
        SOURCE: {**before[SOURCE], "Failover": "SECONDARY"},
    }


@pytest.mark.parametrize("routing", ["weighted", "failover"])
@pytest.mark.parametrize("down", [(), (SOURCE,)], ids=["all well", "primary down"])
def test_dns_leads_to_the_target_when_the_traffic_was_moved(routing: str, down: tuple[str, ...]) -> None:
    at = records(routing, faults={"regions_down": down})

    (seen,) = at.settle(MOVE, at.act(MOVE, declared(at)))

    assert isinstance(seen, Done)
    assert answer(at) == [f"{TARGET}.{NAME}"]


@pytest.mark.parametrize("routing", ["weighted", "failover"])
def test_nothing_is_due_when_the_traffic_was_moved_before(routing: str) -> None:
    at = records(routing)
    at.recover(TECHNOLOGY, Operation.FAILOVER, declared(at))
    after_first = sets_of(at)

    again = at.recover(TECHNOLOGY, Operation.FAILOVER, declared(at))

    assert sets_of(at) == after_first
    assert again[0].evidence["before"] == again[0].evidence["after"]
    assert len(at.estate.log.select("route53", mutating=True)) == 1


def test_observe_is_done_only_when_the_change_is_insync() -> None:
    at = records(times={"route53": {"insync": "40s"}})
    targets = at.act(MOVE, declared(at))
    at.clock.advance(39)
    (early,) = at.observe(MOVE, targets)
    at.clock.advance(1)

    (late,) = at.observe(MOVE, targets)

    assert isinstance(early, InProgress)
    assert late == Done({"after": {TARGET: 100, SOURCE: 0}})


def test_observe_is_not_done_when_the_change_takes_longer_than_changes_take() -> None:
    at = records(times={"route53": {"insync": "10m"}})
    targets = at.act(MOVE, declared(at))
    at.clock.advance(2 * TECHNOLOGY.settle.total_seconds())

    (seen,) = at.observe(MOVE, targets)

    assert isinstance(seen, InProgress)


def test_observe_gives_a_change_its_time_when_its_answer_was_lost() -> None:
    at = records(faults={"lost_replies": [{"service": "route53", "operations": ["Change*"]}]})
    targets = at.act(MOVE, declared(at))

    (early,) = at.observe(MOVE, targets)
    at.clock.advance(TECHNOLOGY.settle.total_seconds())
    (late,) = at.observe(MOVE, targets)

    assert targets[0].handles == ()
    assert isinstance(early, InProgress)
    assert isinstance(late, Done)


def test_observe_still_says_not_begun_when_the_call_never_arrived() -> None:
    at = records(faults={"unreachable": [{"service": "route53", "operations": ["Change*"], "times": 1}]})
    targets = at.act(MOVE, declared(at))
    at.clock.advance(TECHNOLOGY.settle.total_seconds())

    (seen,) = at.observe(MOVE, targets)

    assert isinstance(seen, NotBegun)


def test_observe_is_done_when_route53_has_forgotten_the_change() -> None:
    at = records()
    targets = at.act(MOVE, declared(at))
    at.estate.world.changes.clear()
    at.clock.advance(TECHNOLOGY.settle.total_seconds())

    (seen,) = at.observe(MOVE, targets)

    assert isinstance(seen, Done)


def test_act_is_refused_for_now_when_the_zone_is_busy() -> None:
    at = records(times={"route53": {"busy": "30s"}})
    targets = at.act(MOVE, declared(at))

    with pytest.raises(ClientError) as refused:
        at.act(MOVE, targets)

    told = read_error(refused.value)
    assert told is not None
    assert told.is_throttling


@pytest.mark.parametrize(("source", "warned"), [("us-east-1", True), ("eu-west-1", False), (None, False)])
def test_a_plan_warns_when_the_control_plane_is_in_the_region_that_is_left(source: str | None, warned: bool) -> None:
    finding = Finding(
        technology="route53", account=ACCOUNT, region=TARGET, source_region=source, name=NAME, own_name="x", tags={}
    )

    warnings = TECHNOLOGY.warn(finding)

    assert bool(warnings) is warned
