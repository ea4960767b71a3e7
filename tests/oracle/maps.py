"""Functions of one vector as the oracle sees them."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from gradcheck.oracle.differentiate import differentiate
from gradcheck.oracle.forward import Forward
from gradcheck.oracle.noise import Noise, measure
from gradcheck.oracle.steps import length_scale
from gradcheck.records.estimate import Estimate

EPS = float(np.finfo(np.float64).eps)
REAL = (-math.inf, math.inf)
EXTENDED = np.finfo(np.longdouble).eps < 1e-18


def flat(
    function: Callable[[Any], Any],
    x: Any,
    *,
    limits: tuple[float, float] = REAL,
    punctured: bool = False,
    stacked: bool = True,
    dtype: Any = np.float64,
) -> Forward:
    """A function of the last axis, at x."""
    at = np.array(x, dtype=dtype)
    with np.errstate(all="ignore"):
        outputs = np.size(function(at.copy()))
    return Forward(lambda arrays: function(arrays[0]), (at,), (0,), (limits,), (punctured,), outputs, stacked)


def noise_of(forward: Forward, seed: int = 0) -> Noise:
    """The measured noise."""
    with np.errstate(all="ignore"):
        return measure(forward, length_scale(forward), np.random.default_rng(seed))


def estimate(forward: Forward, *claims: Sequence[Any], seed: int = 0) -> Estimate:
    """The numeric Jacobian, in view of some claims."""
    noise = noise_of(forward, seed)
    arrays = [np.array(claim, dtype=float).reshape(forward.outputs, forward.x.size) for claim in claims]
    return differentiate(forward, noise, arrays, EPS, np.random.default_rng(seed))
