"""Kernels in Triton beside their references, on a machine with a GPU; skipped elsewhere."""

from __future__ import annotations

import pytest

import gradcheck
from gradcheck import Verdict

torch = pytest.importorskip("torch")
pytest.importorskip("triton")
if not torch.cuda.is_available():
    pytest.skip("no GPU", allow_module_level=True)

from tests.adapters.torch_layers import kernels, triton_kernels  # noqa: E402 - a GPU is there

pytestmark = pytest.mark.filterwarnings("ignore")  # what Triton says of the Python it runs on is no matter of ours
DTYPES = ("float32", "bfloat16")
FACTOR = 1.05
SHAPE = (4, 11)  # a row is no whole block
POINTS = ("normal", "uniform", "ties", "spike", "zeros", "mixed")


def softmax_case(kernel, dtype):
    """A softmax at arrays on the GPU."""

    @gradcheck.case(reference=kernels.softmax_reference)
    def softmax():
        return kernel, (torch.zeros(SHAPE, dtype=getattr(torch, dtype), device="cuda"),)

    return softmax


def norm_case(kernel, dtype):
    """A layer norm at arrays on the GPU."""

    @gradcheck.case(reference=kernels.norm_reference)
    def norm():
        made = {"dtype": getattr(torch, dtype), "device": "cuda"}
        return kernel, (torch.zeros(SHAPE, **made), torch.zeros(SHAPE[1], **made), torch.zeros(SHAPE[1], **made))

    return norm


def failing(report):
    """The checks that fail."""
    return {f.check for f in report.findings if f.verdict is Verdict.FAIL}


@pytest.fixture(params=DTYPES)
def dtype(request):
    if request.param == "bfloat16":
        pytest.importorskip("ml_dtypes")
    return request.param


def test_right_kernels_are_clean(dtype):
    for case in (softmax_case(triton_kernels.softmax(), dtype), norm_case(triton_kernels.norm(), dtype)):
        report = gradcheck.check(case, inputs=POINTS)
        assert {f.verdict for f in report.findings} <= {Verdict.PASS, Verdict.UNDEFINED}, str(report)
        assert {f.case.dtype for f in report.findings} == {dtype}


def test_a_planted_factor_is_caught(dtype):
    assert failing(gradcheck.check(softmax_case(triton_kernels.softmax(FACTOR), dtype), inputs="normal")) == {"bprop"}
    assert failing(gradcheck.check(norm_case(triton_kernels.norm(FACTOR), dtype), inputs="normal")) == {"bprop"}


def test_a_kernel_that_takes_the_rows_of_a_cotangent_for_granted_is_caught():
    kernel = triton_kernels.softmax(rows=lambda grad: grad)
    assert "layout" in failing(gradcheck.check(softmax_case(kernel, "float32"), inputs="normal"))
