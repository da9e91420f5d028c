"""Checks of web addresses: which answers pass, and what becomes of one that does not in time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from groundswell.domain.operations import Operation, Phase
from groundswell.ports.probing import Answer, Forbidden, NoAnswer, Reply
from groundswell.technologies.contract import Done, Failed, InProgress, Look, Observation, Target
from groundswell.technologies.https import TECHNOLOGY
from tests.unit.domain.builders import finding
from tests.unit.technologies.bench import bench, target_of

OBSERVE = TECHNOLOGY.steps[Operation.FAILOVER, Phase.ACTIVATE].observe
URL = "https://shop.example/health"
UP, DOWN = Answer(200, b"all is well", "203.0.113.7"), NoAnswer("no connection to 203.0.113.7 port 443: refused")


class Web:
    """A prober with one reply to everything, and the clients of a look that hold it."""

    def __init__(self, reply: Reply) -> None:
        self.calls: dict[str, int] = {}
        self._reply = reply
        self.asked: list[str] = []

    def ask(self, urls: Sequence[str]) -> Sequence[Reply]:
        self.asked += urls
        return [self._reply for _ in urls]

    def client(self, service: str) -> Any:
        assert service == "https"
        return self


def look_of(web: Web) -> Look:
    return replace(bench().look(), clients=web)


def check(**parameters: str) -> Target:
    return target_of("https/shop", {"url": URL, **parameters})


def seen(reply: Reply, *, after: float | None = None, **parameters: str) -> Observation:
    """What a look at a check sees so many seconds after it began."""
    look = look_of(Web(reply))
    since = None if after is None else look.now - timedelta(seconds=after)
    (observation,) = OBSERVE(look, [replace(check(**parameters), since=since)]).values()
    return observation


def test_check_passes_with_any_2xx_when_no_status_is_named() -> None:
    assert seen(UP) == Done({"url": URL, "status": 200, "address": "203.0.113.7"})
    assert isinstance(seen(replace(UP, status=204)), Done)


@pytest.mark.parametrize("status", [301, 302, 404, 500, 503])
def test_check_goes_on_when_the_status_is_another(status: int) -> None:
    assert seen(replace(UP, status=status)) == InProgress(f"{URL}: answered {status}; expected is 200 to 299")


def test_check_passes_with_the_named_status_alone() -> None:
    assert isinstance(seen(replace(UP, status=302), status="302"), Done)
    assert seen(UP, status="302") == InProgress(f"{URL}: answered 200; expected is 302")


def test_check_passes_when_the_answer_has_the_text() -> None:
    assert isinstance(seen(UP, contains="is well"), Done)


def test_check_goes_on_when_the_answer_lacks_the_text() -> None:
    note = f"{URL}: answered 200 without the text 'is ill' in its first 64 KB"

    assert seen(UP, contains="is ill") == InProgress(note)


def test_check_goes_on_when_nobody_answers() -> None:
    assert seen(DOWN, after=299.9) == InProgress(f"{URL}: {DOWN.reason}")


def test_check_fails_with_what_was_seen_last_when_its_time_is_over() -> None:
    failed = seen(replace(UP, status=503), after=300)

    assert isinstance(failed, Failed)
    assert failed.failure.cause == (f"not passed within 300 s; last seen: {URL}: answered 503; expected is 200 to 299")
    assert "retry" in failed.failure.advice
    assert not failed.retry


def test_time_of_a_check_is_as_it_declares() -> None:
    assert isinstance(seen(DOWN, after=59, limit_seconds="60"), InProgress)
    assert isinstance(seen(DOWN, after=60, limit_seconds="60"), Failed)


def test_check_passes_when_it_is_good_at_last_though_its_time_is_over() -> None:
    assert isinstance(seen(UP, after=301), Done)


def test_check_fails_at_once_when_its_address_may_not_be_asked() -> None:
    reason = "shop.example leads to 169.254.169.254, which is link-local, where instance metadata is"

    failed = seen(Forbidden(reason), after=0)

    assert isinstance(failed, Failed)
    assert failed.failure.cause == f"{URL} is not asked: {reason}"


def test_words_of_a_reply_are_cut_when_they_are_many() -> None:
    noted = seen(NoAnswer("x" * 5000))

    assert isinstance(noted, InProgress)
    assert len(noted.note) < 400


def test_each_address_is_asked_once_a_look() -> None:
    web = Web(UP)
    targets = [target_of(f"https/{n}", {"url": f"https://shop.example/{n}"}) for n in range(3)]

    observed = OBSERVE(look_of(web), targets)

    assert web.asked == [f"https://shop.example/{n}" for n in range(3)]
    assert all(isinstance(one, Done) for one in observed.values())


def test_check_fails_without_being_asked_when_it_is_misdeclared() -> None:
    web = Web(UP)
    good, bad = check(), target_of("https/bad", {"url": "http://shop.example/"})

    observed = OBSERVE(look_of(web), [bad, good])

    assert web.asked == [URL]
    assert isinstance(observed[good.resource_id], Done)
    assert isinstance(observed[bad.resource_id], Failed)


@pytest.mark.parametrize(
    ("parameters", "flaw"),
    [
        ({"url": "http://shop.example/"}, "parameter url: give an https:// address with a name"),
        ({"url": "https:///health"}, "parameter url: give an https:// address with a name"),
        ({"url": "https://me:secret@shop.example/"}, "parameter url: it must not hold a user or password"),
        ({"url": "https://me@shop.example/"}, "parameter url: it must not hold a user or password"),
        ({"url": "https://shöp.example/"}, "parameter url: write it in plain ASCII"),
        ({"url": "https://shop.example/a b"}, "parameter url: write it in plain ASCII"),
        ({"url": "https://shop.example/\r\nX-Evil: 1"}, "parameter url: write it in plain ASCII"),
        ({"url": "https://shop.example:99999/"}, "parameter url: Port out of range 0-65535"),
        ({"url": "https://shop.example:0/"}, "parameter url: there is no port 0"),
        ({"url": "https://[::1/"}, "parameter url: Invalid IPv6 URL"),
        ({"url": URL, "status": "99"}, "parameter status: "),
        ({"url": URL, "status": "ok"}, "parameter status: "),
        ({"url": URL, "contains": ""}, "parameter contains: "),
        ({"url": URL, "limit_seconds": "0"}, "parameter limit_seconds: "),
        ({"url": URL, "limit_seconds": "14401"}, "parameter limit_seconds: "),
        (
            {"url": URL, "contain": "well"},
            "there is no parameter contain: known are url, status, contains, limit_seconds",
        ),
    ],
)
def test_flaw_is_named_when_a_parameter_is_wrong(parameters: dict[str, Any], flaw: str) -> None:
    (found,) = TECHNOLOGY.flaws(parameters)

    assert found.startswith(flaw)


def test_no_flaw_is_found_in_a_check_with_everything() -> None:
    everything = {"url": "https://shop.example:8443/a?b=%20c", "status": "204", "contains": "x", "limit_seconds": "60"}

    assert TECHNOLOGY.flaws(everything) == ()


def test_parameters_of_the_declaration_are_those_that_it_explains() -> None:
    (found,) = TECHNOLOGY.flaws({"url": URL, "nonsense": "1"})

    for name in (*TECHNOLOGY.parameters, *TECHNOLOGY.optional_parameters):
        assert name in found


def test_plan_warns_of_an_optional_check_only() -> None:
    assert TECHNOLOGY.warn(finding("shop", technology="https")) == ()
    assert TECHNOLOGY.warn(finding("shop", technology="https", tags={"dr:impact": "optional"})) == (
        "it is optional: its wave goes on all the same if this fails",
    )
