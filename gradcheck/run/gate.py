"""What lets a run pass: findings held against a threshold and the failures that are known, and what follows."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from gradcheck.frozen import dataclass
from gradcheck.records.finding import Finding, Verdict
from gradcheck.records.report import LayerReport
from gradcheck.run.baseline import Baseline, unmarked

if TYPE_CHECKING:
    from gradcheck.records.outcome import Outcome
    from gradcheck.records.proof import Proof


class Decision(enum.Enum):
    """What a run comes to."""

    PASSED = "passed"
    WRONG = "wrong"  # what was held against the gate did not pass it
    BROKEN = "broken"  # something could not be checked
    NOTHING = "nothing"  # there was nothing to hold against it


@dataclass(frozen=False)
class Gate:
    """Findings as they come, held against what is asked of a run.

    Attributes
    ----------
    baseline : Baseline
        Its threshold is the mildest verdict that does not pass; what its entries cover passes all the same.
    most : int or None
        How many failures stop the run; None for no number of them.
    failures : int
        So far.
    """

    baseline: Baseline
    most: int | None = None
    failures: int = 0

    @property
    def full(self) -> bool:
        """Whether there have been as many failures as stop the run."""
        return self.most is not None and self.failures >= self.most

    def enough(self, findings: Sequence[Finding], target: str = "") -> bool:
        """Count the failures among the findings of a case of the layer at a target; whether the run must stop then."""
        threshold = self.baseline.threshold
        self.failures += sum(fails(self.baseline.noted(finding, target), threshold) for finding in findings)
        return self.full

    def decision(self, reports: Iterable[LayerReport], *, whole: bool = True) -> Decision:
        """What reports come to that carry the notes of the baseline.

        Parameters
        ----------
        reports : iterable of LayerReport
            As `Baseline.marked` makes them.
        whole : bool
            Whether every target could be loaded.
        """
        return decision(reports, whole=whole, threshold=self.baseline.threshold)

    def renewed(self, reports: Sequence[LayerReport]) -> tuple[Gate, list[LayerReport]]:
        """The gate whose baseline accepts the failures of a run, and the reports with the notes of that one."""
        baseline = replace(self.baseline, entries=self.baseline.updated(reports))
        return replace(self, baseline=baseline), [baseline.marked(unmarked(report)) for report in reports]


def fails(finding: Finding, threshold: Verdict) -> bool:
    """Whether a finding does not pass: as bad as the threshold or worse, and not known."""
    return finding.verdict.severity >= threshold.severity and not finding.known


def decision(reports: Iterable[LayerReport], *, whole: bool, threshold: Verdict = Verdict.ERROR) -> Decision:
    """What reports come to; a wrong derivative outweighs what could not be checked.

    Parameters
    ----------
    reports : iterable of LayerReport
    whole : bool
        Whether every target could be loaded.
    threshold : Verdict
        The mildest that does not pass.
    """
    findings = [finding for report in reports for finding in report.findings]
    verdicts = {finding.verdict for finding in findings if fails(finding, threshold)}
    if Verdict.FAIL in verdicts:
        return Decision.WRONG
    if Verdict.ERROR in verdicts or not whole:
        return Decision.BROKEN
    if verdicts:
        return Decision.WRONG
    return Decision.PASSED if findings else Decision.NOTHING


def sweep_decision(outcomes: Sequence[Outcome]) -> Decision:
    """What outcomes come to; one that is not as expected outweighs what could not be checked."""
    unmet = [outcome for outcome in outcomes if not outcome.met]
    if not unmet:
        return Decision.PASSED if outcomes else Decision.NOTHING
    broken = all(outcome.error or outcome.report.verdict is Verdict.ERROR for outcome in unmet)
    return Decision.BROKEN if broken else Decision.WRONG


def proof_decision(proofs: Sequence[Proof], *, whole: bool) -> Decision:
    """What proofs come to; what escapes outweighs what could not be tried.

    Parameters
    ----------
    proofs : sequence of Proof
    whole : bool
        Whether every target could be loaded.
    """
    if any(not proof.passed and not proof.broken for proof in proofs):
        return Decision.WRONG
    if not whole or any(proof.broken for proof in proofs):
        return Decision.BROKEN
    return Decision.PASSED if any(proof.points for proof in proofs) else Decision.NOTHING
