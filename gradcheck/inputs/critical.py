"""The values at which the layer says that its formula changes: kinks, clip edges."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gradcheck.inputs.domains import admits_zero, interval
from gradcheck.inputs.drawing import dealt, ordinary, signs
from gradcheck.inputs.interface import Facts, Strategy
from gradcheck.records.dtypes import dtype_of
from gradcheck.records.report import UNDECLARED

if TYPE_CHECKING:
    from gradcheck.records.case import Array

# In units of the value, or of 1 beside 0: within rounding of a threshold, within its tolerance, and beside both.
_CLOSE = (1e-9, 1e-4, 1e-2)


def _draw(facts: tuple[Facts, ...], scale: float, rng: np.random.Generator) -> tuple[Array | None, ...]:
    return tuple(_of_input(input, scale, rng) for input in facts)


def _of_input(facts: Facts, scale: float, rng: np.random.Generator) -> Array | None:
    values = _inside(facts)
    if not values.size:
        return None
    if facts.domain != "simplex":
        return _at_and_beside(facts, values, facts.rows, rng)
    rows, length = facts.rows
    if length < 2:
        return None
    shares, entry = ordinary(facts, scale, rng), _at_and_beside(facts, values, (rows, 1), rng)
    np.put_along_axis(shares, rng.integers(length, size=(rows, 1)), 0.0, axis=1)
    rest = shares * (1 - entry) / shares.sum(axis=1, keepdims=True)
    return np.where(shares == 0, entry, rest)


def _inside(facts: Facts) -> Array:
    """The critical values that the domain holds or ends at."""
    if facts.domain == "labels":
        return np.array([])
    low, high = interval(facts.domain)
    return np.array([value for value in facts.critical if low <= value <= high], dtype=np.float64)


def _at_and_beside(facts: Facts, values: Array, rows: tuple[int, int], rng: np.random.Generator) -> Array:
    """Values exactly, each where there is room, and one step of the dtype and small distances beside them.

    A value at which the domain ends, and 0 where it is left out, is only approached, from inside.
    """
    low, high = interval(facts.domain)
    at = values.astype(dtype_of(facts.dtype))[dealt(rows, len(values), rng)].astype(np.float64)
    length, side = np.maximum(np.abs(at), 1), signs(rows, rng)
    side = np.where(at >= high, -1, np.where(at <= low, 1, side))
    number = dtype_of(facts.dtype).type
    step = np.nextafter(at.astype(number), (side * np.inf).astype(number)).astype(np.float64)
    beside = [np.clip(at + side * distance * length, low, high) for distance in _CLOSE]
    kind = dealt(rows, 2 + len(_CLOSE), rng)
    first = rng.permutation(at.size)[: (at.size + 1) // 2]  # half of the entries, so the first of each value, are exact
    kind.reshape(-1)[first] = 0
    held = (low < at) & (at < high) if facts.domain != "nonnegative" else at >= low
    held &= (at != 0) | admits_zero(facts.domain)
    kind = np.where(held | (kind >= 2), kind, 2 + kind)
    return np.choose(kind, [at, step, *beside])


STRATEGY = Strategy(
    "critical", "the layer's critical values, exact and beside", _draw, adversarial=True, lacking=UNDECLARED
)
