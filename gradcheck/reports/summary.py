"""The sentences that formats for people share: what was found, and how much it proves."""

from __future__ import annotations

import math
from collections.abc import Sequence

from gradcheck.records.finding import BLIND, Finding, Verdict
from gradcheck.records.report import LayerReport, counts, largest_error
from gradcheck.text import magnitude, plural


def tally(report: LayerReport) -> str:
    """How many findings of each verdict; where none fails, the smallest error that each would have seen."""
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


def silence(report: LayerReport) -> str:
    """Which gradients teach nothing; empty when all of them do."""
    if not report.silent:
        return ""
    return f"no learning signal: the gradient of {', '.join(report.silent)} is exactly zero at every point drawn"
