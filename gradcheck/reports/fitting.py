"""Tables that fit as they are, and lines in the usual styles: letter for letter what rich makes of them.

A letter takes one place here, which is certain of ASCII alone: what else there is goes to rich.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from gradcheck.reports.cells import WIDEST_TEXT, Cell, Column, Span

GAP = "  "  # between two columns
RULE = "\N{BOX DRAWINGS LIGHT HORIZONTAL}"  # below the titles
# The parameters of "Select Graphic Rendition", ECMA-48, 8.3.117.
CODES = {
    "": "",
    "bold": "1",
    "dim": "2",
    "red": "31",
    "green": "32",
    "yellow": "33",
    "cyan": "36",
    "bold red": "1;31",
    "bold magenta": "1;35",
}


def painted(spans: Iterable[Span], *, color: bool) -> str | None:
    """A line of texts in their styles; None where one of these is none of the usual ones."""
    parts = []
    for text, style in spans:
        code = CODES.get(style) if color else ""
        if code is None:
            return None
        parts.append(f"\x1b[{code}m{text}\x1b[0m" if code and text else text)
    return "".join(parts)


def fitted(columns: Sequence[Column], rows: Sequence[Sequence[Cell]], width: int | None) -> list[list[Span]] | None:
    """The lines of a table; None where it must be squeezed, or it is not known how wide a text is."""
    cells = [[Cell(column.title) for column in columns], *rows]
    if not columns or not all(_is_plain(cell.text) for row in cells for cell in row):
        return None
    widths = [max(len(row[k].text) for row in cells) for k in range(len(columns))]
    total = sum(widths) + len(GAP) * (len(columns) - 1)
    too_long = any(length > WIDEST_TEXT and not one.unbroken for length, one in zip(widths, columns, strict=True))
    if too_long or (width is not None and total > width):
        return None
    head, *others = ([*_row(row, columns, widths)] for row in cells)
    return [_head(head), [(RULE * total, "")], *others]


def _is_plain(text: str) -> bool:
    return text.isascii() and text == text.strip()


def _row(row: Sequence[Cell], columns: Sequence[Column], widths: Sequence[int]) -> Iterator[Span]:
    for k, (cell, column, width) in enumerate(zip(row, columns, widths, strict=True)):
        if k:
            yield GAP, ""
        yield (cell.text.rjust(width) if column.number else cell.text.ljust(width)), cell.style


def _head(row: Sequence[Span]) -> list[Span]:
    """The row of titles, which stands out; so does the half of each gap that belongs to the title before it."""
    spans: list[Span] = []
    for text, _ in row:
        spans += [(" ", "bold"), (" ", "")] if text == GAP else [(text, "bold")]
    return spans
