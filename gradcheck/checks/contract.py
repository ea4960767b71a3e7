"""`contract`: outputs and derivatives have the types, shapes and finite values that the layer contract asks for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from gradcheck.adapters.breach import Breach, attempt
from gradcheck.adapters.reading import output_of
from gradcheck.checks import scripts
from gradcheck.checks.compare import OVERFLOWING
from gradcheck.checks.interface import Check, entry, failed, output_entry, passed
from gradcheck.checks.probe import Probe
from gradcheck.oracle.quantised import is_cast
from gradcheck.records.dtypes import converted, precision_of
from gradcheck.records.fault import Fault, FaultKind
from gradcheck.records.finding import Finding, Verdict

if TYPE_CHECKING:
    from gradcheck.checks.scripts.reproducer import Lines, Reproducer

Array = NDArray[Any]
SHARES = (0.9, 0.7, 0.4, 0.2, 0.1)  # largest entries of points at which an ordinary function is far from its limits


def run(probe: Probe) -> Iterator[Finding]:
    """One finding for the whole layer, or one for each breach."""
    if isinstance(probe.output, Breach):
        yield _breach(probe, probe.output)
        return
    if not np.isfinite(probe.y).all():
        yield _not_finite(probe)
        return
    breaches = [answer for answer in probe.answers.values() if isinstance(answer, Breach)]
    found = [_breach(probe, breach) for breach in breaches]
    for name, matrix in probe.claims.items():
        found += _nans(probe, name, matrix)
    yield from found or [passed(probe, CHECK.name)]


def _breach(probe: Probe, breach: Breach) -> Finding:
    """A FAIL, or an ERROR where it may come of what the inputs were taken for: nothing was declared of them."""
    fault, verdict, assumed = breach.fault, breach.verdict, probe.subject.assumed
    if assumed and fault.kind in (FaultKind.RAISED, FaultKind.SHAPE):
        fault = fault.having(assumed=assumed)
        verdict = Verdict.ERROR if len(probe.subject.inputs) > 1 else verdict
    return failed(probe, CHECK.name, fault, verdict)


def _not_finite(probe: Probe) -> Finding:
    """NaN is a FAIL; so is an infinity in place of a value that the dtype could hold, as longer numbers show.

    Neither is, where the point lies beyond what a shorter dtype holds in which `forward` computes.
    """
    y, cast = probe.y, _beyond_cast(probe)
    if cast is not None:
        return failed(probe, CHECK.name, cast, Verdict.UNDEFINED)
    if np.isnan(y).any():
        where = output_entry(probe, int(np.argmax(np.isnan(y))))
        fault = Fault.of(FaultKind.NAN_OUTPUT, "forward", entry=where)
        assumed = probe.subject.assumed
        return failed(probe, CHECK.name, fault.having(assumed=assumed) if assumed else fault)
    count = int((~np.isfinite(y)).sum())
    longer = _in_more_digits(probe)
    if longer is not None:
        lost = ~np.isfinite(y) & np.isfinite(longer) & (np.abs(longer) < OVERFLOWING * precision_of(y.dtype).largest)
        if lost.any():
            at = int(np.argmax(lost))
            where, value, exact = output_entry(probe, at), float(y.reshape(-1)[at]), float(longer.reshape(-1)[at])
            fault = Fault.of(FaultKind.OVERFLOW, "forward", entry=where, value=value, exact=exact)
            return failed(probe, CHECK.name, fault)
    fault = Fault.of(FaultKind.INFINITE, "forward", count=count, total=y.size)
    return failed(probe, CHECK.name, fault, Verdict.UNDEFINED)


def _beyond_cast(probe: Probe) -> Fault | None:
    """The shorter dtype in which `forward` computes, as its outputs at smaller inputs show, where it is too short."""
    floats = [a for a in probe.point.arrays if a.dtype.kind == "f"]
    largest = max((float(np.max(np.abs(a), initial=0)) for a in floats), default=0.0)
    for dtype in (np.float16, np.float32):
        short = np.finfo(dtype)
        if short.eps > probe.digits.eps and largest > float(short.max):
            smaller = [
                [a * (share / largest) if a.dtype.kind == "f" else a for a in probe.point.arrays] for share in SHARES
            ]
            answers = [attempt(lambda arrays=arrays: output_of(probe.subject, arrays)) for arrays in smaller]  # type: ignore[misc]
            outputs = [answer.reshape(-1) for answer in answers if not isinstance(answer, Breach)]
            if outputs and is_cast(np.concatenate(outputs)[:, None], short.nmant + 1).all():
                return Fault.of(FaultKind.BEYOND_CAST, "forward", dtype=np.dtype(dtype).name, value=largest)
    return None


def _in_more_digits(probe: Probe) -> Array | None:
    wider = np.longdouble if probe.y.dtype == np.float64 else np.float64
    if np.finfo(wider).max <= np.finfo(probe.y.dtype).max:
        return None
    answer = attempt(lambda: output_of(probe.subject.truth, converted(probe.point.arrays, wider)))
    return None if isinstance(answer, Breach) or answer.shape != probe.y.shape else answer


def _nans(probe: Probe, name: str, matrix: Array) -> Iterator[Finding]:
    """NaN derivatives of a finite output, unless the true derivative is too large for the dtype, or past telling."""
    if not np.isnan(matrix).any() or not probe.usable:
        return
    value, floor = probe.estimate.value, probe.estimate.floor
    largest = OVERFLOWING * probe.digits.precision.largest
    told = (np.isfinite(floor) & (floor <= largest)) | np.isinf(value)
    beyond = bool((np.isfinite(value) & (np.abs(value) > largest)).any())
    for input_name, shape, part in probe.pieces:
        bad = np.isnan(matrix[:, part])
        if bad.any():
            where = entry(input_name, shape, int(np.argmax(bad.any(axis=0))))
            fault = Fault.of(FaultKind.NAN_DERIVATIVE, name, input=input_name, entry=where)
            verdict = Verdict.FAIL if (bad & told[:, part]).any() else Verdict.INCONCLUSIVE
            yield failed(probe, CHECK.name, fault, Verdict.UNDEFINED if beyond else verdict)


def script(reproducer: Reproducer) -> Iterator[Lines]:
    """Lines that call the method and look at what it returns."""
    return scripts.contract.contract_script(reproducer)


CHECK = Check("contract", "outputs and derivatives have the required types, shapes and finite values", run, script)
