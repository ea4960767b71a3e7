"""What became of one layer of one block of a sweep."""

from __future__ import annotations

from gradcheck.frozen import dataclass
from gradcheck.records.report import LayerReport


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
