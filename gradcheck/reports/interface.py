"""What a report format is given, and what it must be."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol, TextIO

from gradcheck.records.report import LayerReport


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
    """

    color: bool = False
    width: int | None = None
    verbosity: int = 0
    date: str = ""


class Format(Protocol):
    """A function that writes reports to a stream, each as soon as it arrives."""

    def __call__(self, reports: Iterable[LayerReport], stream: TextIO, options: RenderOptions) -> None:
        """Write the reports."""
