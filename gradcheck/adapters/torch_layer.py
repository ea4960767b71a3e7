"""Whatever of torch takes tensors and has a backward, under the layer contract."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch.autograd import forward_ad

from gradcheck.adapters.torch_many import looped, mapped
from gradcheck.adapters.torch_outputs import floating, joined, parts_of
from gradcheck.adapters.torch_pulled import close, pulled, pulled_together
from gradcheck.adapters.torch_second import pulled_twice
from gradcheck.adapters.torch_values import array_of, like, reseed, seeded, tensor_of
from gradcheck.records.input import Input

Array = NDArray[Any]
OPTIONAL = {"jvp": "_pushed", "double_bprop": "_pulled_twice", "vmap": "_mapped"}  # methods of some layers alone


@dataclass(frozen=True, eq=False)
class TorchLayer:
    """Keeps the layer contract for a callable of tensors.

    Parameters
    ----------
    call : callable
        Takes one tensor for each input, and returns a tensor, or several things some of which are tensors.
    inputs : tuple of Input
    facts : mapping
        What else the layer declares of itself, by the names of the layer contract.
    written : mapping
        Which function of the user's is behind each method; with `jvp` where that is one of them.
    device : torch.device or str
        Where the tensors are to be.
    keeps_inputs : bool
        Whether to change an input is a fault where it is not returned; if not, a change that autograd knows of is none.
    inner : callable or None
        What `call` comes to where no gradients are asked for, by a way that `torch.vmap` can go; None for `call`.
    holding : callable or None
        Takes the arguments of a call, and returns a context in which to go back through it; None for none.

    Notes
    -----
    Several outputs are one vector, those of floating numbers through which gradients flow one after the other: the
    others have no derivative, and none is claimed of them.
    """

    call: Callable[..., Any]
    inputs: tuple[Input, ...]
    facts: Mapping[str, Any] = field(default_factory=dict)
    written: Mapping[str, Callable[..., Any]] = field(default_factory=dict)
    device: Any = "cpu"
    keeps_inputs: bool = True
    inner: Callable[..., Any] | None = None
    holding: Callable[[Sequence[Any]], AbstractContextManager[None]] | None = None
    _known: dict[str, Any] = field(default_factory=dict, init=False)

    def __getattr__(self, name: str) -> Any:
        """A declared fact; one of `OPTIONAL`, where it is written."""
        facts, written = self.__dict__.get("facts", {}), self.__dict__.get("written", {})
        if name in written and name in OPTIONAL:
            return getattr(self, OPTIONAL[name])
        if name in facts:
            return facts[name]
        raise AttributeError(name)

    def at_example(self, values: Sequence[Any], constants: Mapping[int, Any], inputs: tuple[Input, ...]) -> TorchLayer:
        """The layer of an example: with these inputs, where its tensors are, and what is no tensor as it is there.

        Parameters
        ----------
        values : sequence
            The arguments of the example's call.
        constants : mapping
            Those among them that are no inputs, by their positions.
        inputs : tuple of Input
            For all arguments but the constants, parameters of a module included.
        """

        def given(*tensors: Any) -> list[Any]:
            left = iter(tensors)
            return [*(constants[k] if k in constants else next(left) for k in range(len(values))), *left]

        call, inner, holding = self.call, self.inner, self.holding

        device = next((value.device for value in values if isinstance(value, torch.Tensor)), self.device)
        return replace(
            self,
            call=lambda *tensors: call(*given(*tensors)),
            inputs=inputs,
            device=device,
            inner=inner and (lambda *tensors: inner(*given(*tensors))),
            holding=holding and (lambda tensors: holding(given(*tensors))),
        )

    def forward(self, *arrays: Array) -> Array:
        """The output, or all of them in one vector."""
        with self._called(arrays) as (_, outputs):
            return joined([array_of(y) for y in outputs])

    def output_parts(self, *arrays: Array) -> list[tuple[str, tuple[int, ...]]]:
        """The names and shapes of the outputs that make the vector, where there are several; none for one."""
        self.forward(*arrays)
        parts = self._known["parts"]
        return list(parts) if len(parts) > 1 else []

    def bprop(self, v: Array, *arrays: Array) -> Any:
        """The gradients of the differentiable inputs, by one pass backwards."""
        gradients = self._gradients(v, arrays)
        return gradients[0] if len(gradients) == 1 else gradients

    def _pushed(self, t: Any, *arrays: Array) -> Array:
        """The change of the output along tangents of the differentiable inputs, by the layer's own `jvp`."""
        tangents = iter(t if isinstance(t, tuple) else (t,))
        with forward_ad.dual_level(), seeded(self._devices):
            given = [like(tensor_of(np.asarray(array), self.device)) for array in arrays]
            duals = [
                forward_ad.make_dual(x, tensor_of(np.asarray(next(tangents)), self.device)) if one.differentiable else x
                for x, one in zip(given, self.inputs, strict=True)
            ]
            outputs = [forward_ad.unpack_dual(y) for y in parts_of(self.call(*duals)) if y.is_floating_point()]
            moving = [y for y in outputs if y.tangent is not None] or outputs
            return joined([array_of(torch.zeros_like(p) if d is None else d) for p, d in moving])

    def _pulled_twice(self, u: Any, v: Array, *arrays: Array) -> tuple[Array, ...]:
        """The gradients of u . bprop(v, inputs) for v and for each differentiable input.

        Raises
        ------
        NotImplementedError
            When a derivative of torch's own is not to be had, or what is called says that it has none.
        """
        us = [tensor_of(np.asarray(part), self.device) for part in (u if isinstance(u, tuple) else (u,))]
        with self._called(arrays) as (leaves, outputs):
            try:
                found = pulled_twice(leaves, outputs, tensor_of(np.asarray(v), self.device).requires_grad_(), us)
            except RuntimeError as cause:
                if self.keeps_inputs:
                    raise
                raise NotImplementedError("no second derivative") from cause
        return tuple(array_of(part) for part in found)

    def stacked_forward(self, *stacks: Array) -> Array:
        """The outputs, shape (r, m), for inputs with a leading axis of r independent rows."""
        tensors = [tensor_of(np.array(stack), self.device) for stack in stacks]
        with seeded(self._devices):
            found = mapped(self._of(self.inner or self.call), tensors) if self._known.get("mapped", True) else None
            self._known["mapped"] = found is not None
            outputs = looped(self._of(self.call), tensors) if found is None else found
        return np.concatenate([array_of(y).reshape(len(y), -1) for y in outputs], axis=1)

    def _mapped(self, *stacks: Array) -> Array:
        """The outputs for inputs with a leading axis of independent points, by the layer's own `vmap`."""
        tensors = [tensor_of(np.array(stack), self.device) for stack in stacks]
        with seeded(self._devices), torch.no_grad():
            outputs = torch.vmap(lambda *row: tuple(self._of(self.call)(*row)), randomness="same")(*tensors)
        many = [array_of(y) for y in outputs]
        return many[0] if len(many) == 1 else np.concatenate([y.reshape(len(y), -1) for y in many], axis=1)

    def stacked_bprop(self, vs: Array, *arrays: Array) -> tuple[Array, ...]:
        """The gradients of the differentiable inputs for p cotangents, each with a leading axis of length p.

        By one graph for all of them, where that gives what a graph of its own gives.
        """
        with self._called(arrays) as (leaves, outputs):
            found = pulled_together(leaves, outputs, tensor_of(np.array(vs), self.device), self._known)
        if found is not None and all(map(close, (many[-1] for many in found), self._gradients(vs[-1], arrays))):
            return found
        each = [self._gradients(v, arrays) for v in vs]
        return tuple(np.stack(parts) for parts in zip(*each, strict=True))

    def _gradients(self, v: Array, arrays: Sequence[Array]) -> tuple[Array, ...]:
        with self._called(arrays) as (leaves, outputs):
            return pulled(leaves, outputs, tensor_of(np.asarray(v), self.device))

    def _of(self, call: Callable[..., Any]) -> Callable[..., list[Any]]:
        """A call of which the outputs come that have derivatives, where these are not asked for."""
        devices = self._devices

        def outputs_of(*tensors: Any) -> list[Any]:
            reseed(devices)
            outputs = floating(parts_of(call(*tensors)))
            flowing = self._known.get("flowing", (True,) * len(outputs))
            return [y for y, flows in zip(outputs, flowing, strict=True) if flows]

        return outputs_of

    @contextmanager
    def _called(self, arrays: Sequence[Array]) -> Iterator[tuple[list[Any], list[Any]]]:
        """The leaves and the outputs of a call; what it changes of its inputs is then changed in the arrays, too."""
        arrays = [np.asarray(array) for array in arrays]
        tensors = [tensor_of(array, self.device) for array in arrays]
        leaves = [t.requires_grad_() for t, one in zip(tensors, self.inputs, strict=True) if one.differentiable]
        with seeded(self._devices), torch.enable_grad():
            given = [like(tensor) for tensor in tensors]
            versions = [tensor._version for tensor in given]
            outputs = parts_of(self.call(*given))
            with self.holding(given) if self.holding else nullcontext():
                yield leaves, self._differentiable(outputs)
        for array, tensor, now, version in zip(arrays, tensors, given, versions, strict=True):
            allowed = any(now is y for y in outputs) or (now._version != version and not self.keeps_inputs)
            if not allowed and array.flags.writeable and not torch.equal(now, tensor):
                array[...] = array_of(now)

    def _differentiable(self, outputs: Sequence[Any]) -> list[Any]:
        """The outputs of floating numbers, those alone through which gradients flow if there are any."""
        found = floating(outputs)
        flowing = [y.requires_grad for y in found]
        self._known["flowing"] = tuple(flowing if any(flowing) else [True] * len(found))
        chosen = [y for y, flows in zip(found, self._known["flowing"], strict=True) if flows]
        places = [k for y in chosen for k, other in enumerate(outputs, start=1) if other is y]
        self._known["parts"] = [(f"y{k}", tuple(y.shape)) for k, y in zip(places, chosen, strict=False)]
        return chosen

    @cached_property
    def _devices(self) -> list[Any]:
        device = torch.device(self.device)
        return [device] if device.type == "cuda" else []
