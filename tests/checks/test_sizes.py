from __future__ import annotations

import numpy as np
import pytest

from gradcheck.records.finding import Verdict
from gradcheck.records.input import Input

INPUTS = (Input("x", ("n",)),)


def forward(x):
    return x * x.sum()


def bprop(v, x):
    return v * x.sum() + v @ x


def layer(tanh, right):
    return tanh(
        inputs=INPUTS, forward=forward, bprop=lambda v, x: bprop(v, x) * (1 if right(len(x)) else 2), jacobian=None
    )


def test_a_layer_that_is_right_at_every_length_passes(found, tanh):
    (one,) = found(layer(tanh, lambda n: True))
    assert one.verdict is Verdict.PASS


@pytest.mark.parametrize(("right", "length"), [(lambda n: n > 1, 1), (lambda n: n != 2, 2), (lambda n: n < 6, 6)])
def test_one_that_is_wrong_at_another_length_fails_there(found, tanh, right, length):
    (one,) = found(layer(tanh, right))
    assert (one.verdict, one.check, one.case.sizes) == (Verdict.FAIL, "bprop", (("n", length),))


def test_a_length_that_the_layer_does_not_take_is_no_fault(found, tanh):
    def two_or_more(x):
        if len(x) < 2:
            raise ValueError("two or more")
        return forward(x)

    (one,) = found(tanh(inputs=INPUTS, forward=two_or_more, bprop=bprop, jacobian=None))
    assert one.verdict is Verdict.PASS


def rows(tanh, gradient, **named):
    inputs = (Input("x", ("batch", "n")),)
    return tanh(inputs=inputs, forward=lambda x: (x * x).sum(axis=1), bprop=gradient, jacobian=None, **named)


def of_rows(v, x):
    return 2 * v[:, None] * x


def test_an_axis_that_is_lost_in_a_batch_of_one_is_told(found, tanh):
    (one,) = found(rows(tanh, lambda v, x: of_rows(v, x).squeeze()))
    assert (one.verdict, one.check, one.fault["found"]) == (Verdict.FAIL, "contract", (5,))
    assert dict(one.case.sizes)["batch"] == 1


@pytest.mark.parametrize(
    "gradient",
    [
        of_rows,
        lambda v, x: of_rows(v, x) if len(x) > 1 else np.ones((2, 5)),
        lambda v, x: of_rows(v, x) if len(x) > 1 else 0,
    ],
    ids=["right", "for two rows at least", "no gradient of one row"],
)
def test_another_shape_at_another_length_is_that_of_a_layer_for_other_lengths(found, tanh, gradient):
    (one,) = found(rows(tanh, gradient))
    assert one.verdict is Verdict.PASS


@pytest.mark.parametrize("strategy", ["uniform", "ties"])
def test_it_is_looked_at_once(found, tanh, strategy):
    assert list(found(layer(tanh, lambda n: n > 1), strategy)) == []


def test_fixed_lengths_have_nothing_to_say(found, tanh):
    assert list(found(tanh(forward=np.tanh))) == []


def test_a_layer_that_is_wrong_at_the_point_itself_is_told_so_elsewhere(found, tanh):
    assert list(found(layer(tanh, lambda n: False))) == []
