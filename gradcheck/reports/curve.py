"""The error of a difference quotient against its step, on two logarithmic axes: truncation falls, rounding rises."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from gradcheck.records.figures import Curve
from gradcheck.reports.braille import ACROSS, DOWN, Canvas, Ink, Spans
from gradcheck.text import magnitude

COLUMNS, ROWS, MARGIN = 48, 14, 8
LEAST, DEEPEST = 6, 34  # decades up; what is smaller lies on the lower edge
BEYOND = 12  # decades above the curve up to which the analytic error stretches the axis
GUIDE, SPARSE = Ink(".", "bright_black"), 3  # dots across for each of a guide
FLOOR = Ink("-", "yellow", dash=3, gap=2)
RIGHT, WRONG = Ink("=", "green"), Ink("=", "bold red")
MEASURED = Ink("o", "cyan")


@dataclass(frozen=True)
class Axis:
    """Decades along one side of the canvas.

    Attributes
    ----------
    low, high
        Exponents of ten at the ends.
    dots
        How many there are from end to end.
    """

    low: int
    high: int
    dots: int

    def place(self, value: float) -> int:
        """The dot that stands for a value; one at the edge for a value beyond it, such as 0."""
        return self.at(math.log10(value)) if value > 0 else 0

    def at(self, exponent: float) -> int:
        """The dot that stands for a power of ten."""
        share = (exponent - self.low) / (self.high - self.low)
        return round(min(max(share, 0), 1) * (self.dots - 1))

    def ticks(self, most: int) -> range:
        """At most so many exponents, evenly spaced."""
        spacing = max(1, math.ceil((self.high - self.low) / most))
        return range(self.low, self.high + 1, spacing)


def curve_lines(curve: Curve, *, braille: bool) -> Iterator[Spans]:
    """The plot with its axes, line by line; the lower edge stands for 0 where something is 0.

    Parameters
    ----------
    curve : Curve
    braille : bool
        Whether to draw in braille; in plain characters otherwise.
    """
    x, y = axes(curve, ACROSS * COLUMNS, DOWN * ROWS)
    canvas = Canvas(COLUMNS, ROWS)
    _guides(canvas, curve, x, y)
    labels = _levels(canvas, curve, y)
    _measurement(canvas, curve, x, y)
    ticks = {canvas.row_of(y.at(power)): f"1e{power:+03}" for power in y.ticks(ROWS // 2)}
    if has_zero(curve):
        ticks[ROWS - 1] = "0"
    wall, tick = ("│", "┤") if braille else ("|", "+")
    for row in range(ROWS):
        head = f"{ticks.get(row, ''):>{MARGIN - 1}}{tick if row in ticks else wall}"
        yield [(head, ""), *canvas.spans(row, braille=braille), *labels.get(row, [])]
    yield from _abscissa(x, braille=braille)


def title_of(curve: Curve) -> str:
    """What the plot shows."""
    if curve.infinite:
        return f"size of a central difference of {curve.entry} by its step: no finite slope"
    side = "central" if curve.order == 2 else "one-sided"
    return f"error of a {side} difference of {curve.entry} by its step"


def legend_of(curve: Curve) -> Iterator[str]:
    """What the lines mean, and why one of them is not there."""
    if curve.infinite:
        return
    if curve.floor is None:
        yield "no floor: nothing bounds the numeric side here"
    else:
        yield "floor: what rounding and truncation of the two sides may amount to"
    if curve.analytic is not None and not curve.analytic < float("inf"):
        yield "no line for the analytic error: the analytic side is no finite number"
    if curve.errors and not any(curve.errors):
        yield "the difference is exact at every step"


def axes(curve: Curve, across: int, up: int) -> tuple[Axis, Axis]:
    """The steps across and the errors up, to whole decades; two more at the bottom, where something is 0.

    Parameters
    ----------
    curve : Curve
    across, up : int
        How many dots there are.
    """
    instead = curve.floor if curve.floor and curve.floor < math.inf else 1.0
    measured = [e for e in curve.errors if 0 < e < math.inf] or [instead]
    levels = [v for v in (curve.floor, curve.analytic) if v is not None and 0 < v < math.inf]
    high = min(max(measured + levels), max(measured) * 10.0**BEYOND)
    low = max(min(measured + levels), high * 10.0**-DEEPEST)
    steps = curve.steps or (1e-15, 1.0)
    bottom, top = _decades(low, high)
    bottom -= 2 if has_zero(curve) else 0
    return Axis(*_decades(min(steps), max(steps)), across), Axis(bottom, max(top, bottom + LEAST), up)


def has_zero(curve: Curve) -> bool:
    """Whether something is 0, for which the lower edge stands."""
    return curve.analytic == 0 or 0 in curve.errors


def _decades(low: float, high: float) -> tuple[int, int]:
    bottom, top = math.floor(math.log10(low)), math.ceil(math.log10(high))
    return bottom, max(top, bottom + 1)


def _guides(canvas: Canvas, curve: Curve, x: Axis, y: Axis) -> None:
    power = "h^2" if curve.order == 2 else "h"
    if curve.truncation:
        _guide(canvas, x, y, curve.truncation, curve.order, power)
    if curve.rounding and not curve.infinite:
        _guide(canvas, x, y, curve.rounding, -1, "eps/h")


def _guide(canvas: Canvas, x: Axis, y: Axis, factor: float, power: int, label: str) -> None:
    """A dotted straight line factor h^power, where it lies on the canvas, and its name beside the upper end."""
    level = math.log10(factor)
    places = []
    for dot in range(x.dots):
        exponent = level + power * (x.low + (x.high - x.low) * dot / (x.dots - 1))
        if y.low <= exponent <= y.high:
            places.append((dot, y.at(exponent)))
    for dot, height in places[::SPARSE]:
        canvas.dot(dot, height, GUIDE)
    if places:
        dot, height = max(places, key=lambda place: place[1])
        column = dot // ACROSS + (2 if power < 0 else -len(label) - 1)
        canvas.write(min(max(column, 0), COLUMNS - len(label)), canvas.row_of(height), label, GUIDE.style)


def _levels(canvas: Canvas, curve: Curve, y: Axis) -> dict[int, Spans]:
    """Draw the floor and the analytic error as horizontal lines; their names and values by row."""
    found: dict[int, Spans] = {}
    wrong = curve.floor is not None and curve.analytic is not None and not curve.analytic <= curve.floor
    levels = [(curve.floor, "floor", FLOOR), (curve.analytic, "analytic error", WRONG if wrong else RIGHT)]
    for value, name, ink in levels:
        if value is None or not math.isfinite(value):
            continue
        height = y.place(value)
        canvas.line((0, height), (ACROSS * COLUMNS - 1, height), ink)
        row = canvas.row_of(height)
        while row in found:  # two levels in one row: the other name goes beside it
            row += 1 if row + 1 < ROWS else -1
        found[row] = [(f" {name} {magnitude(value) if value else 0}", ink.style)]
    return found


def _measurement(canvas: Canvas, curve: Curve, x: Axis, y: Axis) -> None:
    """Draw the errors, joined where none is 0: the lower edge is no place on a logarithmic axis."""
    points = [(h, e) for h, e in zip(curve.steps, curve.errors, strict=True) if e < math.inf]
    dots = [(x.place(h), y.place(e)) for h, e in points]
    for dot in dots:
        canvas.dot(*dot, MEASURED)
    for k, (one, other) in enumerate(pairwise(dots)):
        if points[k][1] and points[k + 1][1]:
            canvas.line(one, other, MEASURED)


def _abscissa(x: Axis, *, braille: bool) -> Iterator[Spans]:
    corner, bar, tick = ("└", "─", "┬") if braille else ("+", "-", "+")
    line, names = [bar] * COLUMNS, [" "] * (COLUMNS + MARGIN)
    for power in x.ticks(COLUMNS // 8):
        column = x.at(power) // ACROSS
        line[column] = tick
        names[column : column + 5] = f"1e{power:+03}"
    yield [(" " * (MARGIN - 1) + corner + "".join(line), "")]
    yield [(" " * (MARGIN - 2) + "".join(names).rstrip() + "  step h", "")]
