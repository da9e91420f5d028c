"""The tags that a member of the estate carries, in the dr:* vocabulary."""

from rehearsal.estate.scenario.member import Member
from rehearsal.estate.scenario.model import Scenario


def tags_of(scenario: Scenario, member: Member, customer: str, resource_id: str | None = None) -> dict[str, str]:
    """All tags of one resource of `member` that belongs to `customer`; what is not set is not tagged."""
    fields: dict[str, object] = {
        "dr:enabled": "true" if member.enabled else "false",
        "dr:wave": member.wave,
        "dr:priority": member.priority,
        "dr:impact": member.impact,
        "dr:rto-target": member.rto_target,
        "dr:rpo-target": member.rpo_target,
        "dr:resource-id": resource_id,
        "Customer": customer,
        "Environment": scenario.environment,
    }
    if member.application:
        fields["Application"] = member.application.format(customer=customer, environment=scenario.environment, n=1)
    tags = {key: str(value) for key, value in fields.items() if value is not None}
    return {**tags, **member.tags}
