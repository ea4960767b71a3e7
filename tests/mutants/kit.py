"""What the planted layers are made of: plain functions put together, and the record that says what is wrong."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from gradcheck import Input


@dataclass(frozen=True)
class Plain:
    """A layer of plain functions; a method that is None is one that the layer lacks."""

    inputs: tuple[Input, ...]
    forward: Callable[..., Any]
    bprop: Callable[..., Any] | None = None
    jacobian: Callable[..., Any] | None = None
    critical: tuple[float, ...] = ()
    name: str = ""


@dataclass(frozen=True)
class Mutant:
    """A layer planted wrong.

    Attributes
    ----------
    name : str
    make : callable
        Gives a fresh layer at each call: some remember what they have seen.
    check : str
        The check that must catch it.
    reason : str
        What is wrong, in one sentence.
    right : Plain or None
        The same layer without the defect, where it has one.
    """

    name: str
    make: Callable[[], Any]
    check: str
    reason: str
    right: Plain | None = None


def spoiled(right: Plain, name: str, check: str, reason: str, **parts: Any) -> Mutant:
    """`right` with some of its methods replaced by wrong ones."""
    return Mutant(name, lambda: replace(right, **parts), check, reason, right)


def stateful(right: Plain, name: str, check: str, reason: str, make: Callable[[], dict[str, Any]]) -> Mutant:
    """`right` with some of its methods replaced by those that `make` gives, which share a memory of their own."""
    return Mutant(name, lambda: replace(right, **make()), check, reason, right)


def args(domain: Any = "real", **shapes: tuple[int | str, ...]) -> tuple[Input, ...]:
    """Differentiable inputs of one domain, by name and shape."""
    return tuple(Input(name, shape, domain) for name, shape in shapes.items())


def given(name: str, *shape: int | str, domain: Any = "real", classes: int | None = None) -> tuple[Input]:
    """An input for which no gradient is claimed."""
    return (Input(name, shape, domain, differentiable=False, classes=classes),)


def sloped(slope: Callable[[Any], Any]) -> dict[str, Any]:
    """The bprop and the Jacobian of a function of single entries, from its derivative."""

    def jacobian(x: Any) -> Any:
        return np.diag(np.broadcast_to(slope(x), x.shape).reshape(-1)).reshape(x.shape * 2)

    return {"bprop": lambda v, x: v * slope(x), "jacobian": jacobian}


def elementwise(
    forward: Callable[[Any], Any],
    slope: Callable[[Any], Any],
    *shape: int | str,
    domain: Any = "real",
    critical: tuple[float, ...] = (),
) -> Plain:
    """The layer y = f(x) applied to each entry, with the derivative `slope`."""
    return Plain(args(domain, x=shape or (5,)), forward, **sloped(slope), critical=critical)


def rows(forward: Callable[..., Any], bprop: Callable[..., Any]) -> Callable[..., Any]:
    """The Jacobian that a bprop stands for, one output entry at a time."""

    def jacobian(*arrays: Any) -> Any:
        y = np.asarray(forward(*arrays))
        basis = np.eye(y.size, dtype=y.dtype).reshape(y.size, *y.shape)
        found = [bprop(v, *arrays) for v in basis]
        if not isinstance(found[0], tuple):
            return np.stack(found).reshape(*y.shape, *found[0].shape)
        return tuple(np.stack(part).reshape(*y.shape, *part[0].shape) for part in zip(*found, strict=True))

    return jacobian


def with_jacobian(layer: Plain) -> Plain:
    """The layer with the Jacobian that its bprop stands for."""
    return replace(layer, jacobian=rows(layer.forward, layer.bprop))


def own(x: Any, labels: Any) -> Any:
    """The entry of each row that its label names, in a stack of such, too."""
    return np.take_along_axis(x, labels[..., None], axis=-1)[..., 0]


def rows_of(table: Any, index: Any) -> Any:
    """The rows of a table that an index of any shape names, in a stack of both, too."""
    flat = index.reshape(*table.shape[:-2], -1, 1)
    return np.take_along_axis(table, flat, axis=-2).reshape(*index.shape, table.shape[-1])


def sigmoid(x: Any) -> Any:
    """1 / (1 + exp(-x)) without overflow."""
    e = np.exp(-np.abs(x))
    return np.where(x >= 0, 1, e) / (1 + e)


def sigmoid_slope(x: Any) -> Any:
    """The derivative of `sigmoid`, to full relative precision on both flats."""
    e = np.exp(-np.abs(x))
    return e / (1 + e) ** 2


def tanh_slope(x: Any) -> Any:
    """1 / cosh(x)^2 without overflow or cancellation."""
    e = np.exp(-2 * np.abs(x))
    return 4 * e / (1 + e) ** 2


def softplus(x: Any) -> Any:
    """log(1 + exp(x)) without overflow."""
    return np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x)))


def softmax(x: Any, axis: int = -1) -> Any:
    """Probabilities along an axis."""
    e = np.exp(x - x.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)
