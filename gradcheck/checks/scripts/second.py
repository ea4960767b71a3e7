"""Second derivatives beside plain central differences of the gradient."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradcheck.adapters.second import of_both, of_bprop, of_scalar
from gradcheck.checks.probe import Probe
from gradcheck.checks.scripts.comparing import TIGHTNESS, between, conclusion, relative
from gradcheck.checks.scripts.pasting import literal
from gradcheck.checks.scripts.reproducer import Lines, Reproducer
from gradcheck.checks.scripts.tangents import parts_of_tangents, written
from gradcheck.checks.streams import Stream
from gradcheck.inputs.cotangents import one_hots
from gradcheck.oracle.allowance import ROUNDINGS
from gradcheck.records.case import Point

Array = NDArray[Any]
STEPS = (1e-5, 1e-6, 1e-4, 1e-3, 1e-7)  # about eps^(1/3) first
DTYPES = ("", "np.longdouble")


def second_cotangent(probe: Probe) -> Array:
    """The random v at which second derivatives are taken, of the output's shape and in the point's dtype."""
    drawn = probe.rng(Stream.SECOND).standard_normal(probe.y.shape)
    dtype = next((a.dtype for a in probe.point.arrays if a.dtype.kind == "f"), probe.y.dtype)
    return np.asarray(drawn, dtype=dtype)


def of_hessian(reproducer: Reproducer) -> Iterator[Lines]:
    """Lines for the method that is wrong, along one-hot tangents and then a random one; or for mirrored parts."""
    method, probe = reproducer.method, reproducer.failure.probe
    if reproducer.breaks_contract:
        yield from _breach(reproducer, method)
        return
    if method == "hessian" and not reproducer.failure.finding.input:
        yield from _mirrored(reproducer)
    second = Probe(of_scalar(probe.subject, probe.y.shape), probe.point, thorough=False)
    v = f"np.ones({probe.y.shape})"
    for parts, place in itertools.product(parts_of_tangents(reproducer), reproducer.subject.differentiable):
        t, own = np.concatenate([part.reshape(-1) for part in parts]), _rows(reproducer, place)
        truth = (second.estimate.value[own] @ t, second.estimate.scale[own] @ np.abs(t))
        answer = _product(reproducer, place) if method == "hessian" else reproducer.part(reproducer.call("hvp"), place)
        for dtype, step in itertools.product(DTYPES, STEPS):
            up, down = (_gradient(reproducer, v, place, _moved(reproducer, f"{sign} {step!r}")) for sign in "+-")
            lines = [
                *reproducer.given(),
                written(parts),
                *reproducer.cast(dtype),
                f"analytic = {answer}",
                f"numeric = np.subtract({up}, {down}) / {2 * step!r}",
            ]
            yield from _concluded(reproducer, lines, ("analytic", "numeric"), dtype, *truth)


def of_order2(reproducer: Reproducer) -> Iterator[Lines]:
    """Lines for the derivative of `bprop` in two entries and the other way round, or beside `double_bprop`."""
    probe = reproducer.failure.probe
    v = second_cotangent(probe)
    if reproducer.method == "double_bprop":
        yield from _double(reproducer, v)
        return
    second = Probe(of_bprop(probe.subject, v), probe.point, thorough=False)
    value, scale = second.estimate.value, second.estimate.scale
    pairs = sorted(np.ndindex(value.shape), key=lambda pair: -abs(float(value[pair] - value[pair[::-1]])))
    hots = [[written(parts), parts] for parts in _one_hot_parts(reproducer)]
    for (i, k), dtype, step in itertools.product(pairs[:4], DTYPES, STEPS):
        if i == k:
            continue
        u, t = (str(hots[n][0]).removeprefix("tangent = ") for n in (i, k))
        sides = [_along(reproducer, a, b, step) for a, b in (("u", "tangent"), ("tangent", "u"))]
        lines = [
            *reproducer.given(),
            f"v = {literal(v)}",
            f"u = {u}",
            f"tangent = {t}",
            *reproducer.cast(dtype),
            f"left = {sides[0]}",
            f"right = {sides[1]}",
        ]
        truth = np.array([value[i, k], value[k, i]]), np.array([scale[i, k], scale[k, i]])
        yield from _concluded(reproducer, lines, ("left", "right"), dtype, *truth)


def _one_hot_parts(reproducer: Reproducer) -> Iterator[list[Array]]:
    moving = reproducer.subject.differentiable
    arrays = [reproducer.failure.arrays[k] for k in moving]
    for place, array in enumerate(arrays):
        for hot in one_hots(array.shape):
            yield [hot if n == place else np.zeros(other.shape) for n, other in enumerate(arrays)]


def _along(reproducer: Reproducer, weights: str, direction: str, step: float) -> str:
    """How weights . bprop(v, x) changes along a direction, an expression."""
    places = reproducer.subject.differentiable
    moved = [_moved(reproducer, f"{sign} {step!r}", direction) for sign in "+-"]
    ends = []
    for instead in moved:
        terms = (f"np.vdot({reproducer.part(weights, k)}, {_gradient(reproducer, 'v', k, instead)})" for k in places)
        ends.append(" + ".join(terms))
    return f"({ends[0]} - ({ends[1]})) / {2 * step!r}"


def _double(reproducer: Reproducer, v: Array) -> Iterator[Lines]:
    """Lines for a one-hot cotangent u of `bprop`, and each entry of v or of an input."""
    probe, subject = reproducer.failure.probe, reproducer.subject
    both = Probe(of_both(subject, probe.y.shape), Point(probe.point.case, (v, *probe.point.arrays)), thorough=False)
    targets = ["v", *(reproducer.names[k] for k in subject.differentiable)]
    names = [name for name, _, _ in both.pieces]
    for row, parts in enumerate(_one_hot_parts(reproducer)):
        for place, target in enumerate(targets):
            if reproducer.failure.finding.input not in ("", names[place]):
                continue
            part, shape = both.pieces[place][2], both.pieces[place][1]
            truth = (side[row, part].reshape(shape) for side in (both.estimate.value, both.estimate.scale))
            yield from _of_target(reproducer, (v, written(parts), target, place), *truth)


def _of_target(
    reproducer: Reproducer, what: tuple[Array, str, str, int], truth: Array, scale: Array
) -> Iterator[Lines]:
    v, u, target, place = what
    places = reproducer.subject.differentiable
    for dtype, step in itertools.product(DTYPES, STEPS):
        ends = []
        for sign in "+-":
            moved = f"{target} {sign} step"
            lead, instead = (moved, {}) if target == "v" else ("v", {target: moved})
            terms = (f"np.vdot({reproducer.part('u', k)}, {_gradient(reproducer, lead, k, instead)})" for k in places)
            ends.append(" + ".join(terms))
        lines = [
            *reproducer.given(),
            f"v = {literal(v)}",
            u.replace("tangent", "u", 1),
            *reproducer.cast(dtype),
            f"analytic = layer.double_bprop({', '.join(['u', 'v', *reproducer.names])})[{place}]",
            f"numeric = np.zeros({target}.shape, {target}.dtype)",
            f"for i in np.ndindex({target}.shape):",
            f"    step = np.zeros({target}.shape)",
            f"    step[i] = {step!r}",
            f"    numeric[i] = ({ends[0]} - ({ends[1]})) / {2 * step!r}",
        ]
        yield from _concluded(reproducer, lines, ("analytic", "numeric"), dtype, truth, scale)


def _moved(reproducer: Reproducer, how: str, direction: str = "tangent") -> dict[str, str]:
    """Every differentiable input moved along its part of a direction."""
    places = reproducer.subject.differentiable
    return {reproducer.names[k]: f"{reproducer.names[k]} {how} * {reproducer.part(direction, k)}" for k in places}


def _gradient(reproducer: Reproducer, v: str, place: int, instead: dict[str, str]) -> str:
    """The gradient of one input, an expression: from `bprop`, or from `jacobian` where there is none."""
    if reproducer.subject.has_bprop:
        return reproducer.part(reproducer.call("bprop", v, **instead), place)
    whole = reproducer.part(reproducer.call("jacobian", **instead), place)
    return f"np.reshape({whole}, {reproducer.names[place]}.shape)"


def _rows(reproducer: Reproducer, place: int) -> slice:
    """Where an input's entries stand among those of all differentiable ones."""
    sizes = {k: reproducer.failure.arrays[k].size for k in reproducer.subject.differentiable}
    start = sum(size for k, size in sizes.items() if k < place)
    return slice(start, start + sizes[place])


