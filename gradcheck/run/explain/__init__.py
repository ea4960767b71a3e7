"""One finding laid open: the run it comes from, and the numbers of both sides at its point."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from gradcheck.adapters.breach import Breach
from gradcheck.adapters.contract import Subject
from gradcheck.checks.judge import probe_of
from gradcheck.checks.probe import Probe
from gradcheck.checks.quiet import quiet
from gradcheck.records.case import Case
from gradcheck.records.explanation import Explanation
from gradcheck.records.figures import Figures
from gradcheck.records.finding import KINK, Finding, Verdict
from gradcheck.records.plan import Plan
from gradcheck.run.examine import examine
from gradcheck.run.explain.drawn import figures_of

CLAIMS = ("jacobian", "bprop")


def explain(
    subject: Subject, plan: Plan, *, check: str = "", on_case: Callable[[Case], None] | None = None
) -> Explanation | None:
    """Run a plan on one layer and lay open the finding that matters most.

    Parameters
    ----------
    subject : Subject
    plan : Plan
    check : str
        Only findings of this check are looked at; empty for all of them.
    on_case : callable, optional
        Told of each case before it runs.

    Returns
    -------
    Explanation or None
        Of the worst finding; among equals of the one with the largest error for its bound. None without findings.

    Raises
    ------
    UsageError
        When the plan names an unknown strategy, check, dtype or size, or a case that cannot be made.
    """
    report = examine(subject, plan, on_case=on_case)
    findings = [f for f in report.findings if not check or f.check == check]
    if not findings:
        return None
    finding = max(findings, key=_weight)
    figures, missing = numbers_behind(subject, finding)
    return Explanation(finding, report, figures, missing)


def numbers_behind(subject: Subject, finding: Finding) -> tuple[Figures | None, str]:
    """What to draw of a finding, or None and why there is no Jacobian to draw.

    Parameters
    ----------
    subject : Subject
        Is run once more, at the finding's point.
    finding : Finding
    """
    with quiet():
        probe = probe_of(subject, finding.case, whole=True)
        missing = _why_not(probe)
        return (None, missing) if probe is None or missing else (figures_of(probe, finding), "")


def _weight(finding: Finding) -> tuple[int, bool, bool, float]:
    """What makes one finding matter more than another: its verdict, numbers to show, no kink, and the error."""
    told = finding.check in CLAIMS and finding.bound is not None
    return finding.verdict.severity, told, KINK not in finding.notes, _size(finding) if told else 0.0


def _size(finding: Finding) -> float:
    """How large the error of a finding with numbers is.

    Of failures the decade of the relative error, at most 1: among equals the first counts, since plainer points come
    first. Of others the error over its bound.
    """
    analytic, numeric, bound = (n or 0.0 for n in (finding.analytic, finding.numeric, finding.bound))
    if not math.isfinite(analytic):
        return math.inf
    if finding.verdict is Verdict.FAIL:
        return min(round(math.log10(finding.max_rel)), 0) if finding.max_rel else -math.inf
    return abs(analytic - numeric) / bound if bound else 0.0


def _why_not(probe: Probe | None) -> str:
    """Why there is no Jacobian to draw at a point; empty where there is one."""
    if probe is None:
        return "the strategy has nothing to say about this layer"
    for part in (probe.output, *probe.answers.values()):
        if isinstance(part, Breach):
            return str(part)
    strange = int(np.count_nonzero(~np.isfinite(probe.y)))
    if strange:
        return f"{strange} of {probe.y.size} outputs are NaN or infinite: no difference of them means anything"
    return "" if probe.usable else "there are no entries to differentiate"
