"""What somebody meant for us and nothing reads is named; what was meant for nobody of us is not."""

from __future__ import annotations

import pytest

from groundswell.domain.plan import Plan
from groundswell.domain.protection import Broken, Finding, Protected, judge
from groundswell.domain.spelling import is_misspelt, looks_like, nearest
from groundswell.domain.tag_names import ENABLED, OUR_TAGS
from tests.unit.domain.builders import TAGS, finding
from tests.unit.domain.plans import plan


def tagged(name: str = "app-01", /, **tags: str) -> Finding:
    """With these tags and no other."""
    return finding(name).model_copy(update={"tags": tags})


def without_enabled(name: str = "app-01", /, **more: str) -> Finding:
    return tagged(name, **{key: value for key, value in TAGS.items() if key != ENABLED}, **more)


def left_out(made: Plan) -> list[str]:
    return [remark.reason for remark in made.left_out]


def warned(made: Plan) -> list[str]:
    return [remark.reason for remark in made.warnings]


@pytest.mark.parametrize(
    "name",
    ["dr:Enabled", "DR:enabled", "dr_enabled", "dr-enabled", "dr:ena\u200bbled", "\u2060dr:enabled", "dr: enabled"],
)
def test_resource_that_nearly_says_that_it_is_protected_is_left_out_by_name(name: str) -> None:
    made = plan(finding("good"), without_enabled(**{name: "true"}))

    assert left_out(made) == [f"broken tags: {name!r} is not read: write dr:enabled"]


def test_resource_that_nearly_says_that_it_is_not_protected_is_passed_over() -> None:
    assert judge(without_enabled(**{"dr:Enabled": "False"})) is None


def test_resource_without_any_tag_of_ours_is_passed_over_without_a_word() -> None:
    made = plan(finding("good"), *(tagged(f"x{n}", Name="db", drum="1", **{"aws:dr": "x"}) for n in range(50)))

    assert (left_out(made), warned(made)) == ([], [])


def test_resources_that_forgot_to_say_that_they_are_protected_are_named_in_one_warning() -> None:
    made = plan(finding("good"), *(without_enabled(f"x{n}") for n in range(7)), tagged("y", Customer="customer-a"))

    assert left_out(made) == []
    assert warned(made) == [
        "7 resources have dr: tags without dr:enabled: they are passed over (x0, x1, x2, x3, x4 and 2 more)"
    ]


def test_entry_of_the_inventory_that_does_not_say_that_it_is_protected_is_left_out_by_name() -> None:
    declared = without_enabled().model_copy(update={"declared": True})

    judged = judge(declared)

    assert isinstance(judged, Broken)
    assert "dr:enabled is missing: say true, or false where" in judged.remark.reason


def test_misspelt_tag_is_told_once_for_all_resources_that_have_it() -> None:
    made = plan(
        *(finding(f"x{n}", tags={"dr:Impact": "optional", "dr:priorty": "low", "dr:team": "a"}) for n in range(3))
    )

    assert warned(made) == [
        "3 resources have the tag 'dr:Impact', which is not read: did you mean dr:impact? (x0, x1, x2)",
        "3 resources have the tag 'dr:priorty', which is not read: did you mean dr:priority? (x0, x1, x2)",
        "3 resources have the tag 'dr:team', which is not read: docs/tags-and-inventory.md has all that there are "
        "(x0, x1, x2)",
    ]


def test_missing_tag_is_told_with_the_one_that_was_meant() -> None:
    judged = judge(finding(tags={"Customer": "", "customer": "customer-a", "Environment": "", "Enviroment": "x"}))

    assert isinstance(judged, Broken)
    assert "Customer is missing ('customer' is not read); Environment is missing ('Enviroment' is not" in (
        judged.remark.reason
    )


def test_tag_that_is_there_twice_but_for_blanks_is_a_fault() -> None:
    judged = judge(finding(tags={"dr:wave ": "2"}))

    assert isinstance(judged, Broken)
    assert "dr:wave is there twice, with blanks around it" in judged.remark.reason
    assert isinstance(judge(finding(tags={"dr:wave ": "1"})), Protected)


@pytest.mark.parametrize(
    "spelt", [{"Environment": "Production"}, {"Customer": "Customer_A"}, {"Environment": "prod\u200buction"}]
)
def test_resources_whose_scope_looks_like_the_requests_are_left_out_by_name(spelt: dict[str, str]) -> None:
    made = plan(finding("good"), finding("b", tags=spelt), finding("c", tags=spelt))

    (told,) = left_out(made)
    assert told.startswith("2 resources have Customer ")
    assert told.endswith("the request says customer-a/production: write both alike (b, c)")
    assert [resource.name for resource in made.resources] == ["good"]


def test_resources_whose_scope_is_one_letter_from_the_requests_are_warned_of() -> None:
    made = plan(
        finding("good"), finding("b", tags={"Customer": "custmer-a"}), finding("c", tags={"Customer": "customer-b"})
    )

    assert left_out(made) == []
    assert warned(made) == [
        "1 resource has Customer 'custmer-a' and Environment 'production', is that customer-a/production? They are not "
        "in the plan (b)"
    ]


def test_remarks_are_bounded() -> None:
    made = plan(finding("good", tags={f"dr:x{n:03}": "1" for n in range(45)}))

    assert len(warned(made)) == 31
    assert warned(made)[-1] == "and 15 more of the kind"


@pytest.mark.parametrize(
    ("one", "other", "is_near"),
    [
        ("production", "prodution", True),
        ("production", "prodcution", True),
        ("produktion", "production", True),
        ("production", "productions", True),
        ("production", "production", False),
        ("production", "predaction", False),
        ("customer-a", "customer-b", False),
        ("customer-1", "customer-11", False),
        ("region1a", "region1b", False),
        ("dev", "dec", False),
        ("staging", "testing", False),
        ("acme-prod", "acme", False),
    ],
)
def test_names_are_one_letter_apart_only_in_long_words(one: str, other: str, is_near: bool) -> None:
    assert is_misspelt(one, other) is is_near
    assert is_misspelt(other, one) is is_near


def test_names_look_alike_only_when_they_are_not_the_same() -> None:
    assert not looks_like("dr:enabled", "dr:enabled")
    assert not looks_like("--", "::")
    assert nearest("zzz", OUR_TAGS) is None
