"""A canvas of braille dots, two across and four down in each character; plain marks where there is no braille."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TypeAlias

Spans: TypeAlias = list[tuple[str, str]]

BLANK = 0x2800
DOTS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))  # by row and column within a character
ACROSS, DOWN = 2, 4


@dataclass(frozen=True)
class Ink:
    """How dots look.

    Attributes
    ----------
    mark
        The character that stands for them where there is no braille.
    style
        Of their character, as rich words it.
    dash, gap
        How many dots of a line are drawn, and how many then left out.
    """

    mark: str
    style: str = ""
    dash: int = 1
    gap: int = 0


class Canvas:
    """Dots and texts on a grid of characters; what is drawn later covers the ink of what was drawn before.

    Parameters
    ----------
    columns, rows : int
        In characters. Dots are counted from the lower left: x up to 2 `columns`, y up to 4 `rows`.
    """

    def __init__(self, columns: int, rows: int) -> None:
        self.columns, self.rows = columns, rows
        self._dots: dict[tuple[int, int], int] = {}
        self._inks: dict[tuple[int, int], Ink] = {}
        self._texts: dict[tuple[int, int], tuple[str, str]] = {}

    def dot(self, x: int, y: int, ink: Ink) -> None:
        """Draw one dot; one beside the canvas is left out."""
        if not (0 <= x < ACROSS * self.columns and 0 <= y < DOWN * self.rows):
            return
        place = (self.row_of(y), x // ACROSS)
        self._dots[place] = self._dots.get(place, 0) | DOTS[DOWN - 1 - y % DOWN][x % ACROSS]
        self._inks[place] = ink

    def line(self, start: tuple[int, int], end: tuple[int, int], ink: Ink) -> None:
        """Draw a straight line of dots between two places, its dashes counted from the start."""
        (x0, y0), (x1, y1) = start, end
        count = max(abs(x1 - x0), abs(y1 - y0), 1)
        for k in range(count + 1):
            if k % (ink.dash + ink.gap) < ink.dash:
                self.dot(round(x0 + (x1 - x0) * k / count), round(y0 + (y1 - y0) * k / count), ink)

    def write(self, column: int, row: int, text: str, style: str = "") -> None:
        """Write a text over the dots, from a character on."""
        for k, letter in enumerate(text):
            self._texts[row, column + k] = (letter, style)

    def row_of(self, y: int) -> int:
        """The row of characters, counted from the top, in which a dot lies."""
        return self.rows - 1 - y // DOWN

    def spans(self, row: int, *, braille: bool) -> Spans:
        """One row of characters, in pieces of one style each."""
        cells = [self._cell((row, column), braille=braille) for column in range(self.columns)]
        runs = groupby(cells, key=lambda cell: cell[1])
        return [("".join(text for text, _ in run), style) for style, run in runs]

    def _cell(self, place: tuple[int, int], *, braille: bool) -> tuple[str, str]:
        if place in self._texts:
            return self._texts[place]
        if place not in self._dots:
            return " ", ""
        ink = self._inks[place]
        return chr(BLANK | self._dots[place]) if braille else ink.mark, ink.style
