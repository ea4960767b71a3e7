"""The sentences that formats for people share: what was found, how much it proves, and how to see it again."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence

from gradcheck.records.fault import Fault
from gradcheck.records.finding import BLIND, Finding, Verdict
from gradcheck.records.report import LayerReport, counts, largest_error
from gradcheck.text import magnitude, plural

DIAGNOSIS = "    diagnosis: "  # what a line starts with that says what is wrong


def tally(report: LayerReport) -> str:
    """How many findings of each verdict, and the smallest error that every passed one would have seen."""
    verdicts = f"{plural(len(report.findings), 'finding')}: {counts(report.findings)}"
    if report.power is not None:
        worst_floor, median = map(magnitude, report.power)
        verdicts += f"; would have seen relative errors >= {worst_floor} (median {median}) in every entry checked"
    if report.blind:
        verdicts += f"; in {report.blind} the derivative is too small beside rounding to be seen"
    return verdicts


def relative(value: float | None) -> str:
    """A floor, or an error that passed, in units of the derivative; above 1 how far above says nothing more."""
    return f"> {BLIND:g}" if value is not None and BLIND <= value < math.inf else magnitude(value)


def error_of(findings: Sequence[Finding], verdict: Verdict) -> str:
    """The largest relative error of findings of a verdict: how far above 1 counts only where something fails."""
    write = relative if verdict is Verdict.PASS else magnitude
    return write(largest_error(findings))


def failure_lines(report: LayerReport) -> Iterator[str]:
    """For each failure that is not known a line to search for and, indented, how to make it again.

    That is what is wrong, where the numbers tell, the smallest point, where one was looked for, and the command.

    Errors that are alike share one: a layer that raises does so at every point, and says it once.
    """
    failures = [finding for finding in report.failures if not finding.known]
    alike = Counter((f.check, f.fault) for f in failures if f.verdict is Verdict.ERROR)
    written: set[tuple[str, Fault | None]] = set()
    for finding in failures:
        key, more = (finding.check, finding.fault), ""
        if finding.verdict is Verdict.ERROR:
            if key in written:
                continue
            written.add(key)
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
