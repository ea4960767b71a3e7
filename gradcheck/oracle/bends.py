"""Bends of an output on steps that are shorter than those of all ladders: of an entry that is, or lies, that close.

Sorted, an entry of 1e-233 moves its output up to the next larger one, at 1e-59, and down to the next smaller one; on
the shortest step of a ladder, at 1e-15, its output stands as still as those it does not move at all.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradcheck.oracle.forward import Forward
from gradcheck.oracle.noise import DOUBLE
from gradcheck.oracle.resolution import nearest_entry
from gradcheck.oracle.steps import LEAST
from gradcheck.oracle.table import Table

Array = NDArray[Any]
SHORTEST = 2.0**-45  # of the length scale: about the shortest step of a ladder in float64
OWN = 2.0 ** -np.arange(2.0, 5.0)  # of an entry's own length: three steps, on which a straight line shows
APART = 100.0  # ratio of longer steps: 320 decades take 160 of them
MOST = 8  # columns that are looked at in one point
SAME = 1e-6  # of a slope, by which those on neighbouring steps differ on a straight line; those of float16 by 5e-4
CLEAR = 1e-3  # of a slope: most that rounding to float64 may leave of it
SUBNORMAL = 5e-324  # the spacing of the smallest numbers of a forward that computes in float64
MARGIN = 1 / 64  # of the range of slopes, which straight lines leave as good as exact


def widen_to_bends(forward: Forward, f0: Array, scale: Array, table: Table, disputed: Array) -> None:
    """Widen the bounds of entries in dispute to the slopes on steps down to a fraction of their own length.

    Only slopes of straight lines count, and none of 0, which rounding leaves: what curves there is seen by ladders.

    Parameters
    ----------
    forward : Forward
    f0 : ndarray, shape (m,)
        The output at the point.
    scale : ndarray, shape (n,)
        Length scale of each entry.
    table : Table
    disputed : ndarray of bool, shape (m, n)
    """
    size = np.abs(forward.x)
    own = np.minimum(np.where(size > 0, size, np.inf), nearest_entry(forward))
    shortest = SHORTEST * scale
    least = np.maximum(OWN[-1] * own, LEAST * np.spacing(size))
    disputed = disputed & np.isfinite(table.bound) & (least < OWN[-1] * shortest)
    for column in np.flatnonzero(disputed.any(axis=0))[:MOST]:
        steps = np.geomspace(shortest[column], least[column], _count(shortest[column], least[column]))
        low, high = _straight(forward, f0, int(column), np.append(steps[:-1], least[column] * OWN / OWN[-1]))
        value, bound = table.value[:, column], table.bound[:, column]
        slack = bound + SAME * np.maximum(np.abs(low), np.abs(high))
        use = disputed[:, column] & (low <= high) & ((low < value - slack) | (high > value + slack))
        table.widen(int(column), use, low, high, MARGIN)


def _count(longest: Any, least: Any) -> int:
    return int(np.ceil((np.log(longest) - np.log(least)) / np.log(APART))) + 2  # a quotient may overflow


def _straight(forward: Forward, f0: Array, column: int, steps: Array) -> tuple[Array, Array]:
    """The least and the largest slope of straight lines over three neighbouring steps to a side, (m,) each.

    inf and -inf where there are none.
    """
    low, high = np.full(len(f0), np.inf), np.full(len(f0), -np.inf)
    for sign, room in zip((-1.0, 1.0), forward.room, strict=True):
        h = steps[steps <= room[column]].astype(forward.x.dtype)
        rows = np.repeat(forward.x[None], len(h), axis=0)
        rows[:, column] += sign * h
        taken = (rows[:, column] - forward.x[column])[:, None]
        values = forward(rows)
        slope = (values - f0) / taken
        loud = (DOUBLE * np.maximum(np.abs(values), np.abs(f0)) + SUBNORMAL) / np.abs(taken)
        told = (slope != 0) & (loud <= CLEAR * np.abs(slope))
        same = np.abs(np.diff(slope, axis=0)) <= SAME * np.abs(slope[1:]) + 2 * (loud[1:] + loud[:-1])
        line = told[:-2] & told[1:-1] & told[2:] & same[:-1] & same[1:]
        low = np.minimum(low, np.where(line, slope[1:-1], np.inf).min(axis=0, initial=np.inf))
        high = np.maximum(high, np.where(line, slope[1:-1], -np.inf).max(axis=0, initial=-np.inf))
    return low, high
