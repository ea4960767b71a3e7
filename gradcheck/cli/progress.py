"""The line on stderr that says what a long run is at, how much is done, and how long the rest may take."""

from __future__ import annotations

import sys
import threading
import time
from typing import TYPE_CHECKING, Self

from gradcheck.text import printable

if TYPE_CHECKING:
    from gradcheck.records.case import Case

PATIENCE = 2.0  # seconds that a run may take before it must say that it lives
EVERY = 0.5  # seconds between two lines: quicker than that nobody reads
WIDEST = 78  # columns: a longer line takes the eye a while to read
ROOM = 2  # columns that stay free at the end: a line that fills the last one may break, and cannot be taken back then
MINUTE, HOUR = 60, 3600  # seconds


class Progress:
    """A line on a terminal's stderr, from two seconds after the start on; nothing where stderr is no terminal.

    As a context it shows the line also while one step takes long.

    Parameters
    ----------
    total : int
        How many steps there will be.
    """

    def __init__(self, total: int) -> None:
        self.total = total
        self.steps = 0
        self.doing = ""
        self.shown = ""
        self.begun = time.monotonic()
        self.due = self.begun + PATIENCE
        self.stream = sys.stderr  # a layer may put something else in its place
        self.wanted = self.stream.isatty()
        self._ended = threading.Event()
        self._alone = threading.Lock()

    def step(self, doing: str) -> None:
        """Take note of a step that begins, and show it if the line is due."""
        self.steps += 1
        self.doing = printable(doing)
        self._show()

    def case(self, case: Case) -> None:
        """Take note of a case that begins, and show it."""
        self.step(case.id)

    @property
    def place(self) -> str:
        """What is going on, and how much was done before it; empty where nothing has begun."""
        return f"at {self.doing}, after {self.steps - 1} of {self.total}" if self.steps else ""

    def __enter__(self) -> Self:
        if self.wanted:
            threading.Thread(target=self._watch, daemon=True).start()
        return self

    def __exit__(self, *error: object) -> None:
        self._ended.set()
        self.erase()

    def erase(self) -> None:
        """Leave no trace of the line."""
        with self._alone:
            if self.shown:
                self._put(" " * len(self.shown))
                self._put("")
                self.shown = ""

    def _watch(self) -> None:
        while not self._ended.wait(EVERY):
            self._show()

    def _show(self) -> None:
        with self._alone:
            now = time.monotonic()
            if not self.wanted or self._ended.is_set() or not self.steps or now < self.due:
                return
            self.due = now + EVERY
            line = self._line(now - self.begun)
            self._put(line.ljust(len(self.shown)))
            self.shown = line

    def _line(self, seconds: float) -> str:
        """``3/20 softmax[ties,...]  6 s, about 34 s left``: what is done is counted, not what is going on."""
        import shutil  # not for a run of a second: start-up

        done = self.steps - 1
        left = f", about {_told(seconds / done * (self.total - done))} left" if done else ""
        tail = f"  {_told(seconds)}{left}"
        head = f"{done}/{self.total} {self.doing}"
        width = min(WIDEST, shutil.get_terminal_size().columns - ROOM)
        return f"{head[: max(width - len(tail), 0)]}{tail}"[:width]

    def _put(self, line: str) -> None:
        self.stream.write(f"\r{line}")
        self.stream.flush()


def _told(seconds: float) -> str:
    """``12 s``, ``3 min``, ``2.5 h``."""
    if seconds < 2 * MINUTE:
        return f"{seconds:.0f} s"
    return f"{seconds / MINUTE:.0f} min" if seconds < 2 * HOUR else f"{seconds / HOUR:.1f} h"
