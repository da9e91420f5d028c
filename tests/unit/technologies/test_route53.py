"""DNS records: what is declared, what is changed, and when all of Route 53 knows it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest
from botocore.exceptions import ClientError
from pydantic import JsonValue, TypeAdapter

from groundswell.domain.operations import Operation, Phase
from groundswell.domain.protection import Finding
from groundswell.technologies.contract import Done, Failed, InProgress, NotBegun, Step, Target
from groundswell.technologies.route53 import TECHNOLOGY
from rehearsal.estate.scenario.inventory import inventory_of
from tests.unit.technologies.bench import ACCOUNT, SOURCE, TARGET, Bench, bench, target_of

CHECK = TECHNOLOGY.steps[Operation.FAILOVER, Phase.INSTANTIATE]
MOVE = TECHNOLOGY.steps[Operation.FAILOVER, Phase.ACTIVATE]
NAME = "shop.customer-a.example."


def records(routing: str = "weighted", **more: object) -> Bench:
    """A name for each customer, with a record set to each Region."""
    return bench({"dns": {"records": [{"name": "shop.{customer}", "wave": 1, "routing": routing}]}, **more})


def declared(at: Bench) -> list[Target]:
    """What the scenario's inventory declares."""
    parameters = TypeAdapter(dict[str, JsonValue])
    entries = inventory_of(at.estate.scenario)
    return [target_of(str(one["resource_id"]), parameters.validate_python(one["parameters"])) for one in entries]


def with_parameters(target: Target, **changed: str) -> Target:
    return replace(target, parameters={**target.parameters, **changed})


def sets_of(at: Bench, name: str = NAME) -> dict[str, Mapping[str, object]]:
    """The record sets of a name, by identifier."""
    (zone,) = at.estate.world.zones[ACCOUNT].values()
    return {str(one["SetIdentifier"]): one for one in zone.records.values() if one["Name"] == name}


def answer(at: Bench) -> list[str]:
    """What DNS says of the name."""
    zone = declared(at)[0].text("hosted_zone_id")
    asked = {"HostedZoneId": zone, "RecordName": NAME, "RecordType": "CNAME"}
    return list(at.clients.client("route53").test_dns_answer(**asked)["RecordData"])


def fill(at: Bench, count: int) -> None:
    """So many other names in the zone, between those of customer-a and customer-b."""
    (zone,) = at.estate.world.zones[ACCOUNT].values()
    for number in range(count):
        name = f"n{number:04}.customer-aa.example."
        record = {"Name": name, "Type": "A", "TTL": 60, "ResourceRecords": [{"Value": "203.0.113.9"}]}
        zone.records[f"example.customer-aa.n{number:04}.", "A", ""] = record


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


def test_act_sends_one_batch_when_a_zone_has_many_records() -> None:
    at = records("failover", customers={"count": 20})
    targets = declared(at)

    acted = at.act(MOVE, targets)

    assert len(at.estate.log.select("route53", mutating=True)) == 1
    assert len({target.handles for target in acted}) == 1
    assert all(isinstance(one, Done) for one in at.settle(MOVE, acted))


def test_act_moves_the_others_when_one_record_is_gone_meanwhile() -> None:
    at = records(customers={"count": 2})
    fine, gone = declared(at)

    at.act(MOVE, [fine, with_parameters(gone, record_name="gone.example")])

    assert sets_of(at)[TARGET]["Weight"] == 100


def test_act_sends_nothing_when_no_record_is_as_declared_any_more() -> None:
    at = records()
    (gone,) = (with_parameters(target, record_name="gone.example") for target in declared(at))

    (acted,) = at.act(MOVE, [gone])

    assert acted.handles == ()
    assert at.estate.log.select("route53", mutating=True) == []


def test_group_is_the_zone_however_its_id_is_spelled() -> None:
    (target,) = declared(records())
    zone = target.text("hosted_zone_id")

    assert MOVE.group(target) == MOVE.group(with_parameters(target, hosted_zone_id=f"/hostedzone/{zone}")) == zone


def test_a_batch_stays_below_the_limit_of_characters_when_all_names_are_as_long_as_may_be() -> None:
    longest_name, sets, counted = 255, 2, 2

    assert MOVE.batch * longest_name * sets * counted <= 32_000


def test_a_look_takes_one_call_when_many_names_lie_together() -> None:
    at = records(customers={"count": 26}, page_size=100)

    at.observe(CHECK, declared(at))

    assert at.clients.calls == {"route53:ListResourceRecordSets": 1}


def test_a_look_leaps_over_what_lies_between_when_names_lie_far_apart() -> None:
    at = records(customers={"count": 2}, page_size=100)
    fill(at, 2000)

    seen = at.observe(CHECK, declared(at))

    assert all(isinstance(one, Done) for one in seen)
    assert at.clients.calls == {"route53:ListResourceRecordSets": 2}


@pytest.mark.parametrize("page_size", [1, 2, 3, 100])
def test_records_are_found_when_lists_come_in_pages(page_size: int) -> None:
    at = records(customers={"count": 7}, page_size=page_size)
    fill(at, 10)

    seen = at.observe(CHECK, declared(at))

    assert [type(one) for one in seen] == [Done] * 7


def test_act_is_refused_for_now_when_the_zone_is_busy() -> None:
    at = records(times={"route53": {"busy": "30s"}})
    targets = at.act(MOVE, declared(at))

    with pytest.raises(ClientError) as refused:
        at.act(MOVE, targets)

    assert refused.value.response["Error"]["Code"] in TECHNOLOGY.later


@pytest.mark.parametrize(("source", "warned"), [("us-east-1", True), ("eu-west-1", False), (None, False)])
def test_a_plan_warns_when_the_control_plane_is_in_the_region_that_is_left(source: str | None, warned: bool) -> None:
    finding = Finding(
        technology="route53", account=ACCOUNT, region=TARGET, source_region=source, name=NAME, default_id="x", tags={}
    )

    warnings = TECHNOLOGY.warn(finding)

    assert bool(warnings) is warned
