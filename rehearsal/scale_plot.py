"""Draws what failovers cost as estates grow: one picture of two charts, as SVG, from kept figures alone."""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from rehearsal.bench_figures import Figures

WIDTH, HEIGHT = 960, 400
TOP, BOTTOM, CHART_WIDTH = 80, 330, 270
LEFTS = (60, 560)
LABEL_GAP, LABEL_HEIGHT = 10, 17
_STYLE = """\
  <style>
    .page { fill: #ffffff; stroke: #d0d7de; }
    .axis { stroke: #57606a; stroke-width: 1; }
    .grid { stroke: #d0d7de; stroke-width: 1; }
    .title { font-weight: 600; fill: #1f2328; }
    .small { font-size: 12px; fill: #424a53; }
    .middle { text-anchor: middle; }
    .end { text-anchor: end; }
  </style>"""
_DESCRIPTION = "Requests, events and ledger items for each resource; and how long the whole and its critical path took"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a chart."""

    name: str
    colour: str
    value: Callable[[Figures], float]


PER_RESOURCE = (
    Line("ledger items written", "#9a6700", lambda figures: figures.each(figures.ledger_changes)),
    Line("AWS requests", "#0969da", lambda figures: figures.each(figures.aws_requests)),
    Line("events", "#8250df", lambda figures: figures.each(figures.events)),
)
SECONDS = (
    Line("the whole", "#bc4c00", lambda figures: figures.seconds),
    Line("critical path", "#57606a", lambda figures: figures.critical_path_seconds),
)


def draw(measured: Sequence[Figures]) -> str:
    """The picture; resources grow to the right on a logarithmic axis, and both upright axes begin at 0."""
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
        'font-family="system-ui, -apple-system, \'Segoe UI\', Helvetica, Arial, sans-serif" font-size="14" '
        'role="img" aria-labelledby="title desc">',
        '  <title id="title">What a failover costs as the estate grows</title>',
        f'  <desc id="desc">{_DESCRIPTION}</desc>',
        _STYLE,
        f'  <rect class="page" x="0.5" y="0.5" width="{WIDTH - 1}" height="{HEIGHT - 1}" rx="10"/>',
        *_chart("For each resource", LEFTS[0], PER_RESOURCE, measured),
        *_chart("Real seconds on the embedded stack", LEFTS[1], SECONDS, measured),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _chart(title: str, left: int, lines: Sequence[Line], measured: Sequence[Figures]) -> Iterator[str]:
    step = _step(max(line.value(figures) for line in lines for figures in measured))
    top = step * max(1, math.ceil(max(line.value(figures) for line in lines for figures in measured) / step))
    place = _Scale(left, measured[0].resources, measured[-1].resources, top)
    yield f'  <text class="title" x="{left}" y="40">{title}</text>'
    yield from _upright_axis(place, step)
    for figures in measured:
        yield _text("small middle", place.x(figures.resources), BOTTOM + 20, f"{figures.resources:,}")
    yield _text("small middle", left + CHART_WIDTH / 2, BOTTOM + 44, "resources")
    for line in lines:
        yield from _line(place, line, measured)
    yield from _labels(place, lines, measured[-1])


@dataclass(frozen=True, slots=True)
class _Scale:
    """Where on the page values stand."""

    left: int
    fewest: int
    most: int
    top: float

    def x(self, resources: int) -> float:
        span = math.log(self.most / self.fewest) or 1.0
        return self.left + CHART_WIDTH * math.log(resources / self.fewest) / span

    def y(self, value: float) -> float:
        return BOTTOM - (BOTTOM - TOP) * value / self.top


def _step(most: float) -> float:
    """1, 2 or 5 times a power of ten, so that there are three to eight of them."""
    power: float = 10.0 ** math.floor(math.log10(most / 3)) if most > 0 else 1.0
    return next(factor * power for factor in (1, 2, 5, 10) if most / (factor * power) <= 8)


def _upright_axis(place: _Scale, step: float) -> Iterator[str]:
    for number in range(round(place.top / step) + 1):
        value = number * step
        y = place.y(value)
        kind = "grid" if number else "axis"
        yield f'  <line class="{kind}" x1="{place.left}" y1="{y:.1f}" x2="{place.left + CHART_WIDTH}" y2="{y:.1f}"/>'
        yield _text("small end", place.left - 8, y + 4, f"{value:g}")


def _line(place: _Scale, line: Line, measured: Sequence[Figures]) -> Iterator[str]:
    points = [(place.x(figures.resources), place.y(line.value(figures))) for figures in measured]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    yield f'  <polyline points="{path}" fill="none" stroke="{line.colour}" stroke-width="2"/>'
    for x, y in points:
        yield f'  <circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="{line.colour}"/>'


def _labels(place: _Scale, lines: Sequence[Line], last: Figures) -> Iterator[str]:
    """Each line's name and last value behind its end, from above, none over another."""
    free = float(TOP)
    for line in sorted(lines, key=lambda line: line.value(last), reverse=True):
        value = line.value(last)
        y = max(free, place.y(value) + 4)
        free = y + LABEL_HEIGHT
        told = f"{line.name} {value:.2f}" if value < 10 else f"{line.name} {value:,.0f}"
        x = place.left + CHART_WIDTH + LABEL_GAP
        yield f'  <text x="{x}" y="{y:.1f}" font-size="12" fill="{line.colour}">{told}</text>'


def _text(kinds: str, x: float, y: float, text: str) -> str:
    return f'  <text class="{kinds}" x="{x:.1f}" y="{y:.1f}">{text}</text>'
