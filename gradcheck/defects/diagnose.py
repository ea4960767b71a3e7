"""What is wrong with a layer that fails, from the findings about it and the points that were looked at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import field

from gradcheck.adapters.breach import Breach
from gradcheck.checks.probe import Probe
from gradcheck.frozen import dataclass
from gradcheck.records.finding import Finding, Verdict

LARGEST_KEPT = 2**14  # entries of a Jacobian up to which its point is kept for the diagnosis


def diagnose(findings: Sequence[Finding], probes: Sequence[Probe]) -> tuple[Finding, ...]:
    """The findings, those that fail with what is wrong; a fault of the diagnosis costs no finding."""
    if not any(finding.verdict is Verdict.FAIL for finding in findings):
        return tuple(findings)
    try:
        from gradcheck.defects import recognise  # only for failures: start-up

        return recognise.diagnosed(findings, probes)
    except Exception:  # noqa: BLE001 - what failed stands without it
        return tuple(findings)


@dataclass(frozen=False)
class ProbeStore:
    """The points that the diagnosis may look at again: the small ones, as long as there is room."""

    probes: list[Probe] = field(default_factory=list)
    room: int = 2**20  # entries of all Jacobians

    def keep(self, probe: Probe) -> None:
        """Keep a point if there is room for it."""
        size = 1
        if not isinstance(probe.output, Breach):
            size = probe.y.size * sum(probe.point.arrays[k].size for k in probe.subject.differentiable)
        if size <= min(LARGEST_KEPT, self.room):
            self.room -= size
            self.probes.append(probe)
