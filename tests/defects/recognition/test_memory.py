from __future__ import annotations

import numpy as np
import pytest

from tests.defects.recognition.conftest import MORE
from tests.mutants.kit import Plain, args, tanh_slope


def stateful(bprop, forward=np.tanh):
    return Plain(args(x=(4,)), forward, bprop)


def accumulating():
    total = {"g": 0.0}

    def bprop(v, x):
        total["g"] = total["g"] + v * tanh_slope(x)
        return np.array(total["g"])

    return stateful(bprop)


def random():
    rng = np.random.default_rng(3)
    return stateful(lambda v, x: v * tanh_slope(x) * (1 + 1e-3 * rng.standard_normal(4)))


def trusting_forward():
    kept = {}

    def forward(x):
        kept["x"] = x.copy()
        return np.tanh(x)

    return stateful(lambda v, x: v * tanh_slope(kept.get("x", x)[: len(v)]), forward)


def one_buffer():
    buffer = np.zeros(4)
    return stateful(lambda v, x: np.multiply(v, tanh_slope(x), out=buffer) if len(v) == 4 else v * tanh_slope(x))


def kept_for_ever():
    first = {}
    return stateful(lambda v, x: v * first.setdefault(x.shape, tanh_slope(x)))


def by_sum():
    known = {}
    return stateful(lambda v, x: v * known.setdefault(float(np.sort(x).sum()), tanh_slope(x)))


@pytest.mark.parametrize(
    ("make", "kind"),
    [
        (accumulating, "accumulates"),
        (random, "random"),
        (trusting_forward, "stale"),
        (one_buffer, "buffer"),
        (kept_for_ever, "frozen"),
        (by_sum, "stale"),
    ],
)
def test_what_is_kept(make, kind, told):
    assert {one.name for one in told(make(), MORE).values()} == {kind}


def test_what_follows_from_it_says_the_same(told):
    found = told(accumulating())
    assert found["purity"].sentence.startswith("`bprop` adds to")
    assert found["bprop x"] == found["purity"]


def test_a_constant_derivative_is_not_kept(kinds):
    assert kinds(Plain(args(x=(4,)), lambda x: 3 * x, lambda v, x: 4 * v)) == {"factor"}


def test_a_slope_that_is_one_number_is_no_cache(told):
    def layer(end):
        return Plain(args(x=(4,)), lambda x: np.clip(x / 6, -0.5, 0.5), lambda v, x: v * (np.abs(x) < end) / 6)

    assert "stale" not in {one.kind for one in told(layer(2.5), ("normal", "uniform", "mixed")).values()}
    assert told(layer(3)) == {}
