"""ACTIVATE of a check: ask, and ask again, until the answer passes or its time is over."""

from __future__ import annotations

from collections.abc import Sequence

from groundswell.domain.ids import ResourceId
from groundswell.ports.probing import Answer, Forbidden, Reply
from groundswell.technologies.contract import Done, Failed, InProgress, Look, Observation, Target
from groundswell.technologies.declared import read
from groundswell.technologies.https.expected import Expected

_WORDS = 300
"""Characters of a reply's words that are kept."""


def observe(look: Look, targets: Sequence[Target]) -> dict[ResourceId, Observation]:
    """Each address is asked once. An answer that passes is all there is to see: the check has no other state."""
    wanted = {target.resource_id: read(Expected, target.parameters) for target in targets}
    sound = {name: each for name, each in wanted.items() if isinstance(each, Expected)}
    replies = look.clients.client("https").ask([each.url for each in sound.values()]) if sound else ()
    told = dict(zip(sound, replies, strict=True))
    return {
        target.resource_id: _misdeclared(each)
        if isinstance(each := wanted[target.resource_id], tuple)
        else _judge(look, target, each, told[target.resource_id])
        for target in targets
    }


def _misdeclared(faults: tuple[str, ...]) -> Failed:
    return Failed.because(
        f"the check is not declared as it must be: {'; '.join(faults)}",
        advice="Correct its parameters in the inventory or the plan, and ask for the recovery of its wave anew.",
    )


def _judge(look: Look, target: Target, wanted: Expected, reply: Reply) -> Observation:
    if isinstance(reply, Forbidden):
        advice = "Name a public address; what only a VPC can reach is checked with ssm. Then retry, or skip the check."
        return Failed.because(f"{wanted.url} is not asked: {reply.reason}", advice=advice)
    short = _shortcoming(wanted, reply)
    if not short and isinstance(reply, Answer):
        return Done({"url": wanted.url, "status": reply.status, "address": reply.address})
    said = f"{wanted.url}: {short}"
    if target.since is None or look.now - target.since < wanted.limit:
        return InProgress(said)
    return Failed.because(
        f"not passed within {wanted.limit_seconds} s; last seen: {said}",
        advice="Look at the application and at where its name leads; when it answers, retry, or skip the check.",
    )


def _shortcoming(wanted: Expected, reply: Reply) -> str:
    if isinstance(reply, Answer):
        return wanted.falls_short(reply.status, reply.body)
    words = reply.reason
    return words if len(words) <= _WORDS else f"{words[:_WORDS]}…"
