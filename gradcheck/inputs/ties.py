"""Entries that are exactly equal, the greatest of a row among them: where max, sort and |x - t| have their kinks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gradcheck.inputs.domains import fit
from gradcheck.inputs.drawing import short
from gradcheck.inputs.interface import Facts, Strategy

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gradcheck.records.case import Array


def _draw(facts: tuple[Facts, ...], scale: float, rng: np.random.Generator) -> tuple[Array | None, ...]:
    shared = palette(int(rng.integers(2, 4)), scale, rng)
    return tuple(fit(shared[picks(one.rows, shared.size, rng)], one) for one in facts)


def palette(count: int, scale: float, rng: np.random.Generator) -> Array:
    """A few short decimals; the last is positive and the largest in size, so that it is the greatest in any domain."""
    values = short(rng.standard_normal(count) * scale, digits=3)
    values = values[np.argsort(np.abs(values))]
    values[-1] = abs(values[-1])
    return values


def picks(rows: tuple[int, int], colours: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Random numbers below `colours`, a pair equal in every row; in every other row that pair is the greatest."""
    count, length = rows
    chosen = rng.integers(colours, size=rows)
    if length > 1:
        pair = rng.random(rows).argsort(axis=1)[:, :2]
        shared = rng.integers(colours, size=(count, 1))
        shared[::2] = colours - 1
        np.put_along_axis(chosen, pair, shared, axis=1)
    return chosen


STRATEGY = Strategy("ties", "two or three values shared by all inputs, tied in every row", _draw, adversarial=True)
