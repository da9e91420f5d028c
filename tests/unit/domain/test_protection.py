from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from groundswell.adapters.memory_store import MemoryStore
from groundswell.domain.protection import Broken, Impact, Protected, judge
from groundswell.ports.store import Put
from tests.unit.domain.builders import FIT, TAGS, finding

TAG_NAMES = (
    "dr:enabled",
    "dr:wave",
    "dr:priority",
    "dr:impact",
    "dr:rto-target",
    "dr:rpo-target",
    "dr:health-check-url",
    "dr:resource-id",
    "dr:depends-on",
    "Customer",
    "Environment",
    "Application",
)


def judged(**tags: str) -> Protected:
    result = judge(finding(tags=tags))
    assert isinstance(result, Protected), result
    return result


def reason_of(tags: dict[str, str]) -> str:
    result = judge(finding(tags=tags))
    assert isinstance(result, Broken), result
    return result.remark.reason


@pytest.mark.parametrize("value", ["", "false", "False", " FALSE "])
def test_resource_is_passed_over_when_it_is_not_enabled(value: str) -> None:
    assert judge(finding(tags={"dr:enabled": value})) is None


@pytest.mark.parametrize("value", ["true", "True", " TRUE "])
def test_resource_is_protected_when_it_is_enabled(value: str) -> None:
    assert isinstance(judge(finding(tags={"dr:enabled": value})), Protected)


@pytest.mark.parametrize("value", ["yes", "1", "treu"])
def test_resource_is_broken_when_enabled_is_neither_true_nor_false(value: str) -> None:
    assert reason_of({"dr:enabled": value}) == f"broken tags: dr:enabled is {value!r}; allowed are true and false"


def test_resource_keeps_what_was_found_when_it_is_protected() -> None:
    result = judge(finding(wake_key="arn:x", parameters={"a": 1}, source_region="us-east-1", warnings=("w",)))

    assert isinstance(result, Protected)
    assert (result.technology, result.account, result.region) == ("drs", "222222222201", "us-west-2")
    assert (result.wake_key, result.parameters, result.source_region) == ("arn:x", {"a": 1}, "us-east-1")
    assert (result.fitness, result.warnings, result.name) == (FIT, ("w",), "app-01")


def test_resource_means_the_usual_when_its_tags_say_no_more() -> None:
    result = judge(finding())

    assert isinstance(result, Protected)
    assert (result.impact, result.rto_minutes, result.rpo_minutes) == (Impact.CRITICAL, None, None)
    assert (result.application, result.depends_on, result.resource_id) == (None, (), "drs/222222222201/app-01")


@pytest.mark.parametrize(("text", "wave"), [("1", 1), ("01", 1), (" 90 ", 90)])
def test_wave_is_understood_when_it_is_a_number_in_range(text: str, wave: int) -> None:
    assert judged(**{"dr:wave": text}).wave == wave


@pytest.mark.parametrize("text", ["0", "91", "-1", "1.0", "one", "²", "٣", "9" * 5000])
def test_wave_is_broken_when_it_is_no_number_in_range(text: str) -> None:
    assert f"dr:wave is {text!r}; allowed are 1 to 90"[:300] in reason_of({"dr:wave": text})


@pytest.mark.parametrize(("priority", "wave"), [("critical", 1), ("High", 2), ("medium", 3), ("low", 4)])
def test_wave_follows_from_the_priority_when_no_wave_is_said(priority: str, wave: int) -> None:
    assert judged(**{"dr:wave": "", "dr:priority": priority}).wave == wave


def test_wave_is_the_one_said_when_a_priority_is_said_too() -> None:
    assert judged(**{"dr:wave": "7", "dr:priority": "critical"}).wave == 7


def test_wave_is_broken_when_the_priority_is_unknown() -> None:
    reason = reason_of({"dr:wave": "", "dr:priority": "urgent"})

    assert reason == "broken tags: dr:priority is 'urgent'; allowed are critical, high, medium, low"


def test_wave_is_broken_when_neither_wave_nor_priority_is_said() -> None:
    assert reason_of({"dr:wave": ""}) == "broken tags: neither dr:wave nor dr:priority says when it is recovered"


@pytest.mark.parametrize(("text", "impact"), [("critical", Impact.CRITICAL), ("Optional", Impact.OPTIONAL)])
def test_impact_is_understood_when_it_is_known(text: str, impact: Impact) -> None:
    assert judged(**{"dr:impact": text}).impact is impact


def test_impact_is_broken_when_it_is_unknown() -> None:
    assert "dr:impact is 'minor'; allowed are critical, optional" in reason_of({"dr:impact": "minor"})


