"""The height of one jump of a computed forward, found between two points of a grid by halving their distance."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradcheck.frozen import dataclass
from gradcheck.oracle.grids import POINTS
from gradcheck.oracle.line import Line
from gradcheck.oracle.noise import DEPTH
from gradcheck.oracle.steps import LEAST

Array = NDArray[Any]
HALVINGS = 12  # half of those from a spacing on the grids to below that of x
AHEAD = 3  # of them in one call, where that takes a stack of rows: 7 of them cost little more than one
FEW = 2.0**-10  # share of the first height that one of many jumps may have; a slope has 2^-12 after `HALVINGS`
STAYS = 0.25  # share that a jump keeps after as many again; a slope has 2^-12 of it, a kink no more
ALIKE = (
    1 - 1e-4
)  # likeness of sixth differences to those of a step, from which they are: one part in 70 is something else
STEPS = np.diff(np.tri(POINTS, POINTS - 1, -1), n=DEPTH, axis=0)  # sixth differences of a step of 1 behind each point


@dataclass(frozen=True, eq=False, repr=False)
class Grid:
    """Outputs, one for each of r, at POINTS equally spaced places on a line.

    Parameters
    ----------
    line : Line
    rows : ndarray of int, shape (r,)
        Which of its outputs.
    start : float
        The first place.
    spacing : ndarray, shape (r,)
    values : ndarray, shape (POINTS, r)
    """

    line: Line
    rows: Array
    start: float
    spacing: Array
    values: Array

    def jump(self) -> Array:
        """The height of a jump between two of the places as halving their distance leaves it, 0 where it shrinks; (r,).

        The jump lies where the outputs leave a straight line the most, as between treads; where that is none, as where
        the function between its jumps is curved, it lies where the sixth differences are those of a jump.
        """
        rise = np.diff(self.values, axis=0)
        slope = np.sort(rise, axis=0)[POINTS // 2 - 1]  # of the tread, on which most of the points lie
        straight = np.stack([np.zeros_like(slope), slope])
        height = _halved(self, np.argmax(np.abs(rise - slope), axis=0), straight)
        at, step, alike = _step_of(self.values)
        curved = np.flatnonzero((height == 0) & (alike > ALIKE))
        if len(curved):
            smooth = self.values - np.where(np.arange(POINTS)[:, None] > at, step, 0)
            differences = np.stack([np.diff(smooth, n=k, axis=0)[0] for k in range(POINTS)])
            part = replace(self, rows=self.rows[curved], spacing=self.spacing[curved], values=self.values[:, curved])
            height[curved] = _halved(part, at[curved], differences[:, curved])
        return height

    def jump_between_any(self) -> Array:
        """The height of the highest jump that stays between neighbours of the places, however fine the treads; (r,).

        None stays of kinks at many lengths, as those of sorted tiny numbers. A part as wide as a tread has a rise that
        is its slope, which hides the jump: all parts are halved, with the slope taken out and without.
        """
        parts, count = POINTS - 1, len(self.rows)
        slope = np.sort(np.diff(self.values, axis=0), axis=0)[parts // 2]
        rows, spacing = (np.tile(one, 2 * parts) for one in (self.rows, self.spacing))
        every = replace(self, rows=rows, spacing=spacing, values=np.tile(self.values, 2 * parts))
        out = np.tile(np.concatenate([0 * slope, slope]), parts)
        height = _halved(every, np.repeat(np.arange(parts), 2 * count), np.stack([0 * out, out]))
        highest: Array = height.reshape(2 * parts, count).max(axis=0)
        return highest


def _halved(grid: Grid, at: Array, smooth: Array) -> Array:
    """The height of a jump behind the places `at`, shape (r,); 0 where it shrinks with the distance.

    A jump at the start itself is none between treads, but something between two neighbours of x. What is smooth is
    taken out: its forward differences are given up to the last that is not 0, shape (d, r).
    """
    pick, shortest, outputs = np.arange(len(grid.rows)), grid.line.shortest, grid.line.each(grid.rows)

    def left_over(values: Array, t: Array) -> Array:
        return values - _newton(smooth, (t - grid.start) / grid.spacing)

    low, high = (grid.start + k * grid.spacing for k in (at, at + 1))
    before, after = left_over(grid.values[at, pick], low), left_over(grid.values[at + 1, pick], high)
    whole = middling = height = np.abs(after - before)
    ahead = AHEAD if grid.line.forward.stacked else 1
    for count in range(2 * HALVINGS):
        if count % ahead == 0:
            places, first, parts = _places_ahead(low, high, ahead), np.zeros(len(pick), int), 2**ahead
            values = left_over(outputs(places[1:-1]), places[1:-1])
        parts //= 2
        middle, value = places[first + parts, pick], values[first + parts - 1, pick]
        left, right = np.abs(value - before), np.abs(after - value)
        lower = left >= right
        first = np.where(lower, first, first + parts)
        low, high = np.where(lower, low, middle), np.where(lower, middle, high)
        before, after = np.where(lower, before, value), np.where(lower, value, after)
        height = np.where(lower, left, right)
        if count == HALVINGS - 1:
            middling = np.where(height > FEW * whole, height, np.inf)
        if np.abs(high - low).max() < LEAST * shortest or np.isinf(middling).all():
            break
    away = np.abs(low - grid.start) > LEAST * shortest
    return np.where((height > STAYS * middling) & away, height, 0)


def _places_ahead(low: Array, high: Array, halvings: int) -> Array:
    """Both ends, and all places that as many halvings between them can come to: (r,), (r,) -> (2^halvings + 1, r)."""
    width = 2**halvings
    places = np.empty((width + 1, len(low)))
    places[0], places[-1] = low, high
    while width > 1:
        places[width // 2 :: width] = (places[:-1:width] + places[width::width]) / 2
        width //= 2
    return places


def _step_of(values: Array) -> tuple[Array, Array, Array]:
    """The step whose sixth differences are most like those of a grid: its place, height and the likeness, (r,) each.

    The likeness is the cosine of the angle between them: 1 where there is nothing but a step and smoothness.
    """
    found = np.diff(values, n=DEPTH, axis=0)
    length = np.linalg.norm(STEPS, axis=0)[:, None]
    share = (STEPS.T.astype(values.dtype) @ found) / length
    at = np.argmax(np.abs(share), axis=0)
    most = np.take_along_axis(share, at[None], axis=0)[0]
    return at, most / length[at, 0], np.abs(most) / np.sqrt(np.sum(found * found, axis=0))


def _newton(differences: Array, place: Array) -> Array:
    """Newton's interpolation from forward differences, (d, r), at places in spacings, (r,)."""
    value: Array = differences[-1]
    for k in range(len(differences) - 2, -1, -1):
        value = differences[k] + value * (place - k) / (k + 1)
    return value
