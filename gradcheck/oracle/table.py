"""What is known of a Jacobian while it is measured."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import fields
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from gradcheck.frozen import dataclass

Array = NDArray[Any]
Order = Literal["C", "F"]
NOBODY = -1  # an index that is none
AT_ONCE = 1 << 15  # numbers of some rows: 256 KiB, of which a processor has several at hand


@dataclass(frozen=True, eq=False, repr=False)
class Table:
    """What is known of the Jacobian so far, all arrays of shape (m, n); columns are filled in as they are measured.

    Parameters
    ----------
    value, bound, gap, noise : ndarray
        As in `richardson.Levels`.
    secant : ndarray
        The steepest |F(x + h) - F(x)| / h met.
    open : ndarray
        The distance from `value` up to which the differences prove no claim wrong.
    """

    value: Array
    bound: Array
    gap: Array
    noise: Array
    secant: Array
    open: Array

    @classmethod
    def empty(cls, m: int, n: int, dtype: Any, order: Order = "C") -> Table:
        """A table in which nothing is known; in Fortran order where few columns have many rows."""
        table = cls(*(np.zeros((m, n), dtype, order) for _ in fields(cls)))
        table.bound[:] = np.inf
        return table

    def of(self, columns: Array) -> Table:
        """The table of some columns, each as often as it is named."""
        return Table(*(getattr(self, one.name)[:, columns] for one in fields(Table)))

    def rows(self, rows: slice) -> Table:
        """The table of some rows, which are not copied."""
        if rows.start == 0 and rows.stop >= len(self.value):
            return self
        return Table(*(getattr(self, one.name)[rows] for one in fields(Table)))

    def widen(self, column: int, use: Array, low: Array, high: Array, margin: Array | float) -> None:
        """Widen the bounds of some entries of a column to a range of slopes, shape (m,), with a margin, a share of it.

        No bound is ever voided, and what was open stays so.
        """
        value, bound = self.value[use, column], self.bound[use, column]
        low, high = np.minimum(low[use], value - bound), np.maximum(high[use], value + bound)
        middle, width = (low + high) / 2, high - low
        self.open[use, column] += np.where(self.open[use, column] > 0, np.abs(middle - value), 0)
        self.value[use, column], self.gap[use, column] = middle, width / 2
        self.bound[use, column] = width / 2 + np.broadcast_to(margin, use.shape)[use] * width


def joined(tables: Sequence[Table]) -> Table:
    """The columns of several tables of the same outputs, one after the other."""
    return Table(*(np.concatenate([getattr(table, one.name) for table in tables], axis=1) for one in fields(Table)))


def row_blocks(rows: int, numbers: int) -> list[slice]:
    """Slices of rows of so many numbers each, so that what is worked out of some stays in the cache and takes no room.

    One slice for all, or for none, where they are few.
    """
    length = max(AT_ONCE // max(numbers, 1), 1)
    return [slice(start, start + length) for start in range(0, max(rows, 1), length)]


def stacked(blocks: Iterable[tuple[Array, ...]]) -> tuple[Array, ...]:
    """The arrays of all blocks of rows, each as one: that of a single block is not copied."""
    return tuple(parts[0] if len(parts) == 1 else np.concatenate(parts) for parts in zip(*blocks, strict=True))
