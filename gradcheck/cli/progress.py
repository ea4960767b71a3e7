"""The line on stderr that says how far a long run has come, and the shield around the code of users."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable
from contextlib import redirect_stdout
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from gradcheck.records.case import Case

Item = TypeVar("Item")
PATIENCE = 1.0
EVERY = 0.1


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
        self.wanted = sys.stderr.isatty()

    def step(self, doing: str) -> None:
        """Count one step, and show it if the line is due."""
        self.steps += 1
        if not self.wanted or time.monotonic() < self.due:
            return
        self.due = time.monotonic() + EVERY
        line = f"{self.steps}/{self.total} {doing}"[:78]
        self._put(line.ljust(len(self.shown)))
        self.shown = line

    def case(self, case: Case) -> None:
        """Count a case, and show it."""
        self.step(case.id)

    def erase(self) -> None:
        """Leave no trace of the line."""
        if self.shown:
            self._put(" " * len(self.shown))
            self._put("")
            self.shown = ""

    def _put(self, line: str) -> None:
        sys.stderr.write(f"\r{line}")
        sys.stderr.flush()


def tell_each(
    items: Iterable[Item], tell: Callable[[Item], None], progress: Progress | None = None
) -> KeyboardInterrupt | None:
    """Tell items as they are made, with stdout turned to stderr: what layers print is no part of a report.

    Parameters
    ----------
    items : iterable
        Made lazily.
    tell : callable
        Given each item.
    progress : Progress, optional
        Shown while items are made; erased before one is told.

    Returns
    -------
    KeyboardInterrupt or None
        The Ctrl-C that has ended the items early, if one has.
    """
    with redirect_stdout(sys.stderr):
        try:
            for item in items:
                if progress:
                    progress.erase()
                tell(item)
        except KeyboardInterrupt as interrupt:
            return interrupt
        finally:
            if progress:
                progress.erase()
    return None
