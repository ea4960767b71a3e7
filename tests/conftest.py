"""Plugins that tests use, which pytest takes from the outermost folder alone; findings and reports in few words."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import pytest

from gradcheck.records.case import Case
from gradcheck.records.fault import stated
from gradcheck.records.finding import Finding, Verdict
from gradcheck.records.report import LayerReport

pytest_plugins = ["pytester"]


@pytest.fixture(autouse=True)
def _off_github(monkeypatch):
    """No test is on GitHub unless it says so, wherever it runs."""
    for name in ("GITHUB_ACTIONS", "GITHUB_WORKSPACE", "GITHUB_STEP_SUMMARY"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(autouse=True)
def _own_path():
    """The folders of layers that a test loads are not those of the next one."""
    before = list(sys.path)
    yield
    sys.path[:] = before


@pytest.fixture
def finding() -> Callable[..., Finding]:
    """A finding about `x` of softmax; strategy, scale, sizes, dtype and seed make its case, a sentence its fault."""

    def make(verdict: str = "PASS", check: str = "bprop", strategy: str = "normal", **facts: Any) -> Finding:
        of_case = {name: facts.pop(name) for name in ("scale", "sizes", "dtype", "seed") if name in facts}
        case = Case(facts.pop("layer", "softmax"), strategy, **of_case)
        fault = stated(facts.pop("sentence", ""))
        return Finding(check, Verdict(verdict), case, **{"input": "x", "fault": fault, **facts})

    return make


@pytest.fixture
def report() -> Callable[..., LayerReport]:
    """The report of a layer, named after its target."""

    def make(*findings: Finding, layer: str = "softmax", **facts: Any) -> LayerReport:
        return LayerReport(layer, facts.pop("target", layer), findings, **facts)

    return make
