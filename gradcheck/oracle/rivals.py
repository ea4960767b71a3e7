"""Entries beside an end of the domain that share a length with another one: a function of both has no longer one."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradcheck.oracle.forward import Forward
from gradcheck.oracle.ladder import Ladder
from gradcheck.oracle.noise import Noise
from gradcheck.oracle.richardson import CLEAR

Array = NDArray[Any]
ALIKE = 1e-3  # of the distance to its end: entries nearer to theirs change a slope by no more than such a share
COUPLED = 0.1  # of the steepest quotient met: what two moves make together, and neither alone, of a share or a maximum


def rivals(forward: Forward, noise: Noise, entries: tuple[Array, Array], near: Array, longest: Ladder) -> Array:
    """Where an output is a function of an entry and of others that are no further from their end; shape (p,).

    The length of such a function is no longer than that distance, as in x / (x + k) with k far below x, or in a maximum
    of equal entries. It shows where the others move the output on their way to the distance of the entry; where
    rounding hides that, by what both together do on longer steps.

    Parameters
    ----------
    forward : Forward
    noise : Noise
        Of the entries' outputs.
    entries : (ndarray, ndarray) of int, shape (p,)
        Rows and columns.
    near : ndarray, shape (n,)
        The distance of each entry of x from its end.
    longest : Ladder
        The entries' own steps, from their length inside the domain on.
    """
    columns, which = np.unique(entries[1], return_inverse=True)
    closer = (near <= near[columns][:, None]) & (near > 0)
    closer[np.arange(len(columns)), columns] = False
    moves = np.where(closer, np.minimum(near[columns][:, None], forward.room[1]), 0)
    values = forward(forward.x + moves)[which, entries[0]]
    found: Array = np.abs(values - noise.f0) > _least(noise)
    hidden = (closer & (near >= ALIKE * near[columns][:, None])).any(axis=1)[which] & ~found
    for at in np.flatnonzero(hidden):
        others = closer[which[at]] & (near >= ALIKE * near[entries[1][at]])
        entry = (int(entries[0][at]), int(entries[1][at]))
        found[at] = _coupled(forward, _least(noise)[at], entry, others, longest.h[:, at])
    return found


def _coupled(forward: Forward, least: Any, entry: tuple[int, int], others: Array, steps: Array) -> bool:
    """Whether an entry and others do together what neither does alone, on the shortest steps that show it.

    What both do together falls with the step beside what they do where the function is smooth there, as a product.
    """
    (row, column), room = entry, np.maximum(*forward.room)
    steps = steps[steps < room[others].min()]
    own = np.eye(1, forward.x.size, column)[0]
    which = np.stack([own, others.astype(float), own + others, 0 * own])
    which *= np.where(forward.room[1] > forward.room[0], 1, -1)
    rows = forward.x + (steps[:, None, None] * which).astype(forward.x.dtype)
    values = forward(rows.reshape(-1, forward.x.size))[:, row].reshape(len(steps), len(which))
    change = values[:, :3] - values[:, 3:]
    together = np.abs(change[:, 2] - change[:, 0] - change[:, 1])
    steepest = np.max(np.where(np.isfinite(change), np.abs(change), 0) / steps[:, None], initial=0)
    clear = np.flatnonzero(together > least)
    return bool(len(clear) and together[clear[-1]] > COUPLED * steepest * steps[clear[-1]])


def _least(noise: Noise) -> Array:
    least: Array = CLEAR * noise.at(np.zeros(1), np.abs(noise.f0)[None])[0]
    return least
