"""Ctrl-C: what is done is told before the command leaves."""

from __future__ import annotations

from types import TracebackType
from typing import TYPE_CHECKING

from gradcheck.cli.output import note
from gradcheck.interrupt import is_pressed

if TYPE_CHECKING:
    from gradcheck.records.report import LayerReport


class Interruption:
    """A context in which Ctrl-C ends what is going on, as if there were no more of it.

    Attributes
    ----------
    reports : tuple
        What is known all the same of layers that were not finished.
    """

    def __init__(self) -> None:
        self._ended = False
        self.reports: tuple[LayerReport, ...] = ()

    @property
    def pressed(self) -> bool:
        """Whether Ctrl-C was pressed."""
        return self._ended or is_pressed()

    def __enter__(self) -> None:
        return

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        if kind is None or not issubclass(kind, KeyboardInterrupt):
            return False
        self._ended = True
        self.reports = getattr(error, "reports", ())  # of `Interrupted`, which is known where a run is going on
        return True

    def resume(self, place: str = "") -> None:
        """Go on with what Ctrl-C began.

        Parameters
        ----------
        place : str
            What was going on, which is told.

        Raises
        ------
        KeyboardInterrupt
            If it was pressed.
        """
        if self.pressed:
            if place:
                note(f"interrupted {place}; what is done is told above")
            raise KeyboardInterrupt
