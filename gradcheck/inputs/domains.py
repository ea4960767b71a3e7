"""Real values made into values of a domain: ties stay exact ties, and order is kept where the domain has both ends."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from gradcheck.errors import UsageError
from gradcheck.records.dtypes import dtype_of, precision_of
from gradcheck.text import printable

if TYPE_CHECKING:
    from gradcheck.inputs.interface import Facts
    from gradcheck.records.case import Array

# What an exact zero becomes where zero is excluded: small, yet its reciprocal and its square are ordinary numbers.
NEAR_ZERO = 1e-8
# Logits are cut here, so that a probability is at least about 1e-12 and never rounds to 0 or 1 in float64.
LOGIT_LIMIT = 27.6

ROOM = 4.0  # to both sides of 0, from which ordinary values are kept as they are
BEND = 0.05  # of the distance from 0 to an end: values that close to it are bent towards it

_INTERVALS = {
    "real": (-math.inf, math.inf),
    "nonzero": (-math.inf, math.inf),
    "positive": (0.0, math.inf),
    "nonnegative": (0.0, math.inf),
    "unit": (0.0, 1.0),
    "simplex": (0.0, 1.0),
}


def interval(domain: str | tuple[float, float]) -> tuple[float, float]:
    """The ends of a domain of real numbers; for ``"nonzero"`` those of the whole line."""
    low, high = _INTERVALS[domain] if isinstance(domain, str) else domain
    return float(low), float(high)


def admits_zero(domain: str | tuple[float, float]) -> bool:
    """Whether an entry may be exactly 0."""
    if isinstance(domain, str):
        return domain in ("real", "nonnegative", "labels")
    return domain[0] < 0 < domain[1]


def folds(domain: str | tuple[float, float]) -> bool:
    """Whether the domain has one end only, so that `fit` keeps distances from that end and loses signs."""
    return domain != "labels" and sum(map(math.isinf, interval(domain))) == 1


def fit(values: Array, facts: Facts) -> Array:
    """Real values mapped into the domain of an input, entry by entry (row by row for a simplex).

    Parameters
    ----------
    values : ndarray, shape facts.rows
    facts : Facts

    Returns
    -------
    ndarray, shape facts.rows
        Labels: the nearest whole number modulo the classes. Simplex: softmax of the rows. Other domains: `into`.
    """
    domain = facts.domain
    if domain == "labels":
        return np.mod(np.rint(values), facts.classes)
    if domain == "simplex":
        return _softmax(values)
    if domain == "nonnegative":
        return np.abs(values)
    if domain == "nonzero":
        return np.where(values == 0, NEAR_ZERO, values)
    return into(interval(domain), values)


def into(ends: tuple[float, float], values: Array) -> Array:
    """Real values mapped into an open interval.

    Between two ends, the logistic curve, or, where there is room around 0, the values themselves but for those near an
    end or beyond it; beside one end, ``|value|`` away from it, and `NEAR_ZERO` for 0.
    """
    low, high = ends
    if math.isinf(low) and math.isinf(high):
        return values
    if math.isfinite(low) and math.isfinite(high):
        if keeps_values(low, high):
            return _bent(_bent(values, high), low)
        middle, half = low / 2 + high / 2, high / 2 - low / 2
        # tanh(v / 2) is the logistic curve about its middle, where it keeps even denormals apart.
        return middle + half * np.tanh(np.clip(values, -LOGIT_LIMIT, LOGIT_LIMIT) / 2)
    distance = np.where(values == 0, NEAR_ZERO, np.abs(values))
    return low + distance if math.isfinite(low) else high - distance


def keeps_values(low: float, high: float) -> bool:
    """Whether an interval has room enough around 0 for ordinary values to stay as they are."""
    return min(-low, high) >= ROOM


def _bent(values: Array, end: float) -> Array:
    """Values of which those close to an end, or beyond it, come ever closer to it, in order."""
    edge = BEND * abs(end)
    excess = np.clip((values * math.copysign(1, end) - (abs(end) - edge)) / edge, 0, LOGIT_LIMIT)
    return np.where(excess > 0, end - math.copysign(edge, end) * np.exp(-excess), values)


def settle(values: Array, facts: Facts) -> Array:
    """Values rounded to the case's dtype without leaving the domain, in the input's shape; labels become int64.

    Raises
    ------
    UsageError
        When no number of that dtype lies in the domain.
    """
    values = values.reshape(facts.shape)
    if facts.domain == "labels":
        return values.astype(np.int64)
    dtype = dtype_of(facts.dtype)
    first, last = _first_and_last(facts)
    rounded: Array = np.asarray(values.clip(first, last)).astype(dtype)
    if facts.domain != "nonzero":
        return rounded
    step = np.copysign(precision_of(dtype).subnormal, values)
    return np.asarray(np.where(rounded == 0, step, rounded), dtype)


def _first_and_last(facts: Facts) -> tuple[float, float]:
    """The least and the greatest finite number of the dtype inside the domain."""
    first, last = _ends(facts.domain, facts.dtype)
    if first > last:
        name = printable(facts.input.name)
        raise UsageError(f"`dtype` must have numbers inside {facts.domain} for input {name!r}; {facts.dtype} has none")
    return first, last


@lru_cache
def _ends(domain: str | tuple[float, float], dtype: str) -> tuple[float, float]:
    low, high = interval(domain)
    number = dtype_of(dtype).type
    first = low if domain == "nonnegative" else _past(low, number, 1)
    last = high if domain == "simplex" else _past(high, number, -1)
    return first, last


def _past(end: float, number: type[np.floating], direction: int) -> float:
    """The first number of a dtype strictly beyond `end`, upwards for direction 1, downwards for -1."""
    nearest = number(end)
    if (float(nearest) - end) * direction > 0:
        return float(nearest)
    return float(np.nextafter(nearest, number(direction * math.inf)))


def _softmax(values: Array) -> Array:
    if not values.size:
        return values
    logits = np.maximum(values - values.max(axis=-1, keepdims=True), -LOGIT_LIMIT)
    weights = np.exp(logits)
    shares: Array = weights / weights.sum(axis=-1, keepdims=True)
    return shares
