"""A failure that is to be shown."""

from __future__ import annotations

from typing import Any

from numpy.typing import NDArray

from gradcheck.checks.probe import Probe
from gradcheck.frozen import dataclass
from gradcheck.records.fault import Fault, FaultKind
from gradcheck.records.finding import Finding

Array = NDArray[Any]


@dataclass(frozen=True, eq=False)
class Failure:
    """A finding that fails, and the layer at its point."""

    finding: Finding
    probe: Probe

    @property
    def fault(self) -> Fault:
        """What is wrong."""
        return self.finding.fault or Fault(FaultKind.STATED)

    @property
    def arrays(self) -> tuple[Array, ...]:
        """The point's inputs."""
        return self.probe.point.arrays
