"""A decade, or half of one, for each entry."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gradcheck.inputs.drawing import dealt, each, short, signs
from gradcheck.inputs.interface import Facts, Strategy

if TYPE_CHECKING:
    from gradcheck.records.case import Array

# Finer where most formulas switch.
_EDGES = np.array([-6.0, -5, -4, -3, -2, -1, 0, 0.5, 1, 1.5, 2, 2.5, 3, 4, 5])


def _draw(facts: tuple[Facts, ...], scale: float, rng: np.random.Generator) -> tuple[Array | None, ...]:
    def values(rows: tuple[int, int]) -> Array:
        part = dealt(rows, len(_EDGES) - 1, rng)
        powers = _EDGES[part] + rng.uniform(size=rows) * np.diff(_EDGES)[part]
        return short(signs(rows, rng) * 10.0**powers * scale)

    return each(facts, values)


STRATEGY = Strategy("decades", "either sign, a decade from 1e-6 to 1e5 dealt to each entry", _draw, adversarial=True)
