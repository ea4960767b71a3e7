"""All findings about one layer."""

from __future__ import annotations

import itertools
import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from gradcheck.frozen import dataclass
from gradcheck.records.case import Case
from gradcheck.records.finding import KINK, NOT_APPLICABLE, NOTHING_CHECKED, ORDER2, Finding, Verdict
from gradcheck.text import printable

UNDECLARED = "none"  # what a layer lacks for a check or a strategy that there is only where it declares something


@dataclass(frozen=True)
class SourceLine:
    """Where a method of a layer is written.

    Attributes
    ----------
    method
        ``"forward"``, ``"bprop"`` or ``"jacobian"``.
    file
        As seen from the working folder where it lies below it, with ``/`` between folders; whole otherwise.
    line
        From 1 on.
    """

    method: str
    file: str
    line: int


@dataclass(frozen=True)
class LayerReport:
    """All findings about one layer.

    Parameters
    ----------
    layer : str
        The layer's name.
    target : str
        The text that loads it again: ``softmax``, ``path/file.py:Name``.
    findings : tuple of Finding
    seconds : float
    silent : tuple of str
        Inputs whose gradient was exactly zero at every point drawn ("no learning signal").
    method : str
        How the numeric side was computed, for the report's header.
    places : tuple of SourceLine
        Where its methods are written; only of a layer that fails.
    skipped : tuple of (str, str)
        The strategies and checks of which there is nothing to tell, each with what the layer lacks for it.
    calls : tuple of (str, int)
        How often each of its methods was called at its points, without the diagnosis and the search for smaller ones.
    """

    layer: str
    target: str
    findings: tuple[Finding, ...]
    seconds: float = 0.0
    silent: tuple[str, ...] = ()
    method: str = ""
    places: tuple[SourceLine, ...] = ()
    skipped: tuple[tuple[str, str], ...] = ()
    calls: tuple[tuple[str, int], ...] = ()

    @property
    def verdict(self) -> Verdict:
        """The worst verdict of the findings; PASS when there are none."""
        return max((f.verdict for f in self.findings), key=lambda v: v.severity, default=Verdict.PASS)

    @property
    def passed(self) -> bool:
        """No derivative is wrong and none went unchecked by an error."""
        return self.verdict.severity < Verdict.ERROR.severity

    @property
    def failures(self) -> tuple[Finding, ...]:
        """The findings that are FAIL or ERROR, in order."""
        return tuple(f for f in self.findings if f.verdict.severity >= Verdict.ERROR.severity)

    @property
    def power(self) -> tuple[float, float] | None:
        """Worst and median floor, relative, of what passed and would have seen an error as large as the derivative.

        None of a layer that fails: what else would have been seen is no comfort.
        """
        if not self.passed:
            return None
        floors = sorted(f.floor for f in self._smooth_passes if f.floor is not None and not f.blind)
        return (floors[-1], floors[len(floors) // 2]) if floors else None

    @property
    def blind(self) -> int:
        """How many findings passed though an error as large as the derivative itself would have passed as well."""
        return sum(f.blind for f in self._smooth_passes) if self.passed else 0

    @property
    def _smooth_passes(self) -> list[Finding]:
        """What passed, except at kinks, where the gap is the floor."""
        return [f for f in self.findings if f.verdict is Verdict.PASS and KINK not in f.notes]

    def reproduce(self, finding: Finding) -> str:
        """The command line that makes one finding again, at its counterexample where it has one.

        A layer that came as an object has no text to load it by: then it is a line of Python.
        """
        import shlex  # only for failures: start-up

        if not self.target:
            order = ", order=2" if finding.check == ORDER2 else ""
            return f"gradcheck.check(layer, {finding.case.arguments}{order})"
        case = finding.counterexample.case if finding.counterexample else finding.case
        order = " --order 2" if finding.check == ORDER2 else ""
        return f"gradcheck {shlex.quote(self.target)} {case.options}{order}"

    def explain(self, case: Case | None = None) -> str:
        """The command line that lays a finding open: of a case, else the worst; empty for a layer without a target."""
        import shlex  # only for failures: start-up

        if not self.target:
            return ""
        at = f" --at {shlex.quote(case.id)}" if case else ""
        return f"gradcheck explain {shlex.quote(self.target)}{at}"


def added(calls: Iterable[tuple[tuple[str, int], ...]]) -> tuple[tuple[str, int], ...]:
    """The sums of several counts of calls, by method."""
    total: dict[str, int] = {}
    for name, number in itertools.chain.from_iterable(calls):
        total[name] = total.get(name, 0) + number
    return tuple(total.items())


def shared_names(layers: Iterable[tuple[str, str]]) -> frozenset[str]:
    """The names that several layers of a run have, each given by its name and target."""
    count = Counter(name for name, _ in dict.fromkeys(layers))
    return frozenset(name for name in count if count[name] > 1)


def qualified(report: LayerReport) -> LayerReport:
    """The report in which the layer is called by its target: in its ids and wherever it is told by its name."""
    if not report.target:
        return report
    layer = printable(report.target)
    return replace(report, layer=layer, findings=tuple(_qualified(finding, layer) for finding in report.findings))


def _qualified(finding: Finding, layer: str) -> Finding:
    found = finding.counterexample
    smaller = replace(found, case=found.case.of(layer)) if found else None
    return replace(finding, case=finding.case.of(layer), counterexample=smaller)


def together(reports: Sequence[LayerReport]) -> LayerReport:
    """One report that holds the findings of all, to be counted."""
    findings = tuple(finding for report in reports for finding in report.findings)
    return LayerReport(layer="", target="", findings=findings, seconds=sum(r.seconds for r in reports))


def counts(findings: Iterable[Finding]) -> str:
    """``2290 PASS, 20 UNDEFINED``: the best verdict first; what passed as nothing was there to check is no PASS."""
    number = Counter(NOT_APPLICABLE if f.empty else f.verdict.value for f in findings)
    names = (*(v.value for v in Verdict), NOT_APPLICABLE)
    return ", ".join(f"{number[name]} {name}" for name in names if number[name]) or NOTHING_CHECKED


def seeing(findings: Sequence[Finding]) -> Sequence[Finding]:
    """The findings without those that passed and could see nothing, whose numbers say nothing; all, if all are such."""
    return [f for f in findings if not f.blind] or findings


def largest_error(findings: Sequence[Finding]) -> float | None:
    """The largest relative error of those that see anything; None where nothing was compared."""
    return worst(f.max_rel for f in seeing(findings))


def worst(values: Iterable[float | None]) -> float | None:
    """The largest of the values that are there, NaN above all; None without any."""
    present = [v for v in values if v is not None]
    return max(present, key=lambda v: (math.isnan(v), v), default=None)
