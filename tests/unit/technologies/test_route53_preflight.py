from __future__ import annotations

from groundswell.domain.preflight import PreflightCheck, Verdict
from groundswell.technologies.contract import Unread
from groundswell.technologies.route53 import TECHNOLOGY
from rehearsal.estate.state.route53 import key_of
from tests.unit.technologies.bench import Bench, bench
from tests.unit.technologies.checks import amiss, checks_of, protected_of

RECORDS = [
    {"name": "app.{customer}", "wave": 1, "routing": "weighted"},
    {"name": "api.{customer}", "wave": 1, "routing": "failover", "type": "A"},
]


def names(customers: int = 1, **estate: object) -> Bench:
    return bench({"customers": {"count": customers}, "dns": {"records": RECORDS}, **estate})


def remove(at: Bench, count: int) -> None:
    """Take so many record sets out of the zone."""
    (zone,) = at.estate.world.zones[at.caller.account].values()
    for key in [key for key, record in zone.records.items() if "SetIdentifier" in record][:count]:
        del zone.records[key]


def test_zone_passes_when_all_pairs_are_as_declared() -> None:
    (check,) = checks_of(names(3), "route53")

    assert isinstance(check, PreflightCheck)
    assert (check.verdict, check.found) == (Verdict.PASSED, "6 of 6 pairs are there")


def test_pair_fails_in_the_words_of_the_first_phase_when_it_is_not_there() -> None:
    at = names()
    remove(at, 1)

    (check,) = checks_of(at, "route53")

    assert isinstance(check, PreflightCheck)
    assert check.verdict is Verdict.FAILED
    assert "no pair of weighted record sets us-west-2 and us-east-1 for app.customer-a.example. CNAME" in check.found
    assert check.advice.startswith("Compare the inventory entry")


def test_first_pairs_are_named_and_the_others_counted_when_many_are_not_there() -> None:
    at = names(3)
    remove(at, 12)

    checks = checks_of(at, "route53")

    assert len(amiss(checks)) == len(checks) == 4
    assert isinstance(checks[-1], PreflightCheck)
    assert checks[-1].found == "3 more of 6 pairs are not there either"


def test_zone_fails_when_it_is_not_there() -> None:
    at = names()
    resources = protected_of(at, "route53")
    at.estate.world.zones[at.caller.account].clear()

    assert len(amiss(checks_of(at, "route53", resources))) == 2


def test_zone_cannot_be_read_when_route_53_does_not_answer() -> None:
    at = names(faults={"throttling": [], "unreachable": [{"service": "route53"}]})

    (check,) = checks_of(at, "route53")

    assert isinstance(check, Unread)
    assert check.subject.startswith("hosted zone Z")


def add_third(at: Bench, weight: int) -> None:
    """A third weighted set of the name app.customer-a."""
    (zone,) = at.estate.world.zones[at.caller.account].values()
    known = next(record for record in zone.records.values() if "Weight" in record)
    third = {**known, "SetIdentifier": "eu-west-1", "Weight": weight}
    zone.records[key_of(third)] = third


def test_third_weighted_set_is_a_warning_when_it_keeps_traffic() -> None:
    at = names()
    add_third(at, 50)

    pairs, third = checks_of(at, "route53")

    assert isinstance(pairs, PreflightCheck)
    assert isinstance(third, PreflightCheck)
    assert (pairs.verdict, third.verdict) == (Verdict.PASSED, Verdict.PASSED)
    assert third.found.endswith("keep a share of the traffic: app.customer-a.example. CNAME eu-west-1 (weight 50)")
    assert "set their weight to 0" in third.advice


def test_third_weighted_set_is_not_told_when_it_has_no_weight() -> None:
    at = names()
    add_third(at, 0)

    assert len(checks_of(at, "route53")) == 1


def test_declared_pair_is_left_out_when_both_sets_have_one_identifier() -> None:
    same = {"target_set_identifier": "a", "source_set_identifier": "a", "routing": "weighted"}

    assert [flaw.partition(":")[0] for flaw in TECHNOLOGY.flaws(same)] == [
        "target_set_identifier and source_set_identifier are both 'a'"
    ]
    assert TECHNOLOGY.flaws({**same, "source_set_identifier": "b"}) == ()
