"""Wrong in some places of the Jacobian only, at whatever point: a row, a column, the diagonal."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradcheck.defects.diagnosis import listing
from gradcheck.defects.evidence import Evidence

Array = NDArray[Any]
FEW = 4  # entries that are listed one by one
STRAY = 0.02  # share of entries that may happen to be right where they should be wrong
BY_CHANCE = 0.15  # the same of whole columns, beside which all others were never wrong
WINDOWS = 3  # outputs and entries from which on a common distance is no accident
STRIDES = (1, 2, 3)
PASSING = 3  # entries by which steps must act on each other to be called those of a recurrence
SEEN = 2  # points at which a place must have been seen right


@dataclass(frozen=True)
class Region:
    """A part of all entries, in words such as ``where x is negative``."""

    kind: str
    words: str


def region_of(evidence: Evidence, shows: Array) -> Region | None:
    """The places where every wrong entry is, and no right one that would have shown the mistake.

    Parameters
    ----------
    evidence : Evidence
    shows : ndarray of bool, shape (P, m, n)
        The right entries that count.
    """
    wrong, right = evidence.wrong.sum(axis=0), shows.sum(axis=0)
    if not right.any() or evidence.failing.sum() < SEEN:
        return None
    for kind, words, mask in _structures(evidence):
        if _separates(mask, wrong, right):
            return Region(kind, words)
    for kind, axis, shape, form in (
        ("column", 0, evidence.shape, f"in {{}} of {evidence.name} only"),
        ("row", 1, evidence.out, f"for the cotangent of {{}} of {evidence.output} only"),
    ):
        bad, good, live = wrong.sum(axis=axis), right.sum(axis=axis), np.any(evidence.live, axis=axis)
        seen = (good >= SEEN).any() and (good[(bad == 0) & live] >= SEEN).all()
        chance = (BY_CHANCE if kind == "column" else 0) * bad.sum()
        if seen and ((bad == 0) & live).any() and good[bad > 0].sum() <= chance:
            return Region(kind, form.format(listed(bad > 0, shape)))
    return _single(evidence, wrong, right)


def _single(evidence: Evidence, wrong: Array, right: Array) -> Region | None:
    """A few entries of the matrix, each wrong wherever it shows, beside others of their rows and columns."""
    bad = wrong > 0
    others = evidence.live & ~bad
    if bad.sum() > FEW or (wrong[bad] < SEEN).any() or right[bad].any() or (right[others] < SEEN).any():
        return None
    pairs = [
        f"{evidence.name}[{_entry(k, evidence.shape)}] on {evidence.output}[{_entry(j, evidence.out)}]"
        for j, k in np.argwhere(bad)
    ]
    return Region("entry", f"in the effect of {listing(pairs)} only")


def _entry(k: int, shape: tuple[int, ...]) -> str:
    return ",".join(map(str, np.unravel_index(k, shape)))


def _separates(mask: Array, wrong: Array, right: Array) -> bool:
    stray = right[mask].sum() > STRAY * wrong.sum()
    return bool(not wrong[~mask].any() and not stray and right[~mask].sum() >= 2 * SEEN and wrong.sum() > SEEN)


def _structures(evidence: Evidence) -> Iterator[tuple[str, str, Array]]:
    """Parts of a matrix that have a name."""
    yield from _carried(evidence)
    size = len(evidence.numeric[0])
    if evidence.shape == evidence.out and size > 1:
        eye, all_of_it = np.eye(size, dtype=bool), np.ones((size, size), dtype=bool)
        yield "diagonal", "on the diagonal only: in an entry's effect on itself", eye
        yield "off-diagonal", "off the diagonal only: in an entry's effect on the others", ~eye
        yield "triangle", "above the diagonal only: in an entry's effect on earlier ones", np.triu(all_of_it, 1)
        yield "triangle", "below the diagonal only: in an entry's effect on later ones", np.tril(all_of_it, -1)
    for axis, what in ((0, "row"), (-1, "column")):
        if len(evidence.shape) > 1 and evidence.out and evidence.shape[axis] == evidence.out[axis] > 1:
            mine, its = (np.indices(shape)[axis].reshape(-1) for shape in (evidence.shape, evidence.out))
            same = its[:, None] == mine
            yield "block", f"within one {what} only", same
            yield "off-block", f"between different {what}s only", ~same
    yield from _transposes(evidence)
    yield from _cuts(evidence)
    yield from _offsets(evidence)
    never = np.asarray(~np.any(evidence.away, axis=0))
    if never.any() and not never.all():
        yield "structure", "where the derivative is 0 at every point", never
        yield "structure", "where the derivative is not 0 at every point", ~never


def _carried(evidence: Evidence) -> Iterator[tuple[str, str, Array]]:
    """The effect of steps along the first axis on later ones, where there is none on earlier ones."""
    if len(evidence.shape) < 2 or not evidence.out or evidence.shape[0] != evidence.out[0]:
        return
    mine, its = (np.indices(shape)[0].reshape(-1) for shape in (evidence.shape, evidence.out))
    lag = its[:, None] - mine[None, :]
    if (lag > 0).any() and not (evidence.away | evidence.wrong)[:, lag < 0].any():
        words = "only in the effect of a step on later ones along axis 0, as of what a recurrence carries"
        yield "step", words, lag > 0


def listed(chosen: Array, shape: tuple[int, ...]) -> str:
    """Chosen entries of an array of some shape in words: ``[2]``, ``[:,0] (the first)``, ``the diagonal``."""
    box = chosen.reshape(shape)
    for axis, whole in _wholes(chosen, shape):
        return _slices(whole, axis, shape)
    for words, part in _parts(shape):
        if (box == part).all():
            return words
    flat = [f"[{','.join(map(str, at))}]" for at in np.argwhere(box).tolist()]
    return listing(flat) if len(flat) <= FEW else f"{len(flat)} of {box.size} entries, such as {flat[0]},"


def sliced(chosen: Array, shape: tuple[int, ...]) -> bool:
    """Whether chosen entries are whole rows, columns or other slices along one axis."""
    return any(True for _ in _wholes(chosen, shape))


def _wholes(chosen: Array, shape: tuple[int, ...]) -> Iterator[tuple[int, Array]]:
    """The axes along which what is chosen are whole slices, and which of them."""
    box = chosen.reshape(shape)
    for axis in range(len(shape)):
        along = np.moveaxis(box, axis, 0).reshape(shape[axis], -1)
        whole = np.asarray(np.all(along, axis=1))
        if (whole | ~np.any(along, axis=1)).all():
            yield axis, whole


def _parts(shape: tuple[int, ...]) -> Iterator[tuple[str, Array]]:
    if len(shape) == 2 and shape[0] == shape[1]:
        eye, square = np.eye(shape[0], dtype=bool), np.ones(shape, dtype=bool)
        yield "the diagonal", eye
        yield "all but the diagonal", ~eye
        yield "the part above the diagonal", np.triu(square, 1)
        yield "the part below the diagonal", np.tril(square, -1)


def _cuts(evidence: Evidence) -> Iterator[tuple[str, str, Array]]:
    """The effect of all entries before a step on all outputs from it on, and the other way round."""
    if len(evidence.shape) < 1 or not evidence.out or evidence.shape[0] != evidence.out[0]:
        return
    mine, its = (np.indices(shape)[0].reshape(-1) for shape in (evidence.shape, evidence.out))
    away = np.any(evidence.away, axis=0)
    for step in range(1, evidence.shape[0]):
        for early, late, way in ((mine < step, its >= step, "from"), (mine >= step, its < step, "back from")):
            words = f"only in what passes {way} step {step - 1} to step {step} along axis 0, as where it is cut there"
            if way == "back from":
                words = f"only in what passes back from step {step} to step {step - 1} along axis 0"
            passes = late[:, None] & early[None, :]
            if (passes & away).sum() >= PASSING:
                yield "step", words, passes


def _transposes(evidence: Evidence) -> Iterator[tuple[str, str, Array]]:
    """The effect of each entry on that which stands in its place once the array is transposed."""
    if len(evidence.shape) == 2 and evidence.shape == evidence.out[::-1] and min(evidence.shape) > 1:
        order = np.arange(np.prod(evidence.shape)).reshape(evidence.shape).T.reshape(-1)
        part = np.zeros(evidence.numeric.shape[1:], dtype=bool)
        part[np.arange(len(order)), order] = True
        if np.any(evidence.wrong, axis=0)[part & (order != np.arange(len(order)))[:, None]].any():
            yield (
                "transpose",
                f"in the effect of {evidence.name}[j,i] on {evidence.output}[i,j] only: in the term with v^T",
                part,
            )


def _offsets(evidence: Evidence) -> Iterator[tuple[str, str, Array]]:
    """The entries of a window at one distance from the output, for windows that move by 1, 2 or 3."""
    wrong = np.any(evidence.wrong, axis=0)
    if (
        len(evidence.shape) != 1
        or len(evidence.out) != 1
        or min(wrong.any(axis=0).sum(), wrong.any(axis=1).sum()) < WINDOWS
    ):
        return
    j, k = np.indices(wrong.shape)
    for stride in STRIDES:
        offset = k - stride * j
        distances = np.unique(offset[wrong])
        if len(distances) == 1:
            at = f"{'' if stride == 1 else f'{stride} '}i{f'{distances[0]:+d}' if distances[0] else ''}"
            words = f"only in the effect of {evidence.name}[{at}] on {evidence.output}[i]"
            yield "window", words, offset == distances[0]


def _slices(chosen: Array, axis: int, shape: tuple[int, ...]) -> str:
    places, left = np.flatnonzero(chosen).tolist(), np.flatnonzero(~chosen).tolist()
    length = len(chosen)
    if len(places) == 1 and length > 2:
        ends = {0: " (the first)", length - 1: " (the last)"}
        return f"{_at(places[0], axis, shape)}{ends.get(places[0], '')}"
    if len(left) == 1 and length > 2:
        return f"all but {_at(left[0], axis, shape)}"
    named = [_at(k, axis, shape) for k in places]
    return listing(named) if len(named) <= FEW else f"{len(named)} of {length} parts, such as {named[0]},"


def _at(k: int, axis: int, shape: tuple[int, ...]) -> str:
    return f"[{','.join(str(k) if a == axis else ':' for a in range(len(shape)))}]"
