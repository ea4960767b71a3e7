"""What there is to know of the floating dtypes that a layer may compute in: the one place that knows bfloat16.

bfloat16 comes from the package ml_dtypes, which is imported when a dtype of that name is asked for and not before.
numpy takes it for a dtype of kind V: `np.finfo` and `np.issubdtype` refuse it, which is why this file is asked instead.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from importlib import import_module
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from gradcheck.errors import UsageError, nearest
from gradcheck.frozen import dataclass
from gradcheck.records.case import DTYPES

Array = NDArray[Any]
BFLOAT16 = "bfloat16"


@dataclass(frozen=True)
class Precision:
    """The numbers of a floating dtype, as float64 holds them: those of longdouble may be 0 and infinite.

    Attributes
    ----------
    eps : float
        Distance from 1 to the next number.
    largest : float
        The largest finite number.
    normal, subnormal : float
        The least positive number with all digits, and the least of all.
    """

    eps: float
    largest: float
    normal: float
    subnormal: float


def dtype_of(name: str) -> np.dtype[Any]:
    """The dtype of a name.

    Raises
    ------
    UsageError
        When gradcheck knows no such dtype, or the package that brings it is not installed.
    """
    if name not in DTYPES:
        raise UsageError(f"`dtype` must be one of {', '.join(DTYPES)}, not {name!r}{nearest(name, DTYPES)}")
    if name == BFLOAT16:
        try:
            import_module("ml_dtypes")
        except ImportError:
            raise UsageError("`dtype` bfloat16 needs the package ml_dtypes: pip install 'gradcheck[lowp]'") from None
    return np.dtype(name)


@lru_cache
def precision_of(dtype: DTypeLike) -> Precision:
    """The numbers of a floating dtype, given as numpy takes it or as one of the names that gradcheck knows."""
    known = dtype_of(dtype) if isinstance(dtype, str) else np.dtype(dtype)
    info = import_module("ml_dtypes").finfo(known) if known.name == BFLOAT16 else np.finfo(known)
    return Precision(*(float(number) for number in (info.eps, info.max, info.tiny, info.smallest_subnormal)))


def is_floating(dtype: np.dtype[Any]) -> bool:
    """Whether a dtype holds real floating numbers."""
    return dtype.kind == "f" or dtype.name == BFLOAT16


def widened(array: Array) -> Array:
    """The same numbers in a dtype that numpy computes in: bfloat16 as float32, all others as they are."""
    return array if array.dtype.kind == "f" or array.dtype.name != BFLOAT16 else array.astype(np.float32)


def converted(arrays: Sequence[Array], dtype: Any) -> tuple[Array, ...]:
    """The arrays with those of floating dtype in `dtype`; labels stay as they are."""
    return tuple(a.astype(dtype) if is_floating(a.dtype) else a for a in arrays)
