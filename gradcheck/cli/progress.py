"""The line on stderr that says how far a long run has come."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from gradcheck.records.case import Case

PATIENCE = 1.0  # seconds that a run may take before it must say that it lives
EVERY = 0.1  # seconds between two lines: quicker than that nobody reads
WIDEST = 78  # columns: a line that breaks on a terminal of 80 cannot be taken back


class Progress:
    """A line on a terminal's stderr, from a second after the start on; nothing where stderr is no terminal.

    Parameters
    ----------
    total : int
        How many steps there will be.
    """

    def __init__(self, total: int) -> None:
        self.total = total
        self.steps = 0
        self.shown = ""
        self.due = time.monotonic() + PATIENCE
        self.stream = sys.stderr  # a layer may put something else in its place
        self.wanted = self.stream.isatty()

    def step(self, doing: str) -> None:
        """Count one step, and show it if the line is due."""
        self.steps += 1
        if not self.wanted or time.monotonic() < self.due:
            return
        self.due = time.monotonic() + EVERY
        line = f"{self.steps}/{self.total} {doing}"[:WIDEST]
        self._put(line.ljust(len(self.shown)))
        self.shown = line

    def case(self, case: Case) -> None:
        """Count a case, and show it."""
        self.step(case.id)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.erase()

    def erase(self) -> None:
        """Leave no trace of the line."""
        if self.shown:
            self._put(" " * len(self.shown))
            self._put("")
            self.shown = ""

    def _put(self, line: str) -> None:
        self.stream.write(f"\r{line}")
        self.stream.flush()
