"""Findings and reports in few words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from gradcheck.findings import Finding, LayerReport, Verdict
from gradcheck.records import Case


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
