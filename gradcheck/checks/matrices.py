"""What a layer says of its Jacobian, as matrices with a column for each entry of the differentiable inputs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradcheck.adapters.breach import Breach, attempt
from gradcheck.adapters.contract import Subject
from gradcheck.adapters.reading import change_of, returned_parts
from gradcheck.oracle.allowance import REORDERED
from gradcheck.oracle.sampling import Sample
from gradcheck.records.dtypes import is_floating, precision_of, widened

Array = NDArray[Any]
FEW = 3  # cotangents, below which one call for all of them, and one to confirm it, saves nothing
FEW_STACKED = 16  # the same where copies of all inputs are made, and four calls confirm it
TOGETHER = 1 << 20  # entries of the cotangents, or of the gradients, of one call: 8 MiB


def jacobian_matrix(subject: Subject, arrays: Sequence[Array], y: Array) -> Array:
    """What `jacobian` returns, shape (m, n).

    Parameters
    ----------
    subject : Subject
    arrays : sequence of ndarray
    y : ndarray
        The output, of m entries.

    Raises
    ------
    Breach
        As for `reading.jacobians_of`.
    """
    parts = jacobian_parts(subject, arrays, y)
    return np.array(parts[0]) if len(parts) == 1 else np.concatenate(parts, axis=1)


def jacobian_parts(subject: Subject, arrays: Sequence[Array], y: Array) -> list[Array]:
    """The columns of each input in what `jacobian` returns, shape (m, n_k), which are not copied: they may be large.

    Parameters and what is raised are those of `jacobian_matrix`.
    """
    parts = returned_parts(subject, subject.jacobian(arrays), "jacobian", y.shape, arrays)
    return [part.reshape(y.size, part.size // y.size if y.size else 0) for part in parts]


def gradient_matrix(subject: Subject, arrays: Sequence[Array], y: Array, size: float = 1.0) -> Array:
    """What `bprop` returns for each one-hot cotangent, shape (m, n); these are multiplied by `size`, the rows divided.

    Raises
    ------
    Breach
        As for `reading.gradients_of`.
    """
    n = sum(arrays[k].size for k in subject.differentiable)
    rows, start = widened(np.zeros((y.size, n), dtype=_dtype_of(arrays, y))), 0
    one_hots = partial(_one_hots, y.size, size)
    for block in gradient_blocks(subject, one_hots, y.size, arrays, y):
        rows[start : start + len(block)] = block
        start += len(block)
    return rows / size if size != 1 else rows


def _one_hots(m: int, size: float, first: int, last: int) -> Array:
    """Some of m cotangents that are `size` in the entry of their number and 0 elsewhere; shape (last - first, m)."""
    return np.eye(last - first, m, first) * size


def gradient_blocks(
    subject: Subject, cotangents: Callable[[int, int], Array], count: int, arrays: Sequence[Array], y: Array
) -> Iterator[Array | list[Array]]:
    """What `bprop` returns for each of some cotangents, some at a time; for many in one call where that is the same.

    Parameters
    ----------
    subject : Subject
    cotangents : callable
        Takes the numbers of the first and of the one after the last, gives these: shape (last - first, m).
    count : int
        How many there are.
    arrays : sequence of ndarray
    y : ndarray
        The output, of m entries.

    Raises
    ------
    Breach
        As for `reading.gradients_of`.
    """
    n = sum(arrays[k].size for k in subject.differentiable)
    length, stacks = max(TOGETHER // max(y.size, n, 1), 1), True
    for start in range(0, count, length):
        block = cotangents(start, min(start + length, count))
        together = _at_once(subject, block, arrays, y) if stacks else None
        stacks = together is not None
        yield [gradient_row(subject, v, arrays, y) for v in block] if together is None else together


def _at_once(subject: Subject, vs: Array, arrays: Sequence[Array], y: Array) -> Array | None:
    """Gradients by one call for all cotangents; None where it fails or saves nothing: then each has its own answer."""
    own = subject.offers("stacked_bprop")
    if len(vs) < (FEW if own else FEW_STACKED):
        return None
    shaped = vs.astype(_dtype_of(arrays, y)).reshape(len(vs), *y.shape)
    if own:
        parts = attempt(lambda: subject.call("stacked_bprop", [shaped, *(np.array(a) for a in arrays)]))
        if isinstance(parts, Breach):
            return None
        return np.concatenate([part.reshape(len(vs), -1) for part in parts], axis=1)
    found = stacked_gradients(subject, shaped, arrays)
    return found if found is not None and _confirmed(subject, found, shaped, arrays, y) else None


def stacked_gradients(subject: Subject, vs: Array, arrays: Sequence[Array]) -> Array | None:
    """What `bprop` returns for a stack of cotangents and of copies of the inputs; None where that is no stack.

    Parameters
    ----------
    subject : Subject
    vs : ndarray, shape (p, *output)
    arrays : sequence of ndarray

    Returns
    -------
    ndarray, shape (p, n), or None
    """
    stack = [np.repeat(array[None], len(vs), axis=0) for array in arrays]
    raw = attempt(lambda: subject.call("bprop", [vs.copy(), *stack]))
    if isinstance(raw, Breach):
        return None
    parts = list(raw) if isinstance(raw, (tuple, list)) else [raw]
    shapes = [stack[k].shape for k in subject.differentiable]
    if [getattr(part, "shape", None) for part in parts] != shapes or not all(is_floating(part.dtype) for part in parts):
        return None
    return np.concatenate([widened(np.asarray(part)).reshape(len(vs), -1) for part in parts], axis=1)


def _confirmed(subject: Subject, rows: Array, vs: Array, arrays: Sequence[Array], y: Array) -> bool:
    """Whether single calls give the same for the first, the middle and the last cotangent, and for a sum of all."""
    flat = vs.reshape(len(vs), -1)
    weights = np.cos(np.arange(len(vs)) ** 2 + 1.0).astype(flat.dtype)  # of both signs, and no two alike
    places = (0, len(vs) // 2, len(vs) - 1)
    with np.errstate(all="ignore"):
        expected = [*rows[list(places)], weights @ rows]
        sizes = [*np.abs(rows[list(places)]), np.abs(weights) @ np.abs(rows)]
        for v, there, size in zip([*flat[list(places)], weights @ flat], expected, sizes, strict=True):
            alone = gradient_row(subject, v, arrays, y)
            least = REORDERED * precision_of(alone.dtype).eps * np.max(size, initial=0, where=np.isfinite(size))
            same = (np.abs(alone - there) <= least) | (np.isnan(alone) & np.isnan(there)) | (alone == there)
            if alone.dtype != rows.dtype or not same.all():
                return False
    return True


def gradient_row(subject: Subject, v: Array, arrays: Sequence[Array], y: Array) -> Array:
    """The gradients of all inputs for a cotangent of shape (m,), one after the other: shape (n,).

    Raises
    ------
    Breach
        As for `reading.gradients_of`.
    """
    shaped = np.asarray(v, dtype=_dtype_of(arrays, y)).reshape(y.shape)
    parts = returned_parts(subject, subject.bprop(shaped, arrays), "bprop", (), arrays)
    return np.concatenate([part.reshape(-1) for part in parts])


def tangent_column(subject: Subject, t: Array, arrays: Sequence[Array], y: Array) -> Array:
    """What `jvp` returns for a tangent of all differentiable inputs, one after the other: shape (m,) for shape (n,).

    Raises
    ------
    Breach
        As for `reading.change_of`.
    """
    moving = [arrays[k] for k in subject.differentiable]
    parts = np.split(np.asarray(t), np.cumsum([array.size for array in moving])[:-1])
    tangents = [part.reshape(array.shape).astype(array.dtype) for part, array in zip(parts, moving, strict=True)]
    return change_of(subject, tangents, arrays, y.shape).reshape(-1)


def claimed_matrix(
    subject: Subject, method: str, arrays: Sequence[Array], y: Array, sample: Sample | None, size: float = 1.0
) -> Array:
    """What a method says of the Jacobian: U J W^T of a sample, or J, shape (m, n), where it is seen whole.

    Parameters
    ----------
    subject : Subject
    method : str
        ``"jacobian"``, ``"bprop"`` or ``"jvp"``.
    arrays : sequence of ndarray
    y : ndarray
        The output, of m entries.
    sample : Sample or None
    size : float
        Multiplies the cotangents and tangents that the method is given and divides what it returns.

    Raises
    ------
    Breach
        As the method's own reading does.
    """
    if method == "jvp":
        n = sum(arrays[k].size for k in subject.differentiable)
        along = np.eye(n) if sample is None else sample.directions
        columns = [tangent_column(subject, size * t, arrays, y) / size for t in along]
        matrix = np.stack(columns, axis=1) if columns else np.zeros((y.size, 0))
        return matrix if sample is None else sample.cotangents.astype(matrix.dtype) @ matrix
    if sample is None:
        matrix_of = jacobian_matrix if method == "jacobian" else partial(gradient_matrix, size=size)
        return matrix_of(subject, arrays, y)
    if method == "jacobian":
        return sample.of(sample.cotangents @ jacobian_matrix(subject, arrays, y))
    cotangents = size * sample.cotangents
    blocks = gradient_blocks(subject, lambda first, last: cotangents[first:last], len(cotangents), arrays, y)
    return np.concatenate([sample.of(np.asarray(block) / size) for block in blocks])


def _dtype_of(arrays: Sequence[Array], y: Array) -> Any:
    return next((a.dtype for a in arrays if is_floating(a.dtype)), y.dtype)
