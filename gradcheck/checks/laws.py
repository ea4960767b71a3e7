"""`laws`: each law that the layer declares holds, to rounding."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from gradcheck.adapters.breach import Breach, attempt
from gradcheck.checks import scripts
from gradcheck.checks.interface import Check, failed, not_applicable, passed, without_room
from gradcheck.checks.probe import Probe
from gradcheck.records.dtypes import precision_of
from gradcheck.records.fault import Fault, FaultKind
from gradcheck.records.finding import Finding, Verdict
from gradcheck.records.report import UNDECLARED

if TYPE_CHECKING:
    from gradcheck.checks.scripts.reproducer import Lines, Reproducer

Array = NDArray[Any]
TWO_FORMULAS = 64.0  # roundings of the larger side, or of 1: a law compares two short formulas of one number


def run(probe: Probe) -> Iterator[Finding]:
    """One finding for each law; one note where a law may ask for a `jacobian` that is too large."""
    if not probe.usable or not probe.subject.laws:
        return
    if refusals := without_room(probe):
        yield passed(probe, CHECK.name, notes=not_applicable(refusals, nothing_left=True))
        return
    for name in probe.subject.laws:
        yield _compare(probe, name)


def _compare(probe: Probe, name: str) -> Finding:
    answer, dtype = attempt(lambda: _call(probe, name, probe.digits.exact_arrays)), probe.digits.exact_dtype
    if isinstance(answer, Breach) and probe.digits.extended:  # it may refuse more digits
        answer, dtype = attempt(lambda: _call(probe, name, probe.point.arrays)), probe.y.dtype
    if isinstance(answer, Breach):
        return failed(probe, CHECK.name, Fault.of(FaultKind.LAW, name, cause=answer.fault))
    try:
        left, right = (np.asarray(side, dtype=dtype) for side in answer)
    except (TypeError, ValueError):
        return failed(probe, CHECK.name, Fault.of(FaultKind.LAW_SIDES, name))
    if left.shape != right.shape:
        fault = Fault.of(FaultKind.LAW_SHAPES, name, left=left.shape, right=right.shape)
        return failed(probe, CHECK.name, fault)
    with np.errstate(all="ignore"):
        error, size = _largest(left - right), _largest(np.concatenate([left.reshape(-1), right.reshape(-1)]))
    unit = max(probe.digits.precise, precision_of(dtype).eps) + _rounding_of_inputs(probe, dtype)
    bound = TWO_FORMULAS * unit * max(size, 1.0)
    if not error <= bound:
        return failed(probe, CHECK.name, Fault.of(FaultKind.LAW_FAILS, name, error=error, bound=bound))
    return Finding(CHECK.name, Verdict.PASS, probe.point.case, max_abs=error, floor=bound / max(size, 1.0))


def _call(probe: Probe, name: str, arrays: Sequence[Array]) -> Any:
    return probe.subject.call(name, [np.array(a) for a in arrays])


def _rounding_of_inputs(probe: Probe, dtype: Any) -> float:
    """What one rounding of the largest input is, in the precision in which the law was evaluated."""
    largest = max((_largest(a) for a in probe.digits.exact_arrays if a.dtype.kind == "f"), default=0.0)
    return precision_of(dtype).eps * largest


def _largest(values: Array) -> float:
    return float(np.abs(values).max(initial=0))


def script(reproducer: Reproducer) -> Iterator[Lines]:
    """Lines in the point's own digits, then in more of them."""
    for dtype, tightness in itertools.product(("", "np.longdouble"), scripts.comparing.TIGHTNESS):
        yield [
            *reproducer.given(),
            *reproducer.cast(dtype),
            f"left, right = getattr(layer, {reproducer.method!r})({', '.join(reproducer.names)})",
            *scripts.comparing.conclusion("left", "right", f"rtol={tightness!r}, atol={tightness!r}"),
        ]


CHECK = Check("laws", "each law that the layer declares holds", run, script, lacking=UNDECLARED)
