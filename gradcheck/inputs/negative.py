"""Every entry below zero."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradcheck.inputs.domains import interval, into
from gradcheck.inputs.drawing import short
from gradcheck.inputs.interface import Facts, Strategy

if TYPE_CHECKING:
    import numpy as np

    from gradcheck.records.case import Array


def _draw(facts: tuple[Facts, ...], scale: float, rng: np.random.Generator) -> tuple[Array | None, ...]:
    return tuple(_below_zero(one, scale, rng) for one in facts)


def _below_zero(facts: Facts, scale: float, rng: np.random.Generator) -> Array | None:
    if facts.domain == "labels":
        return None
    low, high = interval(facts.domain)
    if low >= 0:
        return None
    return into((low, min(high, 0.0)), short(rng.standard_normal(facts.rows) * scale))


STRATEGY = Strategy("negative", "every entry below zero", _draw, adversarial=True)
