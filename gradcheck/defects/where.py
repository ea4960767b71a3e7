"""Wrong for some values only: negative ones, zeros, ties, beyond a threshold."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradcheck.defects.diagnosis import listing
from gradcheck.defects.evidence import Evidence
from gradcheck.defects.position import Region
from gradcheck.defects.predicates import Predicate, of_groups, of_numbers
from gradcheck.defects.relation import Relation

Array = NDArray[Any]
Sides = tuple[Array, Array, Array]  # where it is wrong, where right, and the error in multiples of the limit
View = tuple[Callable[..., Iterator[Predicate]], str, Array, Sides]
PLAIN = ("zero", "equal", "large")  # what a NaN usually comes from: one example tells
FEWEST = {
    "zero": 2,
    "tie": 2,
    "equal": 2,
    "value": 2,
    "negative": 4,
    "positive": 4,
    "band": 6,
}  # examples; 3 for the others
ALIKE = ("negative", "positive", "ascending", "last", "first")  # of rows that few points tell from each other
SLIGHT = 1e-4  # relative error
RIGHT = 6  # examples of the contrary


def region_of(evidence: Evidence, relation: Relation) -> Region | None:
    """The values for which every wrong entry was seen, and no right one that would have shown the mistake."""
    for make, name, values, (wrong, right, excess) in _views(evidence, relation.shows):
        if (wrong & right).any() or right.sum() < RIGHT:
            continue
        found: list[tuple[str, str]] = []
        for kind, words, holds in make(name, values, wrong, right, None if relation.kind else excess):
            fewest = 1 if relation.kind == "nan" and kind in PLAIN else FEWEST.get(kind, 3)
            if wrong.sum() >= fewest and not (wrong & ~holds).any() and not (right & holds).any():
                found.append((kind, words))
                if kind not in ALIKE or make is not of_groups:  # of whole rows, several things may be true
                    break
        if found:
            kind, words = found[0]
            others = [words for _, words in found[1:2]]
            return Region(kind, " or ".join([words, *others]) + (_zeros_too(evidence, name) if kind == "zero" else ""))
    return None


def _zeros_too(evidence: Evidence, told: str) -> str:
    """What else is 0 wherever it is wrong, in words: the evidence cannot tell which of the two it is."""
    wrong = np.asarray(np.any(evidence.wrong, axis=1))
    found = [
        f"{name} {words}" for name, words, zero in _zeros(evidence) if name not in told.split() and zero[wrong].all()
    ]
    return f", and {listing(found)} there too" if found else ""


def _zeros(evidence: Evidence) -> Iterator[tuple[str, str, Array]]:
    """Where another input is 0 beside an entry of this one, and where all of it is, shape (P, n)."""
    near = {name: values for name, values, by_column in beside(evidence) if by_column}
    for place, other in enumerate(evidence.probes[0].subject.inputs):
        if place == evidence.place or not evidence.values(place).size:
            continue
        whole = np.all(evidence.values(place) == 0, axis=1)
        if other.name in near and not (near[other.name] == 0).all():
            yield other.name, "is 0", near[other.name] == 0
        elif not whole.all():
            yield other.name, "is all zeros", np.broadcast_to(whole[:, None], evidence.x.shape)


def _both_zero(_: str, x: Array, *__: Any, others: list[tuple[str, str, Array]], name: str) -> Iterator[Predicate]:
    for other, words, zero in others:
        yield "zero", f"where {name} is 0 and {other} {words}", (x == 0) & zero


def _views(evidence: Evidence, shows: Array) -> Iterator[View]:
    """Numbers, with where the derivative is wrong and where it is right."""
    relative = evidence.error / np.abs(evidence.numeric)  # what is so small nearly everywhere has no threshold
    excess = np.where(evidence.wrong, np.where(relative < SLIGHT, 0, evidence.error / evidence.limit), np.inf)
    columns, rows = (_along((evidence.wrong, shows, excess), axis) for axis in (1, 2))
    yield of_numbers, evidence.name, evidence.x, columns
    others = list(_zeros(evidence))
    yield partial(_both_zero, others=others, name=evidence.name), _all_names(evidence), evidence.x, columns
    yield partial(_both_signs, others=list(beside(evidence)), name=evidence.name), "", evidence.x, columns
    yield from _repeats(evidence, columns, rows)
    yield from _groups(evidence, columns)
    for name, own in _own(evidence):
        yield _of_labels, name, own, columns
    for name, values, by_column in beside(evidence):
        yield of_numbers, name, values, columns if by_column else rows
    yield of_numbers, evidence.output, evidence.y, rows


def _both_signs(_: str, x: Array, *__: Any, others: list[tuple[str, Array, bool]], name: str) -> Iterator[Predicate]:
    for other, values, by_column in others:
        if by_column and not {" - ", " * "} & {other[k : k + 3] for k in range(len(other))}:
            for mine, own in (("negative", x < 0), ("positive", x > 0)):
                for its, far in (("negative", values < 0), ("positive", values > 0)):
                    yield "signs", f"where {name} is {mine} and {other} is {its}", own & far


def _repeats(evidence: Evidence, columns: Sides, rows: Sides) -> Iterator[View]:
    """Where a label occurs more than once: beside the entries of the output, of the input, or as an index of it."""
    for place, other in enumerate(evidence.probes[0].subject.inputs):
        shape = evidence.probes[0].point.arrays[place].shape
        if other.domain != "labels" or not shape:
            continue
        labels = evidence.values(place)
        same = labels[:, :, None] == labels[:, None, :]
        later, earlier = np.triu(same, 1).any(axis=2), np.tril(same, -1).any(axis=2)
        masks = (later, earlier, later | earlier)
        if (near := spread(later, shape, evidence.out)) is not None and near.shape[1] == evidence.y.shape[1]:
            yield partial(_of_repeats, masks=[spread(m, shape, evidence.out) for m in masks]), other.name, later, rows
        if spread(later, shape, evidence.shape) is not None:
            yield (
                partial(_of_repeats, masks=[spread(m, shape, evidence.shape) for m in masks]),
                other.name,
                later,
                columns,
            )


def _of_repeats(name: str, *_: Any, masks: list[Any]) -> Iterator[Predicate]:
    when = ("occurs again later", "has occurred before", "occurs more than once")
    for words, mask in zip(when, masks, strict=True):
        yield "repeat", f"where an entry of {name} {words}", mask


def _all_names(evidence: Evidence) -> str:
    return " ".join(input.name for input in evidence.probes[0].subject.inputs)


def _along(sides: Sides, axis: int) -> Sides:
    wrong, right, excess = sides
    return np.asarray(np.any(wrong, axis=axis)), np.asarray(np.any(right, axis=axis)), excess.min(axis=axis)


def _groups(evidence: Evidence, columns: Sides) -> Iterator[View]:
    """The rows and columns of the input, and the whole of it."""
    box = (len(evidence.x), *evidence.shape)
    for axis, what in ((-1, "a row of "), (1, "a column of ")) if len(evidence.shape) > 1 else ():
        x, *sides = (
            np.moveaxis(a.reshape(box), axis, -1).reshape(len(a), -1, box[axis]) for a in (evidence.x, *columns)
        )
        if x.shape[2] > 1:
            wrong, right, excess = _along((sides[0], sides[1], sides[2]), 2)
            yield of_groups, f"{what}{evidence.name}", x, (wrong, right & ~wrong, excess)
    if evidence.x.shape[1] > 1:
        wrong, right, excess = (side[:, None] for side in _along(columns, 1))
        yield of_groups, evidence.name, evidence.x[:, None], (wrong, right & ~wrong, excess)


def _own(evidence: Evidence) -> Iterator[tuple[str, Array]]:
    """Where the last axis of the input stands at the label, for each input that holds labels."""
    for place, other in enumerate(evidence.probes[0].subject.inputs):
        shape = evidence.probes[0].point.arrays[place].shape
        if other.domain == "labels" and evidence.shape and evidence.shape[:-1] == shape:
            own = evidence.values(place)[..., None] == np.arange(evidence.shape[-1])
            yield other.name, own.reshape(len(own), -1)


def _of_labels(name: str, own: Array, *_: Any) -> Iterator[Predicate]:
    yield "own", f"in the entry that {name} names", own
    yield "own", f"in the entries that {name} does not name", ~own


def beside(evidence: Evidence) -> Iterator[tuple[str, Array, bool]]:
    """Numbers of the other inputs, beside the entries of this one or of the output; whether they are of this one."""
    found = []
    for place, other in enumerate(evidence.probes[0].subject.inputs):
        if place == evidence.place:
            continue
        shape, values = evidence.probes[0].point.arrays[place].shape, evidence.values(place)
        near = spread(values, shape, evidence.shape)
        if near is not None:
            yield other.name, near, True
            if other.domain != "labels":
                found.append((other.name, near))
            yield f"{evidence.name} - {other.name}", evidence.x - near, True
            yield f"{evidence.name} * {other.name}", evidence.x * near, True
            if other.domain == "labels" and other.classes == 2:
                yield f"(2 {other.name} - 1) {evidence.name}", (2 * near - 1) * evidence.x, True
        elif (near := spread(values, shape, evidence.out)) is not None:
            yield other.name, near, False
    for (name, values), (its, near) in itertools.combinations(found, 2):
        yield f"{name} - {its}", values - near, True


def over_entries(evidence: Evidence) -> Iterator[tuple[str, Array]]:
    """Known numbers, spread over the entries: of the input, the output and other inputs."""
    shape = evidence.numeric.shape
    yield evidence.name, np.broadcast_to(evidence.x[:, None], shape)
    yield evidence.output, np.broadcast_to(evidence.y[:, :, None], shape)
    for name, values, by_column in beside(evidence):
        words = f"({name.replace(' * ', ' ')})" if " " in name else name
        yield words, np.broadcast_to(values[:, None] if by_column else values[:, :, None], shape)


def spread(values: Array, shape: tuple[int, ...], target: tuple[int, ...]) -> Array | None:
    """An array repeated along the axes of another shape that it lacks: the last ones in a batch, or the first ones."""
    count, lacking = len(values), len(target) - len(shape)
    if not target or lacking < 0:
        return None
    if target[: len(shape)] == shape:
        full = values.reshape(count, *shape, *(1,) * lacking)
    elif target[lacking:] == shape:
        full = values.reshape(count, *(1,) * lacking, *shape)
    else:
        return None
    return np.broadcast_to(full, (count, *target)).reshape(count, -1)
