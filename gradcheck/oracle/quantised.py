"""What values along a line are multiples of: the spacing of a short dtype, or a grid of the function's own."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradcheck.oracle.forward import Forward

Array = NDArray[Any]
SHORT = (8, 11)  # bits of bfloat16 and of float16
MOST_BITS = max(SHORT)
LARGEST_CAST = 2.0**-6  # of the output, or of numbers of size 1 on its way: two spacings of bfloat16
SAME_MULTIPLE = 1e-6  # of the height of a step: rounding of a number some thousand steps away leaves less
CHANCE = 8  # numbers that are as small, for which it is no chance, 2^-8, that a finer grid shows on none of them
# Shares of x, two to an octave, down to where an ordinary function is a straight line.
SHARES = 2.0 ** (-np.arange(1, 25) / 2)
BESIDE_JUMP = 0.6  # of what a jump is off by: its neighbours are by half
DISTINCT = 4  # least number of outputs that tell of a cast: steps of a function's own have fewer
TINIEST = 1e-300  # so that a logarithm exists


def on_grid(values: Array, height: Array) -> Array:
    """Outputs that are multiples of a height which is the spacing of no short dtype at their sizes: (k, m) -> (m,).

    The spacing of a dtype is halved where the number is; a grid over numbers of several sizes is no cast. Two multiples
    are no grid: beside a pole that is one number, and zero all around it.
    """
    number = values.astype(float) / height.astype(float)
    multiples = np.all(~np.isfinite(number) | (np.abs(number - np.rint(number)) < SAME_MULTIPLE), axis=0)
    multiples &= _distinct(np.rint(number)) > 2
    size = np.abs(values.astype(float))
    smallest = np.sort(np.where(np.isfinite(size) & (size > 0), size, np.inf), axis=0)[CHANCE]
    binade = 2.0 ** np.floor(np.log2(np.clip(smallest, 1, np.finfo(float).max)))
    cast = [has_bits(values, bits) & (height <= binade * 2.0 ** (1 - bits)) for bits in SHORT]
    own: Array = multiples & ~np.any(cast, axis=0)
    return own


def jumps_along(rise: Array, height: Array) -> Array:
    """Parts of a line over which an output jumps by about a height, beside a straight line or a curve: (k, r) -> (r,).

    Beside the mean of its neighbours a part with a jump is off by the height, they by half of it.
    """
    straight = np.sum(np.abs(rise - _middle_of_five(rise)) > height / 3, axis=0)
    off = np.abs(rise[1:-1] - (rise[:-2] + rise[2:]) / 2)
    padded = np.pad(off, ((1, 1), (0, 0)))
    beside = np.maximum(padded[:-2], padded[2:])
    curved = np.sum((off > 2 * height / 3) & (off > BESIDE_JUMP * beside), axis=0)
    count: Array = np.maximum(straight, curved)
    return count


def _middle_of_five(rise: Array) -> Array:
    """For each part of a line the median of it and of the two on either side: (k, m) -> (k, m)."""
    padded = np.concatenate([rise[:2], rise, rise[-2:]])
    five = np.stack([padded[k : k + len(rise)] for k in range(5)])
    middle: Array = np.sort(five, axis=0)[2]
    return middle


def has_bits(values: Array, bits: int) -> Array:
    """Outputs all of which are numbers of so many bits: (k, m) -> (m,)."""
    mantissa = np.frexp(values.astype(float))[0] * 2.0**bits
    few: Array = np.all(~np.isfinite(mantissa) | (mantissa == np.rint(mantissa)), axis=0)
    return few


def spacing_of_cast(forward: Forward) -> Array:
    """The spacing at x of the short dtype that holds all outputs on the way from there to the origin, or 0; (m,)."""
    values = towards_origin(forward, np.ones(forward.x.size))
    spacing = np.zeros(forward.outputs)
    for bits in SHORT[::-1]:
        spacing = np.where(is_cast(values, bits), _spacing(np.abs(values[0]), bits), spacing)
    return spacing


def is_cast(values: Array, bits: int) -> Array:
    """Outputs all of which are numbers of so many bits, and several of them: (k, m) -> (m,)."""
    cast: Array = (_distinct(values) >= DISTINCT) & has_bits(values, bits)
    return cast


def first_change(forward: Forward, column: int) -> Array:
    """Of outputs that one entry moves by multiples of a power of two, the first change towards its origin; (m,).

    That is what a cast to a short dtype leaves of a term, beside others that this entry does not move; 0 where it is
    none. Of numbers below half of the largest one the spacing of the cast is finer: they are left out.
    """
    values = towards_origin(forward, np.eye(1, forward.x.size, column)[0])
    change = np.abs(values[1:] - values[0])
    largest = change.max(axis=0, initial=0)
    number = np.where(change <= largest / 2, change / _spacing(largest, MOST_BITS), 0).astype(float)
    multiples = np.all(np.abs(number - np.rint(number)) < SAME_MULTIPLE, axis=0)
    told = _distinct(number) >= DISTINCT
    least = np.min(np.where(change > 0, change, np.inf), axis=0, initial=np.inf)
    return np.where(multiples & told & np.isfinite(least), least, 0)


def _distinct(values: Array) -> Array:
    """How many different numbers there are: (k, m) -> (m,)."""
    count: Array = np.sum(np.diff(np.sort(values, axis=0), axis=0) > 0, axis=0) + 1
    return count


def _spacing(size: Array, bits: int) -> Array:
    """The spacing of numbers of so many bits at a size."""
    spacing: Array = 2.0 ** (np.floor(np.log2(np.maximum(size.astype(float), TINIEST))) + 1 - bits)
    return spacing


def towards_origin(forward: Forward, which: Array) -> Array:
    """The outputs at x, and on the way of some entries to their origin as far as the domain reaches: (k, m)."""
    down, up = forward.room
    moves = (SHARES - 1)[:, None] * forward.x * which
    moves = moves[((moves <= up) & (-moves <= down)).all(axis=1)]
    return forward(np.concatenate([forward.x[None], forward.x + moves]))
