"""One finding laid open."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gradcheck.records.finding import Finding
from gradcheck.records.report import LayerReport

if TYPE_CHECKING:
    from gradcheck.records.figures import Figures  # needed by few: start-up


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
