"""Ctrl-C told apart from a KeyboardInterrupt that a layer raises by itself."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager


class Interrupt:
    """A handler of SIGINT that remembers whether Ctrl-C was pressed.

    Attributes
    ----------
    pressed : bool
    held : bool
        Whether the first Ctrl-C waits for who asks `is_pressed`; the second never does.
    """

    def __init__(self) -> None:
        self.pressed = False
        self.held = False

    def __call__(self, _number: int, _frame: object) -> None:
        """Take in a signal."""
        waits = self.held and not self.pressed
        self.pressed = True
        if not waits:
            raise KeyboardInterrupt

    def install(self) -> None:
        """Handle SIGINT from now on, unless it is ignored, as by a job in the background, or somebody else's."""
        if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
            signal.signal(signal.SIGINT, self)


def _handler() -> Interrupt | None:
    handler = signal.getsignal(signal.SIGINT)
    return handler if isinstance(handler, Interrupt) else None


def is_pressed() -> bool:
    """Whether Ctrl-C is known to have been pressed: user code may have caught what it raised."""
    handler = _handler()
    return handler is not None and handler.pressed


def obey() -> None:
    """Raise what Ctrl-C raises where it is known to have been pressed."""
    if is_pressed():
        raise KeyboardInterrupt


def may_be_pressed() -> bool:
    """Whether a KeyboardInterrupt may be of Ctrl-C: nothing tells, unless an `Interrupt` handles the signal."""
    handler = _handler()
    return handler is None or handler.pressed


@contextmanager
def held() -> Iterator[None]:
    """What is done inside is done as a whole: Ctrl-C raises nothing there, and `is_pressed` tells of it."""
    handler = _handler()
    if handler is None:
        yield
        return
    handler.held = True
    try:
        yield
    finally:
        handler.held = False
