"""The first failure of a layer, for tests of what is made of one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from gradcheck.adapters.contract import Subject
from gradcheck.records.finding import Finding, Verdict
from gradcheck.records.plan import Plan
from gradcheck.run.examine import examine


def first_failure(subject: Subject, check: str, input: str, **plan: Any) -> Finding:
    """The first FAIL of a check for an input at the points of a plan, of which those behind it are left out."""

    def of(findings: Iterable[Finding]) -> Finding | None:
        return next((f for f in findings if (f.check, f.input, f.verdict) == (check, input, Verdict.FAIL)), None)

    report = examine(subject, Plan(**plan), enough=lambda findings, _target: of(findings) is not None)
    found = of(report.findings)
    assert found is not None
    return found
