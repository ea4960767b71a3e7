"""The sentences that formats for people share: what was found, how much it proves, and how to see it again."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from gradcheck.records.fault import Fault
from gradcheck.records.finding import Finding, Verdict
from gradcheck.records.report import LayerReport
from gradcheck.text import magnitude

DIAGNOSIS = "    diagnosis: "  # what a line starts with that says what is wrong


def worst(values: Iterable[float | None]) -> float | None:
    """The largest of the values that are there, NaN above all; None without any."""
    present = [v for v in values if v is not None]
    return max(present, key=lambda v: (math.isnan(v), v), default=None)


def plural(count: int, noun: str) -> str:
    """``1 layer``, ``2 layers``."""
    return f"{count} {noun}{'' if count == 1 else 's'}"


def counts(findings: Iterable[Finding]) -> str:
    """``2290 PASS, 20 UNDEFINED``: the best verdict first."""
    number = Counter(f.verdict for f in findings)
    return ", ".join(f"{number[v]} {v.value}" for v in Verdict if number[v]) or "nothing was checked"


def tally(report: LayerReport) -> str:
    """How many findings of each verdict, and the smallest error that every passed one would have seen."""
    said = f"{plural(len(report.findings), 'finding')}: {counts(report.findings)}"
    if report.power is None:
        return said
    worst_floor, median = map(magnitude, report.power)
    return f"{said}; would have seen relative errors >= {worst_floor} (median {median}) in every entry checked"


def together(reports: Sequence[LayerReport]) -> LayerReport:
    """One report that holds the findings of all, to be counted."""
    findings = tuple(finding for report in reports for finding in report.findings)
    return LayerReport(layer="", target="", findings=findings, seconds=sum(r.seconds for r in reports))


def failure_lines(report: LayerReport) -> Iterator[str]:
    """For each failure that is not known a line to search for and, indented, how to make it again.

    That is what is wrong, where the numbers tell, the smallest point, where one was looked for, and the command.

    Errors that are alike share one: a layer that raises does so at every point, and says it once.
    """
    failures = [finding for finding in report.failures if not finding.known]
    alike = Counter((f.check, f.fault) for f in failures if f.verdict is Verdict.ERROR)
    told: set[tuple[str, Fault | None]] = set()
    for finding in failures:
        key, more = (finding.check, finding.fault), ""
        if finding.verdict is Verdict.ERROR:
            if key in told:
                continue
            told.add(key)
            more = f" (and at {plural(alike[key] - 1, 'more point')})" if alike[key] > 1 else ""
        yield f"{finding.verdict.value} {finding.breadcrumb}{more}"
        if finding.diagnosis:
            yield f"{DIAGNOSIS}{finding.diagnosis}"
        if finding.counterexample and finding.counterexample.text:
            yield f"    {finding.counterexample.text}"
        yield f"    {report.reproduce(finding)}"


def silence(report: LayerReport) -> str:
    """Which gradients teach nothing; empty when all of them do."""
    if not report.silent:
        return ""
    return f"no learning signal: the gradient of {', '.join(report.silent)} is exactly zero at every point drawn"
