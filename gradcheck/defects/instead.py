"""Right for other inputs than those given: `forward` is differentiated again, with one input changed in a plain way."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradcheck.adapters.breach import Breach, attempt
from gradcheck.adapters.reading import output_of
from gradcheck.checks.probe import Probe
from gradcheck.defects.diagnosis import MatrixDiagnosis
from gradcheck.defects.evidence import Evidence
from gradcheck.defects.family import Claim, Family, Hypothesis

Array = NDArray[Any]
Change = Callable[[Array, Probe], Array]
POINTS = 4  # that are looked at again
LARGEST = 64  # entries of the input: each is two calls
MODEST = 20.0  # size of inputs of these points
STEP = 6e-6  # cube root of the unit roundoff: the best step of a central difference
CLOSE = 1e-6  # relative error that such a difference may have
FAR = 1e-3  # relative error of what is explained by it
OTHER = "a variable is overwritten, or taken for another"
SCALED = "a factor beside it is missing or too much, or a variable is overwritten"


def diagnose(evidence: Evidence) -> MatrixDiagnosis | None:
    """The change of the input with which the numeric side is what the analytic one is without."""
    asked = _asked(evidence)
    if len(asked) < POINTS or evidence.x.shape[1] > LARGEST:
        return None
    for words, change in _changes(evidence):
        if all(_fits(evidence, k, change) for k in asked[:POINTS]) and _everywhere(evidence, change):
            told = f"`{evidence.check}` is the derivative at {words}, which stands where {evidence.name} belongs: "
            cause = SCALED if words in _multiples(evidence.name) else OTHER
            return evidence.told("argument", told + cause, evidence.failing)
    return None


def _multiples(name: str) -> tuple[str, str]:
    return f"2 {name}", f"{name}/2"


def _everywhere(evidence: Evidence, change: Change) -> bool:
    """Whether it holds at every point of modest size, right ones too."""
    return all(_fits(evidence, int(k), change) for k in np.flatnonzero(_modest(evidence)))


def _modest(evidence: Evidence) -> NDArray[np.bool_]:
    size = np.abs(evidence.x).max(axis=1, initial=0)
    known = np.any(evidence.wrong | evidence.right, axis=(1, 2))
    return np.asarray((size < MODEST) & (size > 1 / MODEST) & np.isfinite(evidence.analytic).all(axis=(1, 2)) & known)


def _asked(evidence: Evidence) -> list[int]:
    """Such points, at which at least two entries are far off."""
    far = evidence.wrong & (evidence.error > FAR * np.abs(evidence.numeric).max(axis=(1, 2), keepdims=True))
    return [int(k) for k in np.flatnonzero(_modest(evidence) & (far.sum(axis=(1, 2)) >= 2))]


def _changes(evidence: Evidence) -> Iterator[tuple[str, Change]]:
    name, shape = evidence.name, evidence.shape
    double, half = _multiples(name)
    for words, function in (
        (f"-{name}", np.negative),
        (f"|{name}|", np.abs),
        (f"{name}^2", np.square),
        (double, lambda x: 2 * x),
        (half, lambda x: x / 2),
        (f"1 - {name}", lambda x: 1 - x),
        (f"{name} + 1", lambda x: x + 1),
        (f"{name} - 1", lambda x: x - 1),
        (f"1/{name}", lambda x: 1 / x),
        (f"exp({name})", np.exp),
        (f"log|{name}|", lambda x: np.log(np.abs(x))),
        (f"sqrt|{name}|", lambda x: np.sqrt(np.abs(x))),
        (f"max({name}, 0)", lambda x: np.maximum(x, 0)),
    ):
        yield words, partial(_mapped, function=function)
    for axis in range(len(shape)):
        along = f" along axis {axis}" if len(shape) > 1 else ""
        yield f"{name} less its mean{along}", partial(_less, axis=axis, of=np.mean)
        yield f"{name} less its maximum{along}", partial(_less, axis=axis, of=np.max)
        yield f"sorted {name}{along}", partial(_mapped, function=partial(np.sort, axis=axis))
    if shape == evidence.out:
        yield evidence.output, _output
    for place, other in enumerate(evidence.probes[0].subject.inputs):
        alike = evidence.probes[0].point.arrays[place].shape == shape
        if place != evidence.place and other.domain != "labels" and alike:
            yield other.name, partial(_other, place=place)


def _mapped(x: Array, _: Probe, *, function: Callable[[Array], Array]) -> Array:
    return np.asarray(function(x))


def _less(x: Array, _: Probe, *, axis: int, of: Callable[..., Any]) -> Array:
    return np.asarray(x - of(x, axis=axis, keepdims=True))


def _output(_: Array, probe: Probe) -> Array:
    return np.asarray(probe.y, dtype=float)


def _other(_: Array, probe: Probe, *, place: int) -> Array:
    return np.asarray(probe.point.arrays[place], dtype=float)


def _fits(evidence: Evidence, k: int, change: Change) -> bool:
    """Whether the analytic side at a point is the derivative of `forward` at the changed one."""
    probe = evidence.probes[k]
    given = np.asarray(probe.point.arrays[evidence.place], dtype=float)
    x = np.asarray(change(given, probe), dtype=float)
    if x.shape != given.shape or not np.isfinite(x).all():
        return False
    analytic, unknown = evidence.analytic[k], ~(evidence.wrong | evidence.right)[k]
    room = CLOSE * max(np.abs(analytic).max(), np.abs(evidence.numeric[k]).max())
    for column in range(x.size):
        slope = _slope(evidence, probe, x, column)
        if slope is None:
            return False
        fits = np.abs(slope - analytic[:, column]) <= room + evidence.limit[k][:, column]
        if not (fits | unknown[:, column]).all():
            return False
    return True


def _slope(evidence: Evidence, probe: Probe, x: Array, column: int) -> Array | None:
    """The derivatives of all outputs by one entry, by a central difference."""
    step = STEP * max(1.0, abs(float(x.reshape(-1)[column])))
    sides = []
    for sign in (1, -1):
        arrays = [a.copy() for a in probe.point.arrays]
        moved = x.copy()
        moved.reshape(-1)[column] += sign * step
        arrays[evidence.place] = moved.astype(arrays[evidence.place].dtype)
        y = attempt(lambda a=arrays: output_of(probe.subject, a))  # type: ignore[misc]
        if isinstance(y, Breach) or np.shape(y) != probe.y.shape:
            return None
        sides.append(np.asarray(y, dtype=float).reshape(-1))
    return np.asarray((sides[0] - sides[1]) / (2 * step))


FAMILY = Family("instead", hypotheses=(Hypothesis(Claim.TERM, diagnose),))
