"""The parts of the hub's template that follow from the technologies and the reactions."""

from __future__ import annotations

from collections.abc import Sequence

from generate.fragment import fill
from generate.reactions import FED_BY_QUEUES, FED_OTHERWISE, logical_id, recovery_of
from groundswell.technologies.contract import Technology

_MANY_WORKERS = "!FindInMap [Workers, !Ref RecoverConcurrency, Number]"
_FEWEST_WORKERS = "2"
"""Of checks and scripts, of which a wave has few; AWS allows no fewer."""


def parts(technologies: Sequence[Technology]) -> dict[str, str]:
    """Each marked place of `template.yaml` with what belongs there."""
    fed = [*FED_BY_QUEUES, *(recovery_of(technology.name) for technology in technologies)]
    sources, types = _wake_ups(technologies)
    return {
        "who may answer for each technology": "".join(_of("denial", each) for each in technologies),
        "whose events wake work": f"events:source: {_list(sources)}",
        "recovery of each technology": "\n".join(map(_recovery, technologies)),
        "which events wake work": f"source: {_list(sources)}\ndetail-type: {_list(types)}",
        "queues and logs of each reaction": "\n".join(
            [*(_plumbing("queue", name) for name in fed), *(_plumbing("log", name) for name in FED_OTHERWISE)]
        ),
        "queue addresses": "".join(_plumbing("output", name) for name in fed),
    }


def _recovery(technology: Technology) -> str:
    """Only what enters workload accounts is given a role to assume there, and the id that they ask for."""
    name = technology.name
    return fill(
        "recover",
        name=name,
        Name=logical_id(name),
        title=technology.title,
        entering="" if technology.from_hub else fill("entering", name=name),
        identity="" if technology.from_hub else fill("identity", name=name),
        intents=fill("intents", name=name) if any(step.act for step in technology.steps.values()) else "",
        workers=_FEWEST_WORKERS if technology.done_anew else _MANY_WORKERS,
    )


def _of(fragment: str, technology: Technology) -> str:
    return fill(fragment, name=technology.name, Name=logical_id(technology.name), title=technology.title)


def _plumbing(fragment: str, name: str) -> str:
    return fill(fragment, name=name, Name=logical_id(name))


def _wake_ups(technologies: Sequence[Technology]) -> tuple[list[str], list[str]]:
    wake_ups = [wake_up for technology in technologies for wake_up in technology.wake_ups]
    sources = sorted({wake_up.source for wake_up in wake_ups})
    return sources, sorted({name for wake_up in wake_ups for name in wake_up.detail_types})


def _list(names: Sequence[str]) -> str:
    return f"[{', '.join(names)}]"
