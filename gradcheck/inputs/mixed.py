"""Small and large entries side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradcheck.inputs.drawing import each, magnitudes, short, signs
from gradcheck.inputs.interface import Facts, Strategy

if TYPE_CHECKING:
    import numpy as np

    from gradcheck.records.case import Array


def _draw(facts: tuple[Facts, ...], scale: float, rng: np.random.Generator) -> tuple[Array | None, ...]:
    return each(facts, lambda rows: short(signs(rows, rng) * magnitudes(-3, 3, rows, rng) * scale))


STRATEGY = Strategy("mixed", "either sign, log-uniform from 1e-3 to 1e3 times the scale", _draw, adversarial=False)
