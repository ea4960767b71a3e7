"""Entries from small down to denormals: their squares vanish, their reciprocals overflow."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gradcheck.inputs.domains import admits_zero
from gradcheck.inputs.drawing import dealt, signs
from gradcheck.inputs.interface import Facts, Strategy
from gradcheck.records.dtypes import precision_of

if TYPE_CHECKING:
    from gradcheck.records.case import Array

# Exponents of ten: small, too small to square, denormal.
_LOWEST = np.array([-12.0, -150.0, -323.3])
_HIGHEST = np.array([-6.0, -30.0, -290.0])


def _draw(facts: tuple[Facts, ...], scale: float, rng: np.random.Generator) -> tuple[Array | None, ...]:
    return tuple(_minute(one, scale, rng) for one in facts)


def _minute(facts: Facts, scale: float, rng: np.random.Generator) -> Array | None:
    """Values of all three sizes where there is room; None where none of them lies in the domain."""
    if facts.domain == "labels" or not (admits_zero(facts.domain) or facts.domain in ("positive", "nonzero")):
        return None
    kind = dealt(facts.rows, len(_LOWEST), rng)
    sizes = np.maximum(10.0 ** rng.uniform(_LOWEST[kind], _HIGHEST[kind]) * scale, precision_of(facts.dtype).subnormal)
    return sizes if facts.domain in ("positive", "nonnegative") else sizes * signs(facts.rows, rng)


STRATEGY = Strategy("tiny", "from 1e-6 times the scale down to denormals", _draw, adversarial=True)
