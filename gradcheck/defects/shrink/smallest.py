"""The smallest arrays so far at which a check fails, and those that are tried to make them smaller."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradcheck.inputs.given import inside
from gradcheck.records.input import Input

Array = NDArray[Any]


@dataclass(eq=False)
class Smallest:
    """Arrays that give way to smaller ones.

    Parameters
    ----------
    inputs : tuple of Input
        Those of the layer.
    arrays : sequence of ndarray
        One for each input.
    fails : callable
        Whether the check fails at other arrays.
    least : int
        Places that are left of each axis, if it has as many.
    """

    inputs: tuple[Input, ...]
    arrays: Sequence[Array]
    fails: Callable[[Sequence[Array]], bool]
    least: int = 1

    def takes(self, arrays: Sequence[Array]) -> bool:
        """Whether the check fails at these arrays too, which then are the smallest ones."""
        if not all(inside(one, array) for one, array in zip(self.inputs, arrays, strict=True)):
            return False
        same = (a.shape == b.shape and np.array_equal(a, b) for a, b in zip(arrays, self.arrays, strict=True))
        if all(same) or not self.fails(arrays):
            return False
        self.arrays = arrays
        return True
