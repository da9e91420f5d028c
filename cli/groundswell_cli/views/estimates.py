"""How long a previewed plan usually takes, wave by wave, beside its deadlines."""

from __future__ import annotations

from rich.table import Table
from rich.text import Text

from groundswell.domain.plan_times import in_words
from groundswell.reactions.preview_plan import Preview, WaveForecast
from groundswell_cli.views.words import ATTENTION, UNKNOWN


def estimates_table(preview: Preview) -> Table:
    """A row for each wave: what it usually takes, when it usually ends, its deadline; waiting for people excluded."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for name in ("wave", "usually takes", "usually ends, after acceptance", "deadline", ""):
        table.add_column(name, justify="right" if name == "wave" else "left")
    for each in preview.estimates:
        deadline = preview.deadlines.get(each.wave)
        is_late = deadline is not None and each.ends_seconds > deadline
        table.add_row(
            str(each.wave),
            _takes(each),
            usual_end(each),
            UNKNOWN if deadline is None else in_words(deadline),
            Text("BEYOND ITS DEADLINE" if is_late else "", style=ATTENTION),
        )
    return table


def _takes(forecast: WaveForecast) -> str:
    if forecast.unknown:
        return f"at least {in_words(forecast.seconds)}" if forecast.seconds else UNKNOWN
    return f"≈ {in_words(forecast.seconds)}" if forecast.seconds else "seconds"


def usual_end(forecast: WaveForecast) -> str:
    """`≈ 12 min`, or what it comes to without the technologies whose times nobody declares."""
    if not forecast.without:
        return f"≈ {in_words(forecast.ends_seconds)}"
    names = ", ".join(forecast.without)
    return f"≈ {in_words(forecast.ends_seconds)} and what {names} takes" if forecast.ends_seconds else UNKNOWN
