from __future__ import annotations

from datetime import timedelta

import pytest

from groundswell.domain.errors import ConfigError
from groundswell.settings import (
    EnteringSettings,
    HubSettings,
    LedgerSettings,
    OrderingSettings,
    PlanSettings,
    RecoverSettings,
    Settings,
    SweepSettings,
)

GOOD = {
    "LEDGER_TABLE": "ledger",
    "EVENT_BUS": "hub",
    "AWS_REGION": "us-west-2",
    "WORKLOAD_ACCOUNTS": "222222222201, 222222222202,",
    "INVENTORY_BUCKET": "inventory",
    "INVENTORY_ROLE": "groundswell-inventory",
    "WORKLOAD_ROLE_PREFIX": "groundswell",
    "EXTERNAL_ID": "external-id-of-16",
    "RECOVERY_PRINCIPALS": "arn:aws:iam::111111111111:role/groundswell-recover-",
    "HUB_ACCOUNT": "111111111111",
    "MAX_RESOURCES": "1000",
    "ARMED": "false",
    "REQUEST_MAX_AGE_SECONDS": "900",
    "WAVE_DEADLINE_SECONDS": "900,1800, 3600",
    "ORDER_VALIDITY_SECONDS": "3600",
    "SILENCE_SECONDS": "60",
    "TECHNOLOGY": "drs",
    "WORK_QUEUE_URL": "https://queue",
    "LOOK_FIRST_SECONDS": "1.5",
    "LOOK_MAX_SECONDS": "60",
    "ROLE": "groundswell-drs",
}
KINDS: list[type[Settings]] = [
    LedgerSettings,
    HubSettings,
    PlanSettings,
    OrderingSettings,
    SweepSettings,
    RecoverSettings,
    EnteringSettings,
]


@pytest.fixture(autouse=True)
def _good_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in GOOD.items():
        monkeypatch.setenv(name, value)


@pytest.mark.parametrize("kind", KINDS)
def test_settings_are_read_from_the_environment(kind: type[Settings]) -> None:
    settings = kind.from_environment()

    assert set(settings.model_dump()) == set(kind.model_fields)


def test_planner_is_configured_with_what_its_environment_says() -> None:
    settings = PlanSettings.from_environment()

    assert settings.workload_accounts == ("222222222201", "222222222202")
    assert settings.wave_deadline_seconds == (900, 1800, 3600)
    assert (settings.armed, settings.request_max_age_seconds) == (False, 900)


def test_order_is_valid_for_as_many_seconds_as_the_environment_says() -> None:
    assert OrderingSettings.from_environment().order_validity == timedelta(hours=1)


def test_account_counts_once_when_it_is_named_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORKLOAD_ACCOUNTS", "222222222201,222222222202,222222222201")

    assert PlanSettings.from_environment().workload_accounts == ("222222222201", "222222222202")


def test_accounts_may_be_none_when_everything_is_declared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORKLOAD_ACCOUNTS", "")

    assert PlanSettings.from_environment().workload_accounts == ()


@pytest.mark.parametrize(("text", "armed"), [("true", True), ("True", True), ("false", False), ("False", False)])
def test_hub_is_armed_only_when_it_is_said(monkeypatch: pytest.MonkeyPatch, text: str, armed: bool) -> None:
    monkeypatch.setenv("ARMED", text)

    assert PlanSettings.from_environment().armed is armed


@pytest.mark.parametrize(
    ("kind", "name"), [(kind, name.upper()) for kind in KINDS for name in kind.model_fields], ids=str
)
def test_start_is_refused_naming_the_variable_when_one_is_missing(
    monkeypatch: pytest.MonkeyPatch, kind: type[Settings], name: str
) -> None:
    monkeypatch.delenv(name)

    with pytest.raises(ConfigError, match=f"set in template.yaml and deploy again: {name}: Field required"):
        kind.from_environment()


@pytest.mark.parametrize(
    ("kind", "name", "value"),
    [
        (LedgerSettings, "LEDGER_TABLE", ""),
        (PlanSettings, "ARMED", "perhaps"),
        (PlanSettings, "EXTERNAL_ID", ""),
        (PlanSettings, "RECOVERY_PRINCIPALS", "groundswell-recover-"),
        (PlanSettings, "REQUEST_MAX_AGE_SECONDS", "0"),
        (PlanSettings, "WAVE_DEADLINE_SECONDS", ""),
        (PlanSettings, "WAVE_DEADLINE_SECONDS", "900,soon"),
        (PlanSettings, "WAVE_DEADLINE_SECONDS", "900,-1"),
        (PlanSettings, "WAVE_DEADLINE_SECONDS", "0"),
        (OrderingSettings, "ORDER_VALIDITY_SECONDS", "1h"),
        (SweepSettings, "SILENCE_SECONDS", "0"),
        (RecoverSettings, "LOOK_FIRST_SECONDS", "0"),
        (RecoverSettings, "LOOK_MAX_SECONDS", "-1"),
    ],
)
def test_start_is_refused_naming_the_variable_when_its_value_is_wrong(
    monkeypatch: pytest.MonkeyPatch, kind: type[Settings], name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)

    with pytest.raises(ConfigError, match=f"deploy again: {name}"):
        kind.from_environment()


def test_start_is_refused_naming_all_that_is_wrong_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("EVENT_BUS")
    monkeypatch.setenv("SILENCE_SECONDS", "never")

    with pytest.raises(ConfigError) as refused:
        SweepSettings.from_environment()

    assert "EVENT_BUS: " in str(refused.value)
    assert "SILENCE_SECONDS: " in str(refused.value)
