"""A numeric derivative with a bound on its own error."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gradcheck.frozen import dataclass

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.floating]


@dataclass(frozen=True, eq=False)
class Constraint:
    """A product u . J . d that every generalised gradient has at a point.

    Parameters
    ----------
    weights : ndarray, shape (m,)
        u, over the outputs.
    direction : ndarray, shape (n,)
        d, over the entries of the inputs.
    value, bound : float
        The product, and the largest deviation from it that the measurement leaves open.
    """

    weights: Array
    direction: Array
    value: float
    bound: float


@dataclass(frozen=True, eq=False)
class Estimate:
    """A numeric derivative, elementwise; all arrays have one shape.

    Parameters
    ----------
    value : ndarray
        The derivative that the differences give; infinite where the slope itself is.
    floor : ndarray
        A bound on the error of `value`: truncation, roundoff, noise and the gap. Infinite where nothing is known.
    gap : ndarray
        What the two one-sided slopes differ by, halved: 0 where the function is smooth.
    scale : ndarray
        The natural scale of each entry: the size of the numbers whose rounding meets in it.
    reach : ndarray
        What an error is small or large against: the steepest slope of the row in the same input; where there is none,
        the natural scale up to 1.
    open : ndarray
        Distance from `value` up to which the differences prove no claim wrong: what a second level of steps allows, and
        the slope of a term that the rounding of the output may hide.
    constraints : tuple of Constraint
        At a kink, products that bind the entries together; empty elsewhere.
    """

    value: Array
    floor: Array
    gap: Array
    scale: Array
    reach: Array
    open: Array
    constraints: tuple[Constraint, ...] = ()

    def part(self, index: Any) -> Estimate:
        """The estimate of the entries that an index picks from each array, without the constraints."""
        arrays = (self.value, self.floor, self.gap, self.scale, self.reach, self.open)
        return Estimate(*(array[index] for array in arrays))

    def contracted(self, v: Array) -> Estimate:
        """The estimate of v . J for a cotangent of shape (m,): shape (n,)."""
        size = abs(v)
        sizes = (self.floor, self.gap, self.scale, self.reach, self.open)
        floor, gap, scale, reach, open_ = (size @ part for part in sizes)
        return Estimate(v @ self.value, floor, gap, scale, reach, open_)
