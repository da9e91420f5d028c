"""A previewed or accepted plan: what recovers in which wave, what is left out, what a person should know."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from groundswell.domain.events.facts import DRAccepted
from groundswell.domain.fail_closed import without_preflight
from groundswell.domain.preflight import VerdictCounts
from groundswell.reactions.preview_plan import Preview, PreviewedResource
from groundswell_cli.views.estimates import estimates_table, usual_end
from groundswell_cli.views.preflight import preflight_view
from groundswell_cli.views.remarks import labelled, remarks_view
from groundswell_cli.views.words import ATTENTION, BAD, UNKNOWN, number, short_moment, whole

_MORE = "dr plan --json shows all"


def plan_view(preview: Preview, scope: str) -> RenderableType:
    """All of a plan: a row for each wave, technology and account, and every remark."""
    return Group(_headline(preview, scope), *_if_any(preview, accounts_table), *_times(preview), *_remarks(preview))


def short_plan_view(preview: Preview, scope: str) -> RenderableType:
    """A plan in a few lines: a row for each wave."""
    return Group(_headline(preview, scope), *_if_any(preview, _waves_table), *_remarks(preview))


def _if_any(preview: Preview, table: Callable[[Preview], Table]) -> list[Table]:
    return [table(preview)] if preview.resources else []


def _times(preview: Preview) -> Iterator[RenderableType]:
    """What the waves usually take; a hub that was deployed before there were estimates says nothing."""
    if preview.estimates:
        yield Text()
        yield estimates_table(preview)


def _headline(preview: Preview, scope: str) -> Text:
    places = len({resource.account for resource in preview.resources})
    what = preview.operation or "request"
    return Text(
        f"{what} of {scope} into {preview.target_region}: {number(len(preview.resources), 'resource')} in "
        f"{number(len(waves_of(preview)), 'wave')} and {number(places, 'account')}",
        style="bold",
    )


def waves_of(preview: Preview) -> dict[int, list[PreviewedResource]]:
    """The resources by wave, ascending."""
    waves = defaultdict[int, list[PreviewedResource]](list)
    for resource in preview.resources:
        waves[resource.wave].append(resource)
    return dict(sorted(waves.items()))


def _waves_table(preview: Preview) -> Table:
    table = _table("wave", "resources", *_named(preview), "technologies", "usually ends", "deadline after acceptance")
    usual = {each.wave: usual_end(each) for each in preview.estimates}
    for wave, found in waves_of(preview).items():
        counts, ends = Counter(each.technology for each in found), usual.get(wave, UNKNOWN)
        row = (in_words(counts), ends, _deadline(preview, wave))
        table.add_row(str(wave), f"{len(found):,}", *_name(preview, wave), *row)
    return table


def accounts_table(preview: Preview) -> Table:
    """A row for each wave, technology and account."""
    table = _table(
        "wave", "resources", *_named(preview), "technology", "account", "fit", "not fit", "not read", "deadline"
    )
    for wave, found in waves_of(preview).items():
        groups = defaultdict[tuple[str, str], list[PreviewedResource]](list)
        for each in found:
            groups[each.technology, each.account].append(each)
        for (technology, account), group in sorted(groups.items()):
            fit = Counter(each.fitness.fit if each.fitness else None for each in group)
            unfit = Text(f"{fit[False]:,}", style=ATTENTION if fit[False] else "")
            counts = (f"{fit[True]:,}", unfit, f"{fit[None]:,}")
            row = (technology, account, *counts, _deadline(preview, wave))
            table.add_row(str(wave), f"{len(group):,}", *_name(preview, wave), *row)
    return table


def _named(preview: Preview) -> tuple[str, ...]:
    """The column of the waves' names, where a named plan gives them."""
    return ("name",) if preview.names else ()


def _name(preview: Preview, wave: int) -> tuple[str, ...]:
    return (preview.names.get(wave, ""),) if preview.names else ()


def previewed_table(resources: Sequence[PreviewedResource]) -> Table:
    """Every resource of a plan."""
    table = _table("wave", "resource", "name", "technology", "account", "customer", "replica", counts=0)
    for column in table.columns[1:3]:
        column.overflow = "fold"
    for each in sorted(resources, key=lambda one: (one.wave, one.technology, one.account, one.resource_id)):
        owner = f"{each.customer}/{each.environment}"
        table.add_row(str(each.wave), each.resource_id, each.name, each.technology, each.account, owner, _replica(each))
    return table


def _replica(resource: PreviewedResource) -> Text:
    fitness = resource.fitness
    if not fitness:
        return Text("-")
    lag = "" if fitness.lag_seconds is None else f", {whole(fitness.lag_seconds)} behind"
    verdict = {True: "fit", False: "NOT FIT", None: "not read"}[fitness.fit]
    return Text(f"{verdict}: {fitness.state}{lag}", style="" if fitness.fit else ATTENTION)


def _deadline(preview: Preview, wave: int) -> str:
    return whole(preview.deadlines[wave]) if wave in preview.deadlines else "unknown"


def _remarks(preview: Preview) -> Iterator[RenderableType]:
    warnings = without_preflight(preview.warnings)
    yield from remarks_view("left out", preview.left_out, len(preview.left_out), more=_MORE)
    yield from remarks_view("warnings", warnings, len(warnings), more=_MORE)
    yield from preflight_view(preview.preflight, VerdictCounts.of(preview.preflight), more=_MORE)
    if preview.reasons:
        yield Text(f"would be REJECTED, for {number(len(preview.reasons), 'reason')}:", style=BAD)
        yield labelled(("  -", reason) for reason in preview.reasons)


def accepted_view(accepted: DRAccepted) -> RenderableType:
    """The plan as it was accepted: what the ledger says, not what was previewed."""
    counts, warnings = accepted.preflight_counts, without_preflight(accepted.warnings)
    others = accepted.warnings_count - counts.failed - counts.unknown
    return Group(
        accepted_table(accepted),
        *remarks_view("left out", accepted.left_out, accepted.left_out_count, more=_MORE),
        *remarks_view("warnings", warnings, others, more=_MORE),
        *preflight_view(accepted.preflight, counts, more=_MORE),
    )


def accepted_table(accepted: DRAccepted) -> Table:
    """A row for each wave as it was accepted."""
    named = any(wave.name for wave in accepted.waves)
    table = _table("wave", "resources", *(("name",) if named else ()), "technologies", "deadline (UTC)")
    for wave in accepted.waves:
        deadline = short_moment(wave.deadline_at.isoformat(), "")
        name = (wave.name,) if named else ()
        table.add_row(str(wave.wave), f"{wave.resources:,}", *name, in_words(wave.technologies), deadline)
    return table


def in_words(technologies: Mapping[str, int]) -> str:
    """`3 aurora, 40 drs`."""
    return ", ".join(f"{count:,} {technology}" for technology, count in sorted(technologies.items()))


def _table(*columns: str, counts: int = 1) -> Table:
    """A table that begins with the wave's number and so many counts."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for place, name in enumerate(columns):
        table.add_column(name, justify="right" if place <= counts else "left")
    return table
