"""Exact zeros among ordinary values."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gradcheck.inputs.domains import admits_zero
from gradcheck.inputs.drawing import dealt, ordinary
from gradcheck.inputs.interface import Facts, Strategy

if TYPE_CHECKING:
    from gradcheck.records.case import Array


def _draw(facts: tuple[Facts, ...], scale: float, rng: np.random.Generator) -> tuple[Array | None, ...]:
    return tuple(half_zero(one, scale, rng) if _has_real_zero(one) else None for one in facts)


def half_zero(facts: Facts, scale: float, rng: np.random.Generator) -> Array:
    """Ordinary values of one input, every other of them exactly 0, in random places."""
    return np.where(dealt(facts.rows, 2, rng) == 0, 0.0, ordinary(facts, scale, rng))


def _has_real_zero(facts: Facts) -> bool:
    return facts.domain != "labels" and admits_zero(facts.domain)


STRATEGY = Strategy("sparse", "normal values, half of them exactly zero", _draw, adversarial=True)
