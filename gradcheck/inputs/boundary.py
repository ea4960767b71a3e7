"""Entries beside the ends of the domain: the first to leave it when a step is too long."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from gradcheck.inputs.domains import interval
from gradcheck.inputs.drawing import dealt, magnitudes, signs
from gradcheck.inputs.interface import Facts, Strategy
from gradcheck.inputs.sparse import half_zero

if TYPE_CHECKING:
    from gradcheck.records.case import Array


def _draw(facts: tuple[Facts, ...], scale: float, rng: np.random.Generator) -> tuple[Array | None, ...]:
    return tuple(_beside_the_ends(one, scale, rng) for one in facts)


def _beside_the_ends(facts: Facts, scale: float, rng: np.random.Generator) -> Array | None:
    """Values of one input; only the ordinary ones among a nonnegative input's zeros know the scale."""
    rows = facts.rows
    if facts.domain == "labels":
        return dealt(rows, 2, rng) * float(facts.classes - 1)
    if facts.domain == "nonnegative":
        return half_zero(facts, scale, rng)
    if facts.domain == "simplex":
        return _nearly_one_hot(rows, rng)
    if facts.domain == "nonzero":
        return signs(rows, rng) * magnitudes(-8, -6, rows, rng)
    return _inside(*interval(facts.domain), rows, rng)


def _inside(low: float, high: float, rows: tuple[int, int], rng: np.random.Generator) -> Array | None:
    """Half of the entries beside each end; an end at infinity is stood for by a distance of about 1e8."""
    if math.isinf(low) and math.isinf(high):
        return None
    upper = dealt(rows, 2, rng) == 1
    if math.isfinite(low) and math.isfinite(high):
        near = (high - low) * magnitudes(-12, -9, rows, rng)
        return np.where(upper, high - near, low + near)
    end, inward = (low, 1.0) if math.isfinite(low) else (high, -1.0)
    near = max(1.0, abs(end)) * magnitudes(-8, -6, rows, rng)
    return end + inward * np.where(upper, magnitudes(6, 8, rows, rng), near)


def _nearly_one_hot(rows: tuple[int, int], rng: np.random.Generator) -> Array:
    """Rows of a simplex: one entry holds all but 1e-12 to 1e-8 of the whole for each of the others."""
    count, length = rows
    shares = magnitudes(-12, -8, rows, rng)
    if shares.size:
        hot = rng.integers(length, size=(count, 1))
        np.put_along_axis(shares, hot, 0.0, axis=1)
        np.put_along_axis(shares, hot, 1.0 - shares.sum(axis=1, keepdims=True), axis=1)
    return shares


STRATEGY = Strategy("boundary", "beside the edges of the domain", _draw, adversarial=True, lacking="no edge")
