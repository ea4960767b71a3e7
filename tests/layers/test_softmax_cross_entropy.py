"""The naive composite: right at ordinary points, and of no value where a probability underflows."""

from __future__ import annotations

import numpy as np

from gradcheck.layers.log_softmax_nll import log_softmax_nll
from gradcheck.layers.softmax import Softmax
from gradcheck.layers.softmax_cross_entropy import softmax_cross_entropy

T = np.array([0.125, 0.5, 0.25, 0.125])
ORDINARY = np.array([0.3, -1.2, 2.5, 0.0])
SPIKE = np.array([1e3, -1.2, 2.5, 0.0])


def test_gradient_is_s_minus_t() -> None:
    assert softmax_cross_entropy.jacobian is not None
    j = softmax_cross_entropy.jacobian(ORDINARY, T)
    assert np.allclose(j, Softmax().forward(ORDINARY) - T, rtol=1e-13)
    assert not np.allclose(j, -T, rtol=1e-2)


def test_it_blows_up_where_the_stable_one_does_not() -> None:
    assert softmax_cross_entropy.bprop is not None
    with np.errstate(all="ignore"):
        assert softmax_cross_entropy.forward(SPIKE, T) == np.inf
        assert not np.isfinite(softmax_cross_entropy.bprop(np.float64(1), SPIKE, T)).all()
    assert np.isclose(log_softmax_nll.forward(SPIKE, T), 0.5 * 1001.2 + 0.25 * 997.5 + 0.125 * 1000, rtol=1e-14)