@pytest.mark.parametrize("name", ["dr:rto-target", "dr:rpo-target"])
@pytest.mark.parametrize("text", ["0", "-5", "1.5", "5m", "525601", "9" * 60, "9" * 5000, "٣"])
def test_target_is_broken_when_it_is_no_number_of_minutes(name: str, text: str) -> None:
    assert f"{name} is {text!r}; give whole minutes, 1 to 525600"[:300] in reason_of({name: text})


def test_targets_are_minutes_when_they_are_said() -> None:
    result = judged(**{"dr:rto-target": "15", "dr:rpo-target": "525600"})

    assert (result.rto_minutes, result.rpo_minutes) == (15, 525_600)


@pytest.mark.parametrize("url", ["http://a.example/", "a.example", "https://", "https://[", "https://[::1", "ftp://a"])
def test_health_check_is_broken_when_it_is_no_https_address(url: str) -> None:
    assert f"dr:health-check-url is {url!r}; give an https:// address" in reason_of({"dr:health-check-url": url})


def test_health_check_is_fine_when_it_is_an_https_address() -> None:
    assert judged(**{"dr:health-check-url": "https://a.example/health"})


@pytest.mark.parametrize("name", ["Customer", "Environment"])
def test_resource_is_broken_when_it_does_not_say_whose_it_is(name: str) -> None:
    assert reason_of({name: ""}) == f"broken tags: {name} is missing"


def test_faults_are_all_named_when_several_tags_are_broken() -> None:
    reason = reason_of({"dr:wave": "x", "dr:impact": "y", "dr:rto-target": "z", "Customer": ""})

    assert [fault.split()[0] for fault in reason.removeprefix("broken tags: ").split("; ")[::2]] == [
        "dr:wave",
        "dr:impact",
        "dr:rto-target",
        "Customer",
    ]


def test_broken_resource_says_where_it_is_and_whose_it_may_be() -> None:
    result = judge(finding(tags={"dr:wave": "x", "Environment": ""}))

    assert isinstance(result, Broken)
    assert result.remark.subject == "drs app-01 in 222222222201/us-west-2"
    assert (result.customer, result.environment) == ("customer-a", None)


def test_resource_goes_by_its_own_id_when_a_tag_gives_one() -> None:
    assert judged(**{"dr:resource-id": "shop"}).resource_id == "drs/222222222201/shop"


def test_resource_goes_by_the_same_id_when_a_tag_gives_all_of_it() -> None:
    assert judged(**{"dr:resource-id": "drs/222222222201/shop"}).resource_id == "drs/222222222201/shop"


@pytest.mark.parametrize("written", ["drs/222222222209/shop", "aurora/222222222201/shop"])
def test_resource_is_broken_when_its_tag_names_another_accounts_or_technologys_thing(written: str) -> None:
    assert f"its id {written!r} names another account's or technology's thing" in reason_of({"dr:resource-id": written})


@pytest.mark.parametrize("written", ["a\x1b[2Jb", "a\nb", "a\u202eb", "a\x00"])
def test_resource_is_broken_when_its_id_has_control_characters(written: str) -> None:
    reason = reason_of({"dr:resource-id": written})

    assert "has control characters" in reason
    assert reason.isprintable()


def test_resource_is_broken_when_its_id_has_no_name() -> None:
    assert "its id is empty" in reason_of({"dr:resource-id": "drs/222222222201/"})


@pytest.mark.parametrize("name", ["x" * 496, "€" * 166])
def test_resource_is_broken_when_its_id_is_too_long_for_a_key(name: str) -> None:
    assert "so short that it is 512 at most" in reason_of({"dr:resource-id": name})


def test_resource_is_broken_when_what_it_is_called_is_too_long_for_a_key() -> None:
    assert isinstance(judge(finding(own_name="x" * 513)), Broken)


def test_dependencies_are_several_when_spaces_part_them() -> None:
    assert judged(**{"dr:depends-on": " db  cache "}).depends_on == ("db", "cache")


def test_tags_are_understood_when_spaces_surround_them() -> None:
    spaced = {f" {name} ": f" {value} " for name, value in TAGS.items()}

    result = judge(finding().model_copy(update={"tags": spaced}))

    assert isinstance(result, Protected)
    assert (result.customer, result.environment) == ("customer-a", "production")


@settings(deadline=None, max_examples=150)
@given(st.dictionaries(st.sampled_from(TAG_NAMES), st.text(min_size=1) | st.integers().map(str), max_size=12))
def test_resource_is_judged_and_can_be_kept_whatever_its_tags_hold(tags: dict[str, str]) -> None:
    result = judge(finding(tags=tags))

    if isinstance(result, Protected):
        item = result.model_dump(mode="json", exclude={"fitness"}, exclude_none=True)
        MemoryStore().write(Put({**item, "pk": f"RESOURCE#{result.resource_id}", "sk": f"#{result.resource_id}"}))
