"""Values along a ladder of steps, and the narrowest of the intervals that its levels give.

Levels are combined from the finest step to the coarsest by intersection of their intervals, as in O. Lepskii's
adaptive estimation (1991): a coarse level may refine only what all finer ones allow, so a ladder that jumps over a
feature of the function, or aliases its period, cannot win by the smallness of its own error estimate.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradcheck.frozen import dataclass
from gradcheck.oracle.forward import Forward
from gradcheck.oracle.richardson import Levels
from gradcheck.oracle.steps import RATIO, exact, too_short

Array = NDArray[Any]
COARSEST = 0.45  # of the length scale: the first step of a ladder
QUIET = 1e-2  # of a level's noise, by which values of short steps differ where that is no noise of theirs
# Greatest ratio of successive changes where a quotient leaves its limit smoothly: as h^8, that of the last column.
SMOOTHLY = RATIO**8
RUN = 6  # levels, all the finest ones, of which it is no chance


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
    h = np.where(too_short(x[used], h), np.nan, h)
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


@dataclass(frozen=True, eq=False, repr=False)
class Reading:
    """What a ladder says of its entries, all arrays of shape (p,).

    Parameters
    ----------
    value, bound, gap, noise : ndarray
        As in `richardson.Levels`, of the level that is read.
    witness : ndarray
        The distance from `value` up to which the next best level beside it allows a derivative. Two levels must
        contradict a claim that is called wrong; infinite where there is one level only.
    """

    value: Array
    bound: Array
    gap: Array
    noise: Array
    witness: Array


def lepskii(levels: Levels) -> Reading:
    """The narrowest level that all finer levels allow.

    What a level allows does not include its gap: at a kink the mean of the two slopes is what the finer levels agree
    on, and a coarse level, at which the kink is one of many or out of sight, must not narrow their gap to one side.
    A level on which the quotients do not settle knows nothing, nor can a coarser one: it steps over what moved them.

    Parameters
    ----------
    levels : Levels
        Arrays of shape (k, p), from the coarsest step to the finest.
    """
    value, bound = levels.value[::-1], np.where(levels.moving, np.inf, levels.bound)[::-1]
    tight = np.where(np.isfinite(bound), bound - levels.gap[::-1], np.inf)
    low = np.maximum.accumulate(value - tight, axis=0)
    high = np.minimum.accumulate(value + tight, axis=0)
    meets = np.ones(value.shape, dtype=bool)
    meets[1:] = (value + bound)[1:] >= low[:-1]
    meets[1:] &= ((value - bound)[1:] <= high[:-1]) & (low[:-1] <= high[:-1])
    allowed = np.logical_and.accumulate(meets & ~levels.moving[::-1], axis=0)
    within = np.where(allowed, bound, np.inf)
    best = np.argmin(within, axis=0)[None]
    parts = (value, bound, levels.gap[::-1], levels.noise[::-1])
    read, limit, gap, noise = (np.take_along_axis(part, best, axis=0)[0] for part in parts)
    witness = np.maximum(_witness(value, within, best), _resolved(value, bound, levels.noise[::-1], read, limit))
    return Reading(read, limit, gap, noise, witness)


def _witness(value: Array, within: Array, best: Array) -> Array:
    """How far from the best level's value its finer or its coarser neighbour allows a derivative, shape (p,)."""
    reach = np.abs(value - np.take_along_axis(value, best, axis=0)) + within
    beside = [np.clip(best + side, 0, len(value) - 1) for side in (-1, 1)]
    found = [np.where(at == best, np.inf, np.take_along_axis(reach, at, axis=0)) for at in beside]
    nearest: Array = np.minimum(*found)[0]
    return nearest


def _resolved(value: Array, bound: Array, noise: Array, read: Array, limit: Array) -> Array:
    """How far from what was read the finest levels agree on a slope, far better than their noise; else 0, (p,).

    Their noise is then a feature of the function that they resolve, such as a fast oscillation: longer steps leave
    their slope by more and more. A tread, which knows nothing, they leave by a jump.
    """
    if len(value) <= RUN:
        return np.zeros_like(read)
    known = np.isfinite(bound[1:]) & np.isfinite(bound[:-1])
    change = np.where(known, np.abs(np.diff(value, axis=0)), 0)
    share = change / np.where(known & (noise[1:] > 0), noise[1:], np.inf)
    quiet = np.logical_and.accumulate(share <= QUIET, axis=0)
    still = np.logical_and.accumulate(share <= QUIET / SMOOTHLY, axis=0)  # rounding alone moves all levels alike
    smooth = share[1:] <= SMOOTHLY * share[:-1]
    leaves = np.zeros_like(quiet)
    leaves[1:] = quiet[1:] & ~still[1:] & still[:-1] & smooth & (np.cumsum(known, axis=0)[1:] > RUN)
    first = np.argmax(leaves, axis=0)[None]
    apart = np.abs(np.take_along_axis(value, np.maximum(first - RUN // 2, 0), axis=0)[0] - read)
    reach = apart + np.take_along_axis(change, first, axis=0)[0]
    off: Array = np.where(leaves.any(axis=0) & (apart > limit), reach, 0)
    return off
