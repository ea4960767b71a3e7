"""Lines and tables on a terminal, in a pipe or in a file.

Nearly all of them fit as they are. What does not is left to rich, which takes as long to load as all of the program.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, TextIO

from gradcheck.records.finding import Verdict
from gradcheck.reports.cells import LEAST_TEXT, STYLES, Cell, Column, Span
from gradcheck.reports.fitting import fitted, painted
from gradcheck.reports.interface import RenderOptions
from gradcheck.text import printable

if TYPE_CHECKING:
    from gradcheck.reports.squeezing import Squeezing


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
        self._color = options.color
        self._stream = stream
        self._encoding = getattr(stream, "encoding", None) or "utf-8"

    def line(self, text: str = "", verdict: Verdict | None = None) -> None:
        """Write one line of any length, in the colour of a verdict if one is given."""
        self._write([(self._safe(text), STYLES[verdict] if verdict else "")])

    def pieces(self, spans: Iterable[Span]) -> None:
        """Write one line made of texts, each in a style of rich's; spaces at its end are left out."""
        self._write(_stripped((self._safe(text), style) for text, style in spans))

    def paragraph(self, spans: Iterable[Span], indent: int = 0, hanging: int = 0) -> None:
        """Write texts, each in a style of rich's, broken between words alone where they are too wide.

        Parameters
        ----------
        spans : iterable of (str, str)
        indent, hanging : int
            Spaces before the first line, and how many more before the others.
        """
        safe = [(self._safe(text), style) for text, style in spans]
        margins = " " * indent, " " * (indent + hanging)
        breaks = _breaks("".join(text for text, _ in safe), self.width, *margins)
        for number, line in enumerate(_divided(safe, breaks)):
            self._write([(margins[number > 0], ""), *_stripped(line)])

    def heading(self, text: str) -> None:
        """Write one line that stands out."""
        self._write([(self._safe(text), "bold")])

    def table(self, columns: Sequence[Column], rows: Sequence[Sequence[Cell]]) -> None:
        """Write a table; where it is too wide, texts are folded, then columns left out, the highest `drop` first."""
        columns = [replace(column, title=self._safe(column.title)) for column in columns]
        rows = [[Cell(self._safe(cell.text), cell.verdict) for cell in row] for row in rows]
        lines = fitted(columns, rows, self.width) if self._encoding.lower().startswith("utf") else None
        if lines is None:
            self._squeezing.table(columns, rows)
            return
        for line in lines:
            self._write(line)

    @cached_property
    def _squeezing(self) -> Squeezing:
        from gradcheck.reports.squeezing import Squeezing  # with rich

        return Squeezing(self._stream, self.width, color=self._color)

    def _write(self, spans: Sequence[Span]) -> None:
        line = painted(spans, color=self._color)
        if line is None:
            self._squeezing.line(spans)
        else:
            self._stream.write(f"{line}\n")

    def _safe(self, text: str) -> str:
        return printable(text).encode(self._encoding, "replace").decode(self._encoding)


def _stripped(spans: Iterable[Span]) -> list[Span]:
    """Texts without the spaces at their end."""
    kept = list(spans)
    while kept:
        text, style = kept.pop()
        if text := text.rstrip():
            return [*kept, (text, style)]
    return kept


def _divided(spans: Sequence[Span], places: Sequence[int]) -> Iterator[list[Span]]:
    """Texts as lines of which each begins at one of some places, but for the first."""
    starts = [*accumulate((len(text) for text, _ in spans), initial=0)]
    for begin, end in pairwise([0, *places, starts[-1]]):
        held = ((text, style, start) for (text, style), start in zip(spans, starts, strict=False) if start < end)
        yield [(text[max(begin - start, 0) : end - start], style) for text, style, start in held]


def _breaks(text: str, width: int | None, first: str, others: str) -> list[int]:
    """Where lines of a text begin, after the first: always at a word. Both margins take of the width."""
    if width is None or len(first) + len(text) <= width:
        return []
    import textwrap  # not for what fits: start-up

    lines = textwrap.wrap(
        text,
        max(width, len(others) + LEAST_TEXT),
        initial_indent=first,
        subsequent_indent=others,
        break_long_words=False,
        break_on_hyphens=False,
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
