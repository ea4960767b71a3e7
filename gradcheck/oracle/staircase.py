"""A computed forward that is a staircase, as rounding on the way makes it: found by bisecting for a jump.

On one of its treads the differences see a constant, or a straight line, and know nothing of the function that was
meant. A jump that is tiny beside the outputs is rounding and becomes part of the noise; a large one is the function's
own.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradcheck.frozen import dataclass
from gradcheck.oracle.escalation import measure_entries
from gradcheck.oracle.forward import Forward
from gradcheck.oracle.ladder import COARSEST
from gradcheck.oracle.noise import Noise
from gradcheck.oracle.richardson import SAFETY
from gradcheck.oracle.signs import signs
from gradcheck.oracle.steps import RATIO
from gradcheck.oracle.table import Table

Array = NDArray[Any]
BISECTIONS = 18  # twice that many halvings end below the spacing of x; half of them tell a jump from a kink
ROUNDING, ROUNDING_OF_PLATEAUS = 1e-6, 4e-6  # of the largest output met: a jump up to that is rounding
CLEAR = 2.5  # times the noise band, that a residual just behind the departure is a jump
LEVELS = 41  # steps down to 1e-14 of the length scale
BEYOND = RATIO ** np.arange(4, 0, -1)  # steps coarser than a ladder's, for outputs that do not move along all of it
# Height of a step over the standard deviation of rounding to it: on a plateau, noise further out tells of its edges.
TREAD = 12.0**0.5
MOST = 16  # rows looked at in one point


def allow_for_jumps(
    forward: Forward, noise: Noise, scale: Array, table: Table, doubt: Array, rng: np.random.Generator
) -> Noise:
    """Measure entries in doubt again with the jumps beside the point as noise, and fill them into `table`.

    Parameters
    ----------
    forward, noise, scale, table
        As for `screening.screen`.
    doubt : ndarray of bool, shape (m, n)
        Entries that disagree with a claim.
    rng : numpy.random.Generator

    Returns
    -------
    Noise
        With the jumps that were found.
    """
    rows = np.flatnonzero(doubt.any(axis=1))[:MOST]
    jump = _jumps(forward, noise, scale, table, rows, _directions(forward, doubt[rows], rng))
    if not jump.any():
        return noise
    louder = noise.raised(rows, jump)
    measure_entries(forward, louder, scale, table, doubt & np.isin(np.arange(forward.outputs), rows[jump > 0])[:, None])
    return louder


def _directions(forward: Forward, doubt: Array, rng: np.random.Generator) -> Array:
    """For each row the entry in doubt that can be moved the furthest, and all entries at once, both ways: (4, r, n).

    The second leaves a plateau on which no entry in doubt alone moves the output.
    """
    length = np.maximum(np.abs(forward.x), 1)  # not the distance to the domain's end: its far side may jump
    single = np.zeros(doubt.shape, forward.x.dtype)
    columns = np.argmax(np.where(doubt, length, -1), axis=1)
    single[np.arange(len(doubt)), columns] = length[columns]
    moves = signs(doubt.shape, rng) * rng.uniform(0.5, 1, doubt.shape)
    every = (moves * length).astype(forward.x.dtype)
    return np.stack([single, -single, every, -every])


def _jumps(forward: Forward, noise: Noise, scale: Array, table: Table, rows: Array, directions: Array) -> Array:
    """The size of the nearest jump of each row along its directions, 0 where there is none; shape (len(rows),)."""
    ways = len(directions)
    steps = COARSEST * np.concatenate([BEYOND, RATIO ** -np.arange(LEVELS, dtype=forward.x.dtype)])
    slopes = np.sum(directions * table.value[rows], axis=2)
    units = np.max(np.abs(directions) / scale, axis=2)
    flattened = (part.reshape(ways * len(rows), *part.shape[2:]) for part in (directions, slopes, units))
    walk = _Walk(forward, noise.of(np.tile(rows, ways)), np.tile(rows, ways), *flattened)
    residual, band, size = walk.residual(np.repeat(steps[:, None], ways * len(rows), axis=1))
    outside = (residual > band) & np.isfinite(residual)
    last = len(steps) - 1 - np.argmax(outside[::-1], axis=0)
    open_ = np.flatnonzero(outside.any(axis=0) & (last < len(steps) - 1))
    height = np.zeros(ways * len(rows), forward.x.dtype)
    height[open_] = _bisect(walk.of(open_), steps[last[open_] + 1], steps[last[open_]])
    found = height.reshape(ways, -1).max(axis=0)
    flat = (table.value[rows] == 0).all(axis=1)
    found = np.maximum(found, np.where(flat, TREAD * noise.of(rows).sigma.max(axis=0), 0))
    largest = size.reshape(len(steps), ways, -1).max(axis=(0, 1))
    return np.where(found <= np.where(flat, ROUNDING_OF_PLATEAUS, ROUNDING) * largest, found, 0)


@dataclass(frozen=True, eq=False, repr=False)
class _Walk:
    """One output along one direction, for each of r of them: how far it is from a straight line, and its noise."""

    forward: Forward
    noise: Noise
    rows: Array
    directions: Array
    slopes: Array
    units: Array

    def of(self, which: Array) -> _Walk:
        """Some of the directions."""
        parts = (part[which] for part in (self.rows, self.directions, self.slopes, self.units))
        return _Walk(self.forward, self.noise.of(which), *parts)

    def residual(self, steps: Array) -> tuple[Array, Array, Array]:
        """|F(x + h d) - F(x) - h slope|, its noise band, and |F|, for steps h of shape (k, r).

        NaN outside of the domain.
        """
        down, up = self.forward.room
        moves = steps[..., None] * self.directions
        inside = ((moves <= up) & (-moves <= down)).all(axis=-1)
        values = np.full(steps.shape, np.nan, self.forward.x.dtype)
        which = np.nonzero(inside)
        values[which] = self.forward(self.forward.x + moves[inside])[np.arange(len(which[0])), self.rows[which[1]]]
        size = np.where(np.isfinite(values), np.abs(values), 0)
        band = SAFETY * self.noise.at(np.max(steps * self.units, axis=1), size)
        return np.abs(values - self.noise.f0 - steps * self.slopes), band, size


def _bisect(walk: _Walk, inner: Array, outer: Array) -> Array:
    """The residual just behind the place where it leaves its band, if it does so by a jump; else 0.

    The search ends where the residual has come close to its band, as behind no jump it does.
    """
    top, halfway = np.full(inner.shape, np.inf), np.full(inner.shape, np.inf)
    alive = np.arange(len(inner))
    for count in range(2 * BISECTIONS):
        if not len(alive):
            break
        middle = (inner + outer)[alive] / 2
        height, band, _ = walk.of(alive).residual(middle[None])
        inside = height[0] <= band[0]
        inner[alive], outer[alive] = np.where(inside, middle, inner[alive]), np.where(inside, outer[alive], middle)
        top[alive] = np.where(inside, top[alive], height[0])
        if count == BISECTIONS - 1:
            halfway = top.copy()
        close = top[alive] <= CLEAR * band[0]
        top[alive[close]] = 0
        alive = alive[~close]
    stays = top > halfway / 2  # behind a kink, which is no jump, the residual shrinks with the bracket
    return np.where(np.isfinite(top) & stays, top, 0)
