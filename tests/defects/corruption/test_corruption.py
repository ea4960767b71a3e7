"""A corrupted layer keeps everything but the methods that are replaced."""

from __future__ import annotations

import numpy as np
import pytest

from gradcheck.adapters.contract import law, subject_of
from gradcheck.defects.corruption import Corrupted, with_matrix, with_outputs, with_parts

X, B = np.array([1.0, -2.0, 0.5]), np.array([3.0, 0.25, -1.0])


class Lawful:
    critical = (2.0,)

    def forward(self, x):
        return x

    def bprop(self, v, x):
        return v

    @law
    def odd(self, x):
        return self.forward(-x), -self.forward(x)


def test_all_else_is_the_layers_own():
    layer = Lawful()
    spoiled = Corrupted(layer, bprop=lambda v, x: 2 * v)
    assert spoiled.forward(3.0) == 3.0
    assert spoiled.critical == (2.0,)
    assert spoiled.odd(1.0) == (-1.0, -1.0)
    assert (spoiled.bprop(1.0, 0.0), layer.bprop(1.0, 0.0)) == (2.0, 1.0)


def test_a_method_that_is_not_there_does_not_appear():
    spoiled = Corrupted(Lawful(), jacobian=lambda x: 1.0)
    with pytest.raises(AttributeError):
        spoiled.jacobian(1.0)


def test_one_gradient_stands_alone_and_several_in_a_tuple(mixing, cube):
    def negated(parts, arrays):
        return [-part for part in parts]

    alone = with_parts(cube, negated).bprop(np.ones(4), np.arange(4.0))
    assert alone.tolist() == [0, -3, -12, -27]
    several = with_parts(mixing, negated).bprop(np.ones(3), X, B)
    assert isinstance(several, tuple)
    assert several[1].tolist() == (-2 * B).tolist()


@pytest.mark.parametrize("made", [with_matrix, with_outputs])
def test_nothing_changed_is_the_right_layer(mixing, made):
    same = made(mixing, lambda matrix: matrix)
    v = np.array([1.0, -1.0, 2.0])
    for right, other in zip(mixing.layer.bprop(v, X, B), same.bprop(v, X, B), strict=True):
        assert np.allclose(right, other)
    for right, other in zip(mixing.layer.jacobian(X, B), same.jacobian(X, B), strict=True):
        assert np.array_equal(right, other)


def test_a_matrix_of_a_layer_with_bprop_alone_is_made_of_its_rows(cube):
    halved = with_matrix(cube, lambda matrix: matrix / 2)
    x = np.array([1.0, 2.0, 3.0, 4.0])
    assert halved.bprop(np.ones(4), x).tolist() == (1.5 * x**2).tolist()
    assert halved.bprop(np.ones(4), -2 * x).tolist() == (6 * x**2).tolist()


def test_the_matrix_is_made_once_a_point():
    class Counting(Lawful):
        calls = 0

        def bprop(self, v, x):
            self.calls += 1
            return v

    subject = subject_of(Counting())
    spoiled = with_matrix(subject, lambda matrix: matrix)
    for _ in range(3):
        spoiled.bprop(np.ones(2), np.ones(2))
    assert subject.layer.calls == 2
    spoiled.bprop(np.ones(2), np.zeros(2))
    assert subject.layer.calls == 4
