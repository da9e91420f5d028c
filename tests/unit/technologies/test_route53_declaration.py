"""What is wrong with a declared pair of record sets before anything is read, and how Route 53 spells its name."""

from __future__ import annotations

import pytest

from groundswell.technologies.route53 import TECHNOLOGY
from groundswell.technologies.route53.declared_pair import spelled

GOOD = {
    "hosted_zone_id": "Z0123456789ABCDEFGHIJ",
    "record_name": "shop.example.com",
    "record_type": "CNAME",
    "routing": "weighted",
    "target_set_identifier": "us-west-2",
    "source_set_identifier": "us-east-1",
}


@pytest.mark.parametrize("change", [{}, {"routing": "failover"}, {"record_type": "a"}, {"record_name": "*.a.example."}])
def test_pair_has_no_flaws_when_its_values_are_known(change: dict[str, str]) -> None:
    assert TECHNOLOGY.flaws({**GOOD, **change}) == ()


@pytest.mark.parametrize("routing", ["latency", "Weighted", "", "weighted ", "gewichtet\x1b"])
def test_routing_that_does_not_exist_is_named_with_those_that_do(routing: str) -> None:
    assert TECHNOLOGY.flaws({**GOOD, "routing": routing}) == (f"routing is {routing!a}: known are weighted, failover",)


def test_type_that_does_not_exist_is_named_with_those_that_do() -> None:
    (flaw,) = TECHNOLOGY.flaws({**GOOD, "record_type": "CNAM"})

    assert flaw.startswith("record_type is 'CNAM': known are A, AAAA, CAA, CNAME, ")


def test_name_in_other_letters_is_told_its_punycode() -> None:
    (flaw,) = TECHNOLOGY.flaws({**GOOD, "record_name": "bücher.example.com"})

    assert flaw == r"record_name is 'b\xfccher.example.com': write it in Punycode, xn--bcher-kva.example.com"


def test_name_that_has_no_punycode_is_refused_all_the_same() -> None:
    (flaw,) = TECHNOLOGY.flaws({**GOOD, "record_name": "ü" * 70})

    assert flaw.endswith("write it in Punycode")


@pytest.mark.parametrize("name", ["", ".", "a\x1bb.example"])
def test_name_that_is_none_is_a_flaw(name: str) -> None:
    assert "write a DNS name" in TECHNOLOGY.flaws({**GOOD, "record_name": name})[0]


@pytest.mark.parametrize(
    ("written", "answered"),
    [
        ("Shop.Example.COM", "shop.example.com."),
        ("shop.example.com.", "shop.example.com."),
        ("*.example.com", r"\052.example.com."),
        (r"\052.example.com", r"\052.example.com."),
        ("_dmarc.x-y.example", "_dmarc.x-y.example."),
        ("a/b@c.example", r"a\057b\100c.example."),
        (r"a\056b.example", r"a\056b.example."),
        (r"\141\101.example", "aa.example."),
        ("a b.example", r"a\040b.example."),
        ("a\\b.example", r"a\134b.example."),
    ],
)
def test_name_is_sought_as_route_53_answers_it(written: str, answered: str) -> None:
    assert spelled(written) == answered
