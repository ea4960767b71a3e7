from __future__ import annotations

import numpy as np
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


@pytest.mark.parametrize(("factor", "verdict"), [(1.0, Verdict.PASS), (2.0, Verdict.FAIL)])
def test_an_output_without_a_batch_is_no_item_of_one_where_all_axes_are_equally_long(found, tanh, factor, verdict):
    """The mean over the batch of four by four inputs has as many numbers as the batch has items."""
    x = Input("x", ("batch", "n"))
    layer = tanh(
        inputs=(x,),
        forward=lambda x: x.mean(axis=0),
        bprop=lambda v, x: (factor if len(x) == 4 else 1) * np.broadcast_to(v / len(x), x.shape),
        jacobian=None,
    )
    assert [finding.verdict for finding in found(layer)] == [verdict]


def test_a_layer_without_a_batch_has_nothing_to_say(found, tanh):
    assert list(found(tanh())) == []


def refusing(method, refused, error=ValueError):
    """A method that raises for batches of some sizes."""

    def called(*arrays):
        if len(arrays[0]) in refused:
            raise error("another number of items is required")
        return method(*arrays)

    return called


def centred(x, w):
    return (x - x.mean(axis=0)) * w


def of_centred(v, x, w):
    return (v - v.mean(axis=0)) * w, (v * (x - x.mean(axis=0))).sum(axis=0)


def stumbling(method):
    """A method that falls over a batch of one."""

    def called(*arrays):
        arrays[0][1]
        return method(*arrays)

    return called


NOT_APPLICABLE = {
    "forward refuses one item": ({"forward": refusing(centred, [1]), "bprop": of_centred}, "`forward`", "1"),
    "forward falls over one item": ({"forward": stumbling(centred), "bprop": of_centred}, "`forward`", "1"),
    "both refuse some": (
        {"forward": refusing(centred, [1, 2]), "bprop": refusing(of_centred, [1, 2])},
        "`forward`",
        "1, 2",
    ),
    "bprop refuses one item": ({"forward": forward, "bprop": refusing(bprop, [1])}, "`bprop`", "1"),
}


@pytest.mark.parametrize("name", NOT_APPLICABLE)
def test_a_batch_that_a_layer_refuses_is_not_applicable(found, tanh, name):
    parts, method, counts = NOT_APPLICABLE[name]
    (one,) = found(tanh(inputs=INPUTS, jacobian=None, **parts))
    assert one.verdict is Verdict.PASS
    assert one.notes[0] == f"not applicable: {method} refuses batches of {counts}"


ACCUSED = {
    "bprop falls over one item": {"forward": forward, "bprop": stumbling(bprop)},
    "bprop refuses two items": {"forward": forward, "bprop": refusing(bprop, [2])},
    "forward falls over two items": {"forward": lambda x, w: centred(x, w) + x[:3][-1] * x[2], "bprop": of_centred},
    "forward refuses one item, bprop wrong where square": {
        "forward": refusing(centred, [1]),
        "bprop": lambda v, x, w: (of_centred(v, x, w)[0] * (1 + (len(x) == len(w))), of_centred(v, x, w)[1]),
    },
    "bprop refuses one item, wrong where square": {
        "forward": forward,
        "bprop": refusing(lambda v, x, w: (v * w * (1 + (len(x) == len(w))), bprop(v, x, w)[1]), [1]),
    },
}


@pytest.mark.parametrize("name", ACCUSED)
def test_what_is_no_refusal_of_one_item_fails(found, tanh, name):
    (one,) = found(tanh(inputs=INPUTS, jacobian=None, **ACCUSED[name]))
    assert one.verdict is Verdict.FAIL


@pytest.mark.parametrize(("refused", "empty"), [((1, 2, 4, 9), True), ((1, 2, 9), False)])
def test_where_every_batch_is_refused_nothing_was_checked(found, tanh, refused, empty):
    (one,) = found(tanh(inputs=INPUTS, forward=refusing(centred, refused), bprop=of_centred, jacobian=None))
    assert one.verdict is Verdict.PASS
    assert one.empty is empty