def _product(reproducer: Reproducer, place: int) -> str:
    """H . t for one input, an expression."""
    row = reproducer.part(reproducer.call("hessian"), place)
    places, arrays = reproducer.subject.differentiable, reproducer.failure.arrays
    blocks = ((reproducer.part(row, k), reproducer.part("tangent", k), arrays[k].ndim) for k in places)
    return " + ".join(f"np.tensordot({block}, {part}, {axes})" for block, part, axes in blocks)


def _mirrored(reproducer: Reproducer) -> Iterator[Lines]:
    """Lines that hold the Hessian against its transpose."""
    places, names = reproducer.subject.differentiable, reproducer.names
    rows = []
    for k in places:
        row = reproducer.part("found", k)
        blocks = (f"np.reshape({reproducer.part(row, j)}, ({names[k]}.size, {names[j]}.size))" for j in places)
        rows.append(f"[{', '.join(blocks)}]")
    for dtype, tightness in itertools.product(DTYPES, TIGHTNESS):
        yield [
            *reproducer.given(),
            *reproducer.cast(dtype),
            f"found = {reproducer.call('hessian')}",
            f"matrix = np.block([{', '.join(rows)}])",
            "other, size = matrix.T, np.max(np.abs(matrix))",
            *conclusion("matrix", "other", relative(tightness, "size")),
        ]


