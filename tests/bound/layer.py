"""A layer made of expressions, with the true derivative of it at any point."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from gradcheck import Input
from tests.bound.claims import Claim
from tests.bound.tree import Node, run, slopes
from tests.bound.truth import NoTruthError, truth

Array = np.ndarray
SCALARS, ELEMENTWISE, SUMMED = "scalars", "elementwise", "summed"


@dataclass(frozen=True)
class Sketch:
    """A drawn layer and the point at which it is judged.

    Attributes
    ----------
    trees
        One for each output; a single one for the forms that apply it to every entry of a vector.
    point
        The inputs: a number each, or one vector.
    domains
        As `gradcheck.Input` takes them.
    form
        `SCALARS`: outputs of scalar inputs. `ELEMENTWISE` and `SUMMED`: of a vector x, f(x_i) or the sum of all f(x_i).
    accuracy
        Relative error that the forward declares; 0 for none.
    """

    trees: tuple[Node, ...]
    point: tuple[float, ...]
    domains: tuple[Any, ...] = ()
    form: str = SCALARS
    accuracy: float = 0.0

    @property
    def inputs(self) -> tuple[Input, ...]:
        """The inputs as a layer declares them."""
        domains = self.domains or ("real",) * len(self.point)
        if self.form == SCALARS:
            return tuple(Input(f"x{k}", (), domain) for k, domain in enumerate(domains))
        return (Input("x0", (len(self.point),), domains[0]),)

    @property
    def arrays(self) -> tuple[Array, ...]:
        """The point as a layer takes it."""
        if self.form == SCALARS:
            return tuple(np.array(p) for p in self.point)
        return (np.array(self.point),)

    def __str__(self) -> str:
        values = ", ".join(map(repr, self.point))
        return f"{self.form}: {'; '.join(map(str, self.trees))} at {values}"

    def forward(self, *arrays: Array) -> Any:
        """The output in numpy, in the dtype of the arrays."""
        values = [run(tree, arrays) for tree in self.trees]
        if self.form == SUMMED:
            return values[0].sum(axis=-1)
        return values[0] if len(values) == 1 else np.stack(np.broadcast_arrays(*values), axis=-1)

    def jacobian(self, flat: tuple[Any, ...]) -> tuple[tuple[tuple[Any, ...], ...], Array]:
        """The true Jacobian at numbers in the order of `point`, in mpmath, and what casts leave open of each entry.

        Raises
        ------
        NoTruthError
        """
        if self.form == SCALARS:
            rows = [truth(tree, flat) for tree in self.trees]
            return tuple(row.gradient for row in rows), np.array([row.slack for row in rows])
        each = [truth(self.trees[0], (number,)) for number in flat]
        slopes, slack = [e.gradient[0] for e in each], np.array([e.slack[0] for e in each])
        if self.form == SUMMED:
            return (tuple(slopes),), slack[None]
        zero = 0 * slopes[0]
        diagonal = tuple(tuple(s if k == j else zero for k in range(len(flat))) for j, s in enumerate(slopes))
        return diagonal, np.diag(slack)

    def chained(self, arrays: tuple[Array, ...]) -> Array:
        """The Jacobian by the chain rule in numpy, in the dtype of the arrays.

        Raises
        ------
        AttributeError
            When an operation inside has no slope in numpy.
        """
        if self.form == SCALARS:
            return np.array([[np.asarray(g) for g in slopes(tree, arrays)[1]] for tree in self.trees], arrays[0].dtype)
        (row,) = slopes(self.trees[0], arrays)[1]
        row = row + np.zeros_like(arrays[0])
        return row[None] if self.form == SUMMED else np.diag(row)


@dataclass(frozen=True)
class Made:
    """A layer that computes a sketch's forward, and for its backward pass what a claim makes of the truth.

    Where there is no truth it answers NaN. A truth once found is kept: it is asked for at every cotangent.
    """

    sketch: Sketch
    claim: Claim
    known: dict[bytes, Any] = field(default_factory=dict, repr=False)
    name: str = "bound"

    @property
    def inputs(self) -> tuple[Input, ...]:
        return self.sketch.inputs

    @property
    def accuracy(self) -> float:
        return self.sketch.accuracy

    def forward(self, *arrays: Array) -> Any:
        return self.sketch.forward(*arrays)

    def bprop(self, v: Array, *arrays: Array) -> Any:
        matrix = self.claim.make(self._by_chain(arrays) if self.claim.by_chain else self._by_truth(arrays))
        row = np.asarray(v).reshape(-1).astype(matrix.dtype) @ matrix
        if self.sketch.form != SCALARS:
            return row
        return row[0] if len(arrays) == 1 else tuple(row)

    def _by_chain(self, arrays: tuple[Array, ...]) -> Array:
        return self.sketch.chained(arrays)

    def _by_truth(self, arrays: tuple[Array, ...]) -> Array:
        flat = tuple(number for array in arrays for number in np.ravel(array))
        key = b"".join(number.tobytes() for number in flat)
        if key not in self.known:
            try:
                self.known[key] = self.sketch.jacobian(flat)[0]
            except NoTruthError:
                self.known[key] = None
        found = self.known[key]
        if found is None:
            return np.full((self.outputs, len(flat)), np.nan, arrays[0].dtype)
        return rounded(found, arrays[0].dtype)

    @property
    def outputs(self) -> int:
        """Number of entries of the output."""
        return len(self.sketch.point) if self.sketch.form == ELEMENTWISE else len(self.sketch.trees)


def rounded(matrix: Any, dtype: Any) -> Array:
    """Numbers of mpmath, rounded once to a dtype."""
    return np.array([[_number(entry, np.dtype(dtype).type) for entry in row] for row in matrix], dtype)


def _number(entry: Any, kind: Any) -> Any:
    high = kind(float(entry))
    return high if not np.isfinite(high) else high + kind(float(entry - float(high)))
