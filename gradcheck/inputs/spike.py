"""One entry that dwarfs its row: an exponential that is not shifted by the maximum overflows here."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gradcheck.inputs.drawing import each, short, signs
from gradcheck.inputs.interface import Facts, Strategy

if TYPE_CHECKING:
    from gradcheck.records.case import Array

_HEIGHT = 1e3


def _draw(facts: tuple[Facts, ...], scale: float, rng: np.random.Generator) -> tuple[Array | None, ...]:
    return each(facts, lambda rows: _spiked(rows, scale, rng))


def _spiked(rows: tuple[int, int], scale: float, rng: np.random.Generator) -> Array:
    """Normal rows with one entry at +-1e3, + in the first row."""
    count, length = rows
    values = short(rng.standard_normal(rows) * scale)
    if values.size:
        sign = signs((count,), rng)
        sign[0] = 1.0
        values[np.arange(count), rng.integers(length, size=count)] = sign * (_HEIGHT * scale)
    return values


STRATEGY = Strategy("spike", "normal, with one entry a row at 1e3 times the scale", _draw, adversarial=True)
