"""What a layer says of its Jacobian, as matrices with a column for each entry of the differentiable inputs."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradcheck.adapters.contract import Subject
from gradcheck.adapters.reading import change_of, gradients_of, jacobians_of
from gradcheck.inputs.cotangents import one_hots
from gradcheck.oracle.sampling import Sample
from gradcheck.records.dtypes import is_floating, widened

Array = NDArray[Any]


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
    columns = sum(arrays[k].size for k in subject.differentiable)
    rows = widened(np.zeros((y.size, columns), dtype=_dtype_of(arrays, y)))
    for row, v in zip(rows, one_hots(y.shape), strict=True):
        row[:] = gradient_row(subject, size * v, arrays, y) / size
    return rows


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
    return sample.of(np.stack([gradient_row(subject, size * v, arrays, y) / size for v in sample.cotangents]))


def _dtype_of(arrays: Sequence[Array], y: Array) -> Any:
    return next((a.dtype for a in arrays if is_floating(a.dtype)), y.dtype)
