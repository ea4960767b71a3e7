"""How far calls of one layer disturb one another: what they answer after other calls, and what they do to arrays."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradcheck.adapters.answers import parts_of
from gradcheck.adapters.breach import Breach
from gradcheck.adapters.contract import Subject
from gradcheck.checks.probe import Probe
from gradcheck.checks.streams import Stream
from gradcheck.defects.corruption import METHODS
from gradcheck.inputs.points import ordinary_arrays
from gradcheck.oracle.allowance import REORDERED
from gradcheck.records.comparison import NOTHING
from gradcheck.records.dtypes import is_floating

Array = NDArray[Any]
GROSS = 1e-6  # from there on a difference is no rounding, relative to the largest entry: `purity` sees far less, and a
# corruption counts as visible only where there is no doubt


def disturbance(probe: Probe, fresh: Callable[[], Subject]) -> float:
    """The largest difference that other calls make, relative to the largest entry of its array; 0 for rounding.

    Parameters
    ----------
    probe : Probe
        Of the right layer: its point, and the methods that it has.
    fresh : callable
        Makes the corrupted layer.
    """
    subject, case = probe.subject, probe.point.case
    ordinary = ordinary_arrays(subject.inputs, subject.critical, case, seed=case.seed + 1)
    elsewhere = probe.point.arrays if ordinary is None else ordinary
    try:
        pairs = [pair for name in METHODS if name in probe.claims for pair in _pairs(probe, name, elsewhere, fresh)]
    except Breach:
        return np.inf
    return max(
        (d for d in (_apart(*pair) for pair in pairs) if d > max(GROSS, REORDERED * probe.digits.unit)), default=0.0
    )


def largest(array: Array) -> float:
    """The largest of the absolute values."""
    return float(np.max(absolute(array), initial=0))


def absolute(array: Array) -> Array:
    """The absolute values; NaN is as far off as can be."""
    return np.where(np.isnan(array), np.inf, np.abs(array))


def _pairs(
    probe: Probe, method: str, elsewhere: tuple[Array, ...], fresh: Callable[[], Subject]
) -> Iterator[tuple[Array, Array]]:
    """What a new layer answers, beside what one does that is called with other inputs between; twice.

    Then what the method is given, beside what is left of it.
    """
    v = probe.rng(Stream.ORDINARY).standard_normal(probe.y.shape).astype(probe.y.dtype)
    lead = (v,) if method == "bprop" else ()
    point, other = (*lead, *probe.point.arrays), (*lead, *elsewhere)
    alone = _arrays(fresh().call(method, [np.array(a) for a in point]))
    subject, given = fresh(), [np.array(a) for a in point]
    first = _arrays(subject.call(method, given))
    subject.call(method, [np.array(a) for a in other])
    yield from zip(alone, [np.array(array) for array in first], strict=True)
    yield from zip(alone, _arrays(subject.call(method, [np.array(a) for a in point])), strict=True)
    yield from zip(point, given, strict=True)


def _arrays(answer: Any) -> list[Array]:
    return [np.asarray(part) for part in parts_of(answer)]


def _apart(first: Array, other: Array) -> float:
    """The largest difference of two arrays, relative to the larger; 0 for what is not made of real numbers."""
    if not (is_floating(first.dtype) and is_floating(other.dtype)):
        return 0.0
    both_nan = np.isnan(first) & np.isnan(other)
    return largest(np.where(both_nan, 0, other - first)) / max(largest(first), largest(other), NOTHING)
