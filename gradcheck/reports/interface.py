"""What a report format is given, and what it is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TextIO

from gradcheck.frozen import dataclass

if TYPE_CHECKING:
    from gradcheck.records.report import LayerReport
    from gradcheck.records.run import RunFacts


@dataclass(frozen=True)
class RenderOptions:
    """How a report is written.

    Attributes
    ----------
    color
        Whether escape codes may be written.
    width
        Columns to keep to; None asks the stream: a terminal's width, else as wide as the text needs.
    verbosity
        -1 only summaries and failures, 0 rows folded, 1 folded less, 2 one row a finding.
    date
        Of the report, where it is kept; empty leaves it out.
    run
        Which run it is of, where that is known.
    config
        The configuration file whose defaults hold; empty for none.
    """

    color: bool = False
    width: int | None = None
    verbosity: int = 0
    date: str = ""
    run: RunFacts | None = None
    config: str = ""


def _nothing(*_: Any) -> None:
    """Write nothing."""


@dataclass(frozen=True)
class Format:
    """A report format: functions of finished records and a stream, called by whoever has examined the layers.

    Attributes
    ----------
    end
        Writes what comes once the last layer is done, given the reports of all; a format that is written at once,
        since half of it is of no use, needs this one alone.
    layer
        Writes one report, as soon as its layer is done.
    begin
        Writes what comes before the first.
    """

    end: Callable[[Sequence[LayerReport], TextIO, RenderOptions], None]
    layer: Callable[[LayerReport, TextIO, RenderOptions], None] = _nothing
    begin: Callable[[TextIO, RenderOptions], None] = _nothing

    def write(self, reports: Sequence[LayerReport], stream: TextIO, options: RenderOptions) -> None:
        """Write all of it for layers that are done."""
        self.begin(stream, options)
        for report in reports:
            self.layer(report, stream, options)
        self.end(reports, stream, options)


SILENT = Format(end=_nothing)
