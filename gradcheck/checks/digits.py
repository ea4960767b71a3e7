"""With how many digits the two sides of a comparison compute: those of the point's dtype, or more."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradcheck.frozen import dataclass
from gradcheck.oracle.forward import Forward
from gradcheck.oracle.noise import DOUBLE, Noise
from gradcheck.records.case import Point
from gradcheck.records.dtypes import Precision, converted, dtype_of, precision_of

Array = NDArray[Any]


@dataclass(frozen=True, eq=False, repr=False)
class Digits:
    """Those of a layer at a point.

    Parameters
    ----------
    point : Point
    alone : bool
        Whether the layer computes in the point's dtype alone, as one that has a reference for all else.
    measured : callable
        The forward that is differentiated, its noise, and what else is known of it; not asked before it is needed.
    """

    point: Point
    alone: bool
    measured: Callable[[], tuple[Forward, Noise, Any]]

    @property
    def eps(self) -> float:
        """Unit roundoff of the point's dtype."""
        return self.precision.eps

    @property
    def precision(self) -> Precision:
        """The numbers of the point's dtype."""
        return precision_of(self.point.case.dtype)

    @property
    def low(self) -> bool:
        """Whether the point's dtype has fewer digits than float64."""
        return self.eps > DOUBLE

    @property
    def precise(self) -> float:
        """Unit roundoff with which a formula in more digits is judged: of float64, or what the forward itself shows."""
        return max(min(self.eps, DOUBLE), self.measured()[1].relative)

    @cached_property
    def unit(self) -> float:
        """Relative rounding that the analytic side is granted: that of its dtype, or what the forward itself shows."""
        return max(self.eps, self.measured()[1].relative)

    @cached_property
    def rounding(self) -> float:
        """Unit roundoff with which the reference's side of the analytic derivative is evaluated."""
        return float(np.finfo(self.exact_dtype).eps) if self.extended else self.unit

    @cached_property
    def extended(self) -> bool:
        """Whether the analytic side was evaluated in more digits than the point's dtype has."""
        return not self.alone and bool(np.finfo(self.exact_dtype).eps < self.eps)

    @cached_property
    def exact_arrays(self) -> tuple[Array, ...]:
        """The point's arrays in the reference's precision."""
        return converted(self.point.arrays, self.exact_dtype)

    @cached_property
    def exact_dtype(self) -> Any:
        """The dtype of the numeric side; the point's own where the layer is to compute in no other."""
        return np.dtype(dtype_of(self.point.case.dtype)) if self.alone else self.numeric_dtype

    @property
    def numeric_dtype(self) -> Any:
        """The dtype in which the forward is differentiated."""
        return self.measured()[0].x.dtype
