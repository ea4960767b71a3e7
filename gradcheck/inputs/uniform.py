"""Values spread evenly over the range in which most activations bend."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gradcheck.inputs.domains import fit, interval, keeps_values
from gradcheck.inputs.drawing import dealt, short
from gradcheck.inputs.interface import Facts, Strategy

if TYPE_CHECKING:
    from gradcheck.records.case import Array


def _draw(facts: tuple[Facts, ...], scale: float, rng: np.random.Generator) -> tuple[Array | None, ...]:
    return tuple(_spread(one, scale, rng) for one in facts)


def _spread(facts: Facts, scale: float, rng: np.random.Generator) -> Array | None:
    """Values of one input; in an interval that is wider than the range, half of them over its whole width."""
    if facts.domain == "labels":
        return None
    values = fit(short(rng.uniform(-4, 4, facts.rows) * scale), facts)
    low, high = interval(facts.domain)
    if not np.isfinite(high - low) or not keeps_values(low, high):
        return values
    return np.where(dealt(facts.rows, 2, rng) == 0, values, short(rng.uniform(low, high, facts.rows)))


STRATEGY = Strategy("uniform", "uniform between -4 and 4 times the scale", _draw, adversarial=False)
