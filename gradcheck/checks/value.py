"""`value`: where a layer has a reference, its `forward` has that one's values, to rounding."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradcheck.adapters.breach import Breach, attempt
from gradcheck.adapters.reading import output_of
from gradcheck.checks.interface import Check, failed, output_entry
from gradcheck.checks.probe import Probe
from gradcheck.oracle.allowance import ROUNDINGS
from gradcheck.records.dtypes import converted
from gradcheck.records.fault import Fault, FaultKind
from gradcheck.records.finding import Finding, Verdict
from gradcheck.records.report import UNDECLARED

Array = NDArray[Any]


def run(probe: Probe) -> Iterator[Finding]:
    """One finding for a layer that has a reference; none for others."""
    if not probe.usable or not probe.digits.alone:
        return
    arrays = converted(probe.point.arrays, np.float64)
    truth = attempt(lambda: output_of(probe.subject.truth, arrays))
    if isinstance(truth, Breach):
        yield failed(probe, CHECK.name, truth.fault, Verdict.ERROR)
    elif truth.shape != probe.y.shape:
        yield failed(probe, CHECK.name, Fault.of(FaultKind.VALUE_SHAPE, found=probe.y.shape, required=truth.shape))
    else:
        yield _compared(probe, truth)


def _compared(probe: Probe, truth: Array) -> Finding:
    from gradcheck.checks.factor import common_factor  # few layers have a reference: start-up

    y = probe.y.astype(float)
    with np.errstate(all="ignore"):
        scale = _scale(probe, truth)
        limit = ROUNDINGS * probe.digits.eps * np.maximum(scale, _largest(probe)) + probe.digits.precision.subnormal
        error = np.where(np.isfinite(truth), np.abs(y - truth), 0)
    at = int(np.argmax(error / limit))
    analytic, numeric, bound = (float(side.reshape(-1)[at]) for side in (y, truth, limit))
    count = int((error > limit).sum())
    fault = common_factor(y, truth, scale, probe.digits.eps, probe.point.case.dtype)
    if count:
        worst = float(error.reshape(-1)[at])
        fault = Fault.of(FaultKind.VALUE, error=worst, count=count, total=y.size)
        fault = fault.having(analytic=analytic, numeric=numeric, bound=bound)
    return Finding(
        CHECK.name,
        Verdict.FAIL if fault else Verdict.PASS,
        probe.point.case,
        fault=fault and replace(fault, method="forward"),
        max_abs=float(error.max()),
        max_rel=float((error / np.maximum(scale, limit)).max()),
        worst=output_entry(probe, at),
        analytic=analytic,
        numeric=numeric,
        bound=bound,
    )


def _scale(probe: Probe, truth: Array) -> Array:
    """The size of the numbers that meet in each output: its own, and that of what the inputs bring to it."""
    if probe.sample is not None:
        return np.abs(truth)
    slopes = np.nan_to_num(np.abs(probe.estimate.value.astype(float)), nan=0, posinf=0)
    brought = slopes @ np.abs(probe.reference[0].x.astype(float))
    return np.asarray(np.maximum(np.abs(truth), brought.reshape(truth.shape)))


def _largest(probe: Probe) -> float:
    """The largest number on the way to an output that can be seen: an input's, or 1."""
    return max(1.0, *(float(np.max(np.abs(a.astype(float)), initial=0)) for a in probe.point.arrays))


CHECK = Check("value", "`forward` has the values of the reference, where there is one", run, lacking=UNDECLARED)
