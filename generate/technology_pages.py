"""`docs/technologies/<name>.md`: what a technology declares of itself, for those who rely on it or grant it rights."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from generate.rights import BOUNDS
from groundswell.domain.operations import Operation, Phase
from groundswell.technologies.contract import Step, Technology

FOLDER = Path(__file__).parent.parent / "docs" / "technologies"


def page_of(technology: Technology) -> Path:
    """Where a technology's page is."""
    return FOLDER / f"{technology.name}.md"


def page(technology: Technology) -> str:
    """The page, in Markdown."""
    sections = (
        _head(technology),
        _steps(technology),
        _found(technology),
        _limits(technology),
        _caveats(technology),
        _rights(technology),
    )
    return "\n\n".join("\n".join(lines) for lines in map(list, sections) if lines) + "\n"


def _head(technology: Technology) -> Iterator[str]:
    yield f"# {technology.title}"
    yield ""
    yield technology.summary
    yield ""
    yield f"Name in tags, events, queues and roles: `{technology.name}`. This page is generated from its declaration in"
    yield f"[technologies/{technology.name}](../../shared/groundswell/technologies/{technology.name}/__init__.py)."


def _steps(technology: Technology) -> Iterator[str]:
    yield "## What it supports"
    yield ""
    yield "| operation | phases |"
    yield "|---|---|"
    for operation in Operation:
        phases = [phase.value for phase in Phase if (operation, phase) in technology.steps]
        yield f"| `{operation}` | {', '.join(phases) or 'not supported: a request for it is rejected'} |"


def _found(technology: Technology) -> Iterator[str]:
    yield "## How its resources are known"
    yield ""
    if technology.done_anew:
        yield "Declared in the [inventory](../tags-and-inventory.md): nothing of it has tags. Each execution does it"
        yield "anew, whatever an earlier one saw or did."
    elif technology.find:
        yield "By the tags of the resource in the target Region; see [tags and inventory](../tags-and-inventory.md)."
    else:
        yield "Declared in the [inventory](../tags-and-inventory.md), because they cannot be tagged."
    if technology.parameters:
        yield ""
        yield "| parameter | meaning |"
        yield "|---|---|"
        for name, meaning in technology.parameters.items():
            yield f"| `{name}` | {meaning} |"
        for name, meaning in technology.optional_parameters.items():
            yield f"| `{name}`, optional | {meaning} |"


def _limits(technology: Technology) -> Iterator[str]:
    pace = technology.calls_per_second
    yield "## How it is paced"
    yield ""
    yield f"- A work order holds at most {technology.order_size} resources."
    if any(step.act for step in technology.steps.values()):
        yield f"- A call is made at most {technology.tries} times for a resource and phase."
        yield f"- A call whose answer was lost is not repeated for {technology.settle.total_seconds():.0f} seconds."
    yield f"- A phase may take {technology.patience.total_seconds() / 60:.0f} minutes; then the resource is given up."
    yield from _refusals(technology)
    yield from _usual_times(technology)
    if pace:
        yield f"- At most {pace:g} requests a second and account."
    if technology.wake_ups:
        events = ", ".join(f"“{name}”" for wake_up in technology.wake_ups for name in wake_up.detail_types)
        yield f"- AWS's own events hurry it: {events}. Nothing depends on them."
    else:
        yield "- No event of AWS's hurries it: it is looked at by timer."


def _refusals(technology: Technology) -> Iterator[str]:
    if technology.later:
        codes = ", ".join(f"`{code}`" for code in technology.later)
        yield f"- Refused for now, and asked again, with fewer in a call: {codes}. A refusal that stays the same"
        minutes = technology.refused_for.total_seconds() / 60
        yield f"  {technology.refusals} times in a row over {minutes:.0f} minutes is final."


def _usual_times(technology: Technology) -> Iterator[str]:
    """Once for operations that take the same."""
    said = set[str]()
    for operation in Operation:
        steps = [
            (phase, technology.steps[operation, phase]) for phase in Phase if (operation, phase) in technology.steps
        ]
        told = ", ".join(f"{phase} {_usual(step)}" for phase, step in steps)
        if told and told not in said:
            said.add(told)
            yield f"- Usually takes, for the plan's estimate: {told}."


def _usual(step: Step) -> str:
    if step.typical is None:
        return "seconds"
    turns = f" for each {step.at_once} resources of an account" if step.at_once else ""
    return f"{step.typical.total_seconds() / 60:g} min{turns}"


def _caveats(technology: Technology) -> Iterator[str]:
    if technology.caveats:
        yield "## What to know before you rely on it"
        yield ""
        yield from (f"- {caveat}" for caveat in technology.caveats)


def _rights(technology: Technology) -> Iterator[str]:
    yield "## Rights in the workload account"
    yield ""
    if technology.from_hub:
        yield "None. It looks from the hub; no account has a role for it, and its function may assume none."
        return
    yield "Granted by [workload-account/template.yaml](../../workload-account/template.yaml)."
    yield ""
    yield "| role | what for | actions |"
    yield "|---|---|---|"
    if technology.find_reads:
        yield f"| `groundswell-inventory` | finding | {_listed(technology.find_reads)} |"
    if technology.preflight_reads:
        yield f"| `groundswell-inventory` | checks before the start | {_listed(sorted(technology.preflight_reads))} |"
    steps = list(technology.steps.values())
    if not technology.done_anew and _all(steps, "writes"):
        yield f"| `groundswell-inventory` | dry runs | {_listed(_all(steps, 'reads'))} |"
    role = f"`groundswell-{technology.name}`"
    yield f"| {role} | observing | {_listed(_all(steps, 'reads'))} |"
    if writes := _all(steps, "writes"):
        yield f"| {role} | acting | {_listed(writes)} |"
    if dependent := _all(steps, "dependent"):
        yield f"| {role} | what AWS does with our credentials when we act | {_listed(dependent)} |"
    yield from (f"\nSource of the last row: {source}" for source in _sources(steps))
    yield from _bounds(writes)


def _bounds(writes: Sequence[str]) -> Iterator[str]:
    """How near IAM comes to the opt-in: what is not bound there, only the hub's plan keeps to."""
    if writes:
        yield ""
        yield "What IAM lets it act on, whatever the hub asks for:"
        yield ""
        yield from (f"- `{action}`: {BOUNDS[action]}." for action in writes)


def _all(steps: Sequence[Step], kind: str) -> list[str]:
    return sorted({action for step in steps for action in getattr(step, kind)})


def _sources(steps: Sequence[Step]) -> list[str]:
    return sorted({step.dependent_source for step in steps if step.dependent_source})


def _listed(actions: Sequence[str]) -> str:
    return ", ".join(f"`{action}`" for action in actions)
