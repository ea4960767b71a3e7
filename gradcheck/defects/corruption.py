"""How a layer's derivatives are corrupted: a stand-in with the layer's own `forward` and other derivatives."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from gradcheck.adapters.answers import parts_of
from gradcheck.adapters.contract import Subject
from gradcheck.inputs.cotangents import one_hots

Array = NDArray[Any]
Method: TypeAlias = Callable[..., Any]
Change: TypeAlias = Callable[[list[Array], Sequence[Array]], list[Array]]
METHODS = ("jacobian", "bprop")


class Corrupted:
    """A layer of which some methods are replaced; all else, `forward` and laws included, is the layer's own."""

    def __init__(self, layer: Any, **methods: Method) -> None:
        self._layer = layer
        self.__dict__.update({name: method for name, method in methods.items() if hasattr(layer, name)})

    def __getattr__(self, name: str) -> Any:
        return getattr(self._layer, name)


def arrays_of(raw: Any) -> list[Array]:
    """What `bprop` or `jacobian` of a right layer returned, as one array for each differentiable input."""
    return [np.asarray(part) for part in parts_of(raw)]


def packed(parts: Sequence[Any]) -> Any:
    """The arrays as `bprop` and `jacobian` return them: alone if there is one, else a tuple."""
    return parts[0] if len(parts) == 1 else tuple(parts)


def with_parts(subject: Subject, change: Change, methods: Sequence[str] = METHODS) -> Corrupted:
    """A layer whose gradients are changed.

    Parameters
    ----------
    subject : Subject
    change : callable
        Takes one array for each differentiable input, and the inputs. An array has the shape of its input, or that of
        the output before it where it comes from `jacobian`: a change of the last axes alone does for both.
    methods : sequence of str
        Those that are changed.
    """
    layer = subject.layer

    def bprop(v: Array, *arrays: Array) -> Any:
        return packed(change(arrays_of(layer.bprop(v, *arrays)), arrays))

    def jacobian(*arrays: Array) -> Any:
        return packed(change(arrays_of(layer.jacobian(*arrays)), arrays))

    whole: dict[str, Method] = {"bprop": bprop, "jacobian": jacobian}
    return Corrupted(layer, **{name: whole[name] for name in methods})


def with_cotangent(subject: Subject, change: Callable[[Array], Array]) -> Corrupted:
    """A layer whose `bprop` is given another cotangent."""
    layer = subject.layer
    return Corrupted(layer, bprop=lambda v, *arrays: layer.bprop(change(np.asarray(v)), *arrays))


def with_outputs(subject: Subject, change: Callable[[Array], Array]) -> Corrupted:
    """A layer whose Jacobian has its rows permuted or scaled.

    Parameters
    ----------
    subject : Subject
    change : callable
        Takes an array whose first axis counts the outputs, and is its own transpose.
    """
    layer = subject.layer

    def bprop(v: Array, *arrays: Array) -> Any:
        return layer.bprop(change(np.reshape(v, -1)).reshape(np.shape(v)), *arrays)

    return Corrupted(layer, bprop=bprop, jacobian=_by_matrix(subject, change))


def with_matrix(subject: Subject, change: Callable[[Array], Array]) -> Corrupted:
    """A layer whose Jacobian is another matrix.

    Parameters
    ----------
    subject : Subject
    change : callable
        Takes and returns the Jacobian of the outputs by one input, shape (m, n).
    """
    layer, kept = subject.layer, _Last()

    def changed(v: Array, arrays: Sequence[Array]) -> list[Array]:
        return [change(part) for part in kept.of((v, *arrays), lambda: _matrices(subject, v, arrays))]

    def bprop(v: Array, *arrays: Array) -> Any:
        shapes = (np.shape(arrays[k]) for k in subject.differentiable)
        matrices = changed(np.ones_like(v), arrays)
        return packed([(np.reshape(v, -1) @ J).reshape(shape) for J, shape in zip(matrices, shapes, strict=True)])

    return Corrupted(layer, bprop=bprop, jacobian=_by_matrix(subject, change))


def _by_matrix(subject: Subject, change: Callable[[Array], Array]) -> Method:
    """A `jacobian` of which each part is changed as a matrix."""

    def jacobian(*arrays: Array) -> Any:
        parts = arrays_of(subject.layer.jacobian(*arrays))
        inputs = (np.shape(arrays[k]) for k in subject.differentiable)
        return packed([change(_flat(p, shape)).reshape(p.shape) for p, shape in zip(parts, inputs, strict=True)])

    return jacobian


class _Last:
    """The Jacobians of the last point asked for: a cotangent more costs no Jacobian more."""

    def __init__(self) -> None:
        self._key: Any = None
        self._value: list[Array] = []

    def of(self, given: Sequence[Array], compute: Callable[[], list[Array]]) -> list[Array]:
        key = [(a.dtype, a.shape, a.tobytes()) for a in map(np.asarray, given)]
        if key != self._key:
            self._key, self._value = key, compute()
        return self._value


def _matrices(subject: Subject, v: Array, arrays: Sequence[Array]) -> list[Array]:
    """The right Jacobians, shape (m, n) for each differentiable input; `v` is any cotangent."""
    shapes = [np.shape(arrays[k]) for k in subject.differentiable]
    if subject.has_jacobian:
        parts = arrays_of(subject.layer.jacobian(*arrays))
        return [_flat(part, shape) for part, shape in zip(parts, shapes, strict=True)]
    hots = (hot.astype(v.dtype) for hot in one_hots(np.shape(v)))
    rows = [arrays_of(subject.layer.bprop(hot, *arrays)) for hot in hots]
    return [np.stack([row[k].reshape(-1) for row in rows]) for k in range(len(shapes))]


def _flat(part: Array, shape: tuple[int, ...]) -> Array:
    """A Jacobian of shape output + `shape` as a matrix."""
    columns = int(np.prod(shape))
    return part.reshape(-1, columns) if columns else part.reshape(part.size, 0)
