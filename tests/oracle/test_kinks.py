from __future__ import annotations

import numpy as np
import pytest

from gradcheck.oracle.constraints import constraints
from gradcheck.oracle.kinks import Neighbourhood, kinked, widen
from gradcheck.oracle.steps import length_scale
from gradcheck.oracle.table import Table
from tests.oracle.maps import EPS, estimate, flat, noise_of


def relu(x):
    return np.maximum(x, 0)


def table_with(bound, gap, value=0.0):
    m, n = np.shape(bound)
    table = Table.empty(m, n, float)
    table.bound[:], table.gap[:], table.value[:] = bound, gap, value
    return table


def test_an_entry_is_kinked_where_the_gap_is_most_of_its_bound():
    table = table_with([[1.0, 1.0, 1e-9, np.inf]], [[1.0, 0.1, 1e-9, 1.0]])
    assert kinked(table, np.ones((1, 4))).tolist() == [[True, False, False, False]]


def bend(x):
    """Bent in one of four quadrants alone, so that most directions show nothing."""
    return np.abs(x.max(axis=-1, keepdims=True)) + x.min(axis=-1, keepdims=True)


@pytest.mark.parametrize(("claim", "inside"), [([[1, 0]], True), ([[1, 1]], True), ([[1, 3]], False)], ids=str)
def test_a_bend_in_one_quadrant_is_found_by_all_draws(claim, inside):
    for seed in range(12):
        found = estimate(flat(bend, [0.0, 0.0]), claim, seed=seed)
        assert (np.abs(np.array(claim) - found.value) <= found.floor + 1e-9 * found.reach).all() == inside


def middle(x):
    return np.sort(x, axis=-1)[..., 1:2]


def held(function, x, claim):
    """Whether a claim lies within the floor, entry by entry."""
    found = estimate(flat(function, x), claim)
    return (np.abs(np.array(claim) - found.value) <= found.floor + 1e-9 * found.reach).reshape(-1).tolist()


@pytest.mark.parametrize("claim", [[[1, 0, 0]], [[0, 0, 1]], [[0.5, 0.5, 0]], [[0, 0, 0]]], ids=str)
def test_at_a_tie_that_no_axis_breaks_every_share_is_held(claim):
    assert held(middle, [0.0, 0.0, 0.0], claim) == [True, True, True]


@pytest.mark.parametrize("claim", [[[2, 0, 0]], [[0, -1, 0]]], ids=str)
def test_beyond_the_shares_it_is_not(claim):
    assert not all(held(middle, [0.0, 0.0, 0.0], claim))


FINE = {
    "unit vector": (lambda x: x / np.sqrt((x * x).sum(axis=-1, keepdims=True)), [1e-6, 2e-6]),
    "sin(300x)": (lambda x: np.sin(300 * x), [1e6, 2e6]),
    "sin(x^2)": (lambda x: np.sin(x * x), [1e3, 2e3]),
    "exp(sin(sum))": (lambda x: np.exp(np.sin(x.sum(axis=-1))), [1e6, 2e6]),
}


@pytest.mark.parametrize("name", FINE)
def test_fine_structure_is_no_kink(name):
    forward = flat(*FINE[name])
    right = estimate(forward).value
    wrong = estimate(forward, 1.25 * right + 1)
    assert wrong.value == pytest.approx(right, rel=1e-4)
    assert (wrong.floor <= 1e-2 * np.abs(right).max()).all()
    assert not wrong.gap.max() > 1e-2


def neighbourhood(function, x, **facts):
    forward = flat(function, x, **facts)
    with np.errstate(all="ignore"):
        return Neighbourhood(forward, noise_of(forward), length_scale(forward), np.random.default_rng(0))


def test_slopes_at_nearby_points_are_those_along_the_direction():
    near = neighbourhood(lambda x: np.stack([x[..., 0] ** 2, x[..., 0] * x[..., 1]], axis=-1), [0.5, -2.0])
    slopes = near.slopes(np.array([1.0, 3.0]))
    assert slopes[:, 0] == pytest.approx(1.0, rel=1e-2)
    assert slopes[:, 1] == pytest.approx(-2 + 1.5, rel=1e-2)


def test_at_a_kink_nearby_slopes_lie_on_both_sides():
    slopes = neighbourhood(relu, [0.0]).slopes(np.array([1.0]))
    assert {0, 1} <= set(np.round(slopes[:, 0].astype(float), 6).tolist())


def test_nearby_points_lie_in_the_domain():
    near = neighbourhood(np.sqrt, [0.0, 0.25, 1.0], limits=(0, 1))
    assert near.points.min() >= 0
    assert near.points.max() <= 1


def widened(function, x, value, bound, gap):
    near = neighbourhood(function, x)
    table = table_with(bound, gap, value)
    with np.errstate(all="ignore"):
        widen(near, table, np.ones(np.shape(bound), bool))
    return table


