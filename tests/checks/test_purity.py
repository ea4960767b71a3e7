from __future__ import annotations

import numpy as np
import pytest

from gradcheck.records.finding import Verdict


def slope(x):
    return 1 - np.tanh(x) ** 2


def test_a_pure_layer_passes(found, tanh):
    (one,) = found(tanh())
    assert one.verdict is Verdict.PASS


def changing(x):
    y = np.tanh(x)
    x += 1
    return y


def changing_v(v, x):
    v *= slope(x)
    return v.copy()


def jittering():
    rng = np.random.default_rng(0)
    return lambda x: np.tanh(x) + 1e-7 * rng.standard_normal(x.shape)


def accumulating():
    total = np.zeros(4)

    def bprop(v, x):
        nonlocal total
        total = total + v * slope(x)
        return total

    return bprop


def aliasing():
    buffer = np.empty(4)

    def forward(x):
        return np.tanh(x, out=buffer) if x.shape == buffer.shape else np.tanh(x)

    return forward


IMPURE = {
    "changes its input": ({"forward": changing}, "`forward` changes its input x in place"),
    "changes v": ({"bprop": changing_v}, "`bprop` changes the cotangent v in place"),
    "jitters": ({"forward": jittering()}, "differs by"),
    "accumulates": ({"bprop": accumulating()}, "`bprop`"),
    "answers in one array": ({"forward": aliasing()}, "returned an array that a later call changes"),
}


@pytest.mark.parametrize("name", IMPURE)
def test_what_is_impure_is_named(found, tanh, name):
    parts, sentence = IMPURE[name]
    told = [one.sentence for one in found(tanh(**parts)) if one.verdict is Verdict.FAIL]
    assert any(sentence in one for one in told)


class Stale:
    """Keeps what `forward` saw last, and returns gradients of that."""

    def forward(self, x):
        self.x = x.copy()
        return np.tanh(x)

    def bprop(self, v, x):
        return v * slope(self.x if self.x.shape == x.shape else x)


def test_a_stale_cache_is_found(found):
    assert Verdict.FAIL in {one.verdict for one in found(Stale())}


def forgetful():
    calls = []

    def bprop(v, x):
        calls.append(1)
        return v * slope(x) * (len(calls) > 1)

    return bprop


def test_a_first_bprop_that_differs_is_found(found, tanh):
    told = [one.sentence for one in found(tanh(bprop=forgetful()), "normal") if one.verdict is Verdict.FAIL]
    assert told == ["`bprop` gave another answer when it was first called: it differs by " + told[0].split()[-1]]
