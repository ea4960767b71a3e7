"""Where a sparse Jacobian has its non-zeros, and its columns in groups of which no two move a common output.

A. Curtis, M. Powell and J. Reid, On the estimation of sparse Jacobian matrices, J. Inst. Maths Applics 13, 1974. A
table with a column for each group holds all that is claimed to be other than 0. One more column for each input, the
last of its piece, speaks for the zeros: its value is 0, and its bound that of the least certain of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from itertools import chain, pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradcheck.frozen import dataclass
from gradcheck.oracle.table import NOBODY

Array = NDArray[Any]
SAVING = 8  # columns for each group, from which a table of groups pays
OCTAVES = 2  # a factor of 4 between lengths in one group
SPARE = 4  # times the fewest groups that a row allows, up to which periods are tried


@dataclass(frozen=True, eq=False, repr=False)
class Pattern:
    """The non-zeros of a Jacobian of shape (m, n), and the groups of its columns.

    Parameters
    ----------
    shape : (int, int)
    rows, columns, places : ndarray of int, shape (k,)
        Of each non-zero, its row, its column, and its column in a table of groups.
    groups : tuple of ndarray of int
        The columns of each group.
    measured : ndarray of int
        The column in a table of each group.
    pieces : tuple of slice
        Which columns of a table belong to each input; the last of each speaks for the zeros.
    """

    shape: tuple[int, int]
    rows: Array
    columns: Array
    places: Array
    groups: tuple[Array, ...]
    measured: Array
    pieces: tuple[slice, ...]

    @property
    def width(self) -> int:
        """The number of columns of a table."""
        return int(self.pieces[-1].stop)

    def column(self, row: int, place: int) -> int:
        """The column of the Jacobian to which a number of a table belongs."""
        return int(self.entries(np.ones(self.shape[1]))[row, place])

    @property
    def owners(self) -> Array:
        """The column of each group that is claimed to move each output, `NOBODY` where none is; (groups, m)."""
        whole = np.full((self.width, self.shape[0]), NOBODY)
        whole[self.places, self.rows] = self.columns
        owners: Array = whole[self.measured]
        return owners

    @cached_property
    def claimed(self) -> Array:
        """Which numbers of a table are those of non-zeros, (m, width)."""
        return self.table(np.ones(len(self.rows), dtype=bool))

    def entries(self, scale: Array) -> Array:
        """The column of the Jacobian to which each number of a table belongs: for zeros, that of the least scale."""
        first = np.zeros(self.width, dtype=int)
        first[self.measured] = [group[0] for group in self.groups]
        for piece in self.pieces:
            groups = [g for g, at in zip(self.groups, self.measured, strict=True) if piece.start <= at < piece.stop]
            shortest = [int(group[np.argmin(scale[group])]) for group in groups]
            first[piece.stop - 1] = shortest[int(np.argmin(scale[shortest]))]
        whole = np.empty((self.shape[0], self.width), first.dtype, "F")
        whole[:] = first
        whole[self.rows, self.places] = self.columns
        return whole

    def table(self, values: Array) -> Array:
        """The table of the values of all non-zeros, shape (k,); its columns lie in one piece, for they are long."""
        whole = np.zeros((self.shape[0], self.width), values.dtype, "F")
        whole[self.rows, self.places] = values
        return whole

    def combined(self, weights: Array, table: Array) -> Array:
        """The product of weights, (m,) or (k, m), and the Jacobian that a table holds: (n,) or (k, n)."""
        values = weights[..., self.rows] * table[self.rows, self.places]
        if values.ndim > 1:
            return np.stack([np.bincount(self.columns, weights=one, minlength=self.shape[1]) for one in values])
        return np.bincount(self.columns, weights=values, minlength=self.shape[1])

    def product(self, table: Array, t: Array) -> Array:
        """The product of the Jacobian that a table holds and a vector, shape (n,): shape (m,)."""
        values = table[self.rows, self.places] * t[self.columns]
        return np.bincount(self.rows, weights=values, minlength=self.shape[0])


def pattern_of(
    rows: Array, columns: Array, shape: tuple[int, int], pieces: Sequence[slice], scale: Array
) -> Pattern | None:
    """The pattern of some non-zeros; None where no few groups of columns are found, or do not pay.

    Parameters
    ----------
    rows, columns : ndarray of int, shape (k,)
        Without repetition.
    shape : (int, int)
    pieces : sequence of slice
        Which columns of the Jacobian belong to each input.
    scale : ndarray, shape (n,)
        The length of each entry of x: those of a group are alike, so that steps suit all of them.
    """
    octaves = np.floor(np.log2(np.maximum(scale.astype(float), np.finfo(float).tiny)) / OCTAVES).astype(int)
    if (np.diff(rows) <= 0).any():  # one non-zero in each row, as of an elementwise function, is in order as found
        order = np.lexsort((columns, rows))
        rows, columns = rows[order], columns[order]
    places, ends = np.zeros(len(rows), dtype=int), [0]
    groups: list[Array] = []
    measured: list[int] = []
    for piece in pieces:
        mine = (columns >= piece.start) & (columns < piece.stop)
        colours = _colours(rows[mine], columns[mine] - piece.start, shape[0], piece.stop - piece.start)
        if colours is None:
            return None
        kinds = _ranks(octaves[piece] - octaves[piece].min())
        colours = _ranks(colours + kinds * (colours.max() + 1))
        places[mine] = ends[-1] + colours[columns[mine] - piece.start]
        found = np.split(np.argsort(colours, kind="stable"), np.cumsum(np.bincount(colours))[:-1])
        measured += [ends[-1] + k for k in range(len(found))]
        groups += [piece.start + group for group in found]
        ends.append(ends[-1] + len(found) + 1)
    if len(groups) * SAVING > shape[1]:
        return None
    parts = tuple(slice(a, b) for a, b in pairwise(ends))
    return Pattern(shape, rows, columns, places, tuple(groups), np.array(measured), parts)


def _colours(rows: Array, columns: Array, m: int, n: int) -> Array | None:
    """The group of each column of one input, shape (n,): by the place in its row, or its remainder; None if neither."""
    if not n:
        return None
    counts = np.bincount(rows, minlength=m)
    rank = np.arange(len(rows)) - np.repeat(np.cumsum(counts) - counts, counts)
    by_rank = np.zeros(n, dtype=int)
    by_rank[columns] = rank
    most = int(counts.max(initial=1))
    periods = range(most, min(SPARE * most, n) + 1)
    candidates = chain([by_rank], (np.arange(n) % period for period in periods))  # one at a time: each is as long as x
    return next((colours for colours in candidates if _apart(rows, colours[columns], m)), None)


def _ranks(values: Array) -> Array:
    """The rank of each of some numbers of 0 and more among those that there are; small ones are not sorted."""
    if values.max() > len(values):
        return np.unique(values, return_inverse=True)[1]
    ranks: Array = np.cumsum(np.bincount(values) > 0)[values] - 1
    return ranks


def _apart(rows: Array, colours: Array, m: int) -> bool:
    """Whether no two non-zeros of a row have one colour."""
    keys = colours * m + rows
    return bool(np.bincount(keys, minlength=1).max(initial=0) <= 1)
