from __future__ import annotations

import numpy as np
import pytest

from tests.mutants.kit import Plain, args

POINTS = ("normal", "uniform", "mixed", "negative", "huge")


def product(*, v="float64", x="float64", w="float64", slip=1.0):
    """The gradients of sin(x) w, with arguments that pass through other dtypes."""

    def bprop(dv, a, b):
        dv, a, b = dv.astype(v), a.astype(x), b.astype(w)
        return (dv * np.cos(a) * b).astype(float), (slip * dv * np.sin(a)).astype(float)

    return Plain(args(x=(4,), w=(4,)), lambda x, w: np.sin(x) * w, bprop)


@pytest.mark.parametrize("dtype", ["float32", "float16"])
def test_all_of_it(dtype, told):
    found = told(product(v=dtype, x=dtype, w=dtype), POINTS)
    assert set(found) >= {"bprop x", "bprop w", "linearity"}
    assert {one.kind for one in found.values()} == {"few-digits"}
    assert all(f"`bprop` works in {dtype}" in one.sentence for one in found.values())


def test_some_arguments(told):
    found = told(product(x="float32"), POINTS)
    assert "`bprop` rounds x to float32" in found["bprop x"].sentence


def test_what_it_does_not_explain_is_told_by_itself(told):
    found = told(product(v="float32", x="float32", w="float32", slip=1.5), POINTS)
    assert "few-digits" in found["bprop x"].name
    assert found["bprop w"].kind != "few-digits"


def test_a_step_is_no_shorter_dtype(told):
    found = told(Plain(args(x=(4,)), np.abs, lambda v, x: 1.1 * v * np.sign(x)), POINTS)
    assert {one.kind for one in found.values()} == {"factor"}
