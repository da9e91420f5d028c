"""Things of a plan that are one and the same, or pass for it: the one that is fit is taken, or a person must say.

Two of one id in one account are twins: a server that was added anew beside its forgotten copy. Two of different
accounts are twins where a tag or an entry gives both the same bare name, or where both are replicas of one thing. Host
names that merely coincide make none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain

from groundswell.domain.events.facts import Remark
from groundswell.domain.identity import name_in
from groundswell.domain.protection import Protected

_MOST_NAMED = 5

_Keys = Callable[[Protected], Iterator[str]]
"""By what a thing is known: what shares one of them with another is, or passes for, the same."""


@dataclass
class Settled:
    """What is left when twins are told apart."""

    kept: list[Protected] = field(default_factory=list)
    left_out: list[Remark] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


def settle_twins(chosen: Sequence[Protected]) -> Settled:
    """Of twins in one account the one that is fit; all others that pass for one another are faults."""
    settled = Settled()
    for group in _alike(chosen, _keys_at_home):
        _settle(group, settled)
    claimed = {_named(each) for each in settled.kept if each.claims_name}
    for group in _alike(settled.kept, lambda one: _keys_abroad(one, claimed)):
        if len(group) > 1:
            settled.faults.append(_across(group))
    return settled


def _settle(group: Sequence[Protected], settled: Settled) -> None:
    """The best of them is kept; where several are as good, a person must say which. One declared twice alike is one."""
    best, *others = sorted(group, key=lambda one: (_rank(one), one.service_id or one.name))
    settled.kept.append(best)
    settled.left_out += [_said_twice(each) for each in others if each == best]
    others = [each for each in others if each != best]
    equals = [each for each in others if _rank(each) == _rank(best)]
    if equals:
        settled.faults.append(_at_home([best, *equals]))
    else:
        settled.left_out += [_left_out(each, best) for each in others]


def _rank(one: Protected) -> int:
    """The fit before those of which nothing is known, then those that lag, last those that replicate no longer."""
    if one.fitness is None or one.fitness.fit is None:
        return 1
    if one.fitness.fit:
        return 0
    return 3 if one.fitness.is_over else 2


def _keys_at_home(one: Protected) -> Iterator[str]:
    yield one.resource_id
    if one.origin:
        yield f"{one.technology} {one.account} {one.origin}"


def _keys_abroad(one: Protected, claimed: set[str]) -> Iterator[str]:
    yield one.resource_id
    if one.origin:
        yield f"{one.technology} {one.origin}"
    if _named(one) in claimed:
        yield _named(one)


def _named(one: Protected) -> str:
    return f"{one.technology} named {name_in(one.technology, one.account, one.resource_id)}"


def _alike(things: Iterable[Protected], keys_of: _Keys) -> list[list[Protected]]:
    """The things in groups that share a key, one with another; in the order of their first."""
    groups = dict[str, list[Protected]]()
    for one in things:
        touched = {id(group): group for key in keys_of(one) if (group := groups.get(key))}
        merged = [*chain.from_iterable(touched.values()), one]
        groups |= {key: merged for member in merged for key in keys_of(member)}
    return list({id(group): group for group in groups.values()}.values())


def _said_twice(one: Protected) -> Remark:
    return Remark(subject=f"{one.technology} {one}", reason="it is declared twice, each time alike, and counts once")


def _left_out(twin: Protected, taken: Protected) -> Remark:
    reason = f"it is a twin of {taken}, which goes by the id {taken.resource_id} too and was taken"
    advice = "if both are meant, give each a dr:resource-id of its own"
    return Remark(subject=f"{twin.technology} {twin}", reason=f"{reason}; {advice}")


def _at_home(twins: Sequence[Protected]) -> str:
    return (
        f"{twins[0].resource_id} may be any of {_listed(twins)}, and none is fitter than the others: give all but one "
        "a dr:resource-id of their own, or set dr:enabled=false on what is not meant"
    )


def _across(twins: Sequence[Protected]) -> str:
    ids = ", ".join(each.resource_id for each in twins[:_MOST_NAMED])
    return (
        f"{ids} pass for one {twins[0].technology} resource in several accounts: {_listed(twins)}; if it is one, set "
        "dr:enabled=false on what is not meant; if not, write each dr:resource-id in full, with technology and account"
    )


def _listed(twins: Sequence[Protected]) -> str:
    more = f" and {len(twins) - _MOST_NAMED} more" if len(twins) > _MOST_NAMED else ""
    return f"{', '.join(map(str, twins[:_MOST_NAMED]))}{more}"
