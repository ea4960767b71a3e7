"""The numbers behind the worst failures of a layer, kept in its report for the formats that draw them."""

from __future__ import annotations

from dataclasses import replace

from gradcheck.adapters.contract import Subject
from gradcheck.records.failures import blocks
from gradcheck.records.figures import Figures
from gradcheck.records.finding import Finding, Verdict
from gradcheck.records.report import LayerReport
from gradcheck.run.explain import numbers_behind

MOST = 8  # of a layer


def illustrated(subject: Subject, report: LayerReport) -> LayerReport:
    """The report with figures for the worst failure of each cause, at most `MOST`.

    Parameters
    ----------
    subject : Subject
        Is run once more, at the points of these failures.
    report : LayerReport
        Of that layer.
    """
    worst = [block.finding for block in blocks([report]) if block.finding.verdict is Verdict.FAIL][:MOST]
    drawn = {id(finding): _figures(subject, finding) for finding in worst}
    return replace(report, findings=tuple(replace(f, figures=drawn.get(id(f), f.figures)) for f in report.findings))


def _figures(subject: Subject, finding: Finding) -> Figures | None:
    """None where there is nothing to draw; a layer that behaves otherwise than it did costs its figures alone."""
    try:
        return numbers_behind(subject, finding)[0]
    except Exception:  # noqa: BLE001 - the report stands without them
        return None
