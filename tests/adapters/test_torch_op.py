"""Operators of `torch.library`."""

from __future__ import annotations

import pytest

import gradcheck
from gradcheck import Verdict
from gradcheck.errors import LoadError

torch = pytest.importorskip("torch")


@pytest.fixture(scope="module")
def operators():
    """A right operator, a wrong one, and one that takes a number as well."""

    @torch.library.custom_op("gradcheck_tests::cubed", mutates_args=())
    def cubed(x: torch.Tensor) -> torch.Tensor:
        return x**3

    @torch.library.custom_op("gradcheck_tests::squared", mutates_args=())
    def squared(x: torch.Tensor) -> torch.Tensor:
        return x**2

    @torch.library.custom_op("gradcheck_tests::scaled", mutates_args=())
    def scaled(x: torch.Tensor, factor: float) -> torch.Tensor:
        return x * factor

    def keep(ctx, inputs, output):
        ctx.save_for_backward(inputs[0])

    def keep_factor(ctx, inputs, output):
        ctx.factor = inputs[1]

    cubed.register_autograd(lambda ctx, grad: 3 * grad * ctx.saved_tensors[0] ** 2, setup_context=keep)
    squared.register_autograd(lambda ctx, grad: grad * ctx.saved_tensors[0], setup_context=keep)
    scaled.register_autograd(lambda ctx, grad: (grad * ctx.factor, None), setup_context=keep_factor)
    return cubed, squared, scaled


def test_an_operator_is_a_layer(operators):
    cubed, squared, _ = operators
    assert gradcheck.check(cubed, inputs=["normal", "ties"]).passed
    assert gradcheck.check(torch.ops.gradcheck_tests.cubed, inputs="normal").passed
    report = gradcheck.check(squared, inputs="normal")
    assert {f.check for f in report.findings if f.verdict is Verdict.FAIL} == {"bprop"}


def test_an_argument_that_is_no_tensor_asks_for_a_case(operators):
    *_, scaled = operators
    with pytest.raises(LoadError, match="takes factor, of type float, which is no tensor: write a case"):
        gradcheck.check(scaled)

    @gradcheck.case
    def example():
        return scaled, (torch.ones(3), 2.0)

    assert gradcheck.check(example, inputs="normal").passed
