"""The simplest cotangent that shows what is wrong with `bprop` at a point."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradcheck.adapters.breach import Breach, attempt
from gradcheck.checks.claims import claim_comparison, compare_at
from gradcheck.checks.scripts.failure import Failure
from gradcheck.checks.streams import Stream
from gradcheck.inputs.cotangents import one_hots
from gradcheck.inputs.drawing import short
from gradcheck.records.finding import Verdict

Array = NDArray[Any]


def cotangent(failure: Failure) -> Array | None:
    """A v of the output's shape for which `bprop` fails, the simplest one; None where it is seen in part only."""
    probe = failure.probe
    if not probe.usable or probe.sample is not None:
        return None
    return next((v for v in _candidates(failure) if _wrong(failure, v)), None)


def columns(failure: Failure) -> slice:
    """The columns of the Jacobian that belong to the input of the finding."""
    return failure.probe.columns(failure.finding.input)


def worst_outputs(failure: Failure, check: str) -> tuple[int, ...]:
    """The entries of the output at which a claim is farthest off for its bound: as judged, and in more digits."""
    found = claim_comparison(failure.probe, check, failure.finding.input)
    worst = (summary.worst[0] for summary in (found.summary, found.usual.summary) if summary.worst is not None)
    return tuple(dict.fromkeys(worst))


def _candidates(failure: Failure) -> Iterator[Array]:
    probe = failure.probe
    shape, ones = probe.y.shape, np.ones(probe.y.shape)
    hots = list(one_hots(shape))
    worst = worst_outputs(failure, "bprop")
    yield from (hots[k] for k in worst)
    yield from (hot for k, hot in enumerate(hots) if k not in worst)
    counted = np.arange(1.0, ones.size + 1).reshape(shape)
    yield from (ones, -ones, 2 * ones, counted, -counted)
    drawn = probe.rng(Stream.WEIGHTS).standard_normal(ones.size).reshape(shape)
    yield from (short(drawn, digits) for digits in (1, 2, 3))
    yield drawn


def _wrong(failure: Failure, v: Array) -> bool:
    """Whether `bprop` fails for one cotangent, as the point's own numbers or those of the reference show."""
    probe, part = failure.probe, columns(failure)
    whole = probe.estimate.contracted(v.reshape(-1)).part(part)
    for arrays in (probe.point.arrays, probe.digits.exact_arrays):
        gradient = attempt(lambda arrays=arrays: probe.bprop_at(v, arrays))  # type: ignore[misc]
        if isinstance(gradient, Breach) or compare_at(probe, gradient[part], whole).verdict is Verdict.FAIL:
            return True
    return False
