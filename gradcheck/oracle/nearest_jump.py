"""The nearest jump of a computed forward beside a place on a line: found by differences on ever finer grids.

The sixth difference of a smooth function falls by 2^6 whenever the spacing of a grid is halved; that of a staircase
stays what it is, and then is gone: there, between two grids, is the nearest jump.
"""

from __future__ import annotations

import math
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradcheck.frozen import dataclass
from gradcheck.oracle.grids import FEWEST, POINTS
from gradcheck.oracle.jump import Grid
from gradcheck.oracle.line import Line
from gradcheck.oracle.noise import CALM, DEPTH, DOUBLE, GAMMA, Noise
from gradcheck.oracle.richardson import SAFETY

Array = NDArray[Any]
COARSEST, FINEST = 4, 24  # -log2 of the spacings in length scales: the coarsest grid ends where ladders begin
DEEPEST = 42  # the same where the function is not quiet on these: finer treads, or something that needs a closer look
LOUD = 30.0  # times the noise: a sixth difference that is none
# Spacings of x that the sixth difference of a straight line is, as noise, where each place is off by half a spacing.
UNEVEN = 2.0 ** (DEPTH - 1) * GAMMA[DEPTH - 1] ** 0.5
FALLS = 32.0  # least factor by which it falls on half the spacing where the function is smooth; 2^6 in the limit
VANISHES = 256.0  # greatest one; more is no smooth function but the end of a tread
LAST = 18  # finest grids, those between `FINEST` and `DEEPEST`, on which sixth differences may only fall
RISES, FLUCTUATES = 1.1, 3  # by how much, and how often, they grow again where they are noise
AT_ONCE = 1e-3  # share of a sixth difference in the next one, below which all that jumps jumps at the first point
STEP = 4.0  # height of a step over the noise that its sixth difference would be: 3 in the middle of a grid
SURE = 1e-6  # of the output met: a jump up to that is rounding
LOST = 1e3  # roundings to float64 of the largest number on the way: the same for what a cancellation leaves
MOST = 16  # outputs of which the jumps are measured; others that look alike have the same share of their size


@dataclass(frozen=True, eq=False, repr=False)
class Jumps:
    """The jump of each output that is the nearest to a place: ahead, and then behind, in arrays of shape (2 m,).

    Parameters
    ----------
    height : ndarray
        0 where there is none.
    level : ndarray of int
        -log2 of the spacing of the finest grid that it lies on.
    size : ndarray
        The largest output met.
    """

    height: Array
    level: Array
    size: Array


