"""How much of a Jacobian is seen: every row of it, the entries that a pattern names, or random directions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from numpy.typing import NDArray

from gradcheck.frozen import dataclass
from gradcheck.oracle.sampling import Sample

if TYPE_CHECKING:
    from gradcheck.oracle.pattern import Pattern

Array = NDArray[Any]


@dataclass(frozen=True, eq=False, repr=False)
class Projection:
    """What is seen of the gradients that `bprop` returns at a point.

    Parameters
    ----------
    outputs : int
        How many outputs m there are.
    sample : Sample or None
        The random directions along which the Jacobian is seen; None where its entries are.
    pattern : Pattern or None
        Where it may be other than 0; None where that may be anywhere.
    """

    outputs: int
    sample: Sample | None
    pattern: Pattern | None

    @property
    def rows(self) -> int:
        """How many cotangents there are whose gradients make the rows of the claims: one-hot ones, or random ones."""
        return self.outputs if self.sample is None else len(self.sample.cotangents)

    def cotangent(self, weights: Array) -> Array:
        """The sum of these cotangents with weights, shape (rows,): shape (m,)."""
        return weights if self.sample is None else weights @ self.sample.cotangents

    def combined(self, weights: Array, rows: Array) -> Array:
        """The sum of rows with weights, (rows,) or (k, rows), as a gradient is seen: (n,) or (k, n)."""
        return self.pattern.combined(weights, rows) if self.pattern else weights @ rows

    def of(self, gradient: Array) -> Array:
        """What is seen of a gradient of shape (n,)."""
        return gradient if self.sample is None else self.sample.of(gradient)
