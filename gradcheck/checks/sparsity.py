"""The pattern that a layer's derivatives claim, found by a few calls in place of one for each output.

A cotangent that is 1 at every p-th output, and one with other weights there, tell which output each entry of a gradient
comes from: their ratio is its weight. Where an entry comes from two outputs, no weight fits and another p is tried. A
random cotangent then has to give what the pattern says, so that a stray non-zero shows wherever it is.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradcheck.frozen import dataclass
from gradcheck.oracle.pattern import SAVING, Pattern, pattern_of

Array = NDArray[Any]
Gradient = Callable[[Array], Array]  # of a cotangent of shape (m,): shape (n,)
MOST = 1 << 24  # numbers that are read to find one
ROUNDINGS = 64.0  # of a gradient's entry, that one cotangent or another may leave
PERIODS = (1, 2, 4, 8, 16, 32)  # p, besides the lengths of the output's axes and one more than these
FEW = 1 << 12  # entries of a gradient that are looked at first
DISTINCT = 1e4  # roundings by which two weights differ at least: of fewer outputs there are as many weights


@dataclass(frozen=True, eq=False, repr=False)
class SparseClaim:
    """What a layer claims of its Jacobian, as far as it is not 0.

    Parameters
    ----------
    pattern : Pattern
    period : int
        How many outputs apart two of one cotangent are.
    """

    pattern: Pattern
    period: int

    def table(self, gradient: Gradient, size: float = 1.0) -> Array:
        """The table that `bprop` gives for ones, times a factor, at every p-th output."""
        m = self.pattern.shape[0]
        return self.table_of([gradient(size * comb(m, self.period, start)) / size for start in range(self.period)])

    def table_of(self, gradients: Sequence[Array]) -> Array:
        """The table of the gradients for ones at every p-th output, from the first, the second, ... output on."""
        return self.pattern.table(np.stack(gradients)[self.pattern.rows % self.period, self.pattern.columns])


def comb(m: int, period: int, start: int) -> Array:
    """Ones at every p-th of m outputs."""
    v = np.zeros(m)
    v[start::period] = 1
    return v


def sparsity(
    gradient: Gradient,
    shape: tuple[int, ...],
    sizes: Sequence[int],
    scale: Array,
    eps: float,
    rng: np.random.Generator,
) -> SparseClaim | None:
    """The pattern of a Jacobian as `bprop` claims it; None where there is none that saves calls.

    Parameters
    ----------
    gradient : callable
    shape : tuple of int
        The output's.
    sizes : sequence of int
        The length of each differentiable input.
    scale : ndarray, shape (n,)
        The length of each entry of the inputs.
    eps : float
        Unit roundoff of the gradients.
    rng : numpy.random.Generator
    """
    m, n = int(np.prod(shape)), int(sum(sizes))
    if m * DISTINCT * eps > 1:
        return None
    middle = np.count_nonzero(gradient(np.eye(1, m, m // 2)[0]))  # as many groups as that, at least
    if middle * SAVING > n:
        return None
    ends = np.cumsum([0, *sizes]).tolist()
    pieces = [slice(a, b) for a, b in pairwise(ends)]
    for period in _periods(shape):
        if period * (m + n) > MOST or 2 * period > max(m, 2):
            return None
        found = _nonzeros(gradient, m, period, eps, rng)
        if found is not None:
            rows, columns, ones = found
            pattern = pattern_of(rows, columns, (m, n), pieces, scale)
            return None if pattern is None else _confirmed(SparseClaim(pattern, period), ones, gradient, eps, rng)
    return None


def _periods(shape: tuple[int, ...]) -> list[int]:
    lengths = [length + more for length in shape for more in (0, 1)]
    lengths += [int(np.prod(shape[k:])) for k in range(1, len(shape))]
    return sorted({*PERIODS, *lengths})


def _nonzeros(
    gradient: Gradient, m: int, period: int, eps: float, rng: np.random.Generator
) -> tuple[Array, Array, list[Array]] | None:
    """The rows and columns of all non-zeros, and the gradients for ones at every p-th output.

    None where an entry of a gradient comes from two outputs.
    """
    order = rng.permutation(m)
    weights = 1 + (order + 0.5) / m
    output = np.empty_like(order)
    output[order] = np.arange(m)
    rows, columns, gradients = [], [], []
    for start in range(period):
        plain = comb(m, period, start)
        ones, weighted = gradient(plain), gradient(plain * weights)
        few = slice(None, None, max(len(ones) // FEW, 1))  # where many entries come from several outputs, some do here
        if _told(ones[few], weighted[few], weights, output, plain, eps) is None:
            return None
        found = _told(ones, weighted, weights, output, plain, eps)
        if found is None:
            return None
        rows.append(found[0])
        columns.append(found[1])
        gradients.append(ones)
    return np.concatenate(rows), np.concatenate(columns), gradients


def _told(
    ones: Array, weighted: Array, weights: Array, output: Array, plain: Array, eps: float
) -> tuple[Array, Array] | None:
    """The outputs from which the non-zeros of two gradients come, and their places; None where one comes from two."""
    m, moved = len(weights), np.flatnonzero((ones != 0) | (weighted != 0))
    with np.errstate(all="ignore"):
        ratio = weighted[moved] / ones[moved]
        told = np.where((ratio > 1) & (ratio < 2), ratio, 1.0)
        found = output[np.clip(((told - 1) * m).astype(int), 0, m - 1)]
        fits = (np.abs(ratio - weights[found]) <= ROUNDINGS * eps) & (plain[found] == 1)
    return (found, moved) if fits.all() else None


def _confirmed(
    claim: SparseClaim, ones: Sequence[Array], gradient: Gradient, eps: float, rng: np.random.Generator
) -> SparseClaim | None:
    """The claim, where a random cotangent gives what its table does."""
    table, v = claim.table_of(ones), rng.standard_normal(claim.pattern.shape[0])
    expected, got = claim.pattern.combined(v, table), gradient(v)
    rounding = ROUNDINGS * eps * claim.pattern.combined(np.abs(v), np.abs(table))
    return claim if bool((np.abs(got - expected) <= rounding).all()) else None
