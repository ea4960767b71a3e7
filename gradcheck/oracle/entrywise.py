"""A map of which each output comes from the entry in its place, at some entries alone: cheap where there are many.

That it is one is tried and not assumed: the layer, given these entries alone, must return bit for bit what it returns
for them among all others, wherever it was asked.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradcheck.oracle.forward import Forward

Array = NDArray[Any]


def at_entries_alone(forward: Forward, entries: Array, rows: Array, values: Array) -> Forward | None:
    """The map of some entries to the outputs in their places; None where these come from other entries, too.

    Parameters
    ----------
    forward : Forward
    entries : ndarray of int, shape (k,)
    rows : ndarray, shape (r, k)
        Values of these entries, at which the whole was evaluated, all other entries moved as well.
    values : ndarray, shape (r, k)
        The outputs that it gave there.
    """
    if len(forward.moving) != 1 or forward.outputs != forward.x.size:
        return None
    (place,) = forward.moving
    arrays = list(forward.arrays)
    arrays[place] = forward.x[entries].reshape((1,) * (arrays[place].ndim - 1) + (len(entries),))
    alone = replace(forward, arrays=arrays, outputs=len(entries))
    return alone if np.array_equal(alone(rows), values, equal_nan=True) else None
