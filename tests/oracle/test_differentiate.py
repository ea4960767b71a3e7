from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gradcheck.oracle.differentiate import _affordable
from gradcheck.oracle.table import Table
from tests.oracle.maps import EPS, REAL, estimate, flat

X = np.array([0.5, -2.0, 3.0, 0.1])


def softmax(x):
    e = np.exp(x - x.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def softmax_jacobian(x):
    s = softmax(np.asarray(x))
    return np.diag(s) - np.outer(s, s)


def inside(found, truth):
    return bool((np.abs(found.value - truth) <= found.floor + 16 * EPS * found.scale).all())


@pytest.mark.parametrize("stacked", [True, False])
def test_the_floor_holds_the_truth(stacked):
    found = estimate(flat(softmax, X, stacked=stacked), softmax_jacobian(X))
    assert inside(found, softmax_jacobian(X))
    assert found.floor.max() < 1e-9
    assert found.constraints == ()


def test_a_floor_of_nothing_would_not():
    found = estimate(flat(softmax, X), softmax_jacobian(X))
    assert not inside(replace(found, floor=0 * found.floor, scale=0 * found.scale), softmax_jacobian(X))


def test_claims_may_be_missing():
    assert inside(estimate(flat(softmax, X)), softmax_jacobian(X))


@settings(max_examples=30, deadline=None)
@given(st.lists(st.sampled_from([0.0, 1, -1e3, 1e-9, math.nan, math.inf]), min_size=16, max_size=16), st.integers(0, 9))
def test_claims_never_enter_a_value(claim, seed):
    assert inside(estimate(flat(softmax, X), np.array(claim), seed=seed), softmax_jacobian(X))


@pytest.mark.parametrize("hidden", [(10, 3), (0, 63), (31, 32)])
@pytest.mark.parametrize("size", [1.0, 1e-5])
def test_what_a_sparse_claim_leaves_out_is_found(hidden, size):
    row, column = hidden
    x = np.linspace(-1, 1, 64)
    bump = np.zeros((64, 64))
    bump[row, column] = size
    found = estimate(flat(lambda x: np.tanh(x) + x @ bump.T, x), np.diag(1 / np.cosh(x) ** 2))
    truth = np.diag(1 / np.cosh(x) ** 2) + bump
    assert found.value[hidden] == pytest.approx(size, rel=1e-6)
    assert inside(found, truth)
    assert not inside(found, truth - bump)


def test_what_a_sparse_claim_says_in_full_is_measured_in_few_calls():
    calls = {}
    for name, claim in (("right", 1.0), ("wrong", 2.0)):
        rows = []
        x = np.linspace(-1, 1, 64)
        function = flat(lambda x, rows=rows: (rows.append(x.size // 64), np.tanh(x))[1], x)
        estimate(function, np.diag(claim / np.cosh(x) ** 2))
        calls[name] = sum(rows)
    assert calls["right"] < 450 < calls["wrong"]


@pytest.mark.parametrize("limits", [(0.0, math.inf), (0.0, 1.0), (-1.0, 1.0)])
def test_at_the_ends_of_the_domain_one_side_is_enough(limits):
    high = min(limits[1], 1.0)
    x = np.array([limits[0], 0.25, high])
    found = estimate(flat(np.exp, x, limits=limits), np.diag(np.exp(x)))
    assert inside(found, np.diag(np.exp(x)))
    assert found.floor.max() < 1e-4


def test_where_the_slope_is_infinite_nothing_is_known():
    found = estimate(flat(np.sqrt, [0.0, 0.25], limits=(0.0, math.inf)), np.diag([1.0, 1.0]))
    assert np.isinf(found.floor[0, 0])
    assert found.value[1, 1] == pytest.approx(1.0)


@settings(max_examples=40, deadline=None)
@given(
    limits=st.sampled_from([(0.0, math.inf), (-math.inf, 2.0), (0.0, 1.0), (-1.0, 3.0), (1e-3, 1e-2)]),
    places=st.lists(st.sampled_from([0.0, 1e-9, 0.2, 0.5, 1 - 1e-9, 1.0]), min_size=1, max_size=3),
    function=st.sampled_from([np.tanh, np.abs, lambda x: np.abs(np.sin(5 * x)), lambda x: np.round(x, 7)]),
    claim=st.sampled_from([0.0, 1.0, 2.0]),
    stacked=st.booleans(),
)
def test_nothing_outside_the_domain_is_asked(limits, places, function, claim, stacked):
    low, high = max(limits[0], -5.0), min(limits[1], 5.0)
    asked = []

    def recorded(x):
        asked.append((np.min(x), np.max(x)))
        return function(x)

    x = np.clip(low + (high - low) * np.array(places), low, high)  # rounding may leave the domain
    estimate(flat(recorded, x, limits=limits, stacked=stacked), claim * np.eye(len(x)))
    assert limits[0] <= min(a for a, _ in asked)
    assert max(b for _, b in asked) <= limits[1]


def test_without_a_domain_much_more_is_asked():
    asked = []
    estimate(flat(lambda x: (asked.append(np.min(x)), np.tanh(x))[1], [0.25], limits=REAL), [[2.0]])
    assert min(asked) < 0


@pytest.mark.parametrize(("claim", "legal"), [(0.0, True), (0.5, True), (1.0, True), (2.0, False), (-1.0, False)])
def test_at_a_kink_the_floor_holds_what_lies_between_the_slopes(claim, legal):
    found = estimate(flat(lambda x: np.maximum(x, 0), [0.0, 1.0]), [[claim, 0], [0, 1]])
    assert (abs(claim - found.value[0, 0]) <= found.floor[0, 0] * (1 + 1e-9)) == legal
    assert found.gap[0, 0] == pytest.approx(0.5)
    assert not found.gap[1].any()


def test_the_reach_is_at_least_the_scale():
    found = estimate(flat(np.tanh, X), np.diag(1 / np.cosh(X) ** 2))
    assert (found.reach >= found.scale).all()
    assert (found.scale >= np.abs(found.value)).all()


def test_the_same_seed_gives_the_same_numbers():
    first, second = (estimate(flat(softmax, X), softmax_jacobian(X), seed=7) for _ in range(2))
    other = estimate(flat(softmax, X), softmax_jacobian(X), seed=8)
    assert (first.floor == second.floor).all()
    assert (first.floor != other.floor).any()


def test_outputs_that_are_not_resolved_are_left_open():
    x = np.array([3e6 + 0.1])
    found = estimate(flat(lambda x: np.sin(x * x), x), [2 * x * np.cos(x * x)])
    assert np.isinf(found.floor[0, 0])
    nearer = estimate(flat(lambda x: np.sin(x * x), x / 1e5), [2 * x / 1e5 * np.cos(x * x / 1e10)])
    assert nearer.floor[0, 0] < 1e-6


def counted(function, x, claim):
    """How many rows are evaluated for an estimate."""
    rows = []

    def recorded(x):
        rows.append(x.reshape(-1, x.shape[-1]).shape[0])
        return function(x)

    estimate(flat(recorded, x), claim)
    return sum(rows)


def test_outputs_that_do_not_move_cost_nothing():
    x = np.linspace(-3, -1, 200)
    still = counted(lambda x: np.maximum(x, 0), x, np.zeros((200, 200)))
    assert still < 2 * counted(np.tanh, x, np.diag(1 - np.tanh(x) ** 2))
    assert still * 10 < counted(lambda x: np.maximum(x, 0), x, np.eye(200))


@pytest.mark.parametrize("most", [3, 100])
def test_entries_in_dispute_come_first_and_those_beyond_reach_stay_open(monkeypatch, most):
    monkeypatch.setattr("gradcheck.oracle.differentiate.MOST_DOUBTS", most)
    table = Table.empty(2, 4, float)
    table.bound[:] = 1
    doubtful = np.array([[True] * 4, [True, False, True, True]])
    disputed = np.array([[False, True, False, True], [False, True, True, True]])
    chosen = _affordable(table, doubtful, disputed)
    assert chosen.sum() == min(most, doubtful.sum())
    assert (chosen & disputed).sum() == min(most, (doubtful & disputed).sum())
    assert np.isinf(table.bound).sum() == (doubtful & disputed).sum() - (chosen & disputed).sum()
