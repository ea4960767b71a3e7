from __future__ import annotations

import numpy as np
import pytest

from tests.defects.recognition.conftest import MORE
from tests.mutants.kit import Plain, args, elementwise, sigmoid, sigmoid_slope, tanh_slope


def correlated(kernel):
    return Plain(
        args(x=(7,), w=(3,)),
        lambda x, w: sum(x[..., k : k + 5] * w[..., k : k + 1] for k in range(3)),
        lambda v, x, w: (np.convolve(v, kernel(w)), np.correlate(x, v, "valid")),
    )


@pytest.mark.parametrize(
    ("layer", "said"),
    [
        (correlated(lambda w: w[::-1]), "`bprop` is right once w is reversed"),
        (
            Plain(
                args(x=(3,), a=(3, 3)),
                lambda x, a: (x[..., None] * a * x[..., None, :]).sum(axis=(-1, -2)),
                lambda v, x, a: (2 * v * a @ x, v * np.outer(x, x)),
            ),
            "`bprop` is right once axes 0 and 1 of a are made symmetric",
        ),
        (
            Plain(
                args(x=(3,), a=(3, 3)),
                lambda x, a: (x[..., None] * a * x[..., None, :]).sum(axis=(-1, -2)),
                lambda v, x, a: (v * a @ x, v * np.outer(x, x)),
            ),
            "`bprop` is right once axes 0 and 1 of a are exchanged and that is added to a",
        ),
        (elementwise(np.arctan, lambda x: 1 / (1 + x), 6), "x stands where x^2 belongs"),
        (elementwise(np.tanh, lambda x: 1 - x * x, 6), "x stands where y belongs"),
        (elementwise(lambda x: sigmoid(3 * x) / 3, sigmoid_slope, 6), "x stands where 3 x belongs"),
    ],
)
def test_what_belongs_there(layer, said, told):
    assert said in told(layer, MORE)["bprop x"].sentence


def test_right_arguments(kinds):
    assert kinds(correlated(lambda w: w), MORE) == set()
    assert "argument" not in kinds(elementwise(np.tanh, lambda x: tanh_slope(x) + 0.1 * sigmoid(x), 6))


def test_what_holds_for_some_values_only_is_no_matter_of_arguments(kinds):
    layer = Plain(
        args(a=(4,), b=(4,)),
        lambda a, b: a * b,
        lambda v, a, b: (v * b * np.where((a > 0) & (b < 0), 2, 1), v * a),
    )
    assert kinds(layer) == {"factor signs"}
