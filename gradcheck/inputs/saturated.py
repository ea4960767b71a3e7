"""Entries on the flats of sigmoids: 1 - tanh(20)^2 is 1.7e-17, so 1 - y*y has lost every digit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gradcheck.inputs.drawing import each, short, signs
from gradcheck.inputs.interface import Facts, Strategy

if TYPE_CHECKING:
    from gradcheck.records.case import Array

_FLAT = 20.0


def _draw(facts: tuple[Facts, ...], scale: float, rng: np.random.Generator) -> tuple[Array | None, ...]:
    return each(facts, lambda rows: short(_flats(rows, rng) * scale))


def _flats(rows: tuple[int, int], rng: np.random.Generator) -> Array:
    """+-20 and +-40, some of them jittered; of several rows, one has one sign."""
    count, _ = rows
    values = signs(rows, rng) * _FLAT * rng.integers(1, 3, size=rows)
    if count > 1:
        row = rng.integers(count)
        values[row] = np.abs(values[row]) * signs((1,), rng)
    jitter = short(rng.standard_normal(rows) * 0.1, digits=2)
    return np.where(rng.random(rows) < 0.5, values, values + jitter)


STRATEGY = Strategy("saturated", "near -40, -20, 20 and 40 times the scale", _draw, adversarial=True)
