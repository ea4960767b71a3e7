"""A computed forward that is a staircase on a scale of its own: the height of its treads as noise.

Where few digits are left of an output, as of 1 - s beside 1 or of what is cast to float16, it moves by jumps, and lies
still, or moves otherwise, between them. Steps that all end on one tread know nothing of the function that was meant.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradcheck.oracle.forward import Forward
from gradcheck.oracle.ladder import COARSEST as COARSEST_STEP
from gradcheck.oracle.line import Line
from gradcheck.oracle.nearest_jump import Jumps, jumps_beside, surely
from gradcheck.oracle.noise import Noise
from gradcheck.oracle.quantised import MOST_BITS, has_bits, jumps_along, on_grid

Array = NDArray[Any]
MINUTE = 2.0**-12  # of the length scale: entries below have treads that the first grids do not show
SCAN = 64  # parts in which a width is searched for more jumps
WIDTHS = (2.0**9, 2.0**14, 2.0**19)  # of it, in spacings of the finest grid with a jump: the point may lie beside one
TREADS = 2  # jumps in sight, of which one that is not surely rounding is a staircase's
# Of the largest number on the way: a jump above is a function's own, as of rint; bfloat16 has spacings up to 2^-7, and
# two of them may add up; where all outputs have no more than its 8 bits, so may the roundings of a whole product.
OWN, OWN_OF_FEW_BITS = 2.0**-6, 2.0**-4
FADES = 1 / 8  # share of its height that a jump has far away, from which it is no function's own, however large
LONG = 3  # class of distances from which the treads far away count: 2^-8 of the length scale


def with_treads(
    forward: Forward, noise: Noise, scale: Array, rng: np.random.Generator, *, closely: bool = True
) -> tuple[Noise, Array]:
    """The noise, with the height of the treads on which an output stands, whatever is claimed.

    Those of a float grow with the number, so that their height is taken beside the point for short steps, and at both
    ends of the longest ones for long steps.

    Parameters
    ----------
    forward : Forward
    noise : Noise
    scale : ndarray, shape (n,)
        Length scale of each entry.
    rng : numpy.random.Generator
    closely : bool
        Whether entries beside 0 are also moved by their own size.

    Returns
    -------
    Noise
    ndarray, shape (m,)
        The height of treads that are small beside the output and yet may be the function's own, as those of an output
        that is rounded to cents; else 0.
    """
    lines, size = [Line.drawn(forward, scale, rng)], np.abs(forward.x)
    if closely and ((size < MINUTE * scale) & (size > 0)).any():
        # treads beside 0 may be as narrow as the number is small
        lines.append(Line.drawn(forward, np.where(size > 0, np.minimum(size, scale), scale), rng))
    both = noise.of(np.arange(2 * forward.outputs) % forward.outputs)
    found, own = noise, np.zeros_like(noise.spread)
    for line in lines:
        here = jumps_beside(line, both, 0.0)
        rows = np.flatnonzero(here.height > 0)
        if len(rows):
            far = jumps_beside(lines[0], both, COARSEST_STEP).height.reshape(2, -1).max(axis=0)
            found, left = _raised(found, line, rows, here, far[rows % forward.outputs])
            own = np.maximum(own, left)
    return found, own


def _raised(noise: Noise, line: Line, rows: Array, here: Jumps, far: Array) -> tuple[Noise, Array]:
    """The noise with the jumps that are rounding: those close by, and those far away, of the outputs `rows`.

    Of each output also the height of small treads that are none.
    """
    near, size = here.height[rows], here.size[rows]
    internal = line.forward.numbers_on_the_way(size)
    few, many, gridded = _staircase(line, rows, near, here.level[rows])
    sure = surely(line, near, size)
    small = many & (near <= np.where(few, OWN_OF_FEW_BITS, OWN) * internal)
    left, small = small & gridded, small & ~gridded
    fades = many & ~gridded & (far < FADES * near)
    jumps = np.zeros((3, len(here.height)), noise.f0.dtype)
    jumps[0, rows] = np.where(sure | small | fades, near / 2, 0)
    jumps[1, rows] = np.where(sure | small, np.maximum(near, far) / 2, 0)
    jumps[2, rows] = np.where(left & ~sure, near, 0)
    short, long, own = jumps.reshape(3, 2, -1).max(axis=1)
    every = np.arange(line.forward.outputs)
    return noise.raised(every, short).raised(every, long, LONG), own


def _staircase(line: Line, rows: Array, height: Array, level: Array) -> tuple[Array, Array, Array]:
    """Which outputs have few bits all along, more than one such jump in sight, and a grid of their own: three of (r,).

    That is a grid whose steps all have one height, as rounding to multiples of 1/4 makes it and no cast does: there the
    spacing would be that of the cast's dtype.
    """
    few, many = np.ones(len(rows), dtype=bool), np.zeros(len(rows), dtype=bool)
    for width in WIDTHS:
        ends = np.minimum(width * 2.0 ** -level.astype(float), COARSEST_STEP)
        for end in sorted(set(ends.tolist())):  # `np.unique` loads masked arrays: start-up
            here = ends == end
            values = line.both(np.linspace(0, end, SCAN + 1))[:, rows]
            many |= here & (jumps_along(np.diff(values, axis=0), height) >= TREADS)
            few &= ~here | has_bits(values, MOST_BITS)
        if many.all():
            break
    return (
        few,
        many,
        on_grid(line(np.linspace(-COARSEST_STEP, COARSEST_STEP, 2 * SCAN + 1))[:, rows % line.forward.outputs], height),
    )
