"""What the columns of a table of derivatives stand for: each an entry of x, or each a group of entries."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradcheck.frozen import dataclass

Array = NDArray[Any]


@dataclass(frozen=True, eq=False, repr=False)
class Layout:
    """The entry of x to which each number of a table belongs.

    Parameters
    ----------
    pieces : tuple of slice
        Which columns of the table belong to each moving input.
    entries : ndarray of int, shape (m, columns), or None
        The entry of x that moves each output, where a column of the table is a group of them; None where it is one.
    """

    pieces: tuple[slice, ...]
    entries: Array | None = None

    @property
    def zeros(self) -> list[int]:
        """The columns that speak for the zeros of a piece, the last of each, where columns are groups."""
        return [] if self.entries is None else [piece.stop - 1 for piece in self.pieces]

    def rows(self, rows: slice) -> Layout:
        """The layout of some rows."""
        return self if self.entries is None else Layout(self.pieces, self.entries[rows])

    def of(self, values: Array) -> Array:
        """Numbers of the entries of x, shape (n,), as they belong to the numbers of a table: they broadcast to it."""
        return values if self.entries is None else values[self.entries.T].T  # in the order of the entries in memory


def steepest_of_pieces(slopes: Array, layout: Layout) -> Array:
    """The largest number of each row among the columns of the same input, in the shape of the table."""
    steepest = np.empty_like(slopes)
    for piece in layout.pieces:
        steepest[:, piece] = slopes[:, piece].max(axis=1, initial=0, keepdims=True)
    return steepest
