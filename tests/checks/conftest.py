"""One check alone, at one point of a layer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from gradcheck.adapters.contract import subject_of
from gradcheck.checks import CHECKS
from gradcheck.checks.judge import probe_of
from gradcheck.checks.probe import Probe
from gradcheck.inputs.cases import cases_of
from gradcheck.records.finding import Finding
from gradcheck.records.input import Input
from gradcheck.records.plan import Plan

X = (Input("x", (4,)),)


@pytest.fixture
def tanh() -> Callable[..., Any]:
    """A layer of tanh, with parts in place of its own."""

    def made(**parts: Any) -> Any:
        right = {
            "inputs": X,
            "forward": np.tanh,
            "bprop": lambda v, x: v * (1 - np.tanh(x) ** 2),
            "jacobian": lambda x: np.diag(1 - np.tanh(x) ** 2),
        }
        return SimpleNamespace(**{**right, **parts})

    return made


@pytest.fixture
def probed() -> Callable[..., Probe]:
    """A layer at a point of a strategy."""

    def made(layer: Any, strategy: str = "normal", dtype: str = "float64") -> Probe:
        subject = subject_of(layer)
        (case,) = cases_of(subject, Plan(inputs=(strategy,), dtypes=(dtype,)))
        probe = probe_of(subject, case)
        assert probe is not None
        return probe

    return made


@pytest.fixture
def found(probed: Callable[..., Probe], request: pytest.FixtureRequest) -> Callable[..., Sequence[Finding]]:
    """The findings of the check after which the test file is named."""
    check = CHECKS[request.module.__name__.rpartition("test_")[2]]

    def run(layer: Any, strategy: str = "normal", dtype: str = "float64") -> Sequence[Finding]:
        with np.errstate(all="ignore"):
            return tuple(check.run(probed(layer, strategy, dtype)))

    return run
