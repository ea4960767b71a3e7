"""A layer at a point as tables with a column for each group of columns, where its Jacobian has few non-zeros."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from gradcheck.adapters.breach import Breach, attempt
from gradcheck.adapters.contract import Subject
from gradcheck.adapters.refusal import unclaimed
from gradcheck.checks.matrices import gradient_row, jacobian_parts, tangent_column
from gradcheck.checks.streams import Stream
from gradcheck.frozen import dataclass
from gradcheck.oracle.forward import Forward
from gradcheck.oracle.noise import Noise
from gradcheck.oracle.precision import unstacked
from gradcheck.oracle.steps import length_scale
from gradcheck.records.dtypes import precision_of
from gradcheck.records.estimate import Estimate

if TYPE_CHECKING:
    from gradcheck.checks.sparsity import SparseClaim
    from gradcheck.oracle.pattern import Pattern

Array = NDArray[Any]
FEWEST = 1 << 14  # entries of a Jacobian, below which a pattern saves nothing


@dataclass(frozen=True, eq=False, repr=False)
class SparseView:
    """What is claimed and what is measured, in tables; there is one where all that is measured is in order.

    Attributes
    ----------
    claim
        The pattern, and how its table is read from `bprop`.
    claims
        The tables by the name of their method.
    forward, noise
        What was differentiated.
    estimate
    """

    claim: SparseClaim
    claims: dict[str, Array]
    forward: Forward
    noise: Noise
    estimate: Estimate

    @property
    def pattern(self) -> Pattern:
        """Where the claims have non-zeros."""
        return self.claim.pattern

    def contracted(self, v: Array) -> Estimate:
        """The estimate of v . J for a cotangent of shape (m,): shape (n,)."""
        known = self.estimate
        sizes = (known.floor, known.gap, known.scale, known.reach, known.open)
        floor, gap, scale, reach, open_ = (self.pattern.combined(np.abs(v), size) for size in sizes)
        return Estimate(self.pattern.combined(v, known.value), floor, gap, scale, reach, open_)

    def along(self, t: Array) -> Estimate:
        """The estimate of J . t for a tangent of shape (n,): shape (m, 1)."""
        known = self.estimate
        sizes = (known.floor, known.gap, known.scale, known.reach, known.open)
        floor, gap, scale, reach, open_ = (self.pattern.product(size, np.abs(t))[:, None] for size in sizes)
        return Estimate(self.pattern.product(known.value, t)[:, None], floor, gap, scale, reach, open_)


def claimed_at(
    claim: SparseClaim, subject: Subject, method: str, arrays: Sequence[Array], y: Array, size: float = 1.0
) -> Array:
    """The table of a method at some arrays; `bprop` and `jvp` are given ones times `size`, by which it is divided.

    Raises
    ------
    Breach
        As the method's own reading does.
    """
    pattern = claim.pattern
    if method == "jacobian":
        return pattern.table(_at_nonzeros(pattern, jacobian_parts(subject, arrays, y)))
    if method == "bprop":
        return claim.table(lambda v: gradient_row(subject, v, arrays, y), size)
    table = np.zeros((y.size, pattern.width))
    for place, group in zip(pattern.measured, pattern.groups, strict=True):
        t = np.zeros(pattern.shape[1])
        t[group] = size
        table[:, place] = tangent_column(subject, t, arrays, y) / size
    return table


def claimed(
    subject: Subject, arrays: Sequence[Array], y: Array, rng: Callable[[Stream], np.random.Generator]
) -> SparseClaim | None:
    """The pattern that `bprop` claims at a point in float64; None where it claims none.

    Parameters
    ----------
    subject : Subject
    arrays : sequence of ndarray
    y : ndarray
        The output.
    rng : callable
        A generator for each stream.
    """
    floats = all(a.dtype == np.float64 for a in arrays if a.dtype.kind == "f") and y.dtype == np.float64
    sizes = [arrays[k].size for k in subject.differentiable]
    if not floats or not subject.has_bprop or y.size * sum(sizes) <= FEWEST:
        return None
    from gradcheck.checks.sparsity import sparsity  # only for what is large: start-up

    gradient = partial(_gradient, subject, arrays, y)
    eps, scale = precision_of(y.dtype).eps, length_scale(unstacked(subject.forward_at, subject.inputs, arrays, y))
    found = attempt(lambda: sparsity(gradient, y.shape, sizes, scale, eps, rng(Stream.PATTERN)))
    return None if isinstance(found, Breach) else found


def _gradient(subject: Subject, arrays: Sequence[Array], y: Array, v: Array) -> Array:
    return gradient_row(subject, v, arrays, y)


def sparse_view(
    claim: SparseClaim,
    subject: Subject,
    methods: Sequence[str],
    arrays: Sequence[Array],
    y: Array,
    rng: Callable[[Stream], np.random.Generator],
) -> SparseView | None:
    """The view of a layer at a point; None where something is in doubt.

    Parameters
    ----------
    claim : SparseClaim
        What `claimed` gives.
    methods : sequence of str
        Those that are asked.
    subject, arrays, y, rng
        As there.
    """
    claims = attempt(lambda: _claims(claim, subject, methods, arrays, y))
    if isinstance(claims, Breach) or not claims or not all(np.isfinite(table).all() for table in claims.values()):
        return None
    from gradcheck.oracle.light import light_noise  # only for what is large: start-up
    from gradcheck.oracle.sparse import differentiate_sparse

    draws = rng(Stream.DIRECTIONS)
    source = subject.truth
    forward = unstacked(source.forward_at, subject.inputs, arrays, y, source.stacked_forward)
    with np.errstate(all="ignore"):
        forward = forward.with_stacking(draws)
        noise = light_noise(forward, draws)
    if noise is None:
        return None
    noise = noise.good_to(subject.accuracy)
    eps, tables = max(precision_of(y.dtype).eps, noise.relative), list(claims.values())
    estimate = differentiate_sparse(forward, noise, claim.pattern, tables, eps, rng(Stream.DIFFERENCES))
    return None if estimate is None else SparseView(claim, claims, forward, noise, estimate)


def _claims(
    claim: SparseClaim, subject: Subject, methods: Sequence[str], arrays: Sequence[Array], y: Array
) -> dict[str, Array]:
    """The tables of the methods; empty where `jacobian` has other non-zeros than `bprop`."""
    found, pattern = {}, claim.pattern
    for method in methods:
        if method == "jacobian":
            parts = jacobian_parts(subject, arrays, y)
            own = _at_nonzeros(pattern, parts)
            if sum(np.count_nonzero(part) for part in parts) != np.count_nonzero(own):
                return {}
            found[method] = pattern.table(own)
            continue
        table = attempt(partial(claimed_at, claim, subject, method, arrays, y))
        if not isinstance(table, Breach):
            found[method] = table
        elif method == "bprop" or not unclaimed(table):
            return {}
    return found


def _at_nonzeros(pattern: Pattern, parts: Sequence[Array]) -> Array:
    """The entries of a Jacobian, given as the columns of each input, at the non-zeros of a pattern: shape (k,)."""
    values, start = np.zeros(len(pattern.rows), np.result_type(*parts)), 0
    for part in parts:
        mine = (pattern.columns >= start) & (pattern.columns < start + part.shape[1])
        values[mine] = part[pattern.rows[mine], pattern.columns[mine] - start]
        start += part.shape[1]
    return values
