"""The inventory of a scenario: what cannot be tagged, declared with the same vocabulary. The hub reads it."""

from rehearsal.estate.dice import Dice
from rehearsal.estate.scenario.model import RecordGroup, Scenario
from rehearsal.estate.scenario.tags import tags_of

ZONE_ID_LENGTH = 17


def zone_id_of(scenario: Scenario, account: str, seed: int | None = None) -> str:
    """The id of the account's hosted zone: known from the scenario alone, so that an inventory can name it."""
    dice = Dice(scenario.seed if seed is None else seed)
    return "Z" + dice.token("zone", account, length=ZONE_ID_LENGTH).upper()


def record_name(scenario: Scenario, group: RecordGroup, customer: str, account: str) -> str:
    """The full DNS name, with its trailing dot."""
    prefix = group.name.format(customer=customer, environment=scenario.environment, account=account, n=1)
    return f"{prefix}.{scenario.dns.zone}"


def inventory_of(scenario: Scenario, seed: int | None = None) -> list[dict[str, object]]:
    """One entry for each DNS name of the scenario, in the order of customers."""
    return [
        _entry(scenario, group, customer, account, zone_id_of(scenario, account, seed))
        for customer, account in scenario.homes()
        for group in scenario.dns.records
    ]


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
