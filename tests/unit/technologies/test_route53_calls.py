"""How many calls it takes to look at DNS records and to change them, however many there are."""

from __future__ import annotations

import pytest

from groundswell.technologies.contract import Done
from tests.unit.technologies.bench import TARGET
from tests.unit.technologies.zones import CHECK, MOVE, declared, fill, records, sets_of, with_parameters


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
