"""One search of one layer: it tries cases until its time is over, and keeps the simplest failure of each kind."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace

from gradcheck.adapters.contract import Subject
from gradcheck.checks import select_checks
from gradcheck.checks.judge import probe_of, run_checks
from gradcheck.checks.quiet import quiet
from gradcheck.records.case import Case
from gradcheck.records.finding import Finding, Verdict
from gradcheck.records.plan import Plan
from gradcheck.run.examine import examine

DERIVATIVES = ("jacobian", "bprop")
SEARCHED = ("contract", *DERIVATIVES, "linearity")
FOUND = "found by search"
SHRINKING = 250  # points that are given to simplifying one failure
GRACE = 0.3  # seconds that they may take beyond the end

Kind = tuple[str, str]


class Over(BaseException):
    """The time is over. No `Exception`: Hypothesis would take that for a failing example."""


@dataclass
class Hunt:
    """The state of a search.

    Parameters
    ----------
    subject : Subject
    checks : tuple of str
        The checks to run at each point.
    until : float
        When to end, by `time.perf_counter`.
    points : float
        How many points to try at most.
    sizes : tuple of mapping
        The usual sizes. At others only derivatives count, and not what a layer refuses.

    Attributes
    ----------
    tried : int
        Points so far.
    found : dict
        The simplest failure by check and input.
    known : set
        Kinds of failures that are not looked for, or no longer.
    """

    subject: Subject
    checks: tuple[str, ...]
    until: float
    points: float = math.inf
    sizes: tuple[Mapping[str, int], ...] = ()
    tried: int = 0
    found: dict[Kind, Finding] = field(default_factory=dict)
    known: set[Kind] = field(default_factory=set)
    _possible: set[Kind] = field(default_factory=set)
    _seen: dict[Case, tuple[Finding, ...]] = field(default_factory=dict)
    _best: Finding | None = None
    _first: int = 0
    _cost: float = 0.0

    @property
    def over(self) -> bool:
        """Whether there is no time for another point, or every derivative has failed."""
        late = self.tried >= self.points or time.perf_counter() + self._cost > self.until
        return late or (bool(self._possible) and self._possible <= self.known)

    def attempt(self, case: Case) -> tuple[bool, float]:
        """Whether a case fails in the way that is looked for, and its largest error, as log10 of its limit.

        Once one has failed, only failures of its kind count, and there are so many more points to find simpler ones.

        Raises
        ------
        Over
            When the time is over.
        """
        if case not in self._seen:
            if self._late():
                raise Over
            self._seen[case] = self._look(case)
        findings = self._seen[case]
        failing = [f for f in findings if self._wants(f)]
        for finding in failing[:1]:
            if self._best is None:
                self._first = self.tried
            if self._best is None or _complexity(finding) < _complexity(self._best):
                self._best = finding
        return bool(failing), max(map(_excess, findings), default=-math.inf)

    def settle(self) -> None:
        """Keep the simplest failure met and all that fails there, if it does so again; from now on look for others."""
        best, self._best = self._best, None
        if best is None:
            return
        report = examine(self.subject, Plan(replay=(best.case,), checks=self.checks))
        for finding in filter(self._wants, report.findings):
            self.found[kind(finding)] = replace(finding, notes=(*finding.notes, FOUND))
        self.known |= self.found.keys()

    def _late(self) -> bool:
        if self._best is None:
            return self.over
        enough = min(self._first + SHRINKING, self.points)
        return self.tried >= enough or time.perf_counter() + self._cost > self.until + GRACE

    def _wants(self, finding: Finding) -> bool:
        if finding.verdict is not Verdict.FAIL:
            return False
        if finding.check == "contract" and dict(finding.case.sizes) not in self.sizes:
            return False
        return kind(finding) == kind(self._best) if self._best else kind(finding) not in self.known

    def _look(self, case: Case) -> tuple[Finding, ...]:
        """The findings at a case, without what a report adds to them."""
        start = time.perf_counter()
        self.tried += 1
        with quiet():
            findings = _findings_at(self.subject, case, self.checks)
        self._cost = max(time.perf_counter() - start, self._cost / 2)
        self._possible |= {kind(f) for f in findings if f.check in DERIVATIVES}
        return findings


def _findings_at(subject: Subject, case: Case, checks: Sequence[str]) -> tuple[Finding, ...]:
    """What checks find at a case; nothing where there is no such point, which is no failure of the layer."""
    probe = None
    with suppress(Exception):
        probe = probe_of(subject, case)
    return () if probe is None else run_checks(probe, select_checks(checks))


def kind(finding: Finding) -> Kind:
    """What makes two failures one and the same: the check and the input."""
    return finding.check, finding.input


def checks_of(plan: Plan) -> tuple[str, ...]:
    """The checks of a plan that depend on where one looks; all of them where it names no such check."""
    return tuple(name for name in plan.checks or SEARCHED if name in SEARCHED) or plan.checks


def _complexity(finding: Finding) -> tuple[int, str]:
    return len(finding.case.id), finding.case.id


def _excess(finding: Finding) -> float:
    """log10 of error over limit; minus infinity where there are no such numbers."""
    numbers: Sequence[float | None] = (finding.analytic, finding.numeric, finding.bound)
    if any(n is None or not math.isfinite(n) for n in numbers):
        return -math.inf
    analytic, numeric, bound = (float(n) for n in numbers if n is not None)
    error = abs(analytic - numeric)
    return math.log10(error / bound) if error > 0 and bound > 0 and math.isfinite(error / bound) else -math.inf
