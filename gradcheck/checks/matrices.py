"""What a layer says of its Jacobian, as matrices with a column for each entry of the differentiable inputs."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradcheck.adapters.breach import Breach, attempt
from gradcheck.adapters.contract import Subject
from gradcheck.adapters.reading import change_of, gradients_of, jacobians_of
from gradcheck.inputs.cotangents import one_hots
from gradcheck.oracle.sampling import Sample
from gradcheck.records.dtypes import is_floating, widened

Array = NDArray[Any]
FEW = 3  # cotangents, below which one call for all of them, and one to confirm it, saves nothing
TOGETHER = 1 << 20  # entries of the cotangents of one call: 8 MiB


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
    parts = jacobians_of(subject, arrays, y.shape)
    return np.concatenate([part.reshape(y.size, part.size // y.size if y.size else 0) for part in parts], axis=1)


def gradient_matrix(subject: Subject, arrays: Sequence[Array], y: Array, size: float = 1.0) -> Array:
    """What `bprop` returns for each one-hot cotangent, shape (m, n); these are multiplied by `size`, the rows divided.

    Raises
    ------
    Breach
        As for `reading.gradients_of`.
    """
    return _rows(subject, (size * v for v in one_hots(y.shape)), y.size, arrays, y) / size


def gradient_rows(subject: Subject, vs: Array, arrays: Sequence[Array], y: Array, size: float = 1.0) -> Array:
    """The same for p cotangents of shape (p, m): shape (p, n)."""
    return _rows(subject, iter(size * vs), len(vs), arrays, y) / size


def _rows(subject: Subject, vs: Iterator[Array], count: int, arrays: Sequence[Array], y: Array) -> Array:
    """What `bprop` returns for each of the cotangents; for many in one call where the layer has such a method."""
    columns = sum(arrays[k].size for k in subject.differentiable)
    rows = widened(np.zeros((count, columns), dtype=_dtype_of(arrays, y)))
    length = max(TOGETHER // max(y.size, 1), 1) if subject.offers("bprops") else 1
    for start in range(0, count, length):
        block = list(itertools.islice(vs, length))
        together = _at_once(subject, block, arrays, y)
        rows[start : start + length] = (
            [gradient_row(subject, v, arrays, y) for v in block] if together is None else together
        )
    return rows


def _at_once(subject: Subject, vs: Sequence[Array], arrays: Sequence[Array], y: Array) -> Array | None:
    """Gradients by one call for all cotangents; None where it fails or saves nothing: then each has its own answer."""
    if len(vs) < FEW:
        return None
    shaped = np.stack(vs).astype(_dtype_of(arrays, y)).reshape(len(vs), *y.shape)
    parts = attempt(lambda: subject.call("bprops", [shaped, *(np.array(a) for a in arrays)]))
    return None if isinstance(parts, Breach) else np.concatenate([part.reshape(len(vs), -1) for part in parts], axis=1)


def gradient_row(subject: Subject, v: Array, arrays: Sequence[Array], y: Array) -> Array:
    """The gradients of all inputs for a cotangent of shape (m,), one after the other: shape (n,).

    Raises
    ------
    Breach
        As for `reading.gradients_of`.
    """
    shaped = np.asarray(v, dtype=_dtype_of(arrays, y)).reshape(y.shape)
    return np.concatenate([part.reshape(-1) for part in gradients_of(subject, shaped, arrays)])


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
    return sample.of(gradient_rows(subject, sample.cotangents, arrays, y, size))


def _dtype_of(arrays: Sequence[Array], y: Array) -> Any:
    return next((a.dtype for a in arrays if is_floating(a.dtype)), y.dtype)
