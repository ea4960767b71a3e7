"""A long ladder of steps for the columns that the screening leaves in doubt.

Levels are combined from the finest step to the coarsest by intersection of their intervals, as in O. Lepskii's
adaptive estimation (1991): a coarse level may refine only what all finer ones allow, so a ladder that jumps over a
feature of the function, or aliases its period, cannot win by the smallness of its own error estimate.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradcheck.oracle.forward import CHUNK, Forward
from gradcheck.oracle.noise import Noise
from gradcheck.oracle.richardson import Levels, extrapolate, extrapolate_one_sided
from gradcheck.oracle.screening import Table, central
from gradcheck.oracle.steps import RATIO, exact

Array = NDArray[Any]
NORMAL = 2.0**24  # times the smallest normal number: entries below have no ladder of their own
COARSEST = 0.45  # of the length scale: the first step of a ladder
DIVERGING = 1.04  # least growth of a difference quotient from level to level, where the slope has a pole
BESIDE = 1e-2  # distance to an end of the domain, relative to the room inside, from which long steps inside help
INSIDE = 41  # levels of that ladder
TRUSTED_ONE_SIDED = 1e-2  # bound of a one-sided derivative, relative to it, up to which it is no infinite slope
TRUSTED_ZERO = 1e-6  # the same relative to the coarse slopes of its output, for one that may be 0


@dataclass(frozen=True, eq=False, repr=False)
class Ladder:
    """Values along a ladder of steps, one ladder for each of p entries of the Jacobian.

    Parameters
    ----------
    h : ndarray, shape (k, p)
        From the coarsest step to the finest; NaN where there is none.
    ratio : ndarray, shape (k,)
        Steps in length scales; the largest over the entries.
    values : ndarray, shape (2, k, p)
        F(x + h) and F(x - h); NaN outside of the domain.
    ahead, behind : ndarray, shape (k, p)
        The steps really taken.
    """

    h: Array
    ratio: Array
    values: Array
    ahead: Array
    behind: Array


def measure_entries(forward: Forward, noise: Noise, scale: Array, table: Table, doubt: Array) -> None:
    """Measure entries along long ladders, and fill them into `table`.

    Parameters
    ----------
    forward, noise, scale, table
        As for `screening.screen`.
    doubt : ndarray of bool, shape (m, n)
        Which entries to measure.
    """
    columns = np.flatnonzero(doubt.any(axis=0))
    levels = 46 if np.finfo(forward.x.dtype).eps < 1e-18 else 41
    length = max(CHUNK // (2 * (levels + 56) * max(forward.x.size, forward.outputs)), 1)
    for start in range(0, len(columns), length):
        part = columns[start : start + length]
        rows, which = np.nonzero(doubt[:, part])
        _measure_part(forward, noise.of(rows), scale, table, (rows, part[which]), levels)


def _measure_part(
    forward: Forward, noise: Noise, scale: Array, table: Table, entries: tuple[Array, Array], count: int
) -> None:
    smallest = 1e-30 if noise.relative > 1e-12 else np.finfo(forward.x.dtype).tiny * NORMAL
    units = [scale]
    for size in (np.abs(forward.x), forward.sizes):
        near = (size > smallest) & (size < 0.5)
        unit = np.where(near, np.minimum(size, scale), np.nan)
        if near[entries[1]].any() and not any(np.array_equal(unit, other, equal_nan=True) for other in units):
            units.append(unit)
    ladders = [walk(forward, entries, unit, scale, count if unit is scale else 28) for unit in units]
    levels = _merge([_two_sided(ladder, noise) for ladder in ladders], [ladder.h for ladder in ladders])
    value, bound, gap, share = lepskii(levels)
    blind = ~np.isfinite(bound)
    if blind.any():
        _one_sided(ladders[0], noise, value, bound, blind)
    _look_inside(forward, noise, scale, entries, value, bound)
    pole = _diverges(ladders[0], noise)
    table.value[entries] = np.where(pole, np.inf, value)
    table.bound[entries] = np.where(pole, np.inf, bound)
    table.gap[entries], table.noise[entries] = gap, share
    for ladder in ladders:
        steep = np.abs(ladder.values - noise.f0) / np.abs(ladder.h)
        steep = np.where(np.isfinite(steep), steep, 0).max(axis=(0, 1))
        table.secant[entries] = np.maximum(table.secant[entries], steep)


def walk(
    forward: Forward,
    entries: tuple[Array, Array],
    unit: Array,
    scale: Array,
    count: int,
    beyond: Sequence[float] | Array = (),
) -> Ladder:
    """Evaluate `forward` along the ladders of some entries; each column that occurs is walked once.

    Parameters
    ----------
    forward : Forward
    entries : (ndarray, ndarray) of int, shape (p,)
        Rows and columns.
    unit : ndarray, shape (n,)
        The steps are h = 0.45 `unit` / RATIO^k; there are none where it is NaN.
    scale : ndarray, shape (n,)
        Length scale of each entry of x.
    count : int
        Number of steps.
    beyond : sequence of float
        Multiples of the coarsest step that come before it.
    """
    x, (rows, columns) = forward.x, entries
    factors = np.concatenate([np.asarray(beyond, dtype=x.dtype), RATIO ** -np.arange(count, dtype=x.dtype)])
    used, which = np.unique(columns, return_inverse=True)
    h = exact(x[used], COARSEST * unit[used] * factors[:, None])
    down, up = forward.room
    inside = np.stack([h <= up[used], h <= down[used]])  # False where there is no step
    moved = np.broadcast_to(x, (2, len(factors), len(used), x.size)).copy()
    at = np.arange(len(used))
    moved[0][:, at, used] += h
    moved[1][:, at, used] -= h
    values = np.full((*inside.shape, forward.outputs), np.nan, x.dtype)
    values[inside] = forward(moved[inside])
    ahead, behind = moved[0][:, at, used] - x[used], x[used] - moved[1][:, at, used]
    ratio = np.max(np.where(np.isfinite(h), h / scale[used], 0), axis=1)
    return Ladder(h[:, which], ratio, values[:, :, which, rows], ahead[:, which], behind[:, which])


def _two_sided(ladder: Ladder, noise: Noise) -> Levels:
    odd, even, h = central(ladder.values, noise.f0, ladder.ahead, ladder.behind)
    size = np.fmax(np.abs(ladder.values[0]), np.abs(ladder.values[1]))
    return extrapolate(odd, even, noise.at(ladder.ratio, np.where(np.isfinite(size), size, 0)) / h)


def _merge(parts: list[Levels], steps: list[Array]) -> Levels:
    """The levels of several ladders in the order of their steps, coarsest first."""
    if len(parts) == 1:
        return parts[0]
    h = np.concatenate([s[-len(p.value) :] for s, p in zip(steps, parts, strict=True)])
    order = np.argsort(-np.where(np.isnan(h), 0, h), axis=0, kind="stable")

    def merged(name: str) -> Array:
        return np.take_along_axis(np.concatenate([getattr(p, name) for p in parts]), order, axis=0)

    return Levels(merged("value"), merged("bound"), merged("gap"), merged("noise"))


def lepskii(levels: Levels) -> tuple[Array, Array, Array, Array]:
    """Value, bound, gap and noise of the narrowest level that all finer levels allow, each of shape (p,).

    What a level allows does not include its gap: at a kink the mean of the two slopes is what the finer levels agree
    on, and a coarse level, at which the kink is one of many or out of sight, must not narrow their gap to one side.

    Parameters
    ----------
    levels : Levels
        Arrays of shape (k, p), from the coarsest step to the finest.
    """
    value, bound = levels.value[::-1], levels.bound[::-1]
    tight = np.where(np.isfinite(bound), bound - levels.gap[::-1], np.inf)
    low = np.maximum.accumulate(value - tight, axis=0)
    high = np.minimum.accumulate(value + tight, axis=0)
    meets = np.ones(value.shape, dtype=bool)
    meets[1:] = (value + bound)[1:] >= low[:-1]
    meets[1:] &= ((value - bound)[1:] <= high[:-1]) & (low[:-1] <= high[:-1])
    allowed = np.logical_and.accumulate(meets, axis=0)
    best = np.argmin(np.where(allowed, bound, np.inf), axis=0)[None]
    parts = (value, bound, levels.gap[::-1], levels.noise[::-1])
    return tuple(np.take_along_axis(part, best, axis=0)[0] for part in parts)


def _look_inside(
    forward: Forward, noise: Noise, scale: Array, entries: tuple[Array, Array], value: Array, bound: Array
) -> None:
    """Narrow the bounds beside an end of the domain, where steps to both sides are short, by long steps inside."""
    down, up = forward.room
    length = np.minimum(np.maximum(np.abs(forward.x), 1), np.maximum(down, up))
    near = np.minimum(down, up)
    beside = ((near > 0) & (near < BESIDE * length))[entries[1]] & (bound > 0)
    if not beside.any():
        return
    chosen = (entries[0][beside], entries[1][beside])
    local = noise.of(np.flatnonzero(beside))
    ladder = walk(forward, chosen, length, scale, INSIDE)
    inner = np.where((up > down)[chosen[1]], ladder.values[0], ladder.values[1])
    step = np.where((up > down)[chosen[1]], ladder.ahead, -ladder.behind)
    size = np.where(np.isfinite(inner), np.abs(inner), 0)
    levels = extrapolate_one_sided((inner - local.f0) / step, local.at(ladder.ratio, size) / np.abs(step))
    n, b, _, _ = lepskii(levels)
    known = np.isfinite(bound[beside]) | (b <= TRUSTED_ONE_SIDED * np.abs(n))
    better = known & (np.abs(n - value[beside]) <= b + bound[beside]) & (b < bound[beside])
    value[beside] = np.where(better, n, value[beside])
    bound[beside] = np.where(better, b, bound[beside])


def _one_sided(ladder: Ladder, noise: Noise, value: Array, bound: Array, blind: Array) -> None:
    """Fill in the derivative from the side on which `forward` has values, where the other side has none."""
    for side, step in ((0, ladder.ahead), (1, -ladder.behind)):
        slope = (ladder.values[side] - noise.f0) / step
        size = np.where(np.isfinite(ladder.values[side]), np.abs(ladder.values[side]), 0)
        levels = extrapolate_one_sided(slope, noise.at(ladder.ratio, size) / np.abs(step))
        n, b, _, _ = lepskii(levels)
        coarse = np.max(np.abs(slope[:5]), axis=0, initial=0, where=np.isfinite(slope[:5]))
        coarse = np.maximum(coarse, np.maximum(np.abs(noise.f0), noise.spread) / ladder.h[0])
        trusted = (b <= TRUSTED_ONE_SIDED * np.abs(n)) | (b <= TRUSTED_ZERO * coarse) | (b == 0)
        use = blind & trusted & (b < bound)
        value[use], bound[use] = n[use], b[use]


def _diverges(ladder: Ladder, noise: Noise) -> Array:
    """Where a difference quotient grows without end as the step shrinks: an infinite slope or a jump; shape (p,).

    It must grow on every level, down to where it drowns in noise or the ladder ends, and end above all coarser ones.
    """
    count = len(ladder.ratio)
    change = np.abs(ladder.values - noise.f0)
    size = np.where(np.isfinite(ladder.values), np.abs(ladder.values), 0)
    clear = np.stack([change[s] > 30 * noise.at(ladder.ratio, size[s]) for s in (0, 1)])
    quotient = np.where(np.isfinite(change), change, 0) / np.abs(ladder.h)
    coarsest = quotient[:, : count // 4].max(axis=(0, 1))
    grows = np.zeros(coarsest.shape, dtype=bool)
    for side in (0, 1):
        told = np.logical_and.accumulate(clear[side, count // 4 :], axis=0)
        tail = quotient[side, count // 4 :]
        rising = (tail[1:] >= DIVERGING * tail[:-1]) | ~told[1:]
        top = np.where(told, tail, 0).max(axis=0)
        grows |= rising.all(axis=0) & (told.sum(axis=0) >= count // 4) & (top > 3 * coarsest)
    return grows
