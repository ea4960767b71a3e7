"""The derivative of a layer's gradient: what the methods say of it, and the gradient as a layer of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradcheck.adapters.breach import Breach
from gradcheck.adapters.contract import Subject
from gradcheck.adapters.reading import gradients_of, jacobians_of, read_parts
from gradcheck.frozen import dataclass
from gradcheck.records.fault import Fault, FaultKind
from gradcheck.records.input import Input

Array = NDArray[Any]


@dataclass(frozen=True, eq=False)
class Gradients:
    """The gradients of a layer as numbers, one after the other: n of them.

    Parameters
    ----------
    subject : Subject
    shape : tuple of int
        The output's.
    """

    subject: Subject
    shape: tuple[int, ...]

    def __call__(self, v: Array, arrays: Sequence[Array]) -> Array:
        """The gradients for a cotangent, shape (n,); those of a layer that has no `bprop` are v . `jacobian`."""
        if self.subject.has_bprop:
            parts = gradients_of(self.subject, v, arrays)
        else:
            wholes = jacobians_of(self.subject, arrays, self.shape)
            parts = [np.tensordot(v, whole, v.ndim) for whole in wholes]
        return np.concatenate([part.reshape(-1) for part in parts])

    def split(self, row: Array, arrays: Sequence[Array]) -> list[Array]:
        """n numbers as arrays of the shapes and dtypes of the differentiable inputs."""
        moving = [arrays[k] for k in self.subject.differentiable]
        parts = np.split(np.asarray(row).reshape(-1), np.cumsum([array.size for array in moving])[:-1])
        return [part.reshape(array.shape).astype(array.dtype) for part, array in zip(parts, moving, strict=True)]


def of_scalar(subject: Subject, shape: tuple[int, ...]) -> Subject:
    """The gradient of a single number as a layer, whose `jacobian` is `hessian`, and whose `jvp` is `hvp`.

    Parameters
    ----------
    subject : Subject
        `hessian(*inputs)` returns d2y/dx_i dx_k, of the input's shape twice; for several inputs a tuple of tuples of
        such blocks. `hvp(t, *inputs)` returns H . t, as `bprop` returns gradients.
    shape : tuple of int
        The output's: it has one entry.
    """
    gradients = Gradients(subject, shape)

    def hessian(*arrays: Array) -> Array:
        return _hessian(subject, arrays)

    def hvp(t: Array, *arrays: Array) -> Array:
        parts = [np.array(part) for part in (t if isinstance(t, tuple) else (t,))]
        answer = subject.call("hvp", [subject.together(parts), *(np.array(a) for a in arrays)])
        return np.concatenate([part.reshape(-1) for part in read_parts(subject, answer, "hvp", (), arrays)])

    methods: dict[str, Any] = {"forward": lambda *arrays: gradients(_ones(shape, arrays), arrays)}
    if subject.offers("hessian"):
        methods["jacobian"] = lambda *arrays: _columns(subject, hessian(*arrays), arrays)
    if subject.offers("hvp"):
        methods["jvp"] = hvp
    return replace(subject, layer=SimpleNamespace(**methods), laws=(), reference=None)


def of_bprop(subject: Subject, v: Array) -> Subject:
    """`bprop` for one cotangent as a layer."""
    gradients = Gradients(subject, v.shape)

    def forward(*arrays: Array) -> Array:
        return gradients(v.astype(_dtype(arrays)), arrays)

    return replace(subject, layer=SimpleNamespace(forward=forward), laws=(), reference=None)


def of_both(subject: Subject, shape: tuple[int, ...]) -> Subject:
    """`bprop` as a layer of its cotangent and its inputs, whose own `bprop` is `double_bprop`.

    Parameters
    ----------
    subject : Subject
        `double_bprop(u, v, *inputs)`, where u is a cotangent of what `bprop` returns, gives the gradients of
        u . bprop(v, *inputs): a tuple, for v and then for each differentiable input.
    shape : tuple of int
        The output's.
    """
    gradients = Gradients(subject, shape)

    def bprop(u: Array, v: Array, *arrays: Array) -> Any:
        return subject.call("double_bprop", [subject.together(gradients.split(u, arrays)), v, *arrays])

    layer = SimpleNamespace(forward=lambda v, *arrays: gradients(v, arrays), bprop=bprop)
    lead = Input(_free("v", [one.name for one in subject.inputs]), shape)
    return replace(subject, layer=layer, inputs=(lead, *subject.inputs), laws=(), reference=None)


def _hessian(subject: Subject, arrays: Sequence[Array]) -> Array:
    """What `hessian` returns, shape (n, n)."""
    raw = subject.call("hessian", [np.array(a) for a in arrays])
    places = subject.differentiable
    if len(places) == 1:
        rows = [raw]
    elif isinstance(raw, (tuple, list)) and len(raw) == len(places):
        rows = list(raw)
    else:
        found = type(raw).__name__ if not isinstance(raw, (tuple, list)) else len(raw)
        kind = FaultKind.NO_TUPLE if isinstance(found, str) else FaultKind.COUNT
        raise Breach(Fault.of(kind, "hessian", found=found, required=len(places)))
    blocks = []
    for k, row in zip(places, rows, strict=True):
        parts = read_parts(subject, row, "hessian", arrays[k].shape, arrays)
        blocks.append([part.reshape(arrays[k].size, -1) for part in parts])
    return np.block(blocks)


def _columns(subject: Subject, matrix: Array, arrays: Sequence[Array]) -> Any:
    """A matrix with n columns as `jacobian` returns it: an array for each differentiable input."""
    moving = [arrays[k] for k in subject.differentiable]
    parts = np.split(matrix, np.cumsum([array.size for array in moving])[:-1], axis=1)
    return subject.together(
        [part.reshape(len(matrix), *array.shape) for part, array in zip(parts, moving, strict=True)]
    )


def _ones(shape: tuple[int, ...], arrays: Sequence[Array]) -> Array:
    return np.ones(shape, dtype=_dtype(arrays))


def _dtype(arrays: Sequence[Array]) -> Any:
    return next((a.dtype for a in arrays if np.asarray(a).dtype.kind == "f"), np.dtype(float))


def _free(name: str, taken: Sequence[str]) -> str:
    return _free(f"{name}_", taken) if name in taken else name
