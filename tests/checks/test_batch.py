from __future__ import annotations

import pytest

from gradcheck.records.finding import Verdict
from gradcheck.records.input import Input

INPUTS = (Input("x", ("batch", "n")), Input("w", ("n",)))


def forward(x, w):
    return x * w


def bprop(v, x, w):
    return v * w, (v * x).sum(axis=0)


def test_a_batch_of_items_passes(found, tanh):
    (one,) = found(tanh(inputs=INPUTS, forward=forward, bprop=bprop, jacobian=None))
    assert one.verdict is Verdict.PASS


WRONG = {
    "right for three items alone": lambda v, x, w: (v * w, (v * x).sum(axis=0) * (3 / len(x))),
    "right for more than one item": lambda v, x, w: (v * w * (len(x) > 1), (v * x).sum(axis=0)),
    "transposed where square": lambda v, x, w: ((v * w).T if len(x) == len(w) else v * w, (v * x).sum(axis=0)),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_depends_on_the_size_of_the_batch_fails(found, tanh, name):
    (one,) = found(tanh(inputs=INPUTS, forward=forward, bprop=WRONG[name], jacobian=None))
    assert one.verdict is Verdict.FAIL


def test_a_layer_without_a_batch_has_nothing_to_say(found, tanh):
    assert list(found(tanh())) == []
