"""How far to step: the length scale of each entry, and steps that floating point adds exactly."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradcheck.oracle.forward import Forward

Array = NDArray[Any]
RATIO = 2.2  # of successive steps; not an integer, so that a ladder cannot alias a period on all levels at once


def length_scale(forward: Forward) -> Array:
    """The length S of each entry of x, shape (n,): max(|x|, 1), or the distance to the nearest end of the domain.

    An entry that lies on an end itself has the distance to the other end, and is stepped to one side only.
    """
    down, up = forward.room
    near, far = np.minimum(down, up), np.maximum(down, up)
    return np.minimum(np.maximum(np.abs(forward.x), 1), np.where(near > 0, near, far))


def inward(forward: Forward, displacements: Array) -> Array:
    """Displacements, shape (..., n), with those at an end of the domain turned inside."""
    down, up = forward.room
    if down.all() and up.all():
        return displacements
    size = np.abs(displacements)
    turned = np.where(down == 0, size, displacements)
    return np.where((up == 0) & (down > 0), -size, turned)


def exact(x: Array, h: Array) -> Array:
    """The steps next to `h` for which both x + h and x - h are exact, by |x| + h - |x|."""
    size = np.abs(x)
    return (size + h) - size
