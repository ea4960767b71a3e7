"""Outputs that have been through float32, whatever their dtype."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
SINGLE_EPS, SINGLE_TINY = 6e-8, 1.4e-45  # half a unit roundoff of float32, and its least positive number


def varies_in_single(values: Array) -> Array:
    """Outputs, shape (m,), that vary over float32 numbers alone: (POINTS, g, m) -> (m,)."""
    flat = values.reshape(-1, values.shape[-1])
    exact, used = _as_single(flat)
    single: Array = exact.all(axis=0) & used.any(axis=0) & (flat != flat[:1]).any(axis=0)
    return single


def is_single(values: Array) -> bool:
    """Whether all outputs met are float32 numbers: (POINTS, g, m)."""
    exact, used = _as_single(values)
    return bool((exact | ~np.isfinite(values)).all() and used.any())


def _as_single(values: Array) -> tuple[Array, Array]:
    """Which values float32 holds, and in which of them one of its last three bits is used.

    Numbers with few digits, such as multiples of 1/4, are no sign of float32.
    """
    single = values.astype(np.float32)
    return single == values, (single.view(np.int32) & 7) != 0
