"""A factor that all entries of a claim have in common, which each one's own rounding hides in a short dtype.

In bfloat16 an entry is granted 12 % of its natural scale. Rounding goes up here and down there: of many entries
together next to nothing of it is left, while a factor stays.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradcheck.records.fault import Fault, FaultKind

Array = NDArray[Any]
SYSTEMATIC = 2.0  # roundings of one sign: those of four constants that are kept in the dtype, half of one each
ENOUGH = 8.0  # entries of equal weight, of which rounding that goes both ways leaves a third


def common_factor(analytic: Array, numeric: Array, scale: Array, eps: float, dtype: str) -> Fault | None:
    """The factor by which one side is the other, by least squares; None where it is 1 as far as rounding lets it tell.

    Parameters
    ----------
    analytic, numeric : ndarray
        Of one shape; entries that are NaN or infinite on either side are left out.
    scale : ndarray
        Natural scale of each entry.
    eps : float
        Unit roundoff of the analytic side.
    dtype : str
        Its name.
    """
    fine = np.isfinite(analytic) & np.isfinite(numeric) & np.isfinite(scale)
    a, n, s = (side[fine].astype(float) for side in (analytic, numeric, scale))
    size = float(np.max(np.abs(n), initial=0))
    if size == 0:
        return None
    a, n, s = a / size, n / size, s / size
    square = float(n @ n)
    if square**2 < ENOUGH * float(n**2 @ n**2):
        return None
    factor, allowed = float(a @ n) / square, SYSTEMATIC * eps * float(np.abs(n) @ s) / square
    if not abs(factor - 1) > allowed:
        return None
    return Fault.of(FaultKind.COMMON_FACTOR, factor=factor, allowed=allowed, dtype=dtype)
