"""What gradcheck says of a layer at a point: the one place that knows the names inside gradcheck."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from unittest import mock

import numpy as np

from gradcheck.adapters.contract import subject_of
from gradcheck.checks import CHECKS
from gradcheck.checks.claims import compare_at
from gradcheck.checks.compare import CERTAIN
from gradcheck.checks.judge import probe_of, run_checks
from gradcheck.checks.probe import Probe
from gradcheck.checks.quiet import quiet
from gradcheck.inputs.given import written
from gradcheck.oracle import precision
from gradcheck.oracle.allowance import allowance
from gradcheck.oracle.noise import DOUBLE
from gradcheck.records.case import GIVEN, Case
from gradcheck.records.finding import Verdict

PASS, FAIL, INCONCLUSIVE, UNDEFINED, ERROR = "PASS", "FAIL", "INCONCLUSIVE", "UNDEFINED", "ERROR"


@dataclass(frozen=True, eq=False)
class Judgement:
    """What is said of one layer at one point.

    Attributes
    ----------
    findings
        Of `bprop`: verdict, floor and sentence for each input.
    value, bound
        The numeric Jacobian, shape (m, n), and the bound on its error; None where nothing was measured.
    """

    findings: tuple[tuple[str, float | None, str], ...]
    value: Any = None
    bound: Any = None
    probe: Any = None

    @property
    def verdicts(self) -> tuple[str, ...]:
        """The verdict for each input."""
        return tuple(verdict for verdict, _, _ in self.findings)

    def excludes(self, truth: Any, slack: Any) -> tuple[Any, Any]:
        """Masks of the entries that leave the truth out: it would be a FAIL, and the bound alone does so.

        The first grants the truth the rounding that gradcheck grants a claim, which is large beside a small entry of a
        large output; the second `CERTAIN` times the bound and the rounding of the entry itself, no more.

        Parameters
        ----------
        truth, slack : ndarray, shape (m, n)
            A value and how far on either side of it the truth may lie as well.
        """
        mask = np.zeros(truth.shape, dtype=bool)
        if self.value is None:
            return mask, mask
        nearest = np.clip(self.value, truth - slack, truth + slack)
        nearest = np.where(np.isfinite(self.value), nearest, truth)
        gap = self.probe.estimate.gap
        limit = gap + CERTAIN * np.maximum(self.bound - gap, 0) + allowance(np.abs(nearest), DOUBLE)
        limit = np.maximum(limit, self.probe.estimate.open)  # what the differences do not contradict
        tight = np.isfinite(self.value) & (np.abs(nearest - self.value) > limit)
        for j, k in np.ndindex(truth.shape):
            at = np.s_[j : j + 1, k : k + 1]
            mask[j, k] = compare_at(self.probe, nearest[at], self.probe.estimate.part(at)).verdict is Verdict.FAIL
        return mask, tight


def judge(layer: Any, arrays: tuple[Any, ...], before: Judgement | None = None) -> Judgement:
    """Run the check `bprop` of gradcheck on a layer at a point that is written out.

    What was measured `before` for another claim about the same forward at the same point is not measured again, but
    for the estimate, which may depend on the claim.
    """
    subject = subject_of(layer)
    case = Case(subject.name, GIVEN, values=written(subject.inputs, arrays))
    with quiet():
        probe = probe_of(subject, case, thorough=False)
        assert isinstance(probe, Probe)
        if before is not None and before.probe is not None:
            probe.__dict__["reference"] = before.probe.reference  # where cached properties are kept
        said = run_checks(probe, [CHECKS["bprop"]])
        findings = tuple((f.verdict.value, f.floor, f.sentence) for f in said)
        if not probe.usable:
            return Judgement(findings)
        return Judgement(findings, probe.estimate.value, probe.estimate.floor, probe)


@contextmanager
def no_extended(off: bool = True) -> Iterator[None]:
    """Numpy as it is where it has no long double."""
    if not off:
        yield
        return
    with mock.patch.object(precision, "has_extended", return_value=False):
        yield
