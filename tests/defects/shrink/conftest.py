"""Wrong layers to be made small, and the failures that they give."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from gradcheck import Input
from gradcheck.adapters.contract import Subject, subject_of
from gradcheck.checks.scripts.failure import Failure
from gradcheck.defects.shrink.recheck import Recheck
from gradcheck.records.case import GIVEN, Case
from gradcheck.records.fault import Fault, FaultKind
from gradcheck.records.finding import Finding, Verdict
from tests.failures import first_failure

WRONG = Fault.of(FaultKind.DIFFERS, "bprop", analytic=1.0)


@pytest.fixture
def wrong() -> Callable[..., Subject]:
    """A layer x -> sin(x) whose `bprop` forgets the cosine, unless other parts are given."""

    def make(*inputs: Input, forward: Any = np.sin, bprop: Any = lambda v, x: v * 1.0, **facts: Any) -> Subject:
        declared = inputs or (Input("x", ("n",)),)
        return subject_of(SimpleNamespace(name="wrong", inputs=declared, forward=forward, bprop=bprop, **facts))

    return make


@pytest.fixture
def failing() -> Callable[..., Finding]:
    """The first failure of a layer; the names of a check and an input choose."""

    def find(subject: Subject, check: str = "bprop", input: str = "x", **plan: Any) -> Finding:
        return first_failure(subject, check, input, **plan)

    return find


@pytest.fixture
def failure() -> Callable[..., Failure]:
    """The failure of a layer at a point that is written out."""

    def find(subject: Subject, values: str, check: str = "bprop", input: str = "x", fault: Fault = WRONG) -> Failure:
        like = Finding(check, Verdict.FAIL, Case(subject.name, GIVEN, values=values), input, fault)
        found = Recheck(lambda: subject, like).again()
        assert found is not None
        return found

    return find
