"""The inventory of a scenario: what cannot be tagged, declared with the same vocabulary. The hub reads it."""

from collections.abc import Iterator

from rehearsal.accounts import HUB_ACCOUNT
from rehearsal.estate.dice import Dice
from rehearsal.estate.scenario.member import Member
from rehearsal.estate.scenario.model import RecordGroup, Scenario
from rehearsal.estate.scenario.tags import tags_of

ZONE_ID_LENGTH = 17


def zone_id_of(scenario: Scenario, account: str, seed: int | None = None) -> str:
    """The id of the account's hosted zone: known from the scenario alone, so that an inventory can name it."""
    dice = Dice(scenario.seed if seed is None else seed)
    return "Z" + dice.token("zone", account, length=ZONE_ID_LENGTH).upper()


def node_id_of(scenario: Scenario, name: str, seed: int | None = None) -> str:
    """The instance id of the node of a name: known from the scenario alone, too."""
    dice = Dice(scenario.seed if seed is None else seed)
    return "i-" + dice.token("node", name)


def record_name(scenario: Scenario, group: RecordGroup, customer: str, account: str) -> str:
    """The full DNS name, with its trailing dot."""
    prefix = group.name.format(customer=customer, environment=scenario.environment, account=account, n=1)
    return f"{prefix}.{scenario.dns.zone}"


def inventory_of(scenario: Scenario, seed: int | None = None) -> list[dict[str, object]]:
    """One entry for each DNS name and each check of the scenario, in the order of customers."""
    return [entry for customer, account in scenario.homes() for entry in _entries(scenario, customer, account, seed)]


def _entries(scenario: Scenario, customer: str, account: str, seed: int | None) -> Iterator[dict[str, object]]:
    for group in scenario.dns.records:
        yield _entry(scenario, group, customer, account, zone_id_of(scenario, account, seed))
    fields = {"customer": customer, "environment": scenario.environment, "account": account, "n": 1}
    for check in scenario.checks.https:
        parameters = {name: text.format(**fields) for name, text in check.parameters.items()}
        declared = {"url": check.url.format(**fields), **parameters}
        yield _check(scenario, check, customer, HUB_ACCOUNT, "https", check.name.format(**fields), declared)
    for run in scenario.checks.ssm:
        declared = {"kind": run.kind, "document": run.document.format(**fields), **run.parameters}
        if run.nodes:
            declared["instances"] = node_id_of(scenario, run.nodes.format(**fields), seed)
        yield _check(scenario, run, customer, account, "ssm", run.name.format(**fields), declared)


def _check(
    scenario: Scenario,
    member: Member,
    customer: str,
    account: str,
    technology: str,
    name: str,
    parameters: dict[str, str],
) -> dict[str, object]:
    return {
        "resource_id": f"{technology}/{account}/{name}",
        "technology": technology,
        "account": account,
        "region": scenario.target_region,
        "name": name,
        "tags": tags_of(scenario, member, customer),
        "parameters": parameters,
    }


def _entry(scenario: Scenario, group: RecordGroup, customer: str, account: str, zone_id: str) -> dict[str, object]:
    name = record_name(scenario, group, customer, account)
    resource_id = f"route53/{account}/{zone_id}/{name}/{group.type}"
    return {
        "resource_id": resource_id,
        "technology": "route53",
        "account": account,
        "region": scenario.target_region,
        "source_region": scenario.primary_region,
        "tags": tags_of(scenario, group, customer),
        "parameters": {
            "hosted_zone_id": zone_id,
            "record_name": name,
            "record_type": group.type,
            "routing": group.routing,
            "target_set_identifier": scenario.target_region,
            "source_set_identifier": scenario.primary_region,
        },
    }
