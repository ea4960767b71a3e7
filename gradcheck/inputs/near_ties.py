"""Entries that differ by almost nothing, from each other and from zero: within reach of a finite-difference step."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from gradcheck.inputs.domains import fit
from gradcheck.inputs.drawing import magnitudes
from gradcheck.inputs.interface import Facts, Strategy
from gradcheck.inputs.ties import palette, picks
from gradcheck.records.dtypes import precision_of

if TYPE_CHECKING:
    from gradcheck.records.case import Array

_WIDEST = -3.0
_NARROWEST = -12.0


def _draw(facts: tuple[Facts, ...], scale: float, rng: np.random.Generator) -> tuple[Array | None, ...]:
    shared = np.append(0.0, palette(2, scale, rng))
    return tuple(fit(_parted(shared[picks(one.rows, 3, rng)], one.dtype, scale, rng), one) for one in facts)


def _parted(values: Array, dtype: str, scale: float, rng: np.random.Generator) -> Array:
    """Values moved apart by gaps of one size in each row, none too small for the dtype to hold."""
    narrowest = max(_NARROWEST, math.log10(4 * precision_of(dtype).eps))
    gaps = magnitudes(min(narrowest, _WIDEST), _WIDEST, (values.shape[0], 1), rng)
    return values + rng.uniform(-1, 1, values.shape) * gaps * np.maximum(min(scale, 1.0), np.abs(values))


STRATEGY = Strategy("near_ties", "ties and zeros moved apart by 1e-12 to 1e-3", _draw, adversarial=True)
