"""Right for other arguments than those given: the layer is asked again, with one input changed in a plain way."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from gradcheck.checks.probe import Probe
from gradcheck.defects.diagnosis import MatrixDiagnosis
from gradcheck.defects.evidence import TELLING, Evidence
from gradcheck.defects.family import Claim, Family, Hypothesis

Array = NDArray[Any]
Change: TypeAlias = Callable[[Array, Probe], Array]
POINTS = 4  # that are asked again, at least: what holds at so many is no accident
MOST = 8
LARGEST = 64  # outputs: each is a call
ONCE = 0.45  # least share of the entries that must be wrong: more than some condition on the inputs would spoil
MULTIPLES = (2.0, 3.0, 0.5)


def diagnose(evidence: Evidence) -> MatrixDiagnosis | None:
    """The change of one input with which the analytic side is what the numeric one is without."""
    asked = np.flatnonzero((evidence.telling & evidence.away).any(axis=(1, 2)))[:MOST]
    live = (evidence.wrong | evidence.right) & evidence.away & evidence.failing[:, None, None]
    if len(asked) < POINTS or len(evidence.numeric[0]) > LARGEST or evidence.wrong[live].mean() < ONCE:
        return None
    inputs = evidence.probes[0].subject.inputs
    for place, other in enumerate(inputs):
        if other.domain != "labels":
            for words, change in _changes(evidence, place):
                if all(_fits(evidence, int(k), place, change) for k in asked):
                    return evidence.told("argument", words.format(other.name), evidence.failing)
    return None


def _changes(evidence: Evidence, place: int) -> Iterator[tuple[str, Change]]:
    """Changes of one input, in words with the place of its name."""
    shape, call = evidence.probes[0].point.arrays[place].shape, f"`{evidence.check}` is right"
    for axis, length in enumerate(shape):
        if length > 1:
            along = f" along axis {axis}" if len(shape) > 1 else ""
            yield f"{call} once {{0}} is reversed{along}: it is read from the wrong end", partial(_reversed, axis=axis)
    if len(shape) > 1 and np.prod(shape) > 1:
        words = f"{call} once {{0}} is reversed along every axis: it is read from the wrong end"
        yield words, partial(_reversed, axis=None)
    for a, b in itertools.combinations(range(len(shape)), 2):
        if shape[a] == shape[b] > 1:
            taken = "a transpose of {0} is missing or too much, or one axis is taken for the other"
            yield f"{call} once axes {a} and {b} of {{0}} are exchanged: {taken}", partial(_transposed, a=a, b=b)
            words = f"{call} once axes {a} and {b} of {{0}} are made symmetric: the part of its transpose is missing"
            yield words, partial(_symmetric, a=a, b=b)
            words = f"{call} once axes {a} and {b} of {{0}} are exchanged and that is added to {{0}}: a term is missing"
            yield f"{words}, that with the transpose of what stands there", partial(_with_transposed, a=a, b=b)
    for belongs, change in _values(evidence, place):
        yield f"{{0}} stands where {belongs} belongs: {call} once it is given that for {{0}}", change


def _values(evidence: Evidence, place: int) -> Iterator[tuple[str, Change]]:
    """What may belong where an input stands, in words with the place of its name."""
    shape = evidence.probes[0].point.arrays[place].shape
    for form, function in (("-{0}", np.negative), ("|{0}|", np.abs), ("{0}^2", np.square), ("sqrt(|{0}|)", _root)):
        yield form, partial(_mapped, function=function)
    if place == evidence.place and _is_elementwise(evidence):
        yield evidence.output, _output
    for factor in MULTIPLES:
        yield f"{factor:g} {{0}}", partial(_scaled, factor=factor)
    for j, other in enumerate(evidence.probes[0].subject.inputs):
        if j != place and evidence.probes[0].point.arrays[j].shape == shape and other.domain != "labels":
            yield other.name, partial(_other, place=j)
            for sign, operation in (("-", np.subtract), ("+", np.add)):
                yield f"{{0}} {sign} {other.name}", partial(_with_other, place=j, operation=operation)


def _is_elementwise(evidence: Evidence) -> bool:
    off = ~np.eye(len(evidence.numeric[0]), dtype=bool)
    return evidence.shape == evidence.out and not (evidence.wrong | evidence.away)[:, off].any()


def _reversed(x: Array, _: Probe, *, axis: int | None) -> Array:
    return np.flip(x, axis).copy()


def _transposed(x: Array, _: Probe, *, a: int, b: int) -> Array:
    return x.swapaxes(a, b).copy()


def _symmetric(x: Array, _: Probe, *, a: int, b: int) -> Array:
    return np.asarray((x + x.swapaxes(a, b)) / x.dtype.type(2))


def _with_transposed(x: Array, _: Probe, *, a: int, b: int) -> Array:
    return np.asarray(x + x.swapaxes(a, b))


def _mapped(x: Array, _: Probe, *, function: Callable[[Any], Any]) -> Array:
    return np.asarray(function(x))


def _root(x: Array) -> Array:
    return np.sqrt(np.abs(x))


def _output(_: Array, probe: Probe) -> Array:
    return np.array(probe.y)


def _scaled(x: Array, _: Probe, *, factor: float) -> Array:
    return np.asarray(x * x.dtype.type(factor))


def _other(_: Array, probe: Probe, *, place: int) -> Array:
    return np.array(probe.point.arrays[place])


def _with_other(x: Array, probe: Probe, *, place: int, operation: Callable[[Any, Any], Any]) -> Array:
    return np.asarray(operation(x, probe.point.arrays[place]))


def _fits(evidence: Evidence, k: int, place: int, change: Change) -> bool:
    """Whether the answer for the changed inputs is the numeric derivative at a point."""
    probe = evidence.probes[k]
    arrays = [x.copy() for x in probe.point.arrays]
    arrays[place] = np.asarray(change(arrays[place], probe), dtype=arrays[place].dtype)
    if arrays[place].shape != probe.point.arrays[place].shape or np.array_equal(
        arrays[place], probe.point.arrays[place]
    ):
        return False
    answer = evidence.answer(k, arrays)
    if answer is None:
        return False
    asked = evidence.wrong[k] | evidence.right[k]
    off = np.abs(np.nan_to_num(answer, nan=np.inf) - evidence.numeric[k])
    return bool((off <= TELLING * evidence.limit[k])[asked].all())


FAMILY = Family("arguments", hypotheses=(Hypothesis(Claim.TERM, diagnose),))
