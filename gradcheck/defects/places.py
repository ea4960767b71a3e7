"""Right numbers in the wrong place, or in none: zeroed, transposed, reversed, shifted, permuted, swapped."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradcheck.adapters.contract import Subject
from gradcheck.defects.averages import transpositions
from gradcheck.defects.corruption import Corrupted, with_outputs, with_parts
from gradcheck.defects.diagnosis import MatrixDiagnosis, listing
from gradcheck.defects.evidence import Evidence, gather
from gradcheck.defects.factors import one_entry, one_output
from gradcheck.defects.family import Claim, Corruption, Family, Hypothesis

Array = NDArray[Any]
Move = tuple[str, str, Array]  # kind, words, and where in the flat numeric matrix each analytic entry comes from
ZERO = ("zero",)
LONGEST = 9  # shifts that are tried, along one axis
COLUMNS = 64  # columns, or rows, up to which any rearrangement is looked for
FEW = 4  # entries that are listed one by one
MATCHED = 0.95  # share of the numbers in which two columns must agree to be taken for the same


def diagnose(evidence: Evidence) -> MatrixDiagnosis | None:
    """Where the entries that stand in the analytic matrix belong."""
    if not evidence.analytic[evidence.wrong].any():
        return None  # where 0 stands for what belongs, the place says more
    for kind, words, index in itertools.chain(_whole(evidence), _along_axes(evidence), _matches(evidence)):
        move = partial(_moved, index=index)
        points = evidence.explained_by(move, move)
        if points is not None:
            return evidence.told(kind, words, points)
    return _swap(evidence)


def _moved(sides: Array, index: Array) -> Array:
    """Each entry from its place in the flat matrix; 0 where that is -1."""
    count = len(sides)
    padded = np.concatenate([sides.reshape(count, -1), np.zeros((count, 1))], axis=1)
    return padded[:, index.reshape(-1)].reshape(sides.shape)


def _whole(evidence: Evidence) -> Iterator[Move]:
    """The Jacobian, v or the gradient transposed, or their axes in the other order."""
    m, n = evidence.numeric.shape[1:]
    flat = np.arange(m * n).reshape(m, n)
    if m == n > 1 and _is_permutation(evidence.numeric):
        yield "permutation", "the inverse of a permutation is taken for the permutation", flat.T
    elif m == n > 1:
        yield "transposed", "transposed: J for J^T", flat.T
    yield from _within(evidence)
    for what, shape, axis in _sides(evidence):
        if len(shape) > 1:
            for order in transpositions(shape):
                yield "transposed", f"{what} is transposed", flat.take(order, axis)
            other = np.arange(np.prod(shape, dtype=int)).reshape(shape).reshape(-1, order="F")
            words = f"{what} is read or written in the other order of its axes (columns first for rows first)"
            yield "transposed", words, flat.take(other, axis)
            yield "transposed", words, flat.take(np.argsort(other), axis)


def _within(evidence: Evidence) -> Iterator[Move]:
    """The matrix that acts along one axis of an array, transposed: P X and P V for P^T V."""
    out, shape = evidence.out, evidence.shape
    whole = np.arange(evidence.numeric[0].size).reshape((*out, *shape))
    for a, b in itertools.product(range(len(out)), range(len(shape))):
        if out[a] == shape[b] > 1 and len(out) + len(shape) > 2:
            words = f"the matrix that acts along axis {b} of {evidence.name} is transposed: P^T belongs where P stands"
            yield "transposed", words, whole.swapaxes(a, len(out) + b).reshape(evidence.numeric.shape[1:])


def _sides(evidence: Evidence) -> tuple[tuple[str, tuple[int, ...], int], ...]:
    """The gradient and the cotangent: in words, their shape, and the axis of the matrix along which they lie."""
    return (f"the gradient of {evidence.name}", evidence.shape, 1), ("the cotangent v", evidence.out, 0)


def _along_axes(evidence: Evidence) -> Iterator[Move]:
    """Reversals and shifts; for layers that keep the shape, of both sides at once, too."""
    m, n = evidence.numeric.shape[1:]
    flat = np.arange(m * n).reshape(m, n)
    for what, shape, axis in _sides(evidence):
        for kind, words, order in _orders(shape):
            yield kind, f"{what} is {words}", flat.take(order, axis)
        for words, order in _pushed(shape):
            yield "shifted", f"{what} is {words}", _where_known(flat, order, axis)
    moves = np.any(np.abs(evidence.numeric - evidence.numeric[0]) > evidence.limit + evidence.limit[0])
    if evidence.shape == evidence.out and moves:  # one matrix for all points has many likenesses
        for kind, words, order in _orders(evidence.shape):
            yield kind, f"each entry gets the derivative of another one: {words}", flat[np.ix_(order, order)]
        for order in transpositions(evidence.shape):
            yield (
                "axis",
                "along the wrong axis: right once two axes are exchanged in v and in x",
                flat[np.ix_(order, order)],
            )


def _pushed(shape: tuple[int, ...]) -> Iterator[tuple[str, Array]]:
    """Shifts by which entries fall off one end, and zeros come in at the other: -1 in their place."""
    order = np.arange(np.prod(shape, dtype=int)).reshape(shape)
    for axis, length in enumerate(shape):
        where = f" along axis {axis}" if len(shape) > 1 else ""
        for step in (s for k in range(1, min(length - 1, LONGEST)) for s in (k, -k)):
            moved = np.moveaxis(np.roll(order, step, axis), axis, 0).copy()
            moved[slice(None, step) if step > 0 else slice(step, None)] = -1
            way = "late" if step > 0 else "early"
            words = (
                f"{abs(step)} too {way}{where}, with zeros at the end: a window or a slice begins in the wrong place"
            )
            yield words, np.moveaxis(moved, 0, axis).reshape(-1)


def _where_known(flat: Array, order: Array, axis: int) -> Array:
    keep = (order >= 0)[None, :] if axis == 1 else (order >= 0)[:, None]
    return np.where(keep, flat.take(order, axis), -1)


def _orders(shape: tuple[int, ...]) -> Iterator[Move]:
    """Rearrangements of an array of some shape."""
    order = np.arange(np.prod(shape, dtype=int)).reshape(shape)
    for axis, length in enumerate(shape):
        where = f" along axis {axis}" if len(shape) > 1 else ""
        if length > 2:
            yield "reversed", f"reversed{where}", np.flip(order, axis).reshape(-1)
        for step in range(1, min(length, LONGEST)):
            by = f"half its length, {step}" if 2 * step == length else str(min(step, length - step))
            yield "shifted", f"shifted by {by}{where}", np.roll(order, step, axis).reshape(-1)
    if len(shape) > 1 and order.size > 2:
        yield "reversed", "reversed along every axis", order.reshape(-1)[::-1]


def _is_permutation(numeric: Array) -> bool:
    ones, zeros = np.abs(numeric - 1) < 1e-6, np.abs(numeric) < 1e-6
    return bool((ones | zeros).all() and (ones.sum(axis=1) == 1).all() and (ones.sum(axis=2) == 1).all())


def _matches(evidence: Evidence) -> Iterator[Move]:
    """Any one rearrangement of the columns, or of the rows, that fits at all points."""
    m, n = evidence.numeric.shape[1:]
    for what, _, axis in _sides(evidence):
        sides = (evidence.analytic, evidence.numeric, evidence.limit)
        got, wanted, limit = (np.moveaxis(side, axis + 1, 0).reshape(side.shape[axis + 1], -1) for side in sides)
        if 2 < len(got) <= COLUMNS:
            near = [
                (np.abs(matrix - wanted) <= bound + limit).mean(axis=1)
                for matrix, bound in zip(got, limit, strict=True)
            ]
            order = _assignment(np.stack(near) >= MATCHED)
            moved = np.flatnonzero(order != np.arange(len(order)))
            if len(moved) and (order >= 0).all():
                which = (
                    f"entries {listing(moved)} of {what} change places" if len(moved) <= FEW else f"{what} is permuted"
                )
                yield "permuted", which, np.arange(m * n).reshape(m, n).take(order, axis)


def _assignment(near: Array) -> Array:
    """For each row of a table of who matches whom another column, its own where it can; -1 where there is none."""
    order, free = np.full(len(near), -1), np.ones(len(near), dtype=bool)
    own = near.diagonal()
    order[own], free[own] = np.flatnonzero(own), False
    for k in np.flatnonzero(~own):
        fitting = np.flatnonzero(near[k] & free)[:1]
        order[k : k + len(fitting)], free[fitting] = fitting, False
    return order


def _swap(evidence: Evidence) -> MatrixDiagnosis | None:
    """The gradient of another input of the same shape in place of this one's."""
    for name, shape, _ in evidence.probes[0].pieces:
        other = gather(evidence.probes, evidence.check, name) if shape == evidence.shape else None
        if other is not None and name != evidence.name:
            points = evidence.explained(other.numeric, other.limit)
            if points is not None:
                return evidence.told("swapped", _of_swap(evidence, other), points)
    return None


