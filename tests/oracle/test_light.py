from __future__ import annotations

import numpy as np
import pytest

from gradcheck.oracle.light import light_noise
from tests.oracle.maps import EPS, flat, noise_of

X = np.random.default_rng(0).standard_normal(300)


def light(function):
    with np.errstate(all="ignore"):
        return light_noise(flat(function, X), np.random.default_rng(1))


def test_the_noise_of_a_smooth_function_is_its_rounding():
    found, full = light(np.tanh), noise_of(flat(np.tanh, X))
    assert (found.f0 == full.f0).all()
    assert np.median(found.sigma[0]) == pytest.approx(np.median(full.sigma[0]), rel=5)
    assert found.sigma.max() < 10 * EPS
    assert (found.spread > 0).all()


def jittery(x):
    return np.tanh(x) + 1e-9 * np.sin(1e14 * x)


@pytest.mark.parametrize(
    "function",
    [lambda x: np.tanh(x.astype(np.float16)).astype(float), lambda x: np.round(np.tanh(x), 3)],
    ids=["float16", "treads"],
)
def test_an_output_on_treads_needs_a_full_look(function):
    assert light(function) is None


def test_noise_of_every_output_is_heard():
    found = light(jittery)
    assert found is None or np.median(found.sigma[0]) > 1e-11
