from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradcheck.oracle.grids import BORDERS
from gradcheck.oracle.noise import Noise
from gradcheck.oracle.single_precision import SINGLE_EPS, SINGLE_TINY
from tests.oracle.maps import EPS, EXTENDED, flat, noise_of

X = np.array([0.7, -1.3, 2.1])
DRAWS = {
    "uniform": lambda rng, shape: rng.uniform(-(3**0.5), 3**0.5, shape),
    "normal": lambda rng, shape: rng.normal(size=shape),
}


def jittery(sigma, kind="uniform", seed=0):
    """tanh with noise of standard deviation sigma."""
    rng = np.random.default_rng(seed)
    return lambda x: np.tanh(x) + sigma * DRAWS[kind](rng, x.shape)


def sigma_of(function, x=X, **facts):
    noise = noise_of(flat(function, x, **facts))
    return noise, np.asarray(noise.sigma, dtype=float)


@pytest.mark.parametrize("kind", DRAWS)
@pytest.mark.parametrize("sigma", [1e-13, 1e-11, 1e-9, 5e-8])
@pytest.mark.parametrize("seed", range(3))
def test_the_noise_is_found_within_a_factor_of_four(kind, sigma, seed):
    _, found = sigma_of(jittery(sigma, kind, seed))
    assert (found >= sigma / 4).all()
    assert (found <= 4 * sigma).all()


@pytest.mark.parametrize(
    "function", [np.tanh, np.sin, lambda x: x / 3, lambda x: x**3 - x], ids=["tanh", "sin", "third", "cubic"]
)
def test_where_there_is_none_only_rounding_is_found(function):
    noise, found = sigma_of(function)
    assert (found <= 8 * EPS * np.abs(noise.f0).clip(1)).all()
    assert noise.relative <= 8 * EPS


@pytest.mark.parametrize("function", [lambda x: 0 * x + 0.25, np.round], ids=["constant", "flat"])
def test_flat_functions_have_no_noise(function):
    _, found = sigma_of(function)
    assert not found.any()


@pytest.mark.skipif(not EXTENDED, reason="extended precision is float64 here")
def test_extended_precision_has_less_noise():
    _, double = sigma_of(np.tanh)
    _, longer = sigma_of(np.tanh, dtype=np.longdouble)
    assert longer.max() < double.max() / 100


@pytest.mark.parametrize("function", [np.tanh, lambda x: (3 * x) ** 3], ids=["tanh", "cube"])
def test_float32_is_recognised(function):
    noise, found = sigma_of(lambda x: function(x.astype(np.float32)).astype(x.dtype))
    assert noise.smallest == SINGLE_TINY
    assert (found >= SINGLE_EPS * np.abs(noise.f0)).all()


@pytest.mark.parametrize(
    "function",
    [np.tanh, lambda x: np.round(4 * x) / 4, lambda x: np.floor(64 * x) / 64, np.sign],
    ids=["float64", "multiples of 1/4", "multiples of 1/64", "signs"],
)
def test_other_functions_are_not_taken_for_float32(function):
    noise, found = sigma_of(function)
    assert noise.smallest < SINGLE_TINY
    assert (found[0] <= 8 * EPS * np.abs(noise.f0).clip(1)).all()


@pytest.mark.parametrize("away", [3.2e-13, 1e-9, 1e-6])
def test_a_kink_that_one_grid_lies_across_is_no_noise(away):
    _, found = sigma_of(lambda x: np.abs(x - 0.5 - away), [0.5])
    assert (found[0] <= 4 * EPS).all()


def test_an_oscillation_beside_the_point_is_no_noise():
    _, found = sigma_of(lambda x: np.sin(300 * x), [799.0])
    assert (found[0] < 1e-9).all()


