"""What is wrong about the arguments of `bprop`, by their names and number."""

from __future__ import annotations

import pytest

from gradcheck.adapters.signature import misfit


def layer(inputs, given):
    """A layer whose `forward` and `bprop` have these arguments."""
    space = {}
    exec(f"class L:\n    def forward(self, {inputs}): ...\n    def bprop(self, {given}): ...", space)  # noqa: S102
    return space["L"]()


@pytest.mark.parametrize(
    ("inputs", "given", "line"),
    [
        ("x", "x, v", "def bprop(self, v, x)"),
        ("x, W", "x, W, dout", "def bprop(self, dout, x, W)"),
        ("x, W", "x, g, W", "def bprop(self, g, x, W)"),
        ("x, W", "v, x", "def bprop(self, v, x, W)"),
        ("x", "x", "def bprop(self, v, x)"),
        ("x", "*, v, x", "def bprop(self, v, x)"),
        ("x", "", "def bprop(self, v, x)"),
    ],
)
def test_a_misfit_is_told_with_the_line(inputs, given, line):
    assert f"write `{line}`" in misfit(layer(inputs, given))


@pytest.mark.parametrize(
    ("inputs", "given"),
    [
        ("x", "v, x"),
        ("x, W", "dout, x, W"),
        ("x, W", "g, a, b"),
        ("x", "dout"),  # called after `forward`
        ("x, W", "dout"),
        ("a, b", "b, a, a2=None"),
        ("x", "*arguments"),
        ("x", "v, *inputs"),
        ("*xs", "v, *xs"),
        ("x, v", "g, x, v"),
        ("x, eps=1e-5", "v, x, eps=1e-5"),
    ],
)
def test_what_may_be_right_is_left_alone(inputs, given):
    assert misfit(layer(inputs, given)) == ""


def test_functions_that_an_adapter_calls_are_left_alone():
    import gradcheck
    from gradcheck.adapters.contract import subject_of

    def forward(x, w):
        return x * w, (x, w)

    def backward(dout, cache):
        return dout * cache[1], dout * cache[0]

    assert misfit(subject_of(gradcheck.cached(forward, backward)).layer) == ""
    told = misfit(subject_of(layer("x", "x")).layer)
    assert "write `def bprop(self, v, x)`" in told


def test_methods_that_cannot_be_read_are_left_alone():
    class Strange:
        forward, bprop = len, 3

    assert misfit(Strange()) == misfit(object()) == ""
