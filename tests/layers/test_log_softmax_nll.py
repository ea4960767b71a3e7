"""The stable composite: s - t, at ordinary points and where the naive one has no value."""

from __future__ import annotations

import numpy as np
import pytest

from gradcheck.layers.log_softmax_nll import log_softmax_nll
from gradcheck.layers.softmax import Softmax

T = np.array([0.125, 0.5, 0.25, 0.125])


@pytest.mark.parametrize("top", [0.3, 40.0, 1e3, 1e5])
def test_gradient_is_s_minus_t(top: float) -> None:
    assert log_softmax_nll.jacobian is not None
    assert log_softmax_nll.bprop is not None
    x = np.array([top, -1.2, 2.5, 0.0])
    truth = Softmax().forward(x) - T
    assert np.allclose(log_softmax_nll.jacobian(x, T), truth, rtol=1e-14)
    assert np.allclose(log_softmax_nll.bprop(np.float64(-2), x, T), -2 * truth, rtol=1e-14)
    assert not np.allclose(truth, -T, rtol=1e-2)


def test_targets_that_do_not_sum_to_one_have_another_gradient() -> None:
    assert log_softmax_nll.jacobian is not None
    x = np.array([0.3, -1.2, 2.5, 0.0])
    s = Softmax().forward(x)
    assert np.allclose(log_softmax_nll.jacobian(x, 2 * T), 2 * s - 2 * T, rtol=1e-13)
    assert not np.allclose(log_softmax_nll.jacobian(x, 2 * T), s - 2 * T, rtol=1e-2)
