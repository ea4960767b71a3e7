"""What the tests of this shelf share: the values that a strategy draws for one input."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
import pytest

from gradcheck.inputs.points import make_point
from gradcheck.records.case import Case
from gradcheck.records.input import Input

if TYPE_CHECKING:
    from gradcheck.records.case import Array

CLASSES = 5
DOMAINS = (
    "real",
    "positive",
    "nonnegative",
    "unit",
    "simplex",
    "nonzero",
    (-1.0, 2.0),
    (1.0, 2.0),
    (3.0, float("inf")),
    (float("-inf"), 3.0),
    "labels",
)


def _draw(
    strategy: str,
    shape: tuple[int, ...] = (3, 4),
    domain: str | tuple[float, float] = "real",
    *,
    scale: float = 1.0,
    seed: int = 0,
    dtype: str = "float64",
    critical: tuple[float, ...] = (),
) -> Array | None:
    one = Input("x", shape, domain, classes=CLASSES if domain == "labels" else None)
    point = make_point((one,), critical, Case("layer", strategy, scale, (), dtype, seed))
    return None if point is None else point.arrays[0]


def _inside(found: Array, domain: str | tuple[float, float]) -> bool:
    if domain == "labels":
        return found.dtype == np.int64 and bool(((found >= 0) & (found < CLASSES)).all())
    wide = found.astype(float)
    if domain == "simplex":
        # A scalar is a row of one; the sum of a row may be off by the rounding of its entries.
        totals = np.atleast_1d(wide).sum(axis=-1)
        slack = 2 * max(found.shape[-1:] or (1,)) * np.finfo(found.dtype).eps
        return bool((wide > 0).all() and (not found.size or (np.abs(totals - 1) <= slack).all()))
    holds = {
        "real": np.isfinite,
        "positive": lambda a: a > 0,
        "nonnegative": lambda a: a >= 0,
        "unit": lambda a: (a > 0) & (a < 1),
        "nonzero": lambda a: a != 0,
    }.get(domain, lambda a: (a > domain[0]) & (a < domain[1]))
    return bool((np.isfinite(wide) & holds(wide)).all())


@pytest.fixture(scope="session")
def inside() -> Callable[..., bool]:
    """A function: whether all entries of an array are finite and in a domain."""
    return _inside


@pytest.fixture(scope="session")
def drawn() -> Callable[..., Array | None]:
    """A function: strategy, shape, domain and case -> the array drawn, or None where the strategy does not apply."""
    return _draw


@pytest.fixture(scope="session", params=DOMAINS, ids=str)
def domain(request: pytest.FixtureRequest) -> str | tuple[float, float]:
    """Every domain that an input may have, an interval of each kind among them."""
    return request.param
