"""What a layer says of its Jacobian, as matrices with a column for each entry of the differentiable inputs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradcheck.adapters.contract import Subject
from gradcheck.adapters.reading import gradients_of, jacobians_of
from gradcheck.inputs.cotangents import one_hots
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


def _dtype_of(arrays: Sequence[Array], y: Array) -> Any:
    return next((a.dtype for a in arrays if is_floating(a.dtype)), y.dtype)
