"""EC2 instances as DRS launches them."""

from dataclasses import dataclass

from rehearsal.estate.timeline import Timeline

STATE_CODES = {"pending": 0, "running": 16, "shutting-down": 32, "terminated": 48, "stopping": 64, "stopped": 80}


@dataclass(slots=True)
class Instance:
    """An instance. `checks_pass_after` is how long after `running` its status checks pass; never if impaired."""

    instance_id: str
    name: str
    account: str
    region: str
    zone: str
    subnet_id: str
    instance_type: str
    disk_gib: int
    private_ip: str
    tags: dict[str, str]
    state: Timeline[str]
    launched_at: float
    checks_pass_after: float
    impaired: bool
