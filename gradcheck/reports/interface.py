"""What a report format is given, and what it must be."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TextIO

from gradcheck.findings import Finding, LayerReport

if TYPE_CHECKING:
    from gradcheck.figures import Figures  # needed by few: start-up


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


@dataclass(frozen=True)
class Outcome:
    """What became of one layer of one block of a sweep.

    Attributes
    ----------
    block
        Number of the block in the run, from 1: over all files, so that no two blocks share one.
    title, expect
        Of the block: ``"pass"``, ``"fail"``, ``"undefined"`` or the inputs whose gradient must be zero.
    layer
        Name of the layer, or the target that could not be loaded.
    report
        Without findings where nothing ran.
    why
        Why the outcome is not as expected; empty when it is.
    error
        Why the target could not be loaded; empty when it could.
    """

    block: int
    title: str
    layer: str
    report: LayerReport
    expect: str | tuple[str, ...] = "pass"
    why: str = ""
    error: str = ""

    @property
    def met(self) -> bool:
        """Whether the layer was loaded and did as expected."""
        return not self.why and not self.error


@dataclass(frozen=True)
class Explanation:
    """One finding, the run that it was taken from, and the numbers behind it.

    Parameters
    ----------
    finding : Finding
    report : LayerReport
    figures : Figures or None
        None where there is no Jacobian to draw.
    missing : str
        Why there is none.
    """

    finding: Finding
    report: LayerReport
    figures: Figures | None = None
    missing: str = ""
