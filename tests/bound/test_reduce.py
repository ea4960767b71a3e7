"""A faulty point is made smaller and keeps its fault."""

from __future__ import annotations

import numpy as np
import pytest

from tests.bound import reduce
from tests.bound.layer import ELEMENTWISE, Sketch
from tests.bound.measure import ACCUSED, Fault, point_of
from tests.bound.tree import apply, x

pytest.importorskip("mpmath")


def blamed_if(blamed):
    """A judge that accuses every sketch whose text holds something."""

    def faults_at(one, claims):
        if blamed in str(one.sketch):
            yield Fault(ACCUSED, "", 0, "right", "x0", "", "", "", "", None, "")

    return faults_at


@pytest.mark.parametrize(
    ("sketch", "blamed", "smallest"),
    [
        (Sketch((apply("exp", x()) + apply("sin", x(1) * 3.25),), (0.123, 1.5)), "sin", "sin(x0) at 2.0"),
        (Sketch((apply("tanh", x()), apply("sin", x())), (0.123,)), "tanh", "tanh(x0) at 0.1"),
        (Sketch((apply("tanh", x() * x()),), (0.123, 2.0), form=ELEMENTWISE), "tanh", "tanh(x0) at 0.1"),
        (Sketch((apply("log", x()),), (0.987654321,), ("unit",)), "log", "log(x0) at 0.99"),
    ],
)
def test_what_is_blamed_is_all_that_is_left(monkeypatch, sketch, blamed, smallest):
    monkeypatch.setattr(reduce, "faults_at", blamed_if(blamed))
    assert str(reduce.reduced(point_of("", 0, sketch), ACCUSED).sketch) == f"scalars: {smallest}"


def test_a_point_without_the_fault_stays_as_it_is(monkeypatch):
    monkeypatch.setattr(reduce, "faults_at", blamed_if("cosh"))
    one = point_of("", 0, Sketch((apply("exp", x()) + x(),), (0.123,)))
    assert reduce.reduced(one, ACCUSED) is one
    assert np.isfinite(one.matrix).all()
