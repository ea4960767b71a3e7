"""The error of a difference quotient against its step as SVG, on two logarithmic axes."""

from __future__ import annotations

import math
from collections.abc import Iterator

from gradcheck.records.figures import Curve
from gradcheck.reports.curve import Axis, axes, has_zero
from gradcheck.reports.web.markup import Markup, tag
from gradcheck.reports.web.svg import Drawing
from gradcheck.text import magnitude

WIDTH, HEIGHT = 380, 240
LEFT, RIGHT, TOP, BOTTOM = 46, 158, 8, 34
LINE = 13  # from one line of text to the next
MOST_TICKS = 8
NAMED_AT = 0.3  # of the way down a guide its name stands


def curve_drawing(curve: Curve, title: str) -> Drawing:
    """The plot with its axes; the lower edge stands for 0 where something is 0."""
    x, y = axes(curve, WIDTH + 1, HEIGHT + 1)
    plot = tag(
        "svg",  # of its own, so that lines end at its edges
        *_grid(x, y),
        *_guides(curve, x, y),
        *(_level(y, value, style) for value, _, style in _levels(curve)),
        *_measurement(curve, x, y),
        x=LEFT,
        y=TOP,
        width=WIDTH,
        height=HEIGHT,
    )
    frame = tag("rect", x=LEFT, y=TOP, width=WIDTH, height=HEIGHT, class_="frame")
    name = tag("title", _description(curve, title))
    parts = (name, plot, frame, *_ticks(x, y, zero=has_zero(curve)), *_names(curve, y), *_guide_names(curve, x, y))
    return Drawing(Markup.concat(parts), LEFT + WIDTH + RIGHT, TOP + HEIGHT + BOTTOM, "curve")


def _description(curve: Curve, title: str) -> str:
    levels = (f"{name} {magnitude(value)}" for value, name, _ in _levels(curve))
    least = min((e for e in curve.errors if e < math.inf), default=None)
    return "; ".join((title, f"smallest error of a difference {magnitude(least)}", *levels))


def _levels(curve: Curve) -> Iterator[tuple[float, str, str]]:
    """The horizontal lines: value, name and style."""
    wrong = curve.floor is not None and curve.analytic is not None and not curve.analytic <= curve.floor
    for value, name, style in (
        (curve.analytic, "analytic error", "wrong" if wrong else "right"),
        (curve.floor, "floor", "floor"),
    ):
        if value is not None and math.isfinite(value):
            yield value, name, style


def _level(y: Axis, value: float, style: str) -> Markup:
    height = HEIGHT - y.place(value)
    return tag("line", x1=0, y1=height, x2=WIDTH, y2=height, class_=f"level {style}")


def _names(curve: Curve, y: Axis) -> Iterator[Markup]:
    """The names of the levels, to the right of them; where two are too near, the lower one makes room."""
    free = -math.inf
    for value, name, style in sorted(_levels(curve), reverse=True):
        height = max(HEIGHT - y.place(value) + TOP + 4, free)
        free = height + LINE
        yield tag("text", f"{name} {magnitude(value)}", x=LEFT + WIDTH + 6, y=height, class_=style)


def _lines(curve: Curve) -> Iterator[tuple[float, int, str]]:
    """The guides factor h^power, with their names."""
    if curve.truncation:
        yield curve.truncation, curve.order, "h²" if curve.order == 2 else "h"
    if curve.rounding and not curve.infinite:
        yield curve.rounding, -1, "eps/h"


def _guides(curve: Curve, x: Axis, y: Axis) -> Iterator[Markup]:
    for factor, power, _ in _lines(curve):
        ends = [_up(y, math.log10(factor) + power * exponent) for exponent in (x.low, x.high)]
        yield tag("line", x1=0, y1=f"{ends[0]:.1f}", x2=WIDTH, y2=f"{ends[1]:.1f}", class_="guide")


def _up(y: Axis, exponent: float) -> float:
    """Where a power of ten stands, beyond the edges too."""
    return HEIGHT * (1 - (exponent - y.low) / (y.high - y.low))


def _guide_names(curve: Curve, x: Axis, y: Axis) -> Iterator[Markup]:
    """The names of the guides, each above its line near the upper end, where nothing else is drawn."""
    for factor, power, name in _lines(curve):
        level = math.log10(factor)
        upper, lower = (min(max((end - level) / power, x.low), x.high) for end in (y.high, y.low))
        if upper == lower:
            continue  # the line passes the plot by
        at = upper + NAMED_AT * (lower - upper)
        side, anchor = (6, "start") if power < 0 else (-6, "end")
        place = {"x": LEFT + x.at(at) + side, "y": f"{_up(y, level + power * at) + TOP:.1f}"}
        yield tag("text", name, **place, text_anchor=anchor, class_="guide")


def _measurement(curve: Curve, x: Axis, y: Axis) -> Iterator[Markup]:
    """The errors, joined where none is 0: the lower edge is no place on a logarithmic axis."""
    pairs = [(h, e) for h, e in zip(curve.steps, curve.errors, strict=True) if e < math.inf]
    points = [(x.place(h), HEIGHT - y.place(e), e) for h, e in pairs]
    runs: list[list[str]] = [[]]
    for across, down, error in points:
        if error:
            runs[-1].append(f"{across},{down}")
        else:
            runs.append([])
    yield from (tag("polyline", points=" ".join(run), class_="measured") for run in runs if len(run) > 1)
    yield from (tag("circle", cx=across, cy=down, r=2, class_="measured") for across, down, _ in points)


def _grid(x: Axis, y: Axis) -> Iterator[Markup]:
    for power in x.ticks(MOST_TICKS):
        yield tag("line", x1=x.at(power), y1=0, x2=x.at(power), y2=HEIGHT, class_="grid")
    for power in y.ticks(MOST_TICKS):
        yield tag("line", x1=0, y1=HEIGHT - y.at(power), x2=WIDTH, y2=HEIGHT - y.at(power), class_="grid")


def _ticks(x: Axis, y: Axis, *, zero: bool) -> Iterator[Markup]:
    for power in x.ticks(MOST_TICKS):
        yield tag("text", f"1e{power}", x=LEFT + x.at(power), y=TOP + HEIGHT + 15, text_anchor="middle")
    for power in y.ticks(MOST_TICKS):
        name = "0" if zero and power == y.low else f"1e{power}"
        yield tag("text", name, x=LEFT - 5, y=TOP + HEIGHT - y.at(power) + 4, text_anchor="end")
    yield tag("text", "step h", x=LEFT + WIDTH / 2, y=TOP + HEIGHT + 30, text_anchor="middle", class_="name")
