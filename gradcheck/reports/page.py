"""Lines and tables on a terminal, in a pipe or in a file: the only module that knows rich.

Widths are ours to decide: left alone, rich cuts cells at 80 columns wherever nobody watches.
"""

from __future__ import annotations

import os
import textwrap
from collections.abc import Iterable, Sequence
from typing import TextIO

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from gradcheck.frozen import dataclass
from gradcheck.records.finding import Verdict
from gradcheck.reports.interface import RenderOptions
from gradcheck.text import printable

UNBOUNDED = 10_000
WIDEST_TEXT = 32
LEAST_TEXT = 12
MARGIN = 3  # places that a column takes beside its text, at most
STYLES = {
    Verdict.PASS: "green",
    Verdict.UNDEFINED: "yellow",
    Verdict.INCONCLUSIVE: "cyan",
    Verdict.ERROR: "bold magenta",
    Verdict.FAIL: "bold red",
}


@dataclass(frozen=True)
class Column:
    """A column of a table.

    Attributes
    ----------
    title
    number
        Whether it holds numbers: aligned to the right, never broken over lines.
    whole
        Whether its words are never broken over lines.
    drop
        The higher, the sooner the column makes room where the table is too wide; 0 always stays.
    """

    title: str
    number: bool = False
    whole: bool = False
    drop: int = 0


@dataclass(frozen=True)
class Cell:
    """A text, in the colour of a verdict if it has one."""

    text: str
    verdict: Verdict | None = None


class _Console(Console):
    def on_broken_pipe(self) -> None:
        """Tell the command line, where rich itself would leave with 1: the code of a wrong derivative."""
        self.quiet = True
        raise BrokenPipeError


class Page:
    """Where a report is written: lines as they are, tables fitted to the width.

    Parameters
    ----------
    stream : TextIO
        Characters that its encoding lacks are written as ``?``.
    options : RenderOptions
    """

    def __init__(self, stream: TextIO, options: RenderOptions) -> None:
        self.width = options.width or _width_of(stream)
        self._stream = stream
        self._encoding = getattr(stream, "encoding", None) or "utf-8"
        self._console = _Console(
            file=stream,
            width=self.width or UNBOUNDED,
            height=50,  # with a width alone, rich falls back to 80 columns on a dumb terminal
            force_terminal=options.color,
            color_system="standard" if options.color else None,
            no_color=not options.color,
            legacy_windows=False,
            force_jupyter=False,
        )

    def line(self, text: str = "", verdict: Verdict | None = None) -> None:
        """Write one line of any length, in the colour of a verdict if one is given."""
        if verdict is None:
            self._stream.write(f"{self._safe(text)}\n")
        else:
            self._console.print(self._text(Cell(text, verdict)), soft_wrap=True)

    def pieces(self, spans: Iterable[tuple[str, str]]) -> None:
        """Write one line made of texts, each in a style of rich's; spaces at its end are left out."""
        line = Text.assemble(*((self._safe(text), style) for text, style in spans))
        line.rstrip()
        self._console.print(line, soft_wrap=True)

    def paragraph(self, spans: Iterable[tuple[str, str]], indent: int = 0, hanging: int = 0) -> None:
        """Write texts, each in a style of rich's, broken between words alone where they are too wide.

        Parameters
        ----------
        spans : iterable of (str, str)
        indent, hanging : int
            Spaces before the first line, and how many more before the others.
        """
        text = Text.assemble(*((self._safe(text), style) for text, style in spans))
        margins = " " * indent, " " * (indent + hanging)
        width = max(self.width or UNBOUNDED, len(margins[1]) + LEAST_TEXT)
        for number, line in enumerate(text.divide(_breaks(text.plain, width, *margins))):
            line.rstrip()
            self._console.print(Text(margins[number > 0]) + line, soft_wrap=True)

    def heading(self, text: str) -> None:
        """Write one line that stands out."""
        self._console.print(Text(self._safe(text), style="bold"), soft_wrap=True)

    def table(self, columns: Sequence[Column], rows: Sequence[Sequence[Cell]]) -> None:
        """Write a table; where it is too wide, texts are folded, then columns left out, the highest `drop` first."""
        kept, least = set(columns), 0
        if not self._fits(columns, rows):
            while (least := self._least(columns, rows, kept)) > self._console.width and any(c.drop for c in kept):
                kept.remove(max(kept, key=lambda column: column.drop))
        table = self._table(columns, rows, kept, WIDEST_TEXT)
        if least > self._console.width:
            table.width = least  # the terminal may break lines; numbers are never cut
        self._console.print(table, crop=False)

    def _fits(self, columns: Sequence[Column], rows: Sequence[Sequence[Cell]]) -> bool:
        """Whether a table fits as it is, for certain: rich takes long to find out how narrow it may get."""
        texts = ([column.title, *(row[k].text for row in rows)] for k, column in enumerate(columns))
        longest = (max(_most_cells(self._safe(text)) for text in column) for column in texts)
        return sum(length + MARGIN for length in longest) <= self._console.width

    def _least(self, columns: Sequence[Column], rows: Sequence[Sequence[Cell]], kept: set[Column]) -> int:
        """The width down to which rich may squeeze the texts."""
        squeezed = self._table(columns, rows, kept, LEAST_TEXT)
        return self._console.measure(squeezed, options=self._console.options.update(max_width=UNBOUNDED)).maximum

    def _table(
        self, columns: Sequence[Column], rows: Sequence[Sequence[Cell]], kept: set[Column], widest: int
    ) -> Table:
        table = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False, collapse_padding=True)
        for column in columns:
            if column not in kept:
                continue
            table.add_column(
                Text(self._safe(column.title)),
                justify="right" if column.number else "left",
                no_wrap=column.number or column.whole,
                overflow="fold",
                max_width=None if column.number or column.whole else widest,
            )
        for row in rows:
            table.add_row(*(self._text(cell) for cell, column in zip(row, columns, strict=True) if column in kept))
        return table

    def _text(self, cell: Cell) -> Text:
        return Text(self._safe(cell.text), style=STYLES[cell.verdict] if cell.verdict else "")

    def _safe(self, text: str) -> str:
        return printable(text).encode(self._encoding, "replace").decode(self._encoding)


def _most_cells(text: str) -> int:
    """The most places of a terminal that a text takes."""
    return len(text) if text.isascii() else 2 * len(text)


def _breaks(text: str, width: int, first: str, others: str) -> list[int]:
    """Where lines of a text begin, after the first: always at a word. Both margins take of the width."""
    lines = textwrap.wrap(
        text, width, initial_indent=first, subsequent_indent=others, break_long_words=False, break_on_hyphens=False
    )
    begins, end = [], 0
    for line in map(str.strip, lines):
        begins.append(text.index(line, end))
        end = begins[-1] + len(line)
    return begins[1:]


def _width_of(stream: TextIO) -> int | None:
    if os.environ.get("COLUMNS", "").isdecimal() or stream.isatty():
        import shutil  # not for a pipe: start-up

        return shutil.get_terminal_size().columns
    return None
