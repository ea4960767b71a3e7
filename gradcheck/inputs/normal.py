"""Standard normal values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradcheck.inputs.drawing import ordinary
from gradcheck.inputs.interface import Facts, Strategy

if TYPE_CHECKING:
    import numpy as np

    from gradcheck.records.case import Array


def _draw(facts: tuple[Facts, ...], scale: float, rng: np.random.Generator) -> tuple[Array | None, ...]:
    return tuple(ordinary(one, scale, rng) for one in facts)


STRATEGY = Strategy("normal", "standard normal values times the scale", _draw, adversarial=False)