def jumps_beside(line: Line, noise: Noise, start: float) -> Jumps:
    """The jumps nearest to a place on a line and to its mirror image: towards the middle, or away from it."""
    sign = -1.0 if start > 0 else 1.0
    deeper = _deeper(noise).any()
    for finest in (FINEST, DEEPEST):
        grids, powers = _grids(line, finest, start, sign)
        size = np.abs(grids).max(axis=0)
        loud = np.fmax(LOUD * noise.at(np.zeros(len(powers)), size), _rounded(line, grids, powers))
        level = _sixth(grids, size)
        if not (deeper or (level[-1] > loud[-1]).any()):
            break
    found = _odd(level, loud)
    last = len(powers) - 1 - np.argmax(found[::-1], axis=0)
    height, rows = np.zeros_like(size[0]), np.flatnonzero(found.any(axis=0))
    step = max(-(-len(rows) // MOST), 1)
    few = rows[::step]
    if len(few):
        at = last[few]
        spacing = sign * 2.0 ** -powers[at].astype(float)
        jump = Grid(line, few, start, spacing, grids[:, at, few]).jump()
        height[few] = np.where(jump > loud[at, few] * SAFETY / LOUD, jump, 0)
        share = np.max(height[few] / np.where(size[0, few] > 0, size[0, few], np.inf))
        more = np.delete(rows, slice(None, None, step))
        height[more] = share * size[0, more]
    rough = _rough(line, grids, level, loud)
    if rough.any():
        few = np.flatnonzero(rough)  # kinks at many lengths look alike, but no jump stays of them
        few = few[:: max(-(-len(few) // MOST), 1)]
        close = Grid(line, few, start, np.full(len(few), sign * 2.0 ** -float(powers[-1])), grids[:, -1, few])
        broken = close.jump_between_any() > loud[-1, few] * SAFETY / LOUD
        rough[few[~broken]] = 0
        rough = rough if broken.any() else np.zeros_like(rough)
    return Jumps(np.maximum(height, rough), powers[last], np.fmax.reduce(size))


def _rough(line: Line, grids: Array, level: Array, loud: Array) -> Array:
    """The height of treads that are finer than all grids, 0 where there are none.

    Sixth differences that grow again on finer grids are those of noise, as long as rounding explains them and the
    finest grid has them, too: those of a curve that is steeper than the coarser ones fall there. What lies between the
    point and its neighbour alone is none.
    """
    tail = level[-LAST:]
    rises = (tail[1:] > RISES * tail[:-1]) & (tail[1:] > loud[-LAST:][1:])
    first, second = np.abs(_differences(grids[:, -1]))
    rough = (rises.sum(axis=0) >= FLUCTUATES) & (tail[-1] > loud[-1]) & (second > AT_ONCE * first)
    if not rough.any():
        return np.zeros_like(tail[0])
    size = np.fmax.reduce(np.abs(grids), axis=(0, 1))
    height: Array = STEP * np.where(rises, tail[1:], 0).max(axis=0, initial=0)
    return np.where(rough & surely(line, height, size), height, 0)


def surely(line: Line, height: Array, size: Array) -> Array:
    """Jumps so small beside the output, or beside the largest number on the way, that they are rounding."""
    internal = line.forward.numbers_on_the_way(size)
    sure: Array = (height <= SURE * size) | (height <= LOST * DOUBLE * internal)
    return sure


def _deeper(noise: Noise) -> Array:
    """Outputs with noise at a distance and none close by, which treads leave that are finer than usual grids; (m,)."""
    calm = np.maximum(noise.sigma[0], np.finfo(noise.f0.dtype).eps * np.abs(noise.f0))
    return np.asarray(noise.sigma.max(axis=0) > CALM * calm)


def _grids(line: Line, finest: int, start: float, sign: float) -> tuple[Array, Array]:
    """The outputs on grids of POINTS points from the start, shape (POINTS, k, 2 m), and -log2 of their spacings."""
    finest = max(min(finest, int(-math.log2(max(FEWEST * line.shortest, 2.0**-DEEPEST)))), COARSEST)
    t, places, powers = _places(finest)
    return line.both(start + sign * t)[places], powers


@cache
def _places(finest: int) -> tuple[Array, Array, Array]:
    """All points of grids up to the finest, which of them are those of each grid, and -log2 of the spacings.

    The grids share every other point with the next finer one.
    """
    powers = np.arange(COARSEST, finest + 1)
    points = np.arange(POINTS)[:, None] * np.ldexp(1.0, -powers)
    far = points[POINTS // 2 :, ::-1]  # the near half of a grid is part of finer ones
    t = np.concatenate([points[: POINTS // 2, -1], far.T.reshape(-1)])
    return t, np.searchsorted(t, points), powers


def _rounded(line: Line, grids: Array, powers: Array) -> Array:
    """How far a slope moves outputs over the spacing of x, which places on a line are rounded to: (k, m)."""
    slope = np.abs(grids[-1] - grids[0]) / (POINTS - 1) * 2.0 ** powers[:, None]
    moved: Array = UNEVEN * line.shortest * slope
    return moved


def _sixth(grids: Array, size: Array) -> Array:
    """The noise that the sixth differences of each grid would be: (POINTS, k, m) -> (k, m)."""
    first, second = _differences(grids / np.where(size > 0, size, 1))
    level: Array = np.sqrt(GAMMA[DEPTH - 1] * ((first * first + second * second) / 2)) * size
    return level


def _differences(values: Array) -> Array:
    """The sixth differences of POINTS values along the first axis, of which there are two."""
    for _ in range(DEPTH):
        values = values[1:] - values[:-1]
    return values


def _odd(level: Array, loud: Array) -> Array:
    """Grids whose sixth differences are those of no smooth function; both (k, m), from the coarsest to the finest."""
    finer, next_finer = np.zeros_like(level), np.zeros_like(level)
    finer[:-1], next_finer[:-2] = level[1:], level[2:]
    heard = loud / LOUD
    stays = (next_finer > loud) & (level < FALLS * finer) & (finer < FALLS * next_finer)
    ends = level > VANISHES * np.maximum(finer, heard)
    ends &= (level > VANISHES**2 * np.maximum(next_finer, heard)) | (next_finer <= heard)
    odd: Array = (level > loud) & (stays | ends) & np.isfinite(level)
    return odd
