"""Derivatives from one side: at an end of the domain, and beside one, where steps to both sides are short."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradcheck.oracle.forward import Forward
from gradcheck.oracle.hidden import HIDDEN, hidden_ladder, hidden_lengths
from gradcheck.oracle.ladder import Ladder, Reading, lepskii, walk
from gradcheck.oracle.noise import Noise
from gradcheck.oracle.resolution import Resolution
from gradcheck.oracle.richardson import CLEAR, GAP, SETTLING, extrapolate_one_sided
from gradcheck.oracle.rivals import rivals
from gradcheck.oracle.rounding import rounding_of_slopes, rounding_of_x
from gradcheck.oracle.steps import BESIDE, inside_length

Array = NDArray[Any]
INSIDE = 41  # levels of that ladder
FINEST = 5  # changes above the noise that tell
TRUSTED_ONE_SIDED = 1e-2  # bound of a one-sided derivative, relative to it, up to which it is no infinite slope
BENT = 1e-3  # of a slope: what two one-sided ones differ by that is a kink, which no step inside sees
TRUSTED_ZERO = 1e-6  # the same relative to the coarse slopes of its output, for one that may be 0


def look_inside(forward: Forward, noise: Noise, scale: Array, entries: tuple[Array, Array], read: Reading) -> Array:
    """Narrow the bounds beside an end of the domain, where steps to both sides are short, by long steps inside.

    Where the output hides terms of ordinary size, steps longer than the distance to the end tell nothing: such a term
    may live between them. A slope that the steps inside settle on is one of a smooth function: its gap is 0. What short
    steps to both sides show of a kink, as where two entries are equal, stays.

    Returns
    -------
    ndarray of bool, shape (p,)
        Where all of these steps are longer than the distance to the end, and something may lie between them: the size
        of another entry, which is the length of a function of both, or a slope that has not settled.
    """
    value, bound, gap, witness = read.value, read.bound, read.gap, read.witness
    down, up = forward.room
    near, length = np.minimum(down, up), inside_length(forward)
    unseen = ((near > 0) & (near < BESIDE * length))[entries[1]] & (bound > 0)
    beside = np.flatnonzero(unseen)
    if not len(beside):
        return unseen
    chosen = (entries[0][beside], entries[1][beside])
    local, shift = noise.of(beside), rounding_of_x(forward, noise)[chosen[1]]
    longest = walk(forward, chosen, length, scale, INSIDE)
    ladders = hidden_ladder(forward, chosen, hidden_lengths(forward, local, chosen, longest), scale)
    if np.any((forward.sizes > near) & (forward.sizes < BESIDE * length)):
        ladders = (*ladders, walk(forward, chosen, np.minimum(forward.sizes, length), scale, HIDDEN))
    bent = (gap > GAP * bound)[beside] & (gap > BENT * np.abs(value))[beside] & np.isfinite(bound[beside])
    rivalled = rivals(forward, local, chosen, near, longest)
    unseen[:] = False
    for ladder in (*ladders, longest):
        side = np.where((up > down)[chosen[1]], 0, 1)
        n, b, coarse = _from_one_side(ladder, local, side, shift)
        settled = _settled(ladder, local, side, shift)
        trusted = _trusted(n, b, coarse) | (np.isfinite(bound[beside]) & (b <= coarse))
        trusted &= settled & ~Resolution.of(local, ladder).hides
        known = trusted & ~bent & (np.abs(n - value[beside]) <= b + bound[beside]) & (b < bound[beside])
        value[beside] = np.where(known, n, value[beside])
        bound[beside] = np.where(known, b, bound[beside])
        gap[beside] = np.where(known, 0, gap[beside])
        witness[beside] = np.where(known, 0, witness[beside])
        shortest = np.fmin.reduce(ladder.h, axis=0)
        apart = near[chosen[1]] < shortest
        others = np.sum((near < shortest[:, None]) & (near > near[chosen[1]][:, None]), axis=1)
        hides = apart & ((others > 0) | rivalled | ~settled)
        unseen[beside] = np.where(known, hides, unseen[beside])
    return unseen


def _settled(ladder: Ladder, noise: Noise, side: Array, moved: Array) -> Array:
    """Where slopes change less and less as the step shrinks, as far as noise lets it be seen; shape (p,)."""
    slope, loud = _slopes(ladder, noise, side, moved)
    change = np.abs(slope[1:] - slope[:-1])
    clear = np.logical_and.accumulate(~(change <= CLEAR * loud[1:]), axis=0)  # up to where the noise begins
    last = clear[1:].sum(axis=0)
    slow = clear[1:] & (change[1:] > SETTLING * change[:-1])
    near_the_end = np.arange(len(slow))[:, None] >= last - FINEST
    settled: Array = ~(slow & near_the_end).any(axis=0)
    return settled


def one_sided(ladder: Ladder, noise: Noise, read: Reading, blind: Array, moved: Array) -> None:
    """Fill in the derivative from the side on which `forward` has values, where the other side has none."""
    for side in (0, 1):
        n, b, coarse = _from_one_side(ladder, noise, np.full(blind.shape, side), moved)
        use = blind & (b < read.bound) & _trusted(n, b, coarse)
        read.value[use], read.bound[use], read.gap[use], read.witness[use] = n[use], b[use], 0, 0


def _from_one_side(ladder: Ladder, noise: Noise, side: Array, moved: Array) -> tuple[Array, Array, Array]:
    """The derivative from side 0 or 1 of each entry, its bound, and the size of coarse slopes: three of shape (p,)."""
    slope, loud = _slopes(ladder, noise, side, moved)
    read = lepskii(extrapolate_one_sided(slope, loud, np.abs(np.where(side == 0, ladder.ahead, ladder.behind))))
    n, b = read.value, read.bound
    coarse = np.max(np.abs(slope[:5]), axis=0, initial=0, where=np.isfinite(slope[:5]))
    return n, b, np.maximum(coarse, np.maximum(np.abs(noise.f0), noise.spread) / ladder.h[0])


def _slopes(ladder: Ladder, noise: Noise, side: Array, moved: Array) -> tuple[Array, Array]:
    """The difference quotients of a side, and their noise with what is left of a rounding of x: two of (k, p).

    The quotient over a step h is f' + f'' h / 2 + ...: two neighbouring ones tell f''.
    """
    values = np.where(side == 0, ladder.values[0], ladder.values[1])
    step = np.where(side == 0, ladder.ahead, -ladder.behind)
    size = np.where(np.isfinite(values), np.abs(values), 0)
    slope = (values - noise.f0) / step
    curvature = 2 * np.diff(slope, axis=0) / np.diff(step, axis=0)
    curvature = np.concatenate([curvature[:1], curvature])
    return slope, noise.at(ladder.ratio, size) / np.abs(step) + rounding_of_slopes(noise, moved, slope, curvature, step)


def _trusted(value: Array, bound: Array, coarse: Array) -> Array:
    """Where a one-sided derivative is one, and no infinite slope; shape (p,)."""
    small: Array = (bound <= TRUSTED_ONE_SIDED * np.abs(value)) | (bound <= TRUSTED_ZERO * coarse) | (bound == 0)
    return small
