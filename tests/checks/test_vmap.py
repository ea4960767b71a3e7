from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from gradcheck import Input, Verdict

RIGHT = {
    "inputs": (Input("x", (3, 4)), Input("W", (4, 2))),
    "forward": lambda x, W: np.tanh(x) @ W,
    "bprop": lambda v, x, W: ((v @ W.T) * (1 - np.tanh(x) ** 2), np.tanh(x).T @ v),
}


def with_vmap(vmap):
    return SimpleNamespace(**RIGHT, vmap=vmap)


def test_what_a_loop_gives_passes_by_whatever_sums(found):
    for vmap in (
        lambda x, W: np.tanh(x) @ W,
        lambda x, W: np.einsum("rij,rjk->rik", np.tanh(x), W),
        lambda x, W: np.stack([np.tanh(a) @ b for a, b in zip(x, W, strict=True)]),
    ):
        assert [one.verdict for one in found(with_vmap(vmap))] == [Verdict.PASS]


@pytest.mark.parametrize(
    "vmap",
    [
        lambda x, W: np.tanh(x) @ W[0],  # the first one's weights for all
        lambda x, W: np.tanh(x[::-1])[[0, 0, 2]] @ W,
        lambda x, W: (np.tanh(x) @ W) * 1.001,
    ],
)
def test_points_that_get_what_is_not_theirs_fail(found, vmap):
    (one,) = found(with_vmap(vmap))
    assert (one.verdict, one.fault.method) == (Verdict.FAIL, "vmap")
    assert "`vmap` of 3 points gives another y[" in one.sentence


def test_another_shape_or_an_exception_is_told_of_vmap(found):
    def raising(x, W):
        raise ValueError("no")

    for vmap in (lambda x, W: np.tanh(x[0]) @ W[0], raising, lambda x, W: None):
        (one,) = found(with_vmap(vmap))
        assert (one.verdict, one.fault.method) == (Verdict.FAIL, "vmap")


def test_what_is_not_there_is_not_claimed(found):
    def missing(x, W):
        raise NotImplementedError

    assert list(found(with_vmap(missing))) == []
    assert list(found(SimpleNamespace(**RIGHT))) == []
