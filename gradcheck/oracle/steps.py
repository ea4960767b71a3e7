"""How far to step: the length scale of each entry, and steps that floating point adds exactly."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradcheck.oracle.forward import Forward

Array = NDArray[Any]
RATIO = 2.2  # of successive steps; not an integer, so that a ladder cannot alias a period on all levels at once
BESIDE = 1e-2  # distance to an end of the domain, relative to the room inside, from which long steps inside help
LEAST = 16  # spacings of x that a step has: of fewer, two levels of a ladder may be the same step, and prove nothing


def length_scale(forward: Forward) -> Array:
    """The length S of each entry of x, shape (n,): max(|x|, 1), or the distance to the nearest end of the domain.

    An entry that lies on an end itself has the distance to the other end, and is stepped to one side only.
    """
    if forward.unbounded:
        return inside_length(forward)
    down, up = forward.room
    near, far = np.minimum(down, up), np.maximum(down, up)
    return np.minimum(np.maximum(np.abs(forward.x), 1), np.where(near > 0, near, far))


def inside_length(forward: Forward) -> Array:
    """The length of each entry, shape (n,), with the distance to the farther end of the domain for the nearer one."""
    length: Array = np.maximum(np.abs(forward.x), 1)
    return length if forward.unbounded else np.minimum(length, np.maximum(*forward.room))


def beside_end(forward: Forward) -> Array:
    """Which entries lie so close to an end of the domain that steps inside may be far longer, shape (n,)."""
    if forward.unbounded:
        return np.zeros(forward.x.size, dtype=bool)
    beside: Array = np.minimum(*forward.room) < BESIDE * inside_length(forward)
    return beside


def inward(forward: Forward, displacements: Array) -> Array:
    """Displacements, shape (..., n), with those at an end of the domain turned inside."""
    if forward.unbounded:
        return displacements
    down, up = forward.room
    if down.all() and up.all():
        return displacements
    size = np.abs(displacements)
    turned = np.where(down == 0, size, displacements)
    return np.where((up == 0) & (down > 0), -size, turned)


def too_short(x: Array, h: Array) -> Array:
    """Where a step is no step: fewer than `LEAST` spacings of x."""
    short: Array = np.abs(h) < LEAST * np.spacing(np.abs(x))
    return short


def exact(x: Array, h: Array) -> Array:
    """The steps next to `h` for which both x + h and x - h are exact, by |x| + h - |x|."""
    size = np.abs(x)
    return (size + h) - size
