"""A derivative beside plain central differences, each script with a step and a tolerance that suit its point."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradcheck.checks.scripts.comparing import between, conclusion
from gradcheck.checks.scripts.contract import contract_script
from gradcheck.checks.scripts.cotangents import columns, cotangent, worst_outputs
from gradcheck.checks.scripts.pasting import literal
from gradcheck.checks.scripts.reproducer import Lines, Reproducer
from gradcheck.checks.scripts.slopes import slopes_script
from gradcheck.frozen import dataclass
from gradcheck.oracle.allowance import ROUNDINGS
from gradcheck.records.dtypes import precision_of
from gradcheck.records.fault import FaultKind

Array = NDArray[Any]
STEPS = (1e-5, 1e-6, 1e-4, 1e-3, 1e-2, 1e-7, 1e-8, 1e-10, 1e-12, 0.1, 1.0, 10.0, 1e3)  # about eps^(1/3) first
FEW = 3  # of these steps, where something else is tried


@dataclass(frozen=True, eq=False)
class Row:
    """One output, or one cotangent, and one input of a failure.

    Parameters
    ----------
    lead : str
        The line that makes the cotangent, or the index of the output.
    analytic, change : str
        Expressions: the derivative for the whole input, and how the output changes from ``x - step`` to ``x + step``.
    truth, scale : ndarray
        The derivative as the oracle has it, and its natural scale, of the input's shape.
    name : str
        The input's variable.
    """

    lead: str
    analytic: str
    change: str
    truth: Array
    scale: Array
    name: str


def derivative_script(reproducer: Reproducer) -> Iterator[Lines]:
    """Lines for `bprop` or `jacobian`, the plainest first; each is known to show the error to a layer made anew."""
    if reproducer.breaks_contract:
        yield from contract_script(reproducer)
        return
    if reproducer.fault.kind is FaultKind.NO_SUBGRADIENT:
        yield from slopes_script(reproducer)
    for row in _rows(reproducer):
        yield from _shown(reproducer, row)


def _shown(reproducer: Reproducer, row: Row) -> Iterator[Lines]:
    """The whole input, a layer that has seen something before, the worst entry, what gradcheck measured: in turn."""
    precisions = _precisions(reproducer)
    for (before, after), step in itertools.product(precisions, STEPS):
        yield from _end(reproducer, row, _whole(reproducer, row, [], before, after, step), before)
    for seen, step in itertools.product(reproducer.seen(reproducer.failure.finding.check), STEPS[:FEW]):
        yield from _end(reproducer, row, _whole(reproducer, row, seen, "", "", step), "")
    for (before, after), step in itertools.product(precisions, STEPS):
        yield from _end(reproducer, row, _single(reproducer, row, before, after, step), before)
    for before, _ in precisions:
        yield from _end(reproducer, row, _measure(reproducer, row, before), before)


def _rows(reproducer: Reproducer) -> Iterator[Row]:
    probe, (place, *_), check = reproducer.failure.probe, reproducer.places, reproducer.failure.finding.check
    part, name = columns(reproducer.failure), reproducer.names[place]
    shape = reproducer.failure.arrays[place].shape
    up, down = (reproducer.call("forward", **{name: f"{name} {sign} step"}) for sign in "+-")
    analytic = reproducer.part(reproducer.call(check), place)
    if check == "jacobian":
        for output in worst_outputs(reproducer.failure, check):
            j = tuple(int(k) for k in np.unravel_index(output, probe.y.shape))
            whole = probe.estimate.part(np.s_[output, part])
            change = f"np.subtract({up}, {down})[j]"
            sides = whole.value.reshape(shape), whole.scale.reshape(shape)
            yield Row(f"j = {j!r}", f"{analytic}[j]", change, *sides, name)
        return
    v = cotangent(reproducer.failure)
    v = np.ones(probe.y.shape) if v is None else v
    whole = probe.estimate.contracted(v.reshape(-1)).part(part)
    change = f"np.sum(v * np.subtract({up}, {down}))"
    yield Row(f"v = {literal(v)}", analytic, change, whole.value.reshape(shape), whole.scale.reshape(shape), name)


def _precisions(reproducer: Reproducer) -> list[tuple[str, str]]:
    """The dtypes of the inputs as the derivative is taken, and as differences are; empty for the one they have."""
    longer = (
        ["np.longdouble"] if reproducer.failure.probe.point.case.dtype == "float64" else ["np.float64", "np.longdouble"]
    )
    return [("", ""), *(("", one) for one in longer), *((one, "") for one in longer)]


def _start(reproducer: Reproducer, row: Row, seen: Lines, before: str) -> Lines:
    return [*reproducer.given(), row.lead, *reproducer.cast(before), *seen, f"analytic = {row.analytic}"]


def _whole(reproducer: Reproducer, row: Row, seen: Lines, before: str, after: str, step: float) -> Lines:
    """The derivative for every entry of the input."""
    x = row.name
    return [
        *_start(reproducer, row, seen, before),
        *reproducer.cast(after),
        f"numeric = np.zeros({x}.shape, {x}.dtype)",
        f"for i in np.ndindex({x}.shape):",
        f"    step = np.zeros({x}.shape)",
        f"    step[i] = {step!r}",
        f"    numeric[i] = {row.change} / {2 * step!r}",
    ]


def _single(reproducer: Reproducer, row: Row, before: str, after: str, step: float) -> Lines:
    """The derivative for the worst entry alone: no one step may suit all of them."""
    x, space = row.name, reproducer.run(_start(reproducer, row, [], before))[0]
    at = _worst(np.asarray(space.get("analytic", 0.0)), row)
    return [
        *_start(reproducer, row, [], before),
        *reproducer.cast(after),
        f"i = {at!r}",
        f"step = np.zeros({x}.shape)",
        f"step[i] = {step!r}",
        f"analytic, numeric = analytic[i], {row.change} / {2 * step!r}",
    ]


def _measure(reproducer: Reproducer, row: Row, before: str) -> Lines:
    """Beside what gradcheck measured, where plain differences are too coarse."""
    numeric = literal(np.asarray(row.truth, dtype=float))
    return [*_start(reproducer, row, [], before), f"numeric = {numeric}  # by gradcheck, in more digits"]


def _end(reproducer: Reproducer, row: Row, lines: Lines, before: str) -> Iterator[Lines]:
    """The lines with their assertion, if they leave an error that it can show beyond doubt."""
    space, raised = reproducer.run(lines)
    if raised is None:
        at, own = space.get("i", ()), reproducer.failure.probe.point.case.dtype
        eps = precision_of(np.dtype(before.removeprefix("np.")) if before else own).eps
        tolerance = _tolerance(np.asarray(space["analytic"]), np.asarray(space["numeric"]), row, at, eps)
        if tolerance is not None:
            yield [*lines, *conclusion("analytic", "numeric", f"rtol=0, atol={tolerance!r}")]


def _tolerance(analytic: Array, numeric: Array, row: Row, at: tuple[int, ...], eps: float) -> float | None:
    """One between what differences and rounding leave open and the error, for the whole input or for one entry."""
    truth, scale = (row.truth, row.scale) if numeric.shape == row.truth.shape else (row.truth[at], row.scale[at])
    if analytic.shape != np.shape(truth) or analytic.dtype.kind != "f" or not np.isfinite(numeric).all():
        return None
    with np.errstate(all="ignore"):
        known = np.isfinite(truth)
        off = np.max(np.abs(numeric - truth), initial=0, where=known)
        limit = float(off + ROUNDINGS * eps * np.max(scale, initial=0, where=known))
        error = float(np.max(np.nan_to_num(np.abs(analytic - numeric), nan=np.inf)))
    return between(limit, error)


def _worst(analytic: Array, row: Row) -> tuple[int, ...]:
    if analytic.shape != row.truth.shape:
        return ()
    with np.errstate(all="ignore"):
        ratio = np.abs(analytic - row.truth) / np.where(row.scale > 0, row.scale, 1)
    return tuple(int(k) for k in np.unravel_index(int(np.argmax(np.nan_to_num(ratio, nan=np.inf))), ratio.shape))
