"""+a, -a, +a, ...: sums that ought to cancel, and signs that were lost on the way."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gradcheck.inputs.domains import fit, folds
from gradcheck.inputs.drawing import short
from gradcheck.inputs.interface import Facts, Strategy

if TYPE_CHECKING:
    from gradcheck.records.case import Array


def _draw(facts: tuple[Facts, ...], scale: float, rng: np.random.Generator) -> tuple[Array | None, ...]:
    a = short(rng.uniform(0.5, 2.0, 1) * scale)
    return tuple(None if folds(one.domain) else _back_and_forth(one, a) for one in facts)


def _back_and_forth(facts: Facts, a: Array) -> Array:
    """One `a` for every input; labels go back and forth between the first two."""
    odd = np.broadcast_to(np.arange(facts.rows[1]) % 2.0, facts.rows)
    return fit(odd if facts.domain == "labels" else a * (1 - 2 * odd), facts)


STRATEGY = Strategy("alternating", "+a, -a, +a, ... along the last axis", _draw, adversarial=True)
