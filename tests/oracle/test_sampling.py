from __future__ import annotations

import numpy as np
import pytest

import gradcheck
from gradcheck import Verdict
from gradcheck.oracle.sampling import (
    COTANGENTS,
    DIRECTIONS,
    DRAWN_OUTPUTS,
    along,
    at_entries,
    draw,
    draw_entries,
    has_undrawn,
    is_dense,
)
from tests.oracle.maps import flat

SIZE = 600  # more than 512: above the whole, for a dense layer


def softmax(x):
    e = np.exp(x - x.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


class Softmax:
    inputs = (gradcheck.Input("x", (SIZE,)),)

    def forward(self, x):
        return softmax(x)

    def bprop(self, v, x):
        s = softmax(x)
        return s * (v - v @ s)


class OneEntryOff(Softmax):
    """A relative 1e-3 in one gradient of 600."""

    def bprop(self, v, x):
        gradient = super().bprop(v, x)
        gradient[17] *= 1.001
        return gradient


class Scaled:
    inputs = (gradcheck.Input("x", (SIZE,)),)

    def forward(self, x):
        return np.tanh(2 * x)

    def bprop(self, v, x):
        return 2 * v * (1 - np.tanh(2 * x) ** 2)


def notes(layer, budget="usual"):
    found = gradcheck.check(layer, inputs=["normal"], budget=budget).findings
    return {f.check: (f.verdict, f.notes) for f in found if f.check == "bprop"}["bprop"]


def test_a_large_dense_layer_is_sampled_and_says_so():
    verdict, said = notes(Softmax())
    assert verdict is Verdict.PASS
    assert "sampled" in said
    assert notes(Softmax(), "full") == (Verdict.PASS, ())


def test_a_large_elementwise_layer_is_measured_whole():
    assert notes(Scaled()) == (Verdict.PASS, ())


def test_one_wrong_entry_of_hundreds_shows_in_a_sample():
    assert notes(OneEntryOff())[0] is Verdict.FAIL


@pytest.mark.parametrize(("claim", "dense"), [(np.ones((64, 64)), True), (np.eye(64), False)])
def test_what_has_a_pattern_is_not_dense(claim, dense):
    assert is_dense([claim], 64, 64) is dense


def test_the_derivative_along_a_sample_is_that_of_the_whole():
    matrix = np.random.default_rng(0).standard_normal((50, 40))
    forward = flat(lambda x: x @ matrix.T, np.linspace(-1, 1, 40))
    sample = draw(forward, np.random.default_rng(1))
    seen = along(forward, sample)
    assert sample.cotangents.shape == (COTANGENTS, 50)
    assert sample.directions.shape == (DIRECTIONS, 40)
    steps = np.eye(DIRECTIONS) * 0.01
    slopes = ((seen(steps) - seen(-steps)) / 0.02).T
    assert np.allclose(slopes, sample.of(sample.cotangents @ matrix), atol=1e-10)
    assert not np.allclose(slopes, sample.of(sample.cotangents @ (matrix + 0.01)), atol=1e-10)


def test_entries_at_an_end_of_their_domain_are_not_moved():
    forward = flat(np.sqrt, [0.0, 0.5, 2.0], limits=(0.0, np.inf))
    sample = draw(forward, np.random.default_rng(0))
    assert (sample.directions[:, 0] == 0).all()
    assert (sample.directions[:, 1:] != 0).all()
    assert (np.abs(sample.directions[:, 1]) < 0.5).all()


def test_entries_that_are_drawn_are_those_of_the_whole():
    matrix = np.random.default_rng(0).standard_normal((50, 120))
    forward = flat(lambda x: x @ matrix.T, np.linspace(-1, 1, 120), limits=(-1.0, np.inf))
    sample = draw_entries(forward, np.random.default_rng(1))
    seen = at_entries(forward, sample)
    assert len(sample.outputs) == DRAWN_OUTPUTS
    assert len(sample.entries) == 12
    assert [sample.place(k) for k in range(12)] == sample.entries.tolist()
    assert np.array_equal(seen.x, forward.x[sample.entries])
    assert all(map(np.array_equal, seen.room, (side[sample.entries] for side in forward.room)))
    assert np.allclose(seen(seen.x[None])[0], forward(forward.x[None])[0, sample.outputs])
    slopes = ((seen(seen.x + np.eye(12)) - seen(seen.x - np.eye(12))) / 2).T
    assert np.allclose(slopes, matrix[np.ix_(sample.outputs, sample.entries)])
    assert np.allclose(slopes, sample.of(sample.cotangents @ matrix))


def test_of_a_small_jacobian_nothing_is_left_out():
    assert not has_undrawn(8, [8, 3])
    assert has_undrawn(9, [3])
    assert has_undrawn(3, [8, 9])
