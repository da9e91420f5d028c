"""Where servers and databases land: subnets, instance types and keys of the target Region, in every account."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from rehearsal.estate.scenario.strict import Part

ZoneLetter = Annotated[str, StringConstraints(pattern=r"^[a-z]$")]
KeyState = Literal["Enabled", "Disabled", "PendingDeletion"]


class Subnet(Part):
    """One subnet of each account: its zone by letter, and the addresses that are free while nothing is launched."""

    zone: ZoneLetter
    free_addresses: int = Field(16_000, ge=0)
    cidr: str | None = Field(None, description="its addresses; None: 10.0.0.0/16 in zone a, 10.1.0.0/16 in zone b, …")

    @property
    def block(self) -> str:
        """Its addresses."""
        return self.cidr or f"10.{ord(self.zone) - ord('a')}.0.0/16"


class Landing(Part):
    """By default all is there, with room. Where `only_in` names accounts, nothing is amiss in the others."""

    subnets: tuple[Subnet, ...] = (Subnet(zone="a"), Subnet(zone="b"), Subnet(zone="c"))
    not_offered: dict[ZoneLetter, tuple[str, ...]] = Field({}, description="instance types that a zone does not have")
    db_classes_not_offered: tuple[str, ...] = ()
    ebs_key: KeyState = Field("Enabled", description="of the key that encrypts servers' volumes")
    rds_key: KeyState = Field("Enabled", description="of the key that encrypts databases")
    only_in: tuple[str, ...] = Field((), description="accounts in which all this holds; empty is every account")

    def of(self, account: str) -> "Landing":
        """As it is in an account."""
        return self if not self.only_in or account in self.only_in else Landing()
