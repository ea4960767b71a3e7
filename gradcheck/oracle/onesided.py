"""Derivatives from one side: at an end of the domain, and beside one, where steps to both sides are short."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradcheck.oracle.forward import Forward
from gradcheck.oracle.hidden import hidden_ladder, hidden_lengths
from gradcheck.oracle.ladder import Ladder, lepskii, walk
from gradcheck.oracle.noise import Noise
from gradcheck.oracle.richardson import extrapolate_one_sided

Array = NDArray[Any]
BESIDE = 1e-2  # distance to an end of the domain, relative to the room inside, from which long steps inside help
INSIDE = 41  # levels of that ladder
TRUSTED_ONE_SIDED = 1e-2  # bound of a one-sided derivative, relative to it, up to which it is no infinite slope
TRUSTED_ZERO = 1e-6  # the same relative to the coarse slopes of its output, for one that may be 0


def look_inside(
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
    ladders = [walk(forward, chosen, length, scale, INSIDE)]
    ladders += hidden_ladder(forward, chosen, hidden_lengths(forward, local, chosen, ladders[0]), scale)
    for ladder in ladders:
        n, b, coarse = _from_one_side(ladder, local, np.where((up > down)[chosen[1]], 0, 1))
        trusted = _trusted(n, b, coarse) | (np.isfinite(bound[beside]) & (b <= coarse))
        known = trusted & (np.abs(n - value[beside]) <= b + bound[beside]) & (b < bound[beside])
        value[beside] = np.where(known, n, value[beside])
        bound[beside] = np.where(known, b, bound[beside])


def one_sided(ladder: Ladder, noise: Noise, value: Array, bound: Array, blind: Array) -> None:
    """Fill in the derivative from the side on which `forward` has values, where the other side has none."""
    for side in (0, 1):
        n, b, coarse = _from_one_side(ladder, noise, np.full(value.shape, side))
        use = blind & (b < bound) & _trusted(n, b, coarse)
        value[use], bound[use] = n[use], b[use]


def _from_one_side(ladder: Ladder, noise: Noise, side: Array) -> tuple[Array, Array, Array]:
    """The derivative from side 0 or 1 of each entry, its bound, and the size of coarse slopes: three of shape (p,)."""
    values = np.where(side == 0, ladder.values[0], ladder.values[1])
    step = np.where(side == 0, ladder.ahead, -ladder.behind)
    slope = (values - noise.f0) / step
    size = np.where(np.isfinite(values), np.abs(values), 0)
    n, b, _, _ = lepskii(extrapolate_one_sided(slope, noise.at(ladder.ratio, size) / np.abs(step)))
    coarse = np.max(np.abs(slope[:5]), axis=0, initial=0, where=np.isfinite(slope[:5]))
    return n, b, np.maximum(coarse, np.maximum(np.abs(noise.f0), noise.spread) / ladder.h[0])


def _trusted(value: Array, bound: Array, coarse: Array) -> Array:
    """Where a one-sided derivative is one, and no infinite slope; shape (p,)."""
    small: Array = (bound <= TRUSTED_ONE_SIDED * np.abs(value)) | (bound <= TRUSTED_ZERO * coarse) | (bound == 0)
    return small
