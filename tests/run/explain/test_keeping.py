from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from gradcheck.records.plan import Plan
from gradcheck.run.examine import examine
from gradcheck.run.explain.keeping import MOST, illustrated

PLAN = Plan(inputs=("normal", "zeros", "huge"))


@pytest.fixture
def wrong(square):
    """A subject whose bprop is off, and its report."""
    subject = square(1.1)
    return subject, examine(subject, PLAN)


def test_the_worst_failure_of_a_check_is_illustrated(wrong):
    subject, report = wrong
    told = illustrated(subject, report)
    (drawn,) = (finding for finding in told.findings if finding.figures)
    assert (drawn.check, drawn.figures.claim, drawn.verdict.value) == ("bprop", "bprop", "FAIL")
    assert drawn.max_rel == max(finding.max_rel for finding in report.failures if finding.check == "bprop")
    assert drawn.figures.entries[0].analytic == pytest.approx(1.1 * drawn.figures.entries[0].numeric)


def test_nothing_else_changes(wrong):
    subject, report = wrong
    told = illustrated(subject, report)
    assert replace(told, findings=tuple(replace(f, figures=None) for f in told.findings)) == report


def test_a_layer_that_passes_has_no_figures(square):
    subject = square()
    report = examine(subject, PLAN)
    assert illustrated(subject, report) == report


def test_at_most_so_many_are_drawn(wrong):
    subject, report = wrong
    (first, *_) = (finding for finding in report.failures if finding.check == "bprop")
    many = replace(report, findings=tuple(replace(first, diagnosis=f"cause {k}") for k in range(MOST + 3)))
    assert sum(finding.figures is not None for finding in illustrated(subject, many).findings) == MOST


def test_a_layer_that_has_changed_its_mind_costs_its_figures_alone(layer):
    calls = []

    def forward(x):
        if len(calls) == 1:
            raise SystemError("not again")
        return np.sin(x)

    subject = layer(forward, lambda v, x: 2 * v)
    report = examine(subject, PLAN)
    calls.append(1)
    assert illustrated(subject, report) == report
    assert not report.passed
