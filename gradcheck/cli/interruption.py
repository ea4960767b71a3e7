"""Ctrl-C: what is done is told before the command leaves."""

from __future__ import annotations

from types import TracebackType


class Interruption:
    """A context in which Ctrl-C ends what is going on, as if there were no more of it.

    Attributes
    ----------
    pressed : bool
        Whether Ctrl-C ended it.
    """

    def __init__(self) -> None:
        self.pressed = False

    def __enter__(self) -> None:
        return

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        if kind is None or not issubclass(kind, KeyboardInterrupt):
            return False
        self.pressed = True
        return True

    def resume(self) -> None:
        """Go on with what Ctrl-C began.

        Raises
        ------
        KeyboardInterrupt
            If it was pressed.
        """
        if self.pressed:
            raise KeyboardInterrupt