def test_a_hull_that_all_nearby_slopes_end_at_is_exact():
    table = widened(relu, [0.0], 0.5, [[0.5]], [[0.5]])
    assert table.bound[0, 0] == 0.5
    assert table.value[0, 0] == 0.5


def test_a_hull_that_nearby_slopes_leave_is_widened():
    x = [0.0, 0.0, 0.0]
    table = widened(middle, x, 0.0, [[1e-9] * 3], [[1e-9] * 3])
    assert (table.value - table.bound <= 0).all()
    assert (table.value + table.bound >= 1).all()
    assert (table.bound < 1).all()


def test_entries_that_agree_are_not_widened():
    near = neighbourhood(middle, [0.0, 0.0, 0.0])
    table = table_with([[1e-9] * 3], [[0.0] * 3])
    with np.errstate(all="ignore"):
        widen(near, table, np.array([[True, False, False]]))
    assert table.bound[0, 0] > 0.1
    assert table.bound[0, 1:].tolist() == [1e-9, 1e-9]


def broken(function, x, claim):
    """How many of the constraints at x a claim breaks."""
    matrix = np.array(claim, dtype=float)
    with np.errstate(all="ignore"):
        found = estimate(flat(function, x), matrix).constraints
    assert found
    return sum(abs(one.weights @ matrix @ one.direction - one.value) > one.bound + 1e-6 for one in found)


def maximum(x):
    return x.max(axis=-1, keepdims=True)


def absolute_sum(x):
    return np.abs(x).sum(axis=-1, keepdims=True)


def ascending(x):
    return np.sort(x, axis=-1)


def difference(x):
    return relu(x[..., :1]) - relu(x[..., 1:])


TIES = [0.5, 0.5, -1.0]
LEGAL = {
    "curved max, ties share": (lambda x: maximum(x * x) * 1e3, [0.5, 0.5, 0.25], [[500, 500, 0]]),
    "max, first of the ties": (maximum, TIES, [[1, 0, 0]]),
    "max, ties share": (maximum, TIES, [[0.5, 0.5, 0]]),
    "l1, nothing at zero": (absolute_sum, [0.0, 2.0, -3.0], [[0, 1, -1]]),
    "l1, one at zero": (absolute_sum, [0.0, 2.0, -3.0], [[1, 1, -1]]),
    "sort, in order": (ascending, [1.0, 1.0, 2.0], [[1, 0, 0], [0, 1, 0], [0, 0, 1]]),
    "sort, ties changed round": (ascending, [1.0, 1.0, 2.0], [[0, 1, 0], [1, 0, 0], [0, 0, 1]]),
    "relu(x) - relu(y), with relu'(0) = 0": (difference, [0.0, 0.0], [[0, 0]]),
    "relu(x) - relu(y), with relu'(0) = 1": (difference, [0.0, 0.0], [[1, -1]]),
    "relu at zero": (relu, [0.0, 1.0], [[0, 0], [0, 1]]),
}
ILLEGAL = {
    "curved max, every tie in full": (lambda x: maximum(x * x) * 1e3, [0.5, 0.5, 0.25], [[1000, 1000, 0]]),
    "max, every tie in full": (maximum, TIES, [[1, 1, 0]]),
    "max, no tie at all": (maximum, TIES, [[0, 0, 0]]),
    "sort, two rows from one entry": (ascending, [1.0, 1.0, 2.0], [[1, 0, 0], [1, 0, 0], [0, 0, 1]]),
    "sort, an entry lost": (ascending, [1.0, 1.0, 2.0], [[0.5, 0, 0], [0, 0.5, 0], [0, 0, 1]]),
}


@pytest.mark.parametrize("name", LEGAL)
def test_generalised_gradients_keep_every_constraint(name):
    assert broken(*LEGAL[name]) == 0


@pytest.mark.parametrize("name", ILLEGAL)
def test_what_is_no_generalised_gradient_breaks_one(name):
    assert broken(*ILLEGAL[name]) > 0


@pytest.mark.parametrize(("function", "x"), [(np.tanh, [0.0, 1.0]), (relu, [0.3, -1.0]), (maximum, [1.0, 2.0])])
def test_away_from_kinks_there_are_none(function, x):
    with np.errstate(all="ignore"):
        slopes = np.array(estimate(flat(function, x)).value)
        assert estimate(flat(function, x), slopes).constraints == ()


def test_at_a_kink_there_are_some():
    with np.errstate(all="ignore"):
        assert estimate(flat(maximum, TIES), [[1, 0, 0]]).constraints


@pytest.mark.parametrize("size", [0.0, 1e3])
def test_products_on_a_plateau_are_bound_by_rounding(size):
    forward = flat(lambda x: size + 0 * x[..., :1], [0.5, -0.3])
    noise = noise_of(forward)
    near = Neighbourhood(forward, noise, length_scale(forward), np.random.default_rng(0))
    found = constraints(near, noise, np.ones((1, 2), dtype=bool))
    least = max(size, 1) * EPS
    assert found
    assert all(least <= one.bound < 1e-3 for one in found)  # which other claims are beyond
