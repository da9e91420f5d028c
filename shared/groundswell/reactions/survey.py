"""Looks at every workload account at once; one that cannot be read hides no other."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol, TypeVar

from groundswell.domain.customers import Speakers, read_speakers, split_map
from groundswell.domain.errors import UnreachableAccountError, error_in_words
from groundswell.domain.events.facts import Remark
from groundswell.domain.inventory import read_declarations, unread_files
from groundswell.domain.named_plan import NamedPlan
from groundswell.domain.operations import Operation
from groundswell.domain.plan import Estate
from groundswell.domain.plan_terms import check_findings
from groundswell.domain.protection import Finding
from groundswell.domain.request import DRRequested
from groundswell.ports.clients import ClientSource, ReadError
from groundswell.ports.world import Clock, Inventory
from groundswell.technologies.contract import Look, Technology

TRIES = 5
PATIENCE = timedelta(seconds=6)
"""How long a place is asked again whose answers are refused or lost in passing: one that does not answer at all takes
longer for its first attempt, and must leave the planner its time."""

A = TypeVar("A")
B = TypeVar("B")


class Spread(Protocol):
    """Calls a function for each of many arguments, side by side where that is possible."""

    def __call__(self, function: Callable[[A], B], arguments: Iterable[A]) -> Sequence[B]:
        """The results, in the order of the arguments."""


@dataclass(frozen=True)
class _Declared:
    findings: Sequence[Finding] = ()
    unread: Sequence[Remark] = ()
    passed_over: Sequence[Remark] = ()


@dataclass(frozen=True)
class Survey:
    """All that is needed to look at the estate."""

    accounts: Sequence[str]
    account: str
    """The hub's own, in which checks are made that need no account."""
    region: str
    technologies: Sequence[Technology]
    clients: ClientSource
    inventory: Inventory
    role: str
    clock: Clock
    spread: Spread
    read_error: ReadError

    def take(self, request: DRRequested, named: NamedPlan | None, *, session_name: str) -> Estate:
        """What is tagged or declared, in all accounts, and a named plan's checks; what could not be read is named."""
        operation = request.operation
        places = [(account, technology) for account in self.accounts for technology in self.technologies]
        slices = self.spread(
            lambda place: self._slice(*place, operation, session_name), [place for place in places if place[1].find]
        )
        declared, speakers = self._declared()
        findings = [*(finding for found, _ in slices for finding in found), *declared.findings]
        unread = [remark for _, remark in slices if remark]
        checks = check_findings(named, request, self.account, self.region) if named else ()
        return Estate(
            findings=[self._examined(finding) for finding in findings],
            at=self.clock.now(),
            unread=(*unread, *declared.unread),
            passed_over=declared.passed_over,
            checks=[self._examined(check) for check in checks],
            speakers=speakers,
        )

    def _slice(
        self, account: str, technology: Technology, operation: Operation, session_name: str
    ) -> tuple[Sequence[Finding], Remark | None]:
        began = self.clock.now()
        for tries_left in reversed(range(TRIES)):
            try:
                return self._find(account, technology, operation, session_name), None
            except Exception as error:
                may_repeat = tries_left and self.clock.now() - began < PATIENCE
                if not (may_repeat and self._is_passing(error)):
                    return (), self._unread(technology, account, error)
        raise AssertionError("not reached: the last try returns")

    def _unread(self, technology: Technology, account: str, error: Exception) -> Remark:
        advice = f"check its role {self.role} and try again"
        if self._is_connection(error.__cause__ or error):
            advice = "nothing answered, so the network or AWS is at fault, not a role or a tag: ask again"
        reason = f"could not be read and is not in the plan: {error}; {advice}"
        return Remark(subject=f"{technology.name} in account {account}/{self.region}", reason=reason)

    def _is_connection(self, error: BaseException) -> bool:
        """Whether no answer came, of which any error of AWS's has the code."""
        told = self.read_error(error) if isinstance(error, Exception) else None
        return told is not None and not told.code and not isinstance(error, UnreachableAccountError)

    def _find(self, account: str, technology: Technology, operation: Operation, session_name: str) -> Sequence[Finding]:
        assert technology.find is not None  # noqa: S101 - narrows the type; only such technologies get here
        clients = self.clients.open(
            account=account, region=self.region, role=self.role, session_name=session_name, calls_per_second=None
        )
        return tuple(technology.find(Look(account, self.region, operation, self.clock.now(), clients)))

    def _is_passing(self, error: Exception) -> bool:
        """Whether AWS only says that there are too many requests, or an answer was lost."""
        told = self.read_error(error)
        return told is not None and (told.is_throttling or told.is_doubtful)

    def _declared(self) -> tuple[_Declared, Speakers]:
        """What is declared; whatever ails the inventory as a whole, what is tagged is planned all the same."""
        try:
            contents = self.inventory.read()
        except Exception as error:
            told = error_in_words(error)
            remark = Remark(subject="inventory", reason=f"could not be read, nothing of it is planned: {told}")
            speakers = Speakers(fault=f"the inventory could not be read: {told}", is_away=True, hub=self.account)
            return _Declared(unread=[remark]), speakers
        documents, entries = split_map(contents.entries)
        findings, misread = read_declarations(entries)
        unread = [*unread_files(contents.unread), *misread]
        speakers = read_speakers(documents, contents.unread, hub=self.account)
        return _Declared(findings, unread, contents.passed_over), speakers

    def _examined(self, finding: Finding) -> Finding:
        """The finding with what its technology warns of, and with what speaks against it altogether."""
        technology = next((each for each in self.technologies if each.name == finding.technology), None)
        try:
            faults = [*self._astray(finding), *flaws_of(finding, technology)]
            warnings = technology.warn(finding) if technology and not faults else ()
        except Exception as error:
            # What somebody wrote costs what he wrote it of, and no other resource.
            faults, warnings = [f"it could not be examined: {error_in_words(error)}; look at its parameters"], ()
        if not faults and not warnings:
            return finding
        return finding.model_copy(update={"warnings": (*finding.warnings, *warnings), "faults": tuple(faults)})

    def _astray(self, finding: Finding) -> Iterable[str]:
        if finding.region != self.region:
            yield (
                f"declared for {finding.region}, but this hub recovers into {self.region}: correct its region, or "
                "move the entry"
            )


def flaws_of(finding: Finding, technology: Technology | None) -> Iterable[str]:
    """What speaks against the parameters of a resource; how they are spelt is looked at when all are there."""
    lacking = list(_lacking(finding, technology))
    return lacking if lacking or technology is None else technology.flaws(finding.parameters)


def _lacking(finding: Finding, technology: Technology | None) -> Iterable[str]:
    """What a resource lacks of the parameters that its technology declares."""
    declared = technology.parameters if technology else {}
    lacking = [name for name in declared if not isinstance(finding.parameters.get(name), str)]
    if lacking:
        yield f"its parameters lack {', '.join(lacking)}, which {finding.technology} needs as text"