def _breach(reproducer: Reproducer, method: str) -> Iterator[Lines]:
    """Lines for a method that raises, or returns what does not have the shapes of the inputs."""
    places, names = reproducer.subject.differentiable, reproducer.names
    for parts in parts_of_tangents(reproducer) if method == "hvp" else [None]:
        asserts = []
        for k in places:
            found, shape = reproducer.part("found", k), f"{names[k]}.shape"
            blocks = (
                [(found, shape)]
                if method == "hvp"
                else [(reproducer.part(found, j), f"{shape} + {names[j]}.shape") for j in places]
            )
            asserts += [f"assert isinstance({one}, np.ndarray) and {one}.shape == {wanted}" for one, wanted in blocks]
        lead = [] if parts is None else [written(parts)]
        yield [*reproducer.given(), *lead, f"found = {reproducer.call(method)}", f'print("{method}", found)', *asserts]


def _concluded(
    reproducer: Reproducer, lines: Lines, sides: tuple[str, str], dtype: str, truth: Array, scale: Array
) -> Iterator[Lines]:
    """The lines with their assertion, if they leave an error that it can show beyond doubt."""
    space, raised = reproducer.run(lines)
    if raised is not None:
        return
    left, right = (np.asarray(space[side], dtype=np.longdouble).reshape(-1) for side in sides)
    if left.shape != right.shape or not np.isfinite(right).all():
        return
    eps = float(np.finfo(np.longdouble).eps) if dtype else reproducer.failure.probe.digits.eps
    seen = np.array([left[0], right[0]]) if sides == ("left", "right") else right
    with np.errstate(all="ignore"):
        limit = np.max(np.abs(seen - truth.reshape(-1)), initial=0) + ROUNDINGS * eps * np.max(scale, initial=0)
        error = np.max(np.nan_to_num(np.abs(left - right), nan=np.inf), initial=0)
    tolerance = between(float(limit), float(error))
    if tolerance is not None:
        yield [*lines, *conclusion(*sides, f"rtol=0, atol={tolerance!r}")]
