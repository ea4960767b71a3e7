"""Values spread evenly over the range in which most activations bend."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradcheck.inputs.drawing import each, short
from gradcheck.inputs.interface import Facts, Strategy

if TYPE_CHECKING:
    import numpy as np

    from gradcheck.records.case import Array


def _draw(facts: tuple[Facts, ...], scale: float, rng: np.random.Generator) -> tuple[Array | None, ...]:
    return each(facts, lambda rows: short(rng.uniform(-4, 4, rows) * scale))


STRATEGY = Strategy("uniform", "uniform between -4 and 4 times the scale", _draw, adversarial=False)
