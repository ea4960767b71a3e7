"""Where noise is measured: grids of equally spaced points, beside x and at growing distances from it."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradcheck.oracle.forward import Forward
from gradcheck.oracle.signs import signs
from gradcheck.oracle.steps import beside_end, inside_length, inward

Array = NDArray[Any]
POINTS = 8  # of a grid: Moré and Wild use 6 to 8
RADII = (-15.0, -9.0, -5.0, -1.3)  # log2 of the distances, in length scales, at which noise is measured beside x
INSIDE = (-5.0, -1.3)  # the same in lengths inside the domain, for an x that lies beside an end of it
# Steps, in length scales, from which each of these is the one in force; the last, beyond the end, is that of `INSIDE`.
BORDERS = 2.0 ** np.array([-20, -14, -8, -4.5, 0])
CLASSES = len(BORDERS) + 1
STEPS = np.arange(float(POINTS))[:, None]  # from the first point of a grid, in spacings
FIRST = 5.3  # spacings from its centre to the first point of a grid
FEWEST = 8  # spacings of x between the points of a grid: on fewer, several of them are one number
UNEVEN = 1e-3  # of the largest entry: smaller ones are also moved by its roundings


def drawn_grids(forward: Forward, scale: Array, rng: np.random.Generator) -> tuple[Array, Array, Array]:
    """Class of each grid (g,), whether it is the finest of its class (g,), and its displacements (g, POINTS, n)."""
    x = forward.x
    extended = np.finfo(x.dtype).eps < 1e-18
    finest = -54.0 if extended else -43.0
    size = np.abs(x)
    own = np.where(x == 0, scale, np.minimum(size, scale))
    plan = [(0, 0.0, e, own) for e in (-43.0, -33.0, -23.0, -18.0, *([finest] if extended else []))]
    if (size < 0.25).any():
        plan += [(0, 0.0, e, scale) for e in (-33.0, -23.0)]
    if ((size < UNEVEN * forward.sizes) & (forward.sizes < 0.25)).any():
        plan += [(0, 0.0, e, np.minimum(forward.sizes, scale)) for e in (-33.0, -23.0)]
    plan += [(c + 1, 2.0**r, e, scale) for c, r in enumerate(RADII) for e in (finest, r - 12)]
    if not forward.unbounded and (beside := beside_end(forward)).any():
        far = np.where(beside, inside_length(forward), scale)
        plan += [(0, 0.0, 1.0, FEWEST * np.spacing(size.astype(float)))]  # as float64 inside shows
        plan += [(CLASSES - 1, 2.0**r, e, far) for r in INSIDE for e in (finest, r - 12)]
    places, radii, powers, lengths = zip(*plan, strict=True)
    classes, fine = np.array(places).repeat(2), (np.array(powers) == finest).repeat(2)
    count, n = len(plan), x.size
    units, unit = np.array(lengths), np.spacing(size)
    spacing = rng.uniform(0.5, 1, (count, n)) * (units * np.array([2.0**e for e in powers])[:, None])
    spacing = _multiple(2 * unit, np.maximum(spacing, FEWEST * unit)) * signs((count, n), rng)
    spacing = np.stack([spacing, -spacing], axis=1).reshape(2 * count, n)
    away = units * np.array(radii)[:, None]
    centre = away.repeat(2, axis=0) * rng.uniform(-1, 1, (2 * count, n))
    first = (x + (centre + FIRST * spacing)) - x  # where a number is
    displacements = _turned(forward, first[:, None, :] + spacing[:, None, :] * STEPS)
    return classes, fine, inward(forward, displacements.astype(x.dtype, copy=False))


def _multiple(unit: Array, spacing: Array) -> Array:
    """The next multiples of twice the spacing of x, so that no rounding of x makes a steep function look noisy."""
    count = np.ceil(spacing / unit)
    multiple: Array = np.where(count * np.finfo(unit.dtype).eps < 1, count * unit, spacing)
    return multiple


def _turned(forward: Forward, displacements: Array) -> Array:
    """Displacements of grids, shape (g, POINTS, n), with those of an entry that go far towards a near end turned."""
    if forward.unbounded:
        return displacements
    down, up = forward.room
    ahead = (displacements.max(axis=1) > up / 2) & (down > up)
    behind = (-displacements.min(axis=1) > down / 2) & (up > down)
    return np.where((ahead | behind)[:, None, :], -displacements, displacements)
