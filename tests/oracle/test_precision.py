from __future__ import annotations

import numpy as np
import pytest

from gradcheck.oracle.precision import converted, reference
from gradcheck.records.input import Input
from tests.oracle.maps import EXTENDED

X = np.array([0.7, -1.3, 2.1])
needs_extended = pytest.mark.skipif(not EXTENDED, reason="extended precision is float64 here")


def chosen(function, x=X, **facts):
    """The dtype in which a function is differentiated."""
    inputs = (Input("x", x.shape, **facts),)
    with np.errstate(all="ignore"):
        output = np.asarray(function(x))
        forward, *_ = reference(lambda given: function(*given), inputs, (x,), output, np.random.default_rng(0))
    return forward.x.dtype


def through_float64(x):
    return np.tanh(np.asarray(x, dtype=np.float64)).astype(x.dtype)


def through_float32(x):
    return np.tanh(x.astype(np.float32)).astype(x.dtype)


def only_float64(x):
    if x.dtype != np.float64:
        raise TypeError
    return np.tanh(x)


KEEP = {
    "tanh": np.tanh,
    "softmax": lambda x: np.exp(x) / np.exp(x).sum(axis=-1, keepdims=True),
    "a matrix of float64": lambda x: x @ np.eye(3),
    "constant": lambda x: 0 * x + 1,
    "exact": lambda x: 2 * x,
}
LOSE = {
    "returns float64": lambda x: np.asarray(np.tanh(x), dtype=np.float64),
    "returns a float": lambda x: float(np.sum(x[:2])),
    "takes float64 alone": only_float64,
    "linear algebra": lambda x: x * np.linalg.norm(np.linalg.inv(np.eye(3) + 0 * x[..., None])),
    "a hidden float64": through_float64,
    "a hidden float32": through_float32,
    "overflows its own guard": lambda x: np.where(x.dtype.itemsize > 8, np.inf, 1) * x,
}


@needs_extended
@pytest.mark.parametrize("name", KEEP)
def test_what_keeps_extended_precision_is_differentiated_in_it(name):
    assert chosen(KEEP[name]) == np.longdouble


@pytest.mark.parametrize("name", LOSE)
def test_what_loses_it_is_differentiated_in_float64(name):
    assert chosen(LOSE[name]) == np.float64


@needs_extended
def test_what_is_large_is_differentiated_in_float64():
    assert chosen(np.tanh, np.linspace(-1, 1, 600)) == np.float64
    assert chosen(np.tanh, np.linspace(-1, 1, 40)) == np.longdouble


def test_where_longdouble_is_no_longer_than_float64_it_is_left_alone(monkeypatch):
    info = np.finfo
    monkeypatch.setattr(np, "finfo", lambda dtype: info(np.float64 if dtype is np.longdouble else dtype))
    assert chosen(np.tanh) == np.float64


def test_labels_are_not_converted():
    x, labels = converted((X, np.array([0, 2])), np.float32)
    assert x.dtype == np.float32
    assert labels.dtype == np.int64
    assert (x == X.astype(np.float32)).all()


def test_inputs_that_are_not_differentiable_do_not_move():
    labels, constant = Input("t", (2,), "labels", classes=3), Input("c", (1,), differentiable=False)
    inputs = (Input("x", (3,)), labels, Input("w", (3,), "nonzero"), constant)
    arrays = (X, np.array([0, 2]), X + 1, np.array([5.0]))

    def function(given):
        return given[0][..., :2] * given[2][..., 1:] * given[3]

    with np.errstate(all="ignore"):
        forward, noise, *_ = reference(function, inputs, arrays, X[:2], np.random.default_rng(0))
    assert forward.moving == (0, 2)
    assert forward.x == pytest.approx(np.concatenate([X, X + 1]))
    assert forward.punctured == (False, True)
    assert noise.f0 == pytest.approx(X[:2] * (X + 1)[1:] * 5)


def test_without_longer_numbers_a_layer_is_judged_in_float64(monkeypatch):
    monkeypatch.setattr("gradcheck.oracle.precision.has_extended", lambda: False)
    assert chosen(np.tanh) == np.float64
