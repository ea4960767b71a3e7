"""Findings and reports in few words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from gradcheck.records.case import Case
from gradcheck.records.figures import Curve, Entry, Figures, HeatMap
from gradcheck.records.finding import Finding, Verdict
from gradcheck.records.report import LayerReport


@pytest.fixture
def finding() -> Callable[..., Finding]:
    """A finding about `x` of softmax; strategy, scale, sizes, dtype and seed make its case."""

    def make(verdict: str = "PASS", check: str = "bprop", strategy: str = "normal", **facts: Any) -> Finding:
        of_case = {name: facts.pop(name) for name in ("scale", "sizes", "dtype", "seed") if name in facts}
        case = Case(facts.pop("layer", "softmax"), strategy, **of_case)
        return Finding(check, Verdict(verdict), case, **{"input": "x", **facts})

    return make


@pytest.fixture
def report() -> Callable[..., LayerReport]:
    """The report of a layer, named after its target."""

    def make(*findings: Finding, layer: str = "softmax", **facts: Any) -> LayerReport:
        return LayerReport(layer, facts.pop("target", layer), findings, **facts)

    return make


@pytest.fixture
def figures() -> Figures:
    """What is drawn of a failure: a curve, a map of four entries and one entry with both sides."""
    curve = Curve("dy[0]/dx[2]", (1e-1, 1e-2, 1e-3), (1e-2, 1e-4, 1e-6), 2, 1.0, 1e-14, 1e-13, 1e-3)
    heat = HeatMap("x", (2, 2), (1, 1), ((0.5, 2e9), (0.5, 0.5)), ("y[0]", "y[1]"), ("x[0]", "x[1]"))
    return Figures("bprop", (), curve, (heat,), (Entry("y[0]", "x[1]", 0.125, 0.126, 1e-13, 1e-3, 1e10),))
