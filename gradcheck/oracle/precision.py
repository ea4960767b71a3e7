"""In which precision `forward` is differentiated: extended where the layer keeps it, which is tried and not assumed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradcheck.oracle.forward import Forward
from gradcheck.oracle.noise import Noise, measure, middle
from gradcheck.oracle.sampling import DIRECTIONS, Sample, Sampling
from gradcheck.oracle.steps import length_scale
from gradcheck.records.input import Input

Array = NDArray[Any]
ROWS_FOR_NOISE, ROWS_A_COLUMN = 200, 6  # evaluations, as `noise.measure` and `screening.screen` make them
EXTENDED_WORK = 7e4  # numbers in and out up to which extended precision is worth its time: 4 to 40 times as long
LONGEST = 1e-18  # unit roundoff: x87's is 1.1e-19, float64's 2.2e-16
GAIN = 64.0  # how much quieter than float64 the extended forward must be


def converted(arrays: Sequence[Array], dtype: Any) -> tuple[Array, ...]:
    """The arrays with those of floating dtype in `dtype`; labels stay as they are."""
    return tuple(a.astype(dtype) if a.dtype.kind == "f" else a for a in arrays)


def reference(
    function: Callable[[list[Array]], Any],
    inputs: Sequence[Input],
    arrays: Sequence[Array],
    output: Array,
    rng: np.random.Generator,
    *,
    sampling: Sampling | None = None,
    stack: Callable[[list[Array]], Any] | None = None,
) -> tuple[Forward, Noise, Sample | None]:
    """The forward to differentiate, and its noise: in extended precision if that gains, else in float64.

    Parameters
    ----------
    function : callable
        Takes the list of all inputs, returns the output.
    inputs : sequence of Input
    arrays : sequence of ndarray
        The point.
    output : ndarray
        What `function` returns there in the point's own dtype.
    rng : numpy.random.Generator
    sampling : Sampling, optional
        How to see a part of the Jacobian only.
    stack : callable, optional
        As in `Forward`.

    Returns
    -------
    Forward, Noise, Sample or None
        With a sample, the forward is that along its directions.
    """

    def measured_in(dtype: Any) -> tuple[Forward, Noise, Sample | None]:
        forward = unstacked(function, inputs, converted(arrays, dtype), output, stack).with_stacking(rng)
        sample = sampling.draw(forward, rng) if sampling else None
        seen = sampling.seen(forward, sample) if sampling and sample else forward
        return seen, measure(seen, length_scale(seen), rng), sample

    moving = [k for k, one in enumerate(inputs) if one.differentiable]
    n = sum(arrays[k].size for k in moving)
    rows = ROWS_FOR_NOISE + ROWS_A_COLUMN * (DIRECTIONS * len(moving) if sampling else n)
    with np.errstate(all="ignore"):
        longer = None
        if rows * (n + output.size) <= EXTENDED_WORK and _keeps_extended(function, arrays, output):
            longer = measured_in(np.longdouble)
            if _gains(longer[1]):
                return longer
        plain = measured_in(np.float64)
        return longer if longer is not None and _gains(longer[1], plain[1]) else plain


def unstacked(
    function: Callable[[list[Array]], Any],
    inputs: Sequence[Input],
    arrays: Sequence[Array],
    output: Array,
    stack: Callable[[list[Array]], Any] | None = None,
) -> Forward:
    """The forward at arrays as they are; parameters as for `reference`."""
    moving = tuple(k for k, one in enumerate(inputs) if one.differentiable)
    limits = tuple(inputs[k].limits for k in moving)
    holes = tuple(inputs[k].domain == "nonzero" for k in moving)
    return Forward(function, arrays, moving, limits, holes, output.size, stack=stack)


def has_extended() -> bool:
    """Whether numpy has numbers longer than float64: it has none on Windows and on Apple's processors."""
    return bool(np.finfo(np.longdouble).eps < LONGEST)


def _keeps_extended(function: Callable[[list[Array]], Any], arrays: Sequence[Array], output: Array) -> bool:
    if not has_extended():
        return False
    try:
        answer = np.asarray(function([a.copy() for a in converted(arrays, np.longdouble)]))
    except Exception:  # noqa: BLE001 - what it calls may take float64 only
        return False
    return answer.dtype == np.longdouble and answer.size == output.size and bool(np.isfinite(answer).all())


def _gains(longer: Noise, plain: Noise | None = None) -> bool:
    """Whether the extended forward is quieter than float64 makes it; a hidden cast to a narrower type is not.

    Noise beyond the rounding of the output itself, as a cancellation leaves it, tells only beside that of float64; and
    float64 may stand on a tread of its staircase near the point, and be noisy only further out.
    """
    rounding = np.finfo(np.float64).eps * np.abs(longer.f0)
    if plain is None:
        return bool(middle(longer.sigma[0]) <= middle(rounding) / GAIN)
    near = np.maximum(plain.sigma[0], rounding)
    return any(
        bool(middle(quiet) <= middle(loud) / GAIN)
        for quiet, loud in ((longer.sigma[0], near), (longer.sigma.max(axis=0), plain.sigma.max(axis=0)))
    )
