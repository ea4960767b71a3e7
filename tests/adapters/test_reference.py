"""A kernel beside a reference: it is judged in its own dtype, and the reference is what is differentiated."""

from __future__ import annotations

import numpy as np
import pytest

import gradcheck
from gradcheck import Verdict
from gradcheck.adapters.contract import subject_of

RIGHT = {Verdict.PASS, Verdict.UNDEFINED}  # the latter where float16 holds no such output


def failing(report):
    """The checks that fail."""
    return {f.check for f in report.findings if f.verdict is Verdict.FAIL}


class Tanh:
    """In float32 alone; its gradient and its value may be off by a factor."""

    def __init__(self, forwards=1.0, backwards=1.0):
        self.forwards, self.backwards = forwards, backwards

    def forward(self, x):
        if x.dtype != np.float32:
            raise TypeError("float32 is required")
        return np.float32(self.forwards) * np.tanh(x)

    def bprop(self, v, x):
        return np.float32(self.backwards) * v / np.cosh(x, dtype=np.float32) ** 2


def tanh(*factors, reference=np.tanh):
    """Its case, with a reference in numpy."""

    @gradcheck.case(reference=reference)
    def tanh_case():
        return Tanh(*factors), (np.zeros(6, np.float32),)

    return tanh_case


def test_an_examples_own_dtype_is_what_a_kernel_is_judged_in():
    report = gradcheck.check(tanh(), inputs=["normal", "ties", "zeros", "saturated"])
    assert {f.case.dtype for f in report.findings} == {"float32"}
    assert {f.verdict for f in report.findings} == {Verdict.PASS}
    assert "value" in {f.check for f in report.findings}


def test_another_dtype_can_be_asked_for():
    assert {f.case.dtype for f in gradcheck.check(tanh(), inputs="normal", dtype="float16").findings} == {"float16"}


def test_without_a_reference_there_is_no_value_to_compare():
    assert "value" not in {f.check for f in gradcheck.check(gradcheck.load("softmax")[0], inputs="normal").findings}


@pytest.mark.parametrize(("factors", "check"), [((1.05, 1.0), "value"), ((1.0, 1.05), "bprop")])
def test_a_factor_is_caught_where_it_is(factors, check):
    assert failing(gradcheck.check(tanh(*factors), inputs="normal")) == {check}


def test_outputs_of_another_shape_are_told():
    report = gradcheck.check(tanh(reference=lambda x: np.tanh(x)[:, None]), inputs="normal")
    (finding,) = [f for f in report.findings if f.check == "value"]
    assert finding.sentence == "`forward` has shape (6,), its reference (6, 1)"


def test_a_reference_that_raises_is_an_error():
    def broken(x):
        raise ValueError("no")

    report = gradcheck.check(tanh(reference=broken), inputs="normal")
    assert Verdict.ERROR in {f.verdict for f in report.findings if f.check == "value"}


def test_a_reference_is_given_what_the_layer_is_given():
    def scaled(x, factor):
        return x * factor

    class Scaled:
        def forward(self, x, factor):
            return x * x.dtype.type(factor)

        def bprop(self, v, x, factor):
            return v * x.dtype.type(factor), None

    @gradcheck.case(reference=scaled)
    def scaled_case():
        return Scaled(), (np.ones(3, np.float32), 2.5)

    subject = subject_of(scaled_case)
    assert [one.name for one in subject.inputs] == ["x"]
    assert gradcheck.check(scaled_case, inputs="normal").passed


DTYPES = ("float32", "float16", "bfloat16")
TELLING = ("normal", "uniform", "ties", "spike", "zeros", "mixed")


@pytest.mark.parametrize("dtype", DTYPES)
def test_right_kernels_are_clean(dtype):
    torch = pytest.importorskip("torch")
    from tests.adapters.torch_layers import kernels

    own = getattr(torch, dtype)
    rows = kernels.case_of(kernels.softmax_kernel(), kernels.softmax_reference, own, (4, 8))
    norm = kernels.case_of(kernels.norm_kernel(), kernels.norm_reference, own, (4, 8), (8,), (8,))
    eager = kernels.case_of(kernels.eager_softmax(), kernels.softmax_reference, own, (4, 8))
    for kernel in (rows, norm, eager):
        assert {f.verdict for f in gradcheck.check(kernel, inputs=TELLING).findings} <= RIGHT


@pytest.mark.parametrize("dtype", DTYPES)
def test_a_factor_of_a_kernel_is_caught(dtype):
    torch = pytest.importorskip("torch")
    from tests.adapters.torch_layers import kernels

    own = getattr(torch, dtype)
    value = kernels.case_of(kernels.softmax_kernel(kernels.FACTOR), kernels.softmax_reference, own, (4, 8))
    slope = kernels.case_of(kernels.softmax_kernel(1.0, kernels.FACTOR), kernels.softmax_reference, own, (4, 8))
    norm = kernels.case_of(kernels.norm_kernel(kernels.FACTOR), kernels.norm_reference, own, (4, 8), (8,), (8,))
    assert failing(gradcheck.check(value, inputs=["normal", "zeros"])) == {"value"}
    assert failing(gradcheck.check(slope, inputs="normal")) == {"bprop"}
    assert failing(gradcheck.check(norm, inputs="normal")) == {"bprop"}
