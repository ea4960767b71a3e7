"""Whether a check still fails at another point, in the way that a finding tells."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradcheck.adapters.contract import Subject
from gradcheck.checks import CHECKS
from gradcheck.checks.compare import KINKED
from gradcheck.checks.judge import run_checks
from gradcheck.checks.probe import Probe
from gradcheck.checks.quiet import quiet
from gradcheck.checks.scripts.failure import Failure
from gradcheck.defects.shrink.criterion import cause_at
from gradcheck.errors import GradcheckError
from gradcheck.inputs.given import written
from gradcheck.inputs.points import make_point
from gradcheck.records.case import GIVEN, Case
from gradcheck.records.finding import Finding, Verdict

Array = NDArray[Any]
COMPARED = ("jacobian", "bprop", "jvp", "agreement")  # the checks that differences at a kink would mislead


@dataclass(frozen=True, eq=False)
class Recheck:
    """Runs the check of a finding that fails at other points.

    Parameters
    ----------
    make : callable
        Gives the layer, whenever a point is tried.
    like : Finding
        What must fail: the same check for the same input, in the same way.
    kinks : bool
        Whether a point may lie at a kink.
    alone : bool
        Whether only that check is run, and not those before it, which a layer that remembers may notice.
    cause : str
        The kind of a diagnosis; a point that shows another one by itself is none. Empty allows any.
    """

    make: Callable[[], Subject]
    like: Finding
    kinks: bool = True
    alone: bool = True
    cause: str = ""

    def at(self, arrays: Sequence[Array]) -> Failure | None:
        """The failure at a point written out; None where the check says anything else."""
        subject, case = self.make(), self.like.case
        values = written(subject.inputs, arrays)
        with quiet():
            return self._failure(Case(case.layer, GIVEN, dtype=case.dtype, values=values), subject)

    def again(self) -> Failure | None:
        """The failure at the finding's own point."""
        with quiet():
            return self._failure(self.like.case, self.make())

    def _failure(self, case: Case, subject: Subject) -> Failure | None:
        try:
            point = make_point(subject.inputs, subject.critical, case)
        except GradcheckError:  # labels beyond the classes, say
            return None
        if point is None:
            return None
        probe = Probe(subject, point, whole=True)
        found = next((finding for finding in self._findings(probe) if self._is_like(finding)), None)
        if found is None or (not self.kinks and kinked(probe, found)):
            return None
        failure = Failure(found, probe)
        return failure if not self.cause or cause_at(failure) in ("", self.cause) else None

    def _findings(self, probe: Probe) -> tuple[Finding, ...]:
        names = list(CHECKS)
        last = names.index(self.like.check)
        return run_checks(probe, (CHECKS[name] for name in names[last if self.alone else 0 : last + 1]))

    def _is_like(self, found: Finding) -> bool:
        like = self.like
        same = (found.check, found.input, found.verdict) == (like.check, like.input, Verdict.FAIL)
        return same and _way(found) == _way(like)


def _way(finding: Finding) -> object:
    return finding.fault and finding.fault.way


def kinked(probe: Probe, finding: Finding) -> bool:
    """Whether the derivative that a finding compares is taken at a kink."""
    if finding.check not in COMPARED or not probe.usable:
        return False
    parts = (part for name, _, part in probe.pieces if name == finding.input)
    estimate, error = probe.estimate, finding.max_abs or 0.0
    return any(bool(np.any(estimate.gap[:, p] > KINKED * np.maximum(estimate.reach[:, p], error))) for p in parts)
