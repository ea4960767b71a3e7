from __future__ import annotations

import math

import numpy as np
import pytest

from gradcheck.oracle import forward as module
from gradcheck.oracle.forward import Forward
from tests.oracle.maps import flat

REAL = (-math.inf, math.inf)


def rng():
    return np.random.default_rng(0)


def several(function, *arrays, moving=None):
    arrays = tuple(np.array(a) if np.asarray(a).dtype.kind == "i" else np.array(a, dtype=float) for a in arrays)
    moving = tuple(range(len(arrays))) if moving is None else moving
    outputs = np.size(function(*[a.copy() for a in arrays]))
    facts = (REAL,) * len(moving), (False,) * len(moving)
    return Forward(lambda given: function(*given), arrays, moving, *facts, outputs)


def affine(x, w, b):
    return np.squeeze(x[..., None, :] @ w, -2) + b


def test_the_vector_holds_the_moving_inputs_one_after_the_other():
    forward = several(lambda x, t, b: x[..., :2] + b, [1, 2, 3.0], [4, 5], [6.0, 7.0], moving=(0, 2))
    assert forward.x.tolist() == [1, 2, 3, 6, 7]
    assert forward.pieces == (slice(0, 3), slice(3, 5))


def test_room_to_either_side():
    down, up = flat(np.sin, [0.0, 0.25, 1.0], limits=(0, 1)).room
    assert down.tolist() == [0, 0.25, 1]
    assert up.tolist() == [1, 0.75, 0]


def test_room_without_limits_and_with_a_hole():
    assert np.isinf(flat(np.sin, [2.0]).room).all()
    assert [side.tolist() for side in flat(np.sin, [2.0, -3.0], punctured=True).room] == [[2, 3], [2, 3]]


@pytest.mark.parametrize("stacked", [True, False])
def test_outputs_at_many_vectors(stacked):
    rows = rng().normal(size=(7, 4))
    values = flat(lambda x: np.tanh(x).sum(axis=-1), np.zeros(4), stacked=stacked)(rows)
    assert values.shape == (7, 1)
    assert values[:, 0] == pytest.approx(np.tanh(rows).sum(axis=1))


def test_inputs_that_do_not_move_keep_their_values():
    forward = several(lambda x, t: x[..., :2] * t, [1.0, 2.0], [3, 5], moving=(0,))
    assert forward(np.array([[1.0, 1.0], [2.0, 4.0]])).tolist() == [[3, 5], [6, 20]]


def test_a_function_that_spoils_its_input_spoils_nothing_else():
    def greedy(x):
        x *= 2
        return x

    forward = flat(greedy, [1.0, 2.0], stacked=False)
    rows = np.ones((3, 2))
    assert forward(rows).tolist() == forward(rows).tolist() == [[2, 2]] * 3
    assert forward.x.tolist() == [1, 2]


def test_a_row_that_raises_or_has_another_size_is_nan():
    def picky(x):
        if x[0] > 2:
            raise ValueError
        return x[:1] if x[0] > 1 else x

    values = flat(picky, [0.0, 0.0], stacked=False)(np.array([[0.5, 0.0], [1.5, 0.0], [2.5, 0.0], [0.25, 0.0]]))
    assert np.isnan(values).all(axis=1).tolist() == [False, True, True, False]
    assert values[3].tolist() == [0.25, 0]


def counted(function, x):
    """A forward, and the list of how many rows each of its calls takes from now on."""
    calls = []

    def counting(rows):
        calls.append(len(np.atleast_2d(rows)))
        return function(rows)

    forward = flat(counting, x)
    calls.clear()
    return forward, calls


def test_long_stacks_are_cut(monkeypatch):
    forward, calls = counted(np.sin, np.zeros(4))
    rows = rng().normal(size=(10, 4))
    whole = forward(rows)
    for name, value in (("A_CALL", 12), ("FEWEST", 1)):
        monkeypatch.setattr(module, name, value)
    assert (forward(rows) == whole).all()
    assert calls == [10, 3, 3, 3, 1]


@pytest.mark.parametrize(("room", "rows"), [(1 << 21, [5, 5]), (16, [4, 4, 2]), (3, [1] * 10)])
def test_long_rows_are_taken_a_few_at_once_where_there_is_room(monkeypatch, room, rows):
    forward, calls = counted(np.sin, np.zeros(4))
    for name, value in (("CHUNK", room), ("A_CALL", 4), ("FEWEST", 5)):
        monkeypatch.setattr(module, name, value)
    forward(np.ones((10, 4)))
    assert calls == rows


def test_a_stack_that_fails_is_taken_row_by_row():
    def no_big_stacks(x):
        if x.ndim > 1 and len(x) > 5:
            raise MemoryError
        return np.sin(x)

    rows = rng().normal(size=(9, 2))
    assert (flat(no_big_stacks, np.zeros(2))(rows) == np.sin(rows)).all()


