"""A single exact zero in each row of ordinary values: what a product without it, or a division by it, gets wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gradcheck.inputs.domains import admits_zero
from gradcheck.inputs.drawing import ordinary
from gradcheck.inputs.interface import Facts, Strategy

if TYPE_CHECKING:
    from gradcheck.records.case import Array


def _draw(facts: tuple[Facts, ...], scale: float, rng: np.random.Generator) -> tuple[Array | None, ...]:
    return tuple(
        _one_zero(one, scale, rng) if one.domain != "labels" and admits_zero(one.domain) else None for one in facts
    )


def _one_zero(facts: Facts, scale: float, rng: np.random.Generator) -> Array:
    count, length = facts.rows
    place = rng.integers(max(length, 1), size=(count, 1))
    return np.where(np.arange(length) == place, 0.0, ordinary(facts, scale, rng))


STRATEGY = Strategy("one_zero", "normal values, exactly one zero in each row", _draw, adversarial=True)
