from __future__ import annotations

import numpy as np
import pytest

from gradcheck.oracle.quantised import jumps_along
from gradcheck.oracle.steps import length_scale
from gradcheck.oracle.treads import with_treads
from tests.oracle.maps import flat, noise_of

SEEDS = range(4)


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def half(x):
    return x.astype(np.float16).astype(x.dtype)


def single(x):
    return x.astype(np.float32).astype(x.dtype)


def heights(function, x, seed, **facts):
    """Noise close by and far away, before and after: each of shape (m,)."""
    forward = flat(function, x, **facts)
    before = noise_of(forward, seed)
    with np.errstate(all="ignore"):
        after, _ = with_treads(forward, before, length_scale(forward), np.random.default_rng(seed))
    return before.sigma[0], after.sigma[0], after.sigma[-1]


# What is rounded inside, the point, and the height of a tread beside it.
STAIRCASES = {
    "1 - s": (lambda x: 1 - sigmoid(x), [33.0], 2.0**-53),
    "1 - s times another": (lambda x: (1 - sigmoid(x[..., :1])) * np.tanh(x[..., 1:]), [34.0, 0.5], 2.0**-53 * 0.46),
    "float16 at the end": (lambda x: half(np.sin(x)), [0.7], 2.0**-11),
    "float16 on the way": (lambda x: x * np.sin(half(x)), [0.7], 0.7 * 0.76 * 2.0**-11),
    "float16 beside a steep term": (lambda x: np.sin(half(x[..., :1]) * x[..., 1:]), [3.5, 0.12], 2.0**-9 * 0.11),
    "float16 far from 0": (lambda x: half(np.cos(x)) * np.sin(x), [179.24426353414577], 0.17 * 2.0**-11),
    "float32 on the way": (lambda x: x * np.sin(single(x)), [0.7], 0.7 * 0.76 * 2.0**-24),
    "few jumps under a curve": (lambda x: np.cos(x) + 1e-8 * np.floor(20 * x), [0.72], 1e-8),
    "a table of 1e-8": (lambda x: np.sin(np.round(x, 8)), [0.7], 0.76e-8),
}


@pytest.mark.parametrize("name", STAIRCASES)
def test_the_treads_of_rounding_become_noise(name):
    function, x, height = STAIRCASES[name]
    for seed in SEEDS:
        _, near, far = heights(function, x, seed)
        assert (near >= height / 4).all(), seed
        assert (near <= 4 * height).all(), seed
        assert (far >= near).all(), seed


@pytest.mark.parametrize(
    ("function", "x"),
    [
        (np.tanh, [0.3, -1.2]),
        (np.exp, [30.0, -30.0]),
        (lambda x: np.sin(300 * x), [0.7, 1.3]),
        (lambda x: np.tanh(1e9 * x), [0.0]),
        (lambda x: np.maximum(x, 0), np.linspace(-0.1, 0.1, 9)),
        (lambda x: np.abs(x) ** 1.5, [0.0, 1e-3]),
        (np.rint, [0.7, 1.3]),
        (np.floor, [0.7, -1.3]),
        (lambda x: x - np.floor(x), [0.7, -1.3]),
        (lambda x: np.rint(64 * x) / 64, [0.7, -1.3]),
        (lambda x: 0.25 * np.floor(4 * x + 0.3), [30.4, 1000.2]),
        (np.sign, [1e-3, 0.2]),
        (np.sort, [7e-47, 2e-12, -2e-9, -3e-185, 1e-35, 4e-10]),
        (lambda x: 1000 + np.tanh(1e13 * (x - 0.35)) + np.tanh(1e13 * (x - 0.25)), [0.3]),
    ],
    ids=[
        "smooth",
        "steep",
        "fast",
        "a step that is smooth",
        "kinks",
        "a root",
        "rint",
        "floor",
        "a saw",
        "a grid",
        "a grid far away",
        "sign",
        "kinks at many lengths",
        "a steep step on either side",
    ],
)
def test_what_is_no_rounding_does_not(function, x):
    for seed in SEEDS:
        before, near, _ = heights(function, x, seed)
        assert (near == before).all(), seed


