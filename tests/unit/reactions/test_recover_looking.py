"""What cannot be looked at: it alone waits, and finding it out takes few reads."""

from __future__ import annotations

import pytest

from groundswell.domain.errors import UnreachableAccountError
from tests.unit.reactions.fake_service import LOST, Service, refused
from tests.unit.reactions.workshop import Workshop, workshop

MANY = "abcdefghijklmnopqrstuvwxyz"


def unreadable(names: str, *culprits: str, error: Exception | None = None) -> tuple[Workshop, list[int]]:
    """An order of these, and of how many each read was; one that is of a culprit is refused."""
    shop, reads = workshop(names, service=Service()), list[int]()

    def refuse() -> None:
        asked = {str(target.resource_id) for target in shop.service.targets}
        reads.append(len(asked))
        if asked & set(culprits):
            raise error or refused("ValidationException", "one of them is none")

    shop.service.before_observing = refuse
    return shop, reads


def test_resource_that_cannot_be_looked_at_hides_no_other() -> None:
    shop, reads = unreadable("abcdefgh", "f")

    shop.look()

    assert {name for call in shop.service.named for name in call} == set("abcdeg" + "h")
    assert shop.note("f").startswith("could not be looked at: An error occurred (ValidationException)")
    assert len(reads) == 7


def test_several_that_cannot_be_looked_at_hide_no_other() -> None:
    shop, _ = unreadable("abcdefgh", "a", "h")

    shop.look()

    assert {name for call in shop.service.named for name in call} == set("bcdefg")


def test_look_gives_up_to_find_who_it_is_when_everything_is_refused() -> None:
    shop, reads = unreadable(MANY, *MANY, error=refused("AccessDenied"))

    shop.look()

    assert len(reads) <= 24
    assert shop.service.calls == []
    assert all(shop.note(name).startswith("could not be looked at: ") for name in MANY)


@pytest.mark.parametrize("error", [refused("ThrottlingException"), LOST, UnreachableAccountError("no role")])
def test_look_is_not_made_for_fewer_when_aws_only_does_not_answer_now(error: Exception) -> None:
    shop, reads = unreadable("abcd", "b", error=error)

    shop.look()

    assert reads == [4]
    assert shop.note("a").startswith("could not be looked at: ")


def test_look_is_not_made_for_fewer_when_there_is_no_time() -> None:
    shop, reads = unreadable("abcd", "b")
    left = iter([30.0, 30.0, 30.0])
    shop.seconds_left = lambda: next(left, 5.0) if len(reads) == 0 else 5.0

    shop.look()

    assert reads == [4]
