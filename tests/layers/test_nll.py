"""The modified cross-entropy: -t, of the shape of z."""

from __future__ import annotations

import numpy as np

from gradcheck.layers.nll import NLL

Z = np.array([-1.0, -1e5, 3.0])
T = np.array([0.25, 0.5, 0.25])


def test_values() -> None:
    assert NLL().forward(Z, T) == 0.25 + 0.5e5 - 0.75


def test_gradient_is_minus_t_and_one_row() -> None:
    assert NLL().jacobian(Z, T).tolist() == [-0.25, -0.5, -0.25]
    assert NLL().bprop(np.float64(-2), Z, T).tolist() == [0.5, 1, 0.5]


def test_gradient_does_not_depend_on_z() -> None:
    assert np.array_equal(NLL().jacobian(Z, T), NLL().jacobian(-7 * Z, T))
    assert not np.array_equal(NLL().jacobian(Z, T), NLL().jacobian(Z, T[[1, 0, 2]]))


def test_rows_of_a_batch_do_not_mix() -> None:
    j = NLL().jacobian(np.array([Z, Z]), np.array([T, T]))
    assert j.shape == (2, 2, 3)
    assert np.array_equal(j[1, 1], -T)
    assert not j[1, 0].any()
