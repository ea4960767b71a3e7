"""What steps that do not move an output leave open: on a tread, or where rounding hides a term, a slope is not seen."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradcheck.oracle.forward import Forward
from gradcheck.oracle.ladder import COARSEST, Ladder, Reading
from gradcheck.oracle.noise import Noise
from gradcheck.oracle.quantised import LARGEST_CAST, first_change, towards_origin
from gradcheck.oracle.table import Table

Array = NDArray[Any]
MOST = 16  # entries that are looked at alone in one point


def slopes_of_still_outputs(
    forward: Forward, ladders: list[Ladder], noise: Noise, entries: tuple[Array, Array], read: Reading
) -> Array:
    """How far from what was read a derivative may be, since the output lies still around the point; shape (p,).

    Parameters
    ----------
    forward : Forward
    ladders : list of Ladder
        The longest first.
    noise : Noise
        Of the output of each entry.
    entries : (ndarray, ndarray) of int, shape (p,)
        Rows and columns.
    read : Reading
        What the ladders say.
    """
    treads = np.maximum(_on_a_tread(ladders[0], noise), _beyond_treads(forward, ladders[0], noise, entries))
    found: Array = np.maximum(treads, _flat(ladders, noise, read))
    return found


def look_beyond_treads(forward: Forward, scale: Array, table: Table) -> None:
    """Leave open what the next number of a cast makes of entries that move nothing and are claimed to be 0.

    Entries in doubt were looked at along their ladders; such a claim leaves no doubt. All are moved at once first.
    """
    still = (table.secant == 0).all(axis=0) & (table.open == 0).all(axis=0)
    if not still.any():
        return
    values = towards_origin(forward, still)
    if (values == values[0]).all():
        return
    for column in np.flatnonzero(still)[:MOST]:
        slope = first_change(forward, int(column)) / (COARSEST * scale[column])
        table.open[:, column] = np.where(values[0] != 0, slope, 0)


def _on_a_tread(ladder: Ladder, noise: Noise) -> Array:
    """The slope of the first change of an output over the step before it, which does not move it, nor do shorter ones.

    0 where the change is more than a cast's; shape (p,).
    """
    change = np.abs(ladder.values - noise.f0)
    moved = np.where(np.isfinite(change), change, 0).max(axis=0)
    taken = np.isfinite(change).any(axis=0)
    still = 2 * np.sum(taken & (moved == 0), axis=0) > taken.sum(axis=0)
    first = len(moved) - 1 - np.argmax((moved > 0)[::-1], axis=0)
    pick = np.arange(len(first))
    jump, step = moved[first, pick], ladder.h[np.minimum(first + 1, len(moved) - 1), pick]
    small = still & (jump > 0) & (jump <= LARGEST_CAST * np.maximum(np.abs(noise.f0), 1))
    return np.where(small, jump / step, 0)


def _flat(ladders: list[Ladder], noise: Noise, read: Reading) -> Array:
    """The slope that was read where a shorter ladder leaves an output at 0, from which 0 may be right; else 0, (p,).

    That is rounding, as in log(1 + x) below the last digit of 1, or a flat as short as that ladder. Any other lies
    still on short steps, too.
    """
    still = [((part.values == noise.f0) | np.isnan(part.values)).all(axis=(0, 1)) for part in ladders[1:]]
    taken = [np.isfinite(part.values).any(axis=(0, 1)) for part in ladders[1:]]
    flat = np.any([s & t for s, t in zip(still, taken, strict=True)], axis=0) if still else np.zeros(1, dtype=bool)
    return np.where(flat & (noise.f0 == 0), np.abs(read.value) + read.bound, 0)


def _beyond_treads(forward: Forward, ladder: Ladder, noise: Noise, entries: tuple[Array, Array]) -> Array:
    """The slope that would reach the next number of a cast from where no step moves the output; else 0, (p,)."""
    rows, columns = entries
    still = ((ladder.values == noise.f0) | np.isnan(ladder.values)).all(axis=(0, 1)) & (noise.f0 != 0)
    slope = np.zeros(len(rows), forward.x.dtype)
    for column in sorted(set(columns[still].tolist())):  # `np.unique` loads masked arrays: start-up
        at = np.flatnonzero(still & (columns == column))
        slope[at] = first_change(forward, column)[rows[at]] / np.fmax.reduce(ladder.h[:, at])
    return slope
