"""A computed forward that is a staircase, as rounding on the way makes it: found by bisecting for a jump.

On one of its treads the differences see a constant, or a straight line, and know nothing of the function that was meant.
A jump that is tiny beside the outputs is rounding and becomes part of the noise; a large one is the function's own.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradcheck.oracle.escalation import measure_entries, walk
from gradcheck.oracle.forward import Forward
from gradcheck.oracle.noise import Noise
from gradcheck.oracle.richardson import SAFETY
from gradcheck.oracle.screening import Table

Array = NDArray[Any]
BISECTIONS = 18
ROUNDING = 1e-6  # of the largest output met: a jump up to that is rounding
CLEAR = 2.5  # times the noise band, that a residual just behind the departure is a jump
BEYOND = 2.2 ** np.arange(4, 0, -1)  # steps coarser than a ladder's, for outputs that do not move along all of it
MOST = 16  # rows looked at in one point


def allow_for_jumps(forward: Forward, noise: Noise, scale: Array, table: Table, doubt: Array) -> Noise:
    """Measure entries in doubt again with the jumps beside the point as noise, and fill them into `table`.

    Parameters
    ----------
    forward, noise, scale, table
        As for `screening.screen`.
    doubt : ndarray of bool, shape (m, n)
        Entries that disagree with a claim.

    Returns
    -------
    Noise
        With the jumps that were found.
    """
    rows = np.flatnonzero(doubt.any(axis=1))[:MOST]
    reach = np.maximum(np.abs(forward.x), 1)
    columns = np.argmax(np.where(doubt[rows], reach, -1), axis=1)  # the entry that can be moved the furthest
    jump = _jumps(forward, noise, scale, table.value[rows, columns], rows, columns)
    if not jump.any():
        return noise
    louder = noise.raised(rows, jump)
    measure_entries(forward, louder, scale, table, doubt & np.isin(np.arange(forward.outputs), rows[jump > 0])[:, None])
    return louder


def _jumps(forward: Forward, noise: Noise, scale: Array, slope: Array, rows: Array, columns: Array) -> Array:
    """The size of the nearest jump of each (row, column), 0 where there is none; shape (len(rows),)."""
    length = np.maximum(np.abs(forward.x), 1)  # not the distance to the domain's end: its far side may jump
    ladder = walk(forward, (rows, columns), length, scale, 41, beyond=BEYOND)
    local, at = noise.of(rows), np.arange(len(rows))
    largest = np.zeros(len(rows), forward.x.dtype)
    found = np.zeros(len(rows), forward.x.dtype)
    for sign, side, taken in ((1, 0, ladder.ahead), (-1, 1, ladder.behind)):
        values = ladder.values[side]
        residual = np.abs(values - local.f0 - sign * taken * slope)
        size = np.where(np.isfinite(values), np.abs(values), 0)
        largest = np.maximum(largest, size.max(axis=0))
        outside = (residual > SAFETY * local.at(ladder.ratio, size)) & np.isfinite(residual)
        last = len(taken) - 1 - np.argmax(outside[::-1], axis=0)
        open_ = outside.any(axis=0) & (last < len(taken) - 1)
        bracket = sign * taken[np.minimum(last + 1, len(taken) - 1), at], sign * taken[last, at]
        height = _bisect(forward, local, scale[columns], sign * slope, (rows, columns), *bracket)
        found = np.maximum(found, np.where(open_, height, 0))
    return np.where(found <= ROUNDING * largest, found, 0)


def _bisect(
    forward: Forward,
    noise: Noise,
    unit: Array,
    slope: Array,
    entries: tuple[Array, Array],
    inner: Array,
    outer: Array,
) -> Array:
    """The residual just behind the place where it leaves its band, if it does so by a jump; else 0."""
    rows, columns = entries
    at = np.arange(len(rows))

    def residual(step: Array) -> tuple[Array, Array]:
        moved = np.broadcast_to(forward.x, (len(rows), forward.x.size)).copy()
        moved[at, columns] += step
        values = forward(moved)[at, rows]
        band = SAFETY * noise.at(np.abs(step) / unit, np.broadcast_to(np.abs(values), (len(rows), len(rows))))[at, at]
        return np.abs(values - noise.f0 - np.abs(step) * slope), band

    heights = []
    for _ in range(2):
        for _ in range(BISECTIONS):
            middle = (inner + outer) / 2
            height, band = residual(middle)
            inside = height <= band
            inner, outer = np.where(inside, middle, inner), np.where(inside, outer, middle)
        height, band = residual(outer)
        heights.append(height)
    stays = heights[1] > heights[0] / 2  # behind a kink, which is no jump, the residual shrinks with the bracket
    return np.where(np.isfinite(height) & (height > CLEAR * band) & stays, height, 0)