@pytest.mark.parametrize(
    ("function", "x", "height"),
    [
        (lambda x: np.round(x, 2), 213.187, 0.01),
        (lambda x: np.round(3 * x, 3), 0.4, 1e-3),
        (np.rint, 1.3, 0.0),
        (np.tanh, 0.3, 0.0),
        (half, 0.7, 0.0),
    ],
    ids=["cents", "thousandths", "as high as the output", "smooth", "rounding"],
)
@pytest.mark.parametrize("seed", SEEDS)
def test_small_treads_of_a_grid_are_told_apart(function, x, height, seed):
    forward = flat(function, [x])
    with np.errstate(all="ignore"):
        _, own = with_treads(forward, noise_of(forward, seed), length_scale(forward), np.random.default_rng(seed))
    assert own == pytest.approx(height, rel=1e-3, abs=1e-12)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_treads_of_a_float_grow_with_the_number(seed):
    _, near, far = heights(half, [1e-3], seed)
    assert near < 2.0**-20
    assert far > 2.0**-14


@pytest.mark.parametrize("seed", SEEDS)
def test_the_treads_beside_zero_are_as_narrow_as_the_number_is_small(seed):
    _, near, _ = heights(lambda x: (1 - np.cos(x)) / (x * x), [5e-8], seed)
    assert near > 1e-3


@pytest.mark.parametrize("seed", SEEDS)
def test_treads_finer_than_all_grids_are_noise(seed):
    before, near, _ = heights(lambda x: np.log(1 + x) / x, [3e-6], seed)
    assert before < 1e-15
    assert 1e-11 < near < 1e-9


@pytest.mark.parametrize("seed", SEEDS)
def test_the_rounding_of_places_to_numbers_is_none(seed):
    before, near, _ = heights(lambda x: x / (1 - x * x), [1 + 8.638817e-7], seed)
    assert near == before


@pytest.mark.parametrize("seed", SEEDS)
def test_grids_beyond_an_end_of_the_function_leave_the_others_their_say(seed):
    """Where the logarithm has no value, an output of the layer is none; beside the point there are treads."""
    _, near, _ = heights(lambda x: half(np.log(x)), [0.2], seed)
    assert near > 2.0**-14


def test_outputs_that_are_many_are_raised_by_the_share_of_some():
    _, near, _ = heights(half, np.linspace(0.5, 1, 40), 0)
    assert (near > 2.0**-15).all()


def test_a_smooth_function_costs_one_call():
    rows = []
    forward = flat(lambda x: (rows.append(np.atleast_2d(x).shape[0]), np.tanh(x))[1], [0.3, 1.0])
    noise = noise_of(forward)
    rows.clear()
    with_treads(forward, noise, length_scale(forward), np.random.default_rng(0))
    assert len(rows) == 1
    assert sum(rows) < 200


@pytest.mark.parametrize("x", [[1.1e-318], [-1.5e-10, 1.1e-318, 4.9e-146], [0.0, 5e-324]])
def test_numbers_without_digits_leave_few_grids_or_none(x):
    with np.errstate(all="ignore"):
        _, near, _ = heights(np.sin, x, 0)
    assert np.isfinite(near).all()


@pytest.mark.parametrize("limits", [(2.0, 2.0 + 1e-12), (0.0, 5e-324), (-1.0, 1.0)])
def test_a_domain_of_few_numbers_leaves_few_grids(limits):
    with np.errstate(all="ignore"):
        _, near, _ = heights(np.sin, [np.nextafter(limits[1], limits[0])], 0, limits=limits)
    assert np.isfinite(near).all()


@pytest.mark.parametrize(
    ("function", "count"),
    [
        (lambda t: np.floor(9.5 * t), 9),
        (lambda t: np.floor(9.5 * t) + 4000 * t**2, 9),
        (lambda t: 1.4 * (t > 0.7) - 0.1 * t, 1),
        (lambda t: np.sin(6 * t), 0),
        (lambda t: 600 * t**2, 0),
    ],
    ids=["on a line", "on a curve", "one that is higher", "a curve", "a parabola"],
)
def test_jumps_of_a_height_are_counted_beside_a_curve(function, count):
    assert jumps_along(np.diff(function(np.linspace(0, 1, 65)))[:, None], np.ones(1)) == count
