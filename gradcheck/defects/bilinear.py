"""Derivatives that are sums of entries of an input with constant weights, on both sides, and not the same ones."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradcheck.defects.diagnosis import NEARLY, MatrixDiagnosis
from gradcheck.defects.evidence import Evidence
from gradcheck.defects.family import Claim, Family, Hypothesis
from gradcheck.defects.indexing import arrays
from gradcheck.defects.wording import rounded
from gradcheck.text import short

Array = NDArray[Any]
Weights = Mapping[str, float]  # by the entry, in words
SPARE = 3  # points beyond the number of weights: they test that both sides are such sums
SPREAD = 1e6  # condition number up to which weights are told from each other
SHARP = 1e-9  # error bound of a point that is used, by its largest derivative
LEAST = 2  # entries of a sum
EXACT = 1e-8  # relative error of weights, and weights so much smaller than the largest are 0
FEWEST = 2  # entries of the input for whose derivatives weights differ, or of the output
CYCLIC = 5  # entries from which on two steps ahead are told from two steps back
MOST = 2**20  # weights
LISTED = 4  # weights that are told


@dataclass(frozen=True, eq=False)
class _Sums:
    """The weights of one input, shape (m, n, k): those that stand in the analytic side, and those that belong there."""

    name: str
    shape: tuple[int, ...]
    stands: Array
    belongs: Array


def diagnose(evidence: Evidence) -> MatrixDiagnosis | None:
    """Which weights stand there, and which belong there, where both sides are such sums."""
    for name, shape, u in _inputs(evidence):
        sides = [_weights(evidence, side, u) for side in (evidence.analytic, evidence.numeric)]
        if sides[0] is None or sides[1] is None:
            continue
        sums = _Sums(name, shape, sides[0], sides[1])
        predicted = np.einsum("mnk,pk->pmn", sums.stands, u)
        room = EXACT * np.abs(sums.stands).max() * np.abs(u).max(axis=1)
        points = evidence.explained(predicted, room[:, None, None])
        differ = np.any(sums.stands != sums.belongs, axis=2)
        if points is not None and differ.sum() >= FEWEST:
            return evidence.told("weights", next(_told(evidence, sums)), points)
    return None


def _inputs(evidence: Evidence) -> Iterator[tuple[str, tuple[int, ...], Array]]:
    """Names, shapes and values of the inputs, and of the differences of this one from others."""
    inputs = [one for one in arrays(evidence) if one[1] and one[0] != evidence.output]
    yield from inputs
    for name, shape, values in inputs:
        if name != evidence.name and shape == evidence.shape:
            yield f"({evidence.name} - {name})", shape, evidence.x - values


def _weights(evidence: Evidence, side: Array, u: Array) -> Array | None:
    """The weights that make up a side, shape (m, n, k); None where it is no such sum at nearly all points."""
    _, m, n = side.shape
    size, k = np.abs(u).max(axis=1, initial=0), u.shape[1]
    known = (evidence.wrong | evidence.right).all(axis=(1, 2)) & np.isfinite(side).all(axis=(1, 2)) & np.isfinite(size)
    sharp = known & (evidence.limit.max(axis=(1, 2)) <= SHARP * np.abs(evidence.numeric).max(axis=(1, 2)))
    use = sharp & (size > 0)
    if k < LEAST or use.sum() < k + SPARE or m * n * k > MOST:
        return None
    design, values = u[use] / size[use, None], side[use].reshape(-1, m * n) / size[use, None]
    if np.linalg.cond(design) > SPREAD or not values.any():
        return None
    weights = np.linalg.lstsq(design, values, rcond=None)[0]
    largest = np.abs(weights).max(initial=0)
    plain = np.array([rounded(w) for w in weights.reshape(-1)]).reshape(weights.shape)
    weights = np.where(np.abs(plain - weights) <= EXACT * largest, plain, weights)
    weights[np.abs(weights) <= EXACT * largest] = 0
    room = 2 * evidence.limit[known].reshape(-1, m * n) + EXACT * largest * size[known, None]
    fits = (np.abs(u[known] @ weights - side[known].reshape(-1, m * n)) <= room).all(axis=1)
    return weights.T.reshape(m, n, k) if fits.sum() >= NEARLY * known.sum() else None


def _told(evidence: Evidence, sums: _Sums) -> Iterator[str]:
    """What is said of the weights, the plainest first."""
    yield from _stencil(evidence, sums)
    yield from _transposes(evidence, sums)
    yield _example(evidence, sums)


def _stencil(evidence: Evidence, sums: _Sums) -> Iterator[str]:
    """Weights that are the same at each place but for a shift, with indices that go round or end."""
    one, size = len(evidence.numeric[0]) == 1, len(evidence.numeric[0][0])
    if len(sums.shape) != 1 or sums.shape != evidence.shape or size < CYCLIC or not (one or evidence.out == sums.shape):
        return
    for step in range(size) if not one else (0,):
        of_all = [_shifted(side, step, size, one=one) for side in (sums.stands, sums.belongs)]
        stands, belongs = (_common(side, size, sums.name) for side in of_all)
        if stands is None or belongs is None:
            return
        if stands != belongs:
            y = evidence.output if one else f"{evidence.output}[i]"
            lag = step - size if step > size // 2 else step
            words = f"d{y}/d{evidence.name}[{_index('i', lag)}] is {_sum(belongs)}"
            yield f"{words}, and `{evidence.check}` gives {_sum(stands)} (of indices that go round)"
            return


def _shifted(weights: Array, step: int, size: int, *, one: bool) -> Array:
    """For each place i, the weights of the entries from i on: of the derivatives by x[i], or of y[i] by x[i + step]."""
    at = np.arange(size)
    rows = weights[0] if one else weights[at, (at + step) % size]
    return np.stack([np.roll(row, -k) for k, row in enumerate(rows)])


def _common(rows: Array, size: int, name: str) -> Weights | None:
    """The weights that all places have in common, by what they weigh; None where they have not."""
    if np.abs(rows - rows[0]).max() > EXACT * np.abs(rows).max(initial=0):
        return None
    lags = sorted((k - size if k > size // 2 else k for k in range(size)), key=lambda lag: (abs(lag), -lag))
    return {f"{name}[{_index('i', lag)}]": rounded(rows[0][lag % size]) for lag in lags if rows[0][lag % size]}


def _transposes(evidence: Evidence, sums: _Sums) -> Iterator[str]:
    """Square matrices of weights of which one side has the transposes, or only half of a symmetric one."""
    stands, belongs = sums.stands, sums.belongs
    turned, name, call = stands.transpose(0, 2, 1), sums.name, f"`{evidence.check}`"
    if stands.shape[1] != stands.shape[2] or _same(stands, turned):
        return
    own = (
        f"the gradient of {evidence.name} is"
        if len(stands) == 1
        else f"the rows of the Jacobian of {evidence.name} are"
    )
    if _same(turned, belongs):
        yield f"{own} A {name} with constant A, and {call} gives A^T {name}"
    if evidence.name in name.strip("()").split(" - ")[:1]:  # the input itself, or what it is more than another
        for factor, words in ((1, ""), (2, "2 ")):
            if _same(stands + turned, factor * belongs):
                rest = "the matrix of a quadratic form is not symmetric, and its transpose is left out"
                yield f"{own} (A + A^T) {name} with constant A, and {call} gives {words}A {name}: {rest}"


def _example(evidence: Evidence, sums: _Sums) -> str:
    """The derivative whose weights are furthest off."""
    off = np.abs(sums.stands - sums.belongs)
    row, column = (int(index) for index in np.unravel_index(int(off.max(axis=2).argmax()), off.shape[:2]))
    k = int(off[row, column].argmax())
    its = evidence.output if len(off) == 1 else _at(evidence.output, row, evidence.out)
    one = f"d{its}/d{_at(evidence.name, column, evidence.shape)}"
    stands, belongs = (
        {_at(sums.name, int(j), sums.shape): rounded(side[row, column, j]) for j in np.flatnonzero(side[row, column])}
        for side in (sums.stands, sums.belongs)
    )
    told = f"each derivative is a sum of entries of {sums.name} with constant weights, and some weights are wrong: "
    if max(len(stands), len(belongs)) <= LISTED:
        return f"{told}{one} is {_sum(belongs)}, and `{evidence.check}` gives {_sum(stands)}"
    entry = _at(sums.name, k, sums.shape)
    right, wrong = (short(side.get(entry, 0.0)) for side in (belongs, stands))
    return f"{told}that of {entry} in {one} is {right}, and `{evidence.check}` gives it {wrong}"


def _same(a: Array, b: Array) -> bool:
    return bool(np.abs(a - b).max() <= EXACT * np.abs(b).max(initial=0))


def _at(name: str, k: int, shape: tuple[int, ...]) -> str:
    return f"{name}[{','.join(str(int(index)) for index in np.unravel_index(k, shape))}]" if shape else name


def _index(letter: str, lag: int) -> str:
    return letter if not lag else f"{letter}{lag:+d}"


def _sum(weights: Weights) -> str:
    """Weighted entries in words: ``0.5 y[i+1] - y[i]``."""
    words = ""
    for entry, weight in weights.items():
        size = entry if abs(weight) == 1 else f"{short(abs(weight))} {entry}"
        sign = ("-" if weight < 0 else "") if not words else (" - " if weight < 0 else " + ")
        words += sign + size
    return words or "0"


FAMILY = Family("bilinear", hypotheses=(Hypothesis(Claim.TERM, diagnose),))
