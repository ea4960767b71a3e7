"""Functions of torch: right ones pass, wrong ones are caught by the check that is named for each."""

from __future__ import annotations

import re

import numpy as np
import pytest

import gradcheck
from gradcheck import Verdict
from gradcheck.adapters.contract import subject_of
from gradcheck.errors import LoadError

torch = pytest.importorskip("torch")

from tests.adapters.torch_layers import right, wrong  # noqa: E402 - torch is there

RIGHT = [
    right.Swish,
    right.Softmax,
    right.Linear,
    right.LayerNorm,
    right.Relu,
    right.LargestAndWhere,
    right.Cubed,
    right.SingleInside,
    right.DoubledInPlace,
]
# What catches each; and whether `torch.autograd.gradcheck` with its defaults does, at one point of ordinary numbers.
WRONG = {
    wrong.NormWithoutEps: ("bprop", False),
    wrong.TiesInFull: ("bprop", False),
    wrong.NormAtZero: ("contract", False),
    wrong.SoftplusOverflow: ("contract", False),
    wrong.ClippedCotangent: ("linearity", False),
    wrong.CotangentInMemory: ("layout", False),
    wrong.InputInMemory: ("layout", False),
    wrong.CotangentChanged: ("purity", False),
    wrong.GatherOverwrites: ("bprop", True),
    wrong.FactorInSingle: ("bprop", True),
    wrong.TangentOff: ("jvp", False),
}
TELLING = ("normal", "ties", "spike", "zeros", "huge", "mixed")  # where the wrong ones go wrong
POINTS = {wrong.TiesInFull: "sparse", wrong.NormAtZero: "zeros", wrong.SoftplusOverflow: "huge"}


@pytest.fixture(autouse=True)
def _one_thread():
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.mark.parametrize("function", RIGHT, ids=lambda function: function.__name__)
def test_right_functions_are_clean(function):
    report = gradcheck.check(function, inputs=TELLING)
    assert report.layer == function.__name__
    assert {f.verdict for f in report.findings} <= {Verdict.PASS, Verdict.UNDEFINED}
    assert any(f.check == "bprop" for f in report.findings)


@pytest.mark.parametrize("function", WRONG, ids=lambda function: function.__name__)
def test_wrong_functions_are_caught(function):
    report = gradcheck.check(function, inputs=POINTS.get(function, "normal"))
    assert WRONG[function][0] in {f.check for f in report.findings if f.verdict is Verdict.FAIL}


@pytest.mark.parametrize("function", WRONG, ids=lambda function: function.__name__)
def test_what_torch_itself_says(function):
    generator = torch.Generator().manual_seed(0)
    x = torch.randn(4, 5, generator=generator, dtype=torch.float64).requires_grad_()
    others = {
        wrong.NormWithoutEps: (torch.ones(5, dtype=torch.float64).requires_grad_(),),
        wrong.GatherOverwrites: (torch.tensor([0, 1, 1, 3]),),
    }
    found = torch.autograd.gradcheck(function.apply, (x, *others.get(function, ())), raise_exception=False)
    assert found is not WRONG[function][1]


def test_apply_is_called_and_the_context_is_no_input():
    assert [one.name for one in subject_of(right.Cubed).inputs] == ["x", "y"]
    assert [one.name for one in subject_of(right.Swish).inputs] == ["x"]


def test_a_function_without_arguments_says_what_to_declare():
    class Nothing(torch.autograd.Function):
        @staticmethod
        def forward(ctx, *arguments):
            return arguments[0]

        @staticmethod
        def backward(ctx, grad):
            return grad

    with pytest.raises(LoadError, match="Nothing must declare `inputs`"):
        gradcheck.check(Nothing)


def test_nothing_of_torch_is_left_changed():
    torch.manual_seed(3)
    before = torch.get_rng_state()

    class Noisy(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            ctx.save_for_backward(mask := torch.rand(x.shape) < 0.5)
            return x * mask

        @staticmethod
        def backward(ctx, grad):
            (mask,) = ctx.saved_tensors
            return grad * mask

    assert gradcheck.check(Noisy, inputs="normal").passed
    assert torch.equal(before, torch.get_rng_state())
    assert torch.is_grad_enabled()


def test_failures_point_at_the_functions_own_lines():
    report = gradcheck.check(wrong.GatherOverwrites, inputs="normal")
    assert {(place.method, place.file.rpartition("/")[2]) for place in report.places} == {
        ("forward", "wrong.py"),
        ("bprop", "wrong.py"),
    }


def test_several_outputs_are_one_vector():
    class Both(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            ctx.save_for_backward(x)
            return x.sin(), x.cos()

        @staticmethod
        def backward(ctx, g, h):
            (x,) = ctx.saved_tensors
            return g * x.cos() - 1.5 * h * x.sin()

    (finding, *_) = [f for f in gradcheck.check(Both, inputs="normal").findings if f.verdict is Verdict.FAIL]
    assert (finding.check, finding.input) == ("bprop", "x")
    assert re.fullmatch(r"x\[(\d)\] for v = one-hot y2\[\1\]", finding.worst)


def test_gradients_that_are_none_are_zero():
    class Unused(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x, y):
            ctx.save_for_backward(x)
            return x**2

        @staticmethod
        def backward(ctx, grad):
            (x,) = ctx.saved_tensors
            return 2 * grad * x, None

    assert gradcheck.check(Unused, inputs="normal").passed


def test_an_example_gives_shapes_and_what_is_no_tensor():
    class Scaled(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x, factor, flag):
            ctx.factor = factor
            return x * factor if flag else x

        @staticmethod
        def backward(ctx, grad):
            return grad * ctx.factor, None, None

    @gradcheck.case
    def scaled():
        return Scaled, (torch.ones(2, 3), 4.0, True)

    @gradcheck.case
    def applied():
        return Scaled.apply, (torch.ones(2, 3), 4.0, True)

    @gradcheck.case
    def wrong_flag():
        return (lambda x, flag: Scaled.apply(x, 4.0, flag)), (torch.ones(2), False)

    assert gradcheck.check(scaled, inputs="normal").passed
    assert gradcheck.check(applied, inputs="normal").passed
    assert not gradcheck.check(wrong_flag, inputs="normal").passed


def test_numbers_longer_than_float64_are_refused():
    from gradcheck.adapters.torch_values import tensor_of

    with pytest.raises(TypeError, match="torch has no numbers longer than float64"):
        tensor_of(np.zeros(2, np.longdouble))


def second(function):
    """What is found of second derivatives."""
    return [f for f in gradcheck.check(function, inputs="normal", order=2).findings if f.check == "order2"]


def test_a_gradient_that_is_detached_has_a_wrong_second_derivative():
    assert {f.input for f in second(wrong.DetachedTwice) if f.verdict is Verdict.FAIL} == {"x"}
    assert {f.verdict for f in second(right.Swish)} == {Verdict.PASS}


def test_a_backward_that_is_once_differentiable_claims_no_second_derivative():
    class Once(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            ctx.slope = 3 * x.detach() ** 2
            return x**3

        @staticmethod
        @torch.autograd.function.once_differentiable
        def backward(ctx, grad):
            return grad * ctx.slope

    assert [(f.input, f.verdict) for f in second(Once)] == [("", Verdict.PASS)]