INDEPENDENT = {
    "elementwise": (np.tanh, np.ones(4)),
    "last axis": (lambda x: x - x.mean(axis=-1, keepdims=True), np.ones(4)),
    "a matrix": (lambda x: np.cumsum(x, axis=-2), np.ones((3, 4))),
    "a scalar": (lambda x: (x * x).sum(axis=-1), np.ones(5)),
    "three inputs": (affine, np.ones(3), np.ones((3, 4)), np.ones(4)),
    "with labels": (lambda x, t: np.take_along_axis(x, t[..., None], axis=-1), np.ones((3, 4)), np.array([0, 1, 1])),
    "a square": (lambda x, w: np.squeeze(x[..., None, :] @ w, -2), np.ones(3), np.ones((3, 3))),
}
COUPLED = {
    "mean of all": (lambda x: x - x.mean(), np.ones(4)),
    "sum of all": (np.sum, np.ones(4)),
    "first axis": (lambda x: x - x.max(axis=0), np.ones(4)),
    "running over rows": (lambda x: np.cumsum(x, axis=0), np.ones((3, 4))),
    "sorted over rows": (lambda x: np.sort(x, axis=0), np.ones((3, 4))),
    "norm of all": (lambda x: x / np.sqrt((x * x).sum()), np.ones(4)),
    "a dot product": (np.dot, np.ones(4), np.ones(4)),
    "a vector times a matrix": (lambda x, w: x @ w, np.ones(3), np.ones((3, 3))),
    "flattened": (lambda x: x.reshape(-1)[::-1].reshape(x.shape), np.ones(4)),
    "transposed": (lambda x: x.T.reshape(x.shape) if x.ndim > 2 else x, np.ones((3, 4))),
    "broadcast": (lambda x, b: (x.T * b).T if x.ndim == 1 else x * b[0], np.ones(4), np.ones(4)),
}


@pytest.mark.parametrize("name", INDEPENDENT)
def test_independent_rows_are_stacked(name):
    function, *arrays = INDEPENDENT[name]
    moving = tuple(k for k, a in enumerate(arrays) if a.dtype.kind == "f")
    assert several(function, *arrays, moving=moving).with_stacking(rng()).stacked


@pytest.mark.parametrize("name", COUPLED)
@pytest.mark.parametrize("seed", range(3))
def test_coupled_rows_are_not_stacked(name, seed):
    function, *arrays = COUPLED[name]
    assert not several(function, *arrays).with_stacking(np.random.default_rng(seed)).stacked


@pytest.mark.parametrize("lengths", [(3,), (4, 3), (3, 4, 5), (5, 3)])
def test_the_trial_tries_a_number_of_rows_that_no_axis_has(lengths):
    seen = []

    def watched(x):
        seen.append(x.shape)
        return x

    flat(watched, np.ones(lengths), stacked=False).with_stacking(rng())
    stacks = [shape for shape in seen if len(shape) > len(lengths)]
    assert stacks
    assert all(shape[0] not in lengths for shape in stacks)


@pytest.mark.parametrize("limits", [(0.0, math.inf), (0.0, 1.0), (-2.0, 0.5)])
def test_the_trial_stays_in_the_domain(limits):
    seen = []

    def watched(x):
        seen.append(x.copy())
        return x

    flat(watched, [0.25, 0.0, 0.5], limits=limits, stacked=False).with_stacking(rng())
    every = np.concatenate([rows.reshape(-1) for rows in seen])
    assert limits[0] <= every.min() < every.max() <= limits[1]


BESIDE_ENDS = {
    "unit": ((0.0, 1.0), False, [1e-12, 1 - 1e-12, 1e-11, 1 - 1e-10]),
    "positive": ((0.0, math.inf), False, [1e-8, 1e-7, 1e-6, 2e-8]),
    "an interval": ((-3.0, 3.0), False, [3 - 1e-11, 1e-11 - 3, 3 - 1e-12, 3 - 1e-13]),
    "nonzero": ((-math.inf, math.inf), True, [1e-9, -1e-9, 1e-8, -1e-12]),
}


@pytest.mark.parametrize("name", BESIDE_ENDS)
@pytest.mark.parametrize("seed", range(3))
def test_rows_are_told_apart_beside_the_ends_of_a_domain(name, seed):
    limits, punctured, x = BESIDE_ENDS[name]
    for coupled in (lambda x: x - x.mean(), lambda x: x / x.max(), lambda x: x - x.max(axis=0)):
        forward = flat(coupled, x, limits=limits, punctured=punctured)
        assert not forward.with_stacking(np.random.default_rng(seed)).stacked
    alone = flat(lambda x: x - x.mean(axis=-1, keepdims=True), x, limits=limits, punctured=punctured)
    assert alone.with_stacking(np.random.default_rng(seed)).stacked


@pytest.mark.parametrize("rows", [1, 5])
def test_places_beside_the_point_are_evaluated_a_few_at_a_time(monkeypatch, rows):
    for name, value in (("A_CALL", 8), ("FEWEST", 1)):
        monkeypatch.setattr(module, name, value)
    x, moves = np.arange(4.0), rng().normal(size=(rows, 4))
    forward, seen = counted(np.tanh, x)
    found = forward.at_places(lambda first, last: x + moves[first:last], rows)
    assert (found == np.tanh(x + moves)).all()
    assert max(seen) <= 2
