"""Which accounts may speak for which customers: the hub's own word, in one document of its inventory.

`Customer` is free text that every account may write. Where the map names a customer, only its accounts are heard about
it. A map that is there and cannot be understood closes the gate: real requests that it concerns are rejected.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from pydantic import JsonValue

from groundswell.domain.inventory import Entry
from groundswell.domain.operations import Operation
from groundswell.domain.request import DRRequested, listed

_FILE = re.compile(r"(?:^|/)customers\.(?:ya?ml|json)(?: |$)", re.IGNORECASE)
_ACCOUNT = re.compile(r"[0-9]{12}")
_SHOWN = 300
_MOST_NAMED = 5
_OF_A_CUSTOMER = 2
"""Steps of a place within what is said of one customer: `customers`, and its name."""


@dataclass(frozen=True)
class Speakers:
    """Who may speak for whom, as far as it is said and understood."""

    accounts: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """By customer; for a customer that is not here everybody may speak."""
    misread: Mapping[str, str] = field(default_factory=dict)
    """Customers whose accounts cannot be understood, and why."""
    fault: str = ""
    """Why the whole map cannot be understood; empty where it can, or where there is none."""
    is_away: bool = False
    """Nobody knows whether there is a map, because the inventory as a whole cannot be read."""
    hub: str = ""
    """The hub's own account, which speaks for all: its inventory declares what has no account."""

    def may_speak(self, account: str, customer: str) -> bool:
        """Whether the account is heard about the customer."""
        return customer not in self.accounts or account == self.hub or account in self.accounts[customer]

    def why_not(self, account: str, customer: str) -> str:
        """What to say to an account that is not heard."""
        heard = sorted(self.accounts[customer])
        more = f" and {len(heard) - _MOST_NAMED} more" if len(heard) > _MOST_NAMED else ""
        known = f"{listed(heard[:_MOST_NAMED])}{more}" if heard else "no account"
        return (
            f"account {account} may not speak for customer {customer!r}: the inventory's customers lets {known}; add "
            "the account there if it is the customer's, or correct the tag Customer"
        )

    def lets_pass(self, request: DRRequested) -> bool:
        """Whether a request goes on, warned, while the map that concerns it is not understood.

        Who only looks does. So does a failover while the whole inventory is away: it warns and goes on, as it does
        with everything else that it cannot read, lest a bucket keep back hubs that never had a map.
        """
        return request.dry_run or (self.is_away and request.operation is Operation.FAILOVER)

    def doubts(self, request: DRRequested) -> Iterator[str]:
        """What of the map would have to be understood for this request, and is not."""
        if self.fault:
            yield f"which accounts may speak for which customers is not known: {self.fault}"
        for customer, why in sorted(self.misread.items()):
            if request.all or request.customer == customer:
                yield f"which accounts may speak for customer {customer!r} is not known: {why}"


def split_map(entries: Iterable[Entry]) -> tuple[list[Entry], list[Entry]]:
    """The documents that are the map, or are meant to be, and all other entries."""
    documents, others = list[Entry](), list[Entry]()
    for entry in entries:
        (documents if is_map(entry) else others).append(entry)
    return documents, others


def is_map(entry: Entry) -> bool:
    """Whether it is the map, or is meant to be: its file is called so, or it has the map's key."""
    said = entry.written.value
    return bool(_FILE.search(entry.place)) or (isinstance(said, dict) and "customers" in said)


def read_speakers(documents: Sequence[Entry], unread: Iterable[tuple[str, str]] = (), *, hub: str) -> Speakers:
    """The map in these documents: there may be one, or none.

    Args:
        documents: those that are the map, or are meant to be.
        unread: files of which nothing could be read, with the reason; by its name one of them may be the map.
        hub: the hub's own account.
    """
    lost = [f"{name} cannot be read: {why}" for name, why in unread if _FILE.search(name)]
    if lost:
        return Speakers(fault=f"{lost[0][:_SHOWN]}: mend it", hub=hub)
    if not documents:
        return Speakers(hub=hub)
    if len(documents) > 1:
        places = listed([document.place for document in documents[:_MOST_NAMED]])
        return Speakers(fault=f"{places} are more than one map: keep one document, customers.yaml", hub=hub)
    place, written = documents[0].place, documents[0].written
    said = written.value.get("customers") if isinstance(written.value, dict) and len(written.value) == 1 else None
    whole = [str(fault) for fault in written.faults if len(fault.place) < _OF_A_CUSTOMER]
    if not isinstance(said, dict) or whole:
        told = f" ({whole[0][:_SHOWN]})" if whole else ""
        return Speakers(fault=f"{place} is not one map, customers: {{customer: [accounts]}}{told}: mend it", hub=hub)
    return _read(documents[0], said, Speakers(hub=hub))


def _read(document: Entry, said: Mapping[str, JsonValue], empty: Speakers) -> Speakers:
    accounts, misread = dict[str, frozenset[str]](), dict[str, str]()
    told = {str(fault.place[1]): str(fault) for fault in document.written.faults}
    for customer, given in said.items():
        name = customer.strip()
        wrong = told.get(customer) or _wrong(given)
        if name in accounts or name in misread:
            wrong = "the customer is there twice"
        if wrong:
            misread[name] = f"{document.place}: {wrong}; give a list of account ids of twelve digits, in quotes"
        elif isinstance(given, list):
            accounts[name] = frozenset(str(each) for each in given)
    return replace(empty, accounts=accounts, misread=misread)


def _wrong(given: JsonValue) -> str:
    if not isinstance(given, list):
        return "its accounts are no list"
    wrong = [each for each in given if not (isinstance(each, str) and _ACCOUNT.fullmatch(each))]
    return f"{str(wrong[0])[:_SHOWN]!r} is no account" if wrong else ""
