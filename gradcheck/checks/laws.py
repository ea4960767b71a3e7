"""`laws`: each law that the layer declares holds, to rounding."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradcheck.checks.interface import Check, plain
from gradcheck.checks.probe import Probe
from gradcheck.errors import CallError
from gradcheck.records.finding import Finding, Verdict
from gradcheck.text import magnitude

Array = NDArray[Any]
TWO_FORMULAS = 64.0  # roundings of the larger side, or of 1: a law compares two short formulas of one number


def run(probe: Probe) -> Iterator[Finding]:
    """One finding for each law."""
    if probe.usable:
        for name in probe.subject.laws:
            yield _judged(probe, name)


def _judged(probe: Probe, name: str) -> Finding:
    arrays = [np.array(a) for a in probe.exact_arrays]
    try:
        left, right = (np.asarray(side, dtype=probe.exact_dtype) for side in probe.subject.call(name, arrays))
    except CallError as raised:
        return plain(probe, CHECK.name, Verdict.FAIL, f"law {name}: {raised}")
    except (TypeError, ValueError):
        return plain(probe, CHECK.name, Verdict.FAIL, f"law {name} must return two arrays")
    if left.shape != right.shape:
        sentence = f"law {name}: the left side has shape {left.shape}, the right side {right.shape}"
        return plain(probe, CHECK.name, Verdict.FAIL, sentence)
    with np.errstate(all="ignore"):
        error = float(np.max(np.abs(left - right), initial=0))
        size = float(np.max(np.abs(np.concatenate([left.reshape(-1), right.reshape(-1)])), initial=0))
    bound = TWO_FORMULAS * (probe.precise * max(size, 1.0) + _rounding_of_inputs(probe) * max(size, 1.0))
    sentence = f"law {name}: the sides differ by {magnitude(error)}, rounding allows {magnitude(bound)}"
    if not error <= bound:
        return plain(probe, CHECK.name, Verdict.FAIL, sentence)
    return Finding(CHECK.name, Verdict.PASS, probe.point.case, max_abs=error, floor=bound / max(size, 1.0))


def _rounding_of_inputs(probe: Probe) -> float:
    """What one rounding of the largest input is, in the precision in which the law was evaluated."""
    largest = max((float(np.max(np.abs(a), initial=0)) for a in probe.exact_arrays if a.dtype.kind == "f"), default=0.0)
    return float(np.finfo(probe.exact_dtype).eps) * largest


CHECK = Check("laws", "each law that the layer declares holds", run)
