"""The length of a function that lies between two ladders of steps, as beside the origin in x / |x|."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradcheck.oracle.forward import Forward
from gradcheck.oracle.ladder import Ladder, walk
from gradcheck.oracle.noise import Noise

Array = NDArray[Any]
CLEAR = 30.0  # times the noise: a change on the shortest step of a ladder that is no rounding
HIDDEN = 28  # levels of a ladder that starts at a length of the function's own
STILL = 0.5  # share of the change on a step 23 times as long, from which the function does not see the difference
LARGE = 1e-3  # of the largest output met: a smaller jump may be rounding, to float32 even
BACK = 4  # levels from that step
HALVINGS = 12  # of the logarithm of the step


def hidden_lengths(forward: Forward, noise: Noise, entries: tuple[Array, Array], ladder: Ladder) -> Array:
    """The step on which an output that jumps on the whole ladder has made half of its jump.

    Parameters
    ----------
    forward : Forward
    noise : Noise
        Of the entries' outputs.
    entries : (ndarray, ndarray) of int, shape (p,)
        Rows and columns.
    ladder : Ladder
        The ladder of the longest steps.

    Returns
    -------
    ndarray, shape (p,)
        NaN where there is no jump, or where it is one on every step.
    """
    change = np.abs(ladder.values - noise.f0)
    size = np.where(np.isfinite(ladder.values[:, -1]), np.abs(ladder.values[:, -1]), 0)
    loud = CLEAR * np.stack([noise.at(ladder.ratio[-1:], part[None])[0] for part in size])
    largest = np.max(np.where(np.isfinite(ladder.values), np.abs(ladder.values), 0), axis=(0, 1))
    least = np.maximum(np.maximum(loud, LARGE * largest), STILL * change[:, -1 - BACK])
    jumps = change[:, -1] > least
    found = np.full(len(entries[0]), np.nan, forward.x.dtype)
    for at in np.flatnonzero(jumps.any(axis=0)):
        side = int(jumps[1, at])
        step = -ladder.behind[-1, at] if side else ladder.ahead[-1, at]
        found[at] = _half_way(forward, int(entries[0][at]), int(entries[1][at]), step, change[side, -1, at])
    return found


def _half_way(forward: Forward, row: int, column: int, step: Any, jump: Any) -> Any:
    """The step on which an output has made half of its jump, by halving the logarithm; NaN where it jumps on all."""
    f0 = forward(forward.x[None])[0, row]
    shortest = np.log(np.finfo(forward.x.dtype).tiny / np.finfo(forward.x.dtype).eps)
    low, high = shortest, np.log(np.abs(step))
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        moved = forward.x.copy()
        moved[column] += np.sign(step) * np.exp(middle)
        beyond = np.abs(forward(moved[None])[0, row] - f0) > STILL * jump
        low, high = (low, middle) if beyond else (middle, high)
    return np.exp(high) if low > shortest else np.nan


def hidden_ladder(forward: Forward, entries: tuple[Array, Array], hidden: Array, scale: Array) -> tuple[Ladder, ...]:
    """The ladder that starts at the shortest hidden length of each column, if there is any."""
    unit = np.full(forward.x.size, np.nan, forward.x.dtype)
    np.fmin.at(unit, entries[1], hidden)
    return (walk(forward, entries, unit, scale, HIDDEN),) if np.isfinite(unit).any() else ()
