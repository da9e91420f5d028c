"""The parts of the workload accounts' template that follow from the technologies: roles and forwarding."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence

from generate.fragment import fill
from generate.reactions import logical_id
from generate.rights import Reach, by_reach, reach_of_dependent, reaches_of
from groundswell.reactions import recovery_roles
from groundswell.technologies.contract import Step, Technology


def parts(technologies: Sequence[Technology]) -> dict[str, str]:
    """Each marked place of `workload-account/template.yaml` with what belongs there."""
    finds = {action for technology in technologies for action in technology.find_reads}
    checks = {action for technology in technologies for action in technology.preflight_reads} | {*recovery_roles.READS}
    checking = statements(
        "Checks", _own(checks - finds), "# Before the start, it is checked that what is found can recover.\n"
    )
    return {
        "what finding resources reads": statements("Finds", _own(finds))
        + checking
        + _foreseeing(technologies, known=finds | checks),
        "a role for each technology": "\n".join(
            _role(technology) for technology in technologies if not technology.from_hub
        ),
        "forwarding of AWS events": "\n".join(_forwarding(technologies)),
    }


def _foreseeing(technologies: Sequence[Technology], *, known: Collection[str]) -> str:
    """What a dry run reads to tell which calls are needed; what is done anew each time needs no looking."""
    looking = [technology for technology in technologies if not (technology.from_hub or technology.done_anew)]
    reads = {action for technology in looking for step in technology.steps.values() for action in step.reads}
    comment = "# A dry run looks as the technologies do, and tells from it which calls would be made.\n"
    return statements("Foresees", _own(reads.difference(known)), comment)


def statements(sid: str, rights: Iterable[tuple[str, Reach]], comment: str = "") -> str:
    """The policy statements that grant these rights, one for each reach."""
    found = by_reach(rights).items()
    written = (_statement(f"{sid}{place}", actions, reach) for place, (reach, actions) in enumerate(found, start=1))
    return comment + "".join(written)


def _role(technology: Technology) -> str:
    name, steps = technology.name, technology.steps.values()
    reads = {action for step in steps for action in step.reads}
    writes = {action for step in steps for action in step.writes}
    granted = statements("Looks", _own(reads - writes)) + statements("Acts", _own(writes)) + _dependents(steps)
    return fill("workload-role", name=name, Name=logical_id(name), title=technology.title, statements=granted)


def _own(actions: Iterable[str]) -> Iterator[tuple[str, Reach]]:
    return ((action, reach) for action in actions for reach in reaches_of(action))


def _dependents(steps: Iterable[Step]) -> str:
    """What AWS does with the role's credentials when it acts; the service that acts is that of the step's own call."""
    rights: dict[str, Reach] = {}
    sources: set[str] = set()
    for step in (step for step in steps if step.dependent):
        caller = step.writes[0].split(":", maxsplit=1)[0]
        rights |= {action: reach_of_dependent(action, caller=caller) for action in step.dependent}
        sources.add(step.dependent_source)
    named = "".join(f"# {source}\n" for source in sorted(sources))
    comment = f"# AWS does the following with this role's credentials when the role acts, says\n{named}"
    return statements("DoneByAws", rights.items(), comment) if rights else ""


def _statement(sid: str, actions: Sequence[str], reach: Reach) -> str:
    lines = [f"- Sid: {sid}", "  Effect: Allow", *_listed("Action", actions)]
    if reach.resources:
        lines += _listed("Resource", [f"!Sub {arn}" for arn in reach.resources])
    else:
        lines += ['  Resource: "*" # AWS offers no narrower resource for these']
    if reach.condition:
        lines += ["  Condition:", f"    {reach.condition}"]
    return "\n".join(lines) + "\n"


def _listed(key: str, values: Sequence[str]) -> list[str]:
    if len(values) == 1:
        return [f"  {key}: {values[0]}"]
    return [f"  {key}:", *(f"    - {value}" for value in values)]


def _forwarding(technologies: Sequence[Technology]) -> Iterator[str]:
    events: dict[str, set[str]] = {}
    for technology in technologies:
        for wake_up in technology.wake_ups:
            events.setdefault(wake_up.source, set()).update(wake_up.detail_types)
    for source, types in sorted(events.items()):
        listed = ", ".join(f'"{name}"' for name in sorted(types))
        yield fill("forwarding", Name=logical_id(source), source=source, types=listed)
