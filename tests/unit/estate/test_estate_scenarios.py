"""Scenario files: what they make, and how their faults are told."""

from collections import Counter

import pytest

from rehearsal.estate.clock import VirtualClock
from rehearsal.estate.engine import Estate
from rehearsal.estate.scenario.durations import parse_seconds, parse_spread
from rehearsal.estate.scenario.inventory import inventory_of
from rehearsal.estate.scenario.load import SCENARIOS, ScenarioError, load_scenario, parse_scenario

BROKEN = """
name: broken
accounts: ["12"]
primary_region: us-east-1
servers:
  - {name: "app-{n:02}", per_customer: 2, wave: 0}
  - name: "web-{x}"
    per_customer: 1
    wave: 2
    colour: blue
times:
  drs: {conversion: 10m..2m}
oddities:
  events_dropped: 3
"""


def faults_of(text: str) -> list[str]:
    with pytest.raises(ScenarioError) as refused:
        parse_scenario(text, "broken.yaml")
    return refused.value.faults


def test_every_fault_is_told_with_line_and_place_when_a_scenario_has_several() -> None:
    faults = "\n".join(faults_of(BROKEN))

    assert "line 3, accounts[0]" in faults
    assert "line 6, servers[0].wave" in faults
    assert "line 12, times.drs.conversion: '10m..2m' is not a range" in faults
    assert "line 14, oddities.events_dropped" in faults


def test_unknown_key_is_told_with_the_known_ones_when_found() -> None:
    fault = next(line for line in faults_of(BROKEN) if "colour" in line)

    assert "servers[1]" in fault
    assert "allowed here: application, copy_private_ip, disk_gib, enabled, impact, instance_type, launch_" in fault


def test_template_is_refused_with_its_fields_when_it_uses_another() -> None:
    text = "accounts: ['222222222201']\nservers: [{name: 'web-{x}', per_customer: 1, wave: 1}]"

    assert "a template may use {customer}, {environment}, {account}, {n}" in faults_of(text)[0]


def test_regions_are_refused_when_they_are_the_same() -> None:
    text = "accounts: ['222222222201']\nprimary_region: us-west-2"

    assert "must differ" in faults_of(text)[0]


def test_quota_is_refused_with_the_known_codes_when_unknown() -> None:
    assert "allowed: L-D88FAC3A" in faults_of("accounts: ['222222222201']\nquotas: {L-1: 3}")[0]


@pytest.mark.parametrize("text", ["- a list", "name: [unclosed", ""])
def test_file_is_refused_when_it_is_no_mapping(text: str) -> None:
    assert len(faults_of(text)) == 1


def test_missing_file_is_told_with_the_shipped_scenarios_when_named() -> None:
    with pytest.raises(ScenarioError, match=r"shipped scenarios: .*default.*smoke"):
        load_scenario("no-such-scenario")


@pytest.mark.parametrize("name", sorted(path.stem for path in SCENARIOS.glob("*.yaml")))
def test_shipped_scenario_makes_an_estate_when_loaded(name: str) -> None:
    scenario = load_scenario(name)

    estate = Estate(scenario, VirtualClock())

    assert scenario.name == name
    assert sum(len(site.servers) for site in estate.world.sites()) > 0


def test_default_estate_has_the_size_that_it_promises_when_made() -> None:
    scenario = load_scenario("default")
    estate = Estate(scenario, VirtualClock())

    servers = [server for site in estate.world.sites() for server in site.servers.values()]
    waves = Counter(server.tags["dr:wave"] for server in servers)
    accounts = Counter(server.home.account for server in servers)

    assert waves == {"1": 40, "2": 480, "3": 480}
    assert accounts == dict.fromkeys(scenario.accounts, 250)
    assert {server.tags["Customer"] for server in servers} == {f"customer-{c}" for c in "abcdefghijklmnopqrst"}
    assert len(estate.world.global_clusters) == 20
    assert sum(len(zone.records) - 2 for zones in estate.world.zones.values() for zone in zones.values()) == 80


def test_inventory_declares_each_name_with_the_tags_of_its_wave_when_default() -> None:
    entries = inventory_of(load_scenario("default"))

    first = entries[0]
    assert len(entries) == 40
    assert len({str(entry["resource_id"]) for entry in entries}) == 40
    assert str(first["resource_id"]).startswith("route53/222222222201/Z")
    assert isinstance(first["tags"], dict)
    assert {"dr:wave": "4", "dr:enabled": "true", "Customer": "customer-a"}.items() <= first["tags"].items()


def test_times_of_a_group_replace_those_of_the_scenario_when_given() -> None:
    estate = Estate(load_scenario("default"), VirtualClock())

    quick = {
        s.times.conversion.most for site in estate.world.sites() for s in site.servers.values() if "-dc-" in s.name
    }

    assert quick == {180}


@pytest.mark.parametrize(
    ("text", "seconds"), [("90s", 90), ("1h30m", 5400), ("250ms", 0.25), ("2d", 172800), ("1.5m", 90)]
)
def test_duration_is_read_when_written_as_people_do(text: str, seconds: float) -> None:
    assert parse_seconds(text) == pytest.approx(seconds)


@pytest.mark.parametrize("text", ["12", "m", "5 parsecs", "", "1h,2m"])
def test_duration_is_refused_when_it_has_no_unit(text: str) -> None:
    with pytest.raises(ValueError, match="is not a duration"):
        parse_seconds(text)


def test_spread_keeps_within_its_ends_when_drawn() -> None:
    spread = parse_spread("2m..4m..10m")
    drawn = [spread.at(step / 1000) for step in range(1000)]

    assert (spread.at(0), max(drawn) <= 600) == (120, True)
    assert drawn == sorted(drawn)
    assert 250 < sum(drawn) / 1000 < 380
