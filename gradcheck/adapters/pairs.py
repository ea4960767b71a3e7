"""Functions that belong together, as layers: `pair`, `cached` and `value_and_grads`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from gradcheck.adapters.adapted import Adapted
from gradcheck.errors import LoadError
from gradcheck.records.input import Input
from gradcheck.text import printable, shorten

Function = Callable[..., Any]
Facts = Sequence[Input] | Mapping[str, Any] | None


class Pair(Adapted):
    """Functions as a layer: it goes by the name that a file gives it."""

    def __init__(self, functions: tuple[Function, ...], inputs: Facts, **methods: tuple[Function, Function]) -> None:
        first = functions[0]
        for function in functions:
            if not callable(function):
                raise LoadError(f"a pair must be made of functions, not {printable(shorten(repr(function), 80))}")
        super().__init__(first, tuple(inputs) if isinstance(inputs, Sequence) else inputs or (), **methods)
        self.functions = functions


def pair(f: Function, grad: Function, hess: Function | None = None, *, inputs: Facts = None) -> Pair:
    """A function and its derivatives, as optimisers take them.

    Parameters
    ----------
    f : callable
        Takes arrays; returns a number, or an array.
    grad : callable
        Takes the same; returns the gradient of a number, of the shape of the argument, or of an array the Jacobian, of
        the shape of the output and then that of the argument; a tuple of these for several arguments.
    hess : callable, optional
        Takes the same; returns the Hessian of a number, of the shape of the argument twice.
    inputs : sequence of Input, or mapping of str to str, optional
        The facts of the arguments, as a layer declares them.

    Examples
    --------
    >>> import numpy as np
    >>> norm = pair(lambda x: np.sum(x * x), lambda x: 2 * x)
    """
    more = {} if hess is None else {"hessian": (hess, hess)}
    return Pair((f, grad), inputs, forward=(f, f), jacobian=(grad, grad), **more)


def cached(forward: Function, backward: Function, *, inputs: Facts = None) -> Pair:
    """A forward that hands what its backward needs to it.

    Parameters
    ----------
    forward : callable
        Takes arrays; returns the output and a cache.
    backward : callable
        Takes a cotangent and the cache; returns the gradient of each argument that has one.
    inputs : sequence of Input, or mapping of str to str, optional
        The facts of the arguments, as a layer declares them.

    Examples
    --------
    >>> import numpy as np
    >>> relu = cached(lambda x: (np.maximum(x, 0), x), lambda dout, x: dout * (x > 0))
    """

    def output(*arrays: Any) -> Any:
        return _two(forward, arrays, "(output, cache)")[0]

    def bprop(v: Any, *arrays: Any) -> Any:
        return backward(v, _two(forward, arrays, "(output, cache)")[1])

    return Pair((forward, backward), inputs, forward=(output, forward), bprop=(bprop, backward))


def value_and_grads(loss: Function, *, inputs: Facts = None) -> Pair:
    """A loss that returns its gradients too.

    Parameters
    ----------
    loss : callable
        Takes arrays; returns a number and its gradient: an array for one argument, a tuple, or a dictionary by their
        names.
    inputs : sequence of Input, or mapping of str to str, optional
        The facts of the arguments, as a layer declares them; one that has no gradient is such an `Input`.

    Examples
    --------
    >>> import numpy as np
    >>> square = value_and_grads(lambda x: (np.sum(x * x), 2 * x))
    """

    def value(*arrays: Any) -> Any:
        return _two(loss, arrays, "(value, gradients)")[0]

    def gradients(*arrays: Any) -> Any:
        return _two(loss, arrays, "(value, gradients)")[1]

    return Pair((loss,), inputs, forward=(value, loss), jacobian=(gradients, loss))


def _two(function: Function, arrays: Sequence[Any], what: str) -> tuple[Any, Any]:
    """Both parts of what a function returns."""
    returned = function(*arrays)
    if not isinstance(returned, (tuple, list)) or len(returned) != 2:
        name = printable(getattr(function, "__name__", "the function"))
        came = f"{len(returned)} parts" if isinstance(returned, (tuple, list)) else type(returned).__name__
        raise TypeError(f"{name} must return {what}, not {came}")
    return returned[0], returned[1]
