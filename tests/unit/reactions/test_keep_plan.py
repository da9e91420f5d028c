"""Plans are put: kept with their author as the next version, or every fault is said, and nobody's work is lost."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

import pytest

from groundswell.adapters.memory_store import MemoryStore
from groundswell.domain.named_plan import NamedPlan
from groundswell.ledger import plans
from groundswell.ports.store import Write
from groundswell.reactions.keep_plan import MAX_PLAN_BYTES, PlanKeeper
from groundswell.reactions.open_door import Reply, SignedCall
from rehearsal.estate.clock import VirtualClock

ALICE = "arn:aws:sts::111111111111:assumed-role/plans/alice"
PLAN: dict[str, Any] = {"plan": "erp", "waves": [{"name": "shop", "resources": [{"technologies": ["drs"]}]}]}


@dataclass
class Shelf:
    """A ledger, and what keeps plans in it."""

    store: MemoryStore = field(default_factory=MemoryStore)

    def put(self, plan: object = None, after: object = 0, **also: object) -> Reply:
        """The answer to a plan, or to another body."""
        body = {"plan": PLAN if plan is None else plan, "after": after, **also}
        return PlanKeeper(self.store, VirtualClock()).take(SignedCall("plan", ALICE, json.dumps(body)))

    def faults(self, plan: object = None, after: object = 0, **also: object) -> list[str]:
        """What is wrong with it; nothing is kept then."""
        reply = self.put(plan, after, **also)
        assert reply.status is HTTPStatus.BAD_REQUEST
        assert not plans.every_latest(self.store)
        faults = reply.body["faults"]
        assert isinstance(faults, list)
        return [str(fault) for fault in faults]


def described(text: str) -> dict[str, Any]:
    return {**PLAN, "description": text}


def test_plan_is_kept_with_its_author_and_reason() -> None:
    shelf = Shelf()

    reply = shelf.put(described("first"), reason="drill of May")

    assert (reply.status, reply.body) == (HTTPStatus.OK, {"plan": "erp", "version": 1, "unchanged": False})
    kept = plans.version_of(shelf.store, "erp", 1)
    assert kept
    assert (kept.put_by, kept.reason, kept.description) == (ALICE, "drill of May", "first")
    assert kept.put_at == VirtualClock().now().strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    assert NamedPlan.model_validate(kept.body) == NamedPlan.model_validate(described("first"))


def test_next_version_leaves_the_one_before_as_it_was() -> None:
    shelf = Shelf()
    shelf.put(described("first"))

    reply = shelf.put(described("second"), after=1)

    assert reply.body["version"] == 2
    versions = [plans.version_of(shelf.store, "erp", number) for number in (1, 2, 3)]
    assert [kept.description if kept else None for kept in versions] == ["first", "second", None]
    assert [(kept.version, kept.description, kept.body) for kept in plans.every_latest(shelf.store)] == [
        (2, "second", {})
    ]


def test_plan_that_is_put_twice_is_one_version() -> None:
    shelf = Shelf()
    shelf.put()

    again = shelf.put(after=0)

    assert (again.status, again.body) == (HTTPStatus.OK, {"plan": "erp", "version": 1, "unchanged": True})


@pytest.mark.parametrize("after", [0, 2])
def test_plan_is_not_put_over_one_that_its_author_does_not_know(after: int) -> None:
    shelf = Shelf()
    shelf.put(described("first"))

    reply = shelf.put(described("second"), after=after)

    assert reply.status is HTTPStatus.CONFLICT
    assert reply.body["faults"] == [
        f"plan erp is not as you know it (version {after}): its latest version is 1, put by {ALICE}; look at it "
        "(dr plans get erp), put again"
    ]


def test_plan_is_not_new_when_its_author_knows_a_version_of_it() -> None:
    reply = Shelf().put(after=3)

    assert reply.status is HTTPStatus.CONFLICT
    assert "there is no such plan" in str(reply.body["faults"])


class RacingStore(MemoryStore):
    """A ledger in which somebody else is a moment faster."""

    is_lost = False

    def write(self, *writes: Write) -> None:
        """Let the other go first, once."""
        if not self.is_lost:
            self.is_lost = True
            other = NamedPlan.model_validate(described("the other's"))
            plans.put(self, other, after=0, by="bob", at=VirtualClock().now(), reason=None)
        super().write(*writes)


def test_of_two_who_put_at_once_the_second_is_told() -> None:
    shelf = Shelf(RacingStore())

    reply = shelf.put(described("mine"))

    assert reply.status is HTTPStatus.CONFLICT
    assert "its latest version is 1, put by bob" in str(reply.body["faults"])
    kept = plans.version_of(shelf.store, "erp", 1)
    assert kept
    assert kept.description == "the other's"


def test_every_fault_of_a_plan_is_said_with_its_place() -> None:
    wrong = {"plan": "erp", "colour": "red", "waves": [{"name": "a", "resources": [{}], "approval": "yes"}]}

    assert Shelf().faults(wrong) == [
        "waves.0.resources.0: a group takes nothing that it does not name: give technologies, tags or resource_ids",
        'waves.0.approval: input should be a valid boolean, but "yes" was given',
        "colour: unknown field: correct its name, or leave it out (docs/plans.md has all)",
    ]


@pytest.mark.parametrize(
    ("plan", "also", "fault"),
    [
        ({}, {}, "plan: it is missing"),
        ("erp", {}, "plan: give the plan as an object"),
        (None, {"after": -1}, "after: give the number of the latest version that you know"),
        (None, {"after": True}, "after: give the number"),
        (None, {"after": "1"}, "after: give the number"),
        (None, {"reason": "x" * 501}, "reason: give a text of at most 500 characters"),
        (None, {"put_by": "the board"}, "unknown field put_by"),
        (described("x" * MAX_PLAN_BYTES), {}, "plan: it has"),
    ],
)
def test_body_that_is_wrong_is_refused(plan: object, also: dict[str, Any], fault: str) -> None:
    assert Shelf().faults(plan, **also)[0].startswith(fault)
