from __future__ import annotations

from gradcheck.inputs.points import make_point
from gradcheck.records.case import Case
from gradcheck.records.input import Input

X = Input("x", ("batch", "n"))
W = Input("W", ("n", "m"))
B = Input("b", ("m",))


def arrays(*inputs, strategy="zero_parameters"):
    point = make_point(inputs, (), Case("layer", strategy))
    return None if point is None else point.arrays


def test_all_but_the_first_are_zero():
    x, w, b = arrays(X, W, B)
    assert x.all()
    assert not w.any()
    assert not b.any()


def test_normal_ones_are_not():
    assert all(a.all() for a in arrays(X, W, B, strategy="normal"))


def test_a_parameter_that_cannot_be_zero_stays_ordinary():
    _, scale, b = arrays(X, Input("scale", ("m",), "positive"), B)
    assert (scale > 0).all()
    assert not b.any()


def test_without_a_parameter_to_be_zero_it_does_not_apply():
    assert arrays(X) is None
    assert arrays(X, Input("t", ("n",), "simplex")) is None
    assert arrays(X, Input("y", ("batch",), "labels", classes=3)) is None
