"""The line on stderr that says how far a long run has come, and the shield around the code of users."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import redirect_stdout
from typing import Generic, TypeVar

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

    def erase(self) -> None:
        """Leave no trace of the line."""
        if self.shown:
            self._put(" " * len(self.shown))
            self._put("")
            self.shown = ""

    def _put(self, line: str) -> None:
        sys.stderr.write(f"\r{line}")
        sys.stderr.flush()


class Shielded(Generic[Item]):
    """The items of a source, each made with stdout turned to stderr; Ctrl-C ends them as if there were no more.

    Parameters
    ----------
    source : iterable
        Made lazily: what it prints while it makes an item does not reach stdout.

    Attributes
    ----------
    done : list
        The items given out so far.
    interrupted : bool
        Whether Ctrl-C ended them.
    """

    def __init__(self, source: Iterable[Item]) -> None:
        self._source = iter(source)
        self.done: list[Item] = []
        self.interrupted = False

    def __iter__(self) -> Iterator[Item]:
        return self

    def __next__(self) -> Item:
        try:
            with redirect_stdout(sys.stderr):
                item = next(self._source)
        except KeyboardInterrupt:
            self.interrupted = True
            raise StopIteration from None
        self.done.append(item)
        return item
