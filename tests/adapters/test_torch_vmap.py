"""A `vmap` that people write for a Function of torch."""

from __future__ import annotations

import pytest

import gradcheck

torch = pytest.importorskip("torch")


class Double(torch.autograd.Function):
    @staticmethod
    def forward(x):
        return 2 * x

    @staticmethod
    def setup_context(ctx, inputs, output):
        pass

    @staticmethod
    def backward(ctx, v):
        return 2 * v


class Right(Double):
    @staticmethod
    def vmap(info, in_dims, x):
        return Right.apply(x), in_dims[0]


class FirstForAll(Double):
    @staticmethod
    def vmap(info, in_dims, x):
        return FirstForAll.apply(x.select(in_dims[0], 0)), None


@pytest.mark.parametrize(("function", "fails"), [(Double, None), (Right, False), (FirstForAll, True)])
def test_it_is_held_against_forward_of_each(function, fails):
    report = gradcheck.check(function, inputs=["normal"])
    found = [one for one in report.findings if one.check == "vmap"]
    assert [bool(one.fault) for one in found] == ([] if fails is None else [fails])
    assert bool(report.failures) == bool(fails)