def _of_swap(evidence: Evidence, other: Evidence) -> str:
    """What is said of an input that gets the gradient of another one, which may get that of the first in turn."""
    if other.explained(evidence.numeric, evidence.limit) is not None:
        first, second = sorted((evidence, other), key=lambda one: one.place)
        return f"the gradients of {first.name} and {second.name} are swapped"
    gets = f"{evidence.name} gets the gradient of {other.name}"
    twice = ", which has it, too: one is given twice, or a factor is missing"
    return gets if other.failing.any() else f"{gets}{twice}"


def corruptions(subject: Subject) -> Iterator[Corruption]:
    """An entry of each input and an output zeroed; inputs and outputs shifted or in reverse; two gradients swapped."""
    for k, place in enumerate(subject.differentiable):
        yield Corruption(f"one entry of {subject.inputs[place].name} zeroed", partial(one_entry, subject, k, 0.0), ZERO)
    yield Corruption("one output zeroed", partial(one_output, subject, 0.0), ZERO)
    yield Corruption("inputs shifted by one", partial(shifted, subject), ("shifted",))
    yield Corruption("outputs in reverse order", lambda: with_outputs(subject, lambda rows: rows[::-1]), ("reversed",))
    pairs = combinations(range(len(subject.differentiable)), 2)
    for a, b in pairs:
        one, other = (subject.inputs[subject.differentiable[k]] for k in (a, b))
        if one.shape == other.shape:
            name = f"gradients of {one.name} and {other.name} swapped"
            yield Corruption(name, partial(swapped, subject, a, b), ("swapped",))


def shifted(subject: Subject) -> Corrupted:
    """Each gradient moved by one entry along its last axis, the last entry to the front."""

    def change(parts: list[Array], arrays: Sequence[Array]) -> list[Array]:
        axes = (np.ndim(arrays[k]) for k in subject.differentiable)
        return [np.roll(part, 1, axis=-1) if deep else part for part, deep in zip(parts, axes, strict=True)]

    return with_parts(subject, change)


def swapped(subject: Subject, a: int, b: int) -> Corrupted:
    """Two gradients of one shape, each in the other's place."""

    def change(parts: list[Array], _: Sequence[Array]) -> list[Array]:
        parts[a], parts[b] = parts[b], parts[a]
        return parts

    return with_parts(subject, change)


FAMILY = Family("places", corruptions, (Hypothesis(Claim.MOVED, diagnose),))
