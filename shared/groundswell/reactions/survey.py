"""Looks at every workload account at once; one that cannot be read hides no other."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from groundswell.domain.errors import GroundswellError
from groundswell.domain.events.facts import Remark
from groundswell.domain.inventory import read_declarations
from groundswell.domain.operations import Operation
from groundswell.domain.plan import Estate
from groundswell.domain.protection import Finding
from groundswell.ports.clients import ClientSource
from groundswell.ports.world import Clock, Inventory
from groundswell.technologies.contract import Look, Technology

A = TypeVar("A")
B = TypeVar("B")


class Spread(Protocol):
    """Calls a function for each of many arguments, side by side where that is possible."""

    def __call__(self, function: Callable[[A], B], arguments: Iterable[A]) -> Sequence[B]:
        """The results, in the order of the arguments."""


@dataclass(frozen=True)
class Survey:
    """All that is needed to look at the estate."""

    accounts: Sequence[str]
    region: str
    technologies: Sequence[Technology]
    clients: ClientSource
    inventory: Inventory
    role: str
    clock: Clock
    spread: Spread

    def take(self, operation: Operation, session_name: str) -> Estate:
        """What is tagged or declared, in all accounts; what could not be read is named."""
        places = [(account, technology) for account in self.accounts for technology in self.technologies]
        slices = self.spread(
            lambda place: self._slice(*place, operation, session_name), [place for place in places if place[1].find]
        )
        declared, misread = self._declared()
        findings = [*(finding for found, _ in slices for finding in found), *declared]
        unread = [remark for _, remark in slices if remark]
        lacking = [remark for finding in findings if (remark := self._lack_of(finding))]
        whole = [self._with_warnings(finding) for finding in findings if not self._lack_of(finding)]
        return Estate(findings=whole, unread=(*unread, *misread, *lacking))

    def _slice(
        self, account: str, technology: Technology, operation: Operation, session_name: str
    ) -> tuple[Sequence[Finding], Remark | None]:
        assert technology.find is not None  # noqa: S101 - narrows the type; only such technologies get here
        try:
            clients = self.clients.open(
                account=account, region=self.region, role=self.role, session_name=session_name, calls_per_second=None
            )
            look = Look(account, self.region, operation, self.clock.now(), clients)
            return tuple(technology.find(look)), None
        except Exception as error:
            reason = f"could not be read and is not in the plan: {error}; check its role {self.role} and try again"
            return (), Remark(subject=f"{technology.name} in account {account}/{self.region}", reason=reason)

    def _declared(self) -> tuple[Sequence[Finding], Sequence[Remark]]:
        try:
            declared, misread = read_declarations(self.inventory.entries())
            astray = [_astray(finding, self.region) for finding in declared if finding.region != self.region]
            return [each for each in declared if each.region == self.region], [*misread, *astray]
        except GroundswellError as error:
            return (), [Remark(subject="inventory", reason=f"could not be read, nothing of it is planned: {error}")]

    def _technology_of(self, finding: Finding) -> Technology | None:
        return next((each for each in self.technologies if each.name == finding.technology), None)

    def _lack_of(self, finding: Finding) -> Remark | None:
        """What a resource lacks of the parameters that its technology declares."""
        technology = self._technology_of(finding)
        declared = technology.parameters if technology else {}
        lacking = [name for name in declared if not isinstance(finding.parameters.get(name), str)]
        if not lacking:
            return None
        reason = f"its parameters lack {', '.join(lacking)}, which {finding.technology} needs as text"
        return Remark(subject=f"{finding.technology} {finding.name} in {finding.account}", reason=reason)

    def _with_warnings(self, finding: Finding) -> Finding:
        technology = self._technology_of(finding)
        warnings = technology.warn(finding) if technology else ()
        return finding.model_copy(update={"warnings": (*finding.warnings, *warnings)}) if warnings else finding


def _astray(finding: Finding, region: str) -> Remark:
    reason = (
        f"declared for {finding.region}, but this hub recovers into {region}: correct its region, or move the entry"
    )
    return Remark(subject=f"{finding.technology} {finding.name}", reason=reason)
