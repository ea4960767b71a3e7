"""Rows in order: a layer that sorts, cumulates or takes the first of something shows a wrong permutation here."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gradcheck.inputs.domains import fit, folds
from gradcheck.inputs.drawing import short
from gradcheck.inputs.interface import Facts, Strategy

if TYPE_CHECKING:
    from gradcheck.records.case import Array

_SPAN = 4.0


def _draw(facts: tuple[Facts, ...], scale: float, rng: np.random.Generator) -> tuple[Array | None, ...]:
    return tuple(_rising(one, scale, rng) for one in facts)


def _rising(facts: Facts, scale: float, rng: np.random.Generator) -> Array:
    """Strictly increasing rows about `_SPAN` times the scale wide; labels count up and start again."""
    count, length = facts.rows
    if facts.domain == "labels":
        return fit(np.broadcast_to(np.arange(float(length)), facts.rows), facts)
    steps = rng.uniform(0.5, 1.5, facts.rows).cumsum(axis=1) * (_SPAN / max(length, 1))
    # Where signs are lost the rows must not pass zero; distances from an upper end come out falling, hence the sort.
    start = 0.0 if folds(facts.domain) else rng.uniform(0, _SPAN, (count, 1))
    return np.sort(fit(short((steps - start) * scale), facts), axis=1)


STRATEGY = Strategy("ascending", "strictly increasing along the last axis", _draw, adversarial=True)
