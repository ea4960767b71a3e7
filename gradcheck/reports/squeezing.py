"""Tables that are too wide as they are, and styles beyond the usual ones: the only reports that know rich.

Widths are ours to decide: left alone, rich cuts cells at 80 columns wherever nobody watches.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TextIO

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from gradcheck.reports.cells import LEAST_TEXT, WIDEST_TEXT, Cell, Column, Span

UNBOUNDED = 10_000
MARGIN = 3  # places that a column takes beside its text, at most


class _Console(Console):
    def on_broken_pipe(self) -> None:
        """Tell the command line, where rich itself would leave with 1: the code of a wrong derivative."""
        self.quiet = True
        raise BrokenPipeError


class Squeezing:
    """Where rich writes: lines in any style, tables fitted to the width.

    Parameters
    ----------
    stream : TextIO
    width : int or None
        Columns to keep to; None for as many as are needed.
    color : bool
    """

    def __init__(self, stream: TextIO, width: int | None, *, color: bool) -> None:
        self._console = _Console(
            file=stream,
            width=width or UNBOUNDED,
            height=50,  # with a width alone, rich falls back to 80 columns on a dumb terminal
            force_terminal=color,
            color_system="standard" if color else None,
            no_color=not color,
            legacy_windows=False,
            force_jupyter=False,
        )

    def line(self, spans: Iterable[Span]) -> None:
        """Write one line of any length."""
        self._console.print(Text.assemble(*spans), soft_wrap=True)

    def table(self, columns: Sequence[Column], rows: Sequence[Sequence[Cell]]) -> None:
        """Write a table; where it is too wide, texts are folded, then columns left out, the highest `drop` first."""
        kept, least = set(columns), 0
        if not self._fits(columns, rows):
            while (least := self._least(columns, rows, kept)) > self._console.width and any(c.drop for c in kept):
                kept.remove(max(kept, key=lambda column: column.drop))
        table = _table(columns, rows, kept, WIDEST_TEXT)
        if least > self._console.width:
            table.width = least  # the terminal may break lines; numbers are never cut
        self._console.print(table, crop=False)

    def _fits(self, columns: Sequence[Column], rows: Sequence[Sequence[Cell]]) -> bool:
        """Whether a table fits as it is, for certain: rich takes long to find out how narrow it may get."""
        texts = ([column.title, *(row[k].text for row in rows)] for k, column in enumerate(columns))
        longest = (max(map(_most_cells, column)) for column in texts)
        return sum(length + MARGIN for length in longest) <= self._console.width

    def _least(self, columns: Sequence[Column], rows: Sequence[Sequence[Cell]], kept: set[Column]) -> int:
        """The width down to which rich may squeeze the texts."""
        squeezed = _table(columns, rows, kept, LEAST_TEXT)
        return self._console.measure(squeezed, options=self._console.options.update(max_width=UNBOUNDED)).maximum


def _table(columns: Sequence[Column], rows: Sequence[Sequence[Cell]], kept: set[Column], widest: int) -> Table:
    table = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False, collapse_padding=True)
    for column in columns:
        if column not in kept:
            continue
        table.add_column(
            Text(column.title),
            justify="right" if column.number else "left",
            no_wrap=column.unbroken,
            overflow="fold",
            max_width=None if column.unbroken else widest,
        )
    for row in rows:
        cells = (cell for cell, column in zip(row, columns, strict=True) if column in kept)
        table.add_row(*(Text(cell.text, style=cell.style) for cell in cells))
    return table


def _most_cells(text: str) -> int:
    """The most places of a terminal that a text takes."""
    return len(text) if text.isascii() else 2 * len(text)
