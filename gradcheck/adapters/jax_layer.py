"""Whatever of jax takes arrays and returns some, under the layer contract."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import experimental
from numpy.typing import NDArray

from gradcheck.records.input import Input

Array = NDArray[Any]
Function = Callable[..., Any]
GROWTH = 4  # stacks are padded to a power of this number of rows: each length of its own would be compiled anew


@dataclass(frozen=True, eq=False)
class JaxLayer:
    """Keeps the layer contract for a function of jax arrays.

    Parameters
    ----------
    call : callable
        Takes one array for each input; returns arrays, in any nesting.
    inputs : tuple of Input
    facts : mapping
        What else the layer declares of itself, by the names of the layer contract.
    written : mapping
        Which function of the user's is behind each method.
    pushes : bool
        Whether its tangents go forwards: those of a `custom_vjp` do not.

    Notes
    -----
    Several outputs are one vector, those of floating numbers one after the other: others have no derivative. Every
    call is one in 64 bits, whatever jax is set to; each method is compiled once for each shape, and not at all where
    the function asks for values while it is traced.
    """

    call: Function
    inputs: tuple[Input, ...]
    facts: Mapping[str, Any] = field(default_factory=dict)
    written: Mapping[str, Function] = field(default_factory=dict)
    pushes: bool = False
    _known: dict[str, Function] = field(default_factory=dict, init=False)

    def __getattr__(self, name: str) -> Any:
        """A declared fact; `jvp`, where tangents go forwards."""
        if name == "jvp" and self.__dict__.get("pushes"):
            return self._pushed
        facts = self.__dict__.get("facts", {})
        if name in facts:
            return facts[name]
        raise AttributeError(name)

    def forward(self, *arrays: Array) -> Array:
        """The output, or all of them in one vector."""
        return np.array(self._run("forward", self._whole, arrays))

    def bprop(self, v: Array, *arrays: Array) -> Any:
        """The gradients of the differentiable inputs."""
        gradients = tuple(np.array(g) for g in self._run("bprop", self._pull, (v, *arrays)))
        return gradients[0] if len(gradients) == 1 else gradients

    def double_bprop(self, u: Any, v: Array, *arrays: Array) -> tuple[Array, ...]:
        """The gradients of u . `bprop` for v and the differentiable inputs, as jax differentiates what is written.

        Raises
        ------
        NotImplementedError
            Where jax cannot.
        """
        weights = u if isinstance(u, tuple) else (u,)
        try:
            found = self._run("double_bprop", self._pull_twice, (*weights, v, *arrays))
        except Exception as cause:
            raise NotImplementedError(str(cause)) from cause
        return tuple(np.array(g) for g in found)

    def stacked_forward(self, *stacks: Array) -> Array:
        """The outputs, shape (r, m), for inputs with a leading axis of r independent rows."""
        count = len(stacks[0])
        padding = GROWTH ** int(np.ceil(np.log(max(count, 1)) / np.log(GROWTH))) - count
        padded = [np.concatenate([stack, np.repeat(stack[:1], max(padding, 0), axis=0)]) for stack in stacks]
        return np.array(self._run("stacked_forward", jax.vmap(self._whole), padded))[:count].reshape(count, -1)

    def stacked_bprop(self, vs: Array, *arrays: Array) -> tuple[Array, ...]:
        """The gradients of the differentiable inputs for p cotangents, each with a leading axis of length p."""
        mapped = jax.vmap(self._pull, in_axes=(0, *(None for _ in arrays)))
        return tuple(np.array(g) for g in self._run("stacked_bprop", mapped, (vs, *arrays)))

    def _pushed(self, t: Any, *arrays: Array) -> Array:
        """The change of the output along tangents of the differentiable inputs."""
        return np.array(self._run("jvp", self._push, (*(t if isinstance(t, tuple) else (t,)), *arrays)))

    def _run(self, name: str, function: Function, arrays: Sequence[Any]) -> Any:
        """A function of arrays, compiled where it can be."""
        with in_double():
            given = [jnp.asarray(array) for array in arrays]
            run = self._known.setdefault(name, jax.jit(function))
            try:
                return run(*given)
            except jax.errors.JAXTypeError:  # it asks for values while it is traced
                self._known[name] = function
                return function(*given)

    def _whole(self, *arrays: Any) -> Any:
        outputs = [jnp.asarray(leaf) for leaf in jax.tree_util.tree_leaves(self.call(*arrays))]
        floating = [y for y in outputs if not jnp.issubdtype(y.dtype, jnp.integer) and y.dtype != bool]
        return floating[0] if len(floating) == 1 else jnp.concatenate([y.reshape(-1) for y in floating])

    def _of_moving(self, arrays: Sequence[Any]) -> tuple[Function, list[Any]]:
        """The output as a function of the differentiable inputs alone, and these."""
        places = [k for k, one in enumerate(self.inputs) if one.differentiable]

        def function(*moving: Any) -> Any:
            own = dict(zip(places, moving, strict=True))
            return self._whole(*(own.get(k, array) for k, array in enumerate(arrays)))

        return function, [arrays[k] for k in places]

    def _pull(self, v: Any, *arrays: Any) -> tuple[Any, ...]:
        function, moving = self._of_moving(arrays)
        y, pull = jax.vjp(function, *moving)
        return tuple(pull(v.astype(y.dtype)))

    def _push(self, *given: Any) -> Any:
        count = len(given) - len(self.inputs)
        function, moving = self._of_moving(given[count:])
        return jax.jvp(function, tuple(moving), tuple(given[:count]))[1]

    def _pull_twice(self, *given: Any) -> tuple[Any, ...]:
        count = len(given) - len(self.inputs) - 1
        weights, v, arrays = given[:count], given[count], given[count + 1 :]
        places = [k for k, one in enumerate(self.inputs) if one.differentiable]

        def gradients(v: Any, *moving: Any) -> tuple[Any, ...]:
            own = dict(zip(places, moving, strict=True))
            return self._pull(v, *(own.get(k, array) for k, array in enumerate(arrays)))

        _, pull = jax.vjp(gradients, v, *(arrays[k] for k in places))
        return tuple(pull(tuple(weights)))


@contextmanager
def in_double() -> Iterator[None]:
    """Calls of jax in 64 bits."""
    home: Any = jax if hasattr(jax, "enable_x64") else experimental  # older ones have it there
    with home.enable_x64(True):  # noqa: FBT003 - jax's own signature
        yield