@pytest.mark.parametrize("dtype", [np.float64, np.longdouble])
def test_nor_is_one_at_a_rate_that_is_an_entry(dtype):
    """The rate is a large number on the way, but rounding of such numbers would be no curve on short steps."""
    x = [0.1, 7e8]
    oscillating = noise_of(flat(lambda x: x[..., :1] + np.sin(np.prod(x, axis=-1))[..., None] / 7e8, x, dtype=dtype))
    assert oscillating.sigma[0] < 1e-14
    assert oscillating.sigma[1] > 1e-11
    rounded = noise_of(flat(lambda x: np.sin(x[..., :1]) + np.rint(3e9 * x[..., :1]) / 3e9, x, dtype=dtype))
    assert rounded.sigma[0] > 1e-11


def test_a_staircase_is_no_noise_on_its_treads():
    _, found = sigma_of(lambda x: np.floor(1000 * x) / 1000, [0.70049])
    assert not found[0].any()


def test_noise_does_not_shrink_with_the_distance():
    _, found = sigma_of(lambda x: np.tanh(x) * (1 + x * x * np.random.default_rng(1).uniform(0, 1e-10, x.shape)))
    assert (np.diff(found, axis=0) >= 0).all()
    assert found[-1].max() > 0


def test_the_output_is_that_of_the_same_call():
    noise, _ = sigma_of(np.tanh)
    assert (noise.f0 == np.tanh(X)).all()


def test_the_spread_is_the_largest_change_met():
    noise, _ = sigma_of(lambda x: np.stack([x[..., 0], 0 * x[..., 1]], axis=-1))
    assert 0.1 < noise.spread[0] < 1
    assert noise.spread[1] == 0


def test_infinite_values_around_the_point_are_left_out():
    noise, found = sigma_of(lambda x: np.where(x > 0.71, np.inf, x), [0.7])
    assert np.isfinite(found).all()
    assert np.isfinite(noise.spread).all()
    assert noise.relative == EPS


def test_a_point_needs_about_two_hundred_evaluations_whatever_its_size():
    counts = []
    for n in (1, 50):
        seen = []
        noise_of(flat(lambda x, seen=seen: (seen.append(np.atleast_2d(x).shape[0]), x)[1], np.linspace(0.1, 1, n)))
        counts.append(sum(seen))
    assert counts[0] == counts[1] <= 260


def known(sigma=0.0, relative=EPS, f0=1.0):
    return Noise(np.array([f0, f0]), np.arange(1.0, 7.0)[:, None] * np.array([sigma, 0]), relative, 0.0, np.zeros(2))


def test_the_noise_at_a_distance_is_that_of_its_class():
    steps = np.concatenate([[0.0], BORDERS])
    at = known(sigma=1e-3).at(steps, np.ones((6, 2)))
    assert at[:, 0] == pytest.approx(np.arange(1, 7) * 1e-3)
    assert (at[:, 1] == EPS).all()


def test_noise_grows_with_the_outputs_met():
    noise = known(relative=1e-9)
    assert noise.at(np.zeros(1), np.full((1, 2), 100.0))[0] == pytest.approx(1e-7)
    assert noise.at(np.zeros(1), np.full((1, 3, 2), 100.0)).shape == (1, 3, 2)


def test_the_noise_of_some_outputs():
    noise = known(sigma=1e-3)
    some = noise.of(np.array([1, 0, 1]))
    assert (some.sigma == noise.sigma[:, [1, 0, 1]]).all()
    assert some.f0.shape == some.spread.shape == (3,)
    assert some.relative == noise.relative


@given(jump=st.floats(0, 1), rows=st.sampled_from([[0], [1], [0, 1]]))
def test_raised_noise_is_at_least_the_jump(jump, rows):
    before = known(sigma=1e-3)
    after = before.raised(np.array(rows), np.full(len(rows), jump))
    others = [k for k in range(2) if k not in rows]
    assert (after.sigma[:, rows] == np.maximum(before.sigma[:, rows], jump)).all()
    assert (after.sigma[:, others] == before.sigma[:, others]).all()
