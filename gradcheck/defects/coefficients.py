"""A term whose coefficient or sign is wrong: what stands in the analytic side for it, and what belongs there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradcheck.text import short

Array = NDArray[Any]
EXACT = 1e-7  # relative residual of two sums of terms that is none
EQUATIONS = 3  # for each unknown coefficient: with fewer a fit is no surprise
SPREAD = 1e6  # condition number up to which two terms are told from each other
DIGITS = 5


def of_term(
    analytic: Array, numeric: Array, term: tuple[str, Array], others: Sequence[tuple[str, Array]]
) -> tuple[str, str] | None:
    """What stands for a term, and what belongs in its place, in words; None where the sides are no sums with it.

    Parameters
    ----------
    analytic, numeric : ndarray, shape (k,)
    term : (str, ndarray)
        In words, and its values.
    others : sequence of (str, ndarray)
        What else the sums may consist of, beside a constant.
    """
    name, values = term
    for rest in _sums(others):
        columns = np.stack([values, *rest], axis=1)
        if not np.isfinite(columns).all() or len(values) < EQUATIONS * columns.shape[1]:
            continue
        scale = np.abs(columns).max(axis=0)
        if not scale.all() or np.linalg.cond(columns / scale) > SPREAD:
            continue
        stands, belongs = (_coefficient(columns, scale, side) for side in (analytic, numeric))
        if stands is not None and belongs is not None:
            return _product(stands, name), _product(belongs, name)
    return None


def _sums(others: Sequence[tuple[str, Array]]) -> Iterator[list[Array]]:
    """The values of other terms, few first."""
    if not others:
        return
    ones = np.ones_like(others[0][1])
    yield []
    yield [ones]
    for _, values in others:
        yield [values]
        yield [ones, values]
    yield [values for _, values in others]


def _coefficient(columns: Array, scale: Array, side: Array) -> float | None:
    """The first coefficient of a sum that is one side; 0 where the term does not occur."""
    found = np.linalg.lstsq(columns / scale, side, rcond=None)[0]
    size = np.abs(columns / scale) @ np.abs(found)
    if (np.abs(columns / scale @ found - side) > EXACT * size.max()).any():
        return None
    first = float(found[0] / scale[0])
    return 0.0 if abs(first) * scale[0] <= EXACT * size.max() else float(f"{first:.{DIGITS}g}")


def _product(coefficient: float, name: str) -> str:
    if abs(coefficient) == 1 or coefficient == 0:
        return {1.0: name, -1.0: f"-{name}"}.get(coefficient, "")
    return f"{short(coefficient)} {name}"
