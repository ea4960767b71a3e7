"""`torch.nn.Module`: its parameters are inputs like those of its `forward`, under their dotted names."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import torch

from gradcheck.adapters.instances import instance_of
from gradcheck.adapters.torch_facts import assumed_for, facts_of, inputs_for
from gradcheck.adapters.torch_layer import TorchLayer
from gradcheck.adapters.torch_values import seeded
from gradcheck.errors import LoadError
from gradcheck.records.input import Input


def recognises(candidate: object) -> bool:
    """Whether it is a module, or a class of modules."""
    kind = candidate if inspect.isclass(candidate) else type(candidate)
    return issubclass(kind, torch.nn.Module)


def adapt(candidate: Any, name: str) -> object:
    """The module under the layer contract; its parameters, buffers and flags stay as they are.

    Parameters
    ----------
    candidate : torch.nn.Module, or a class of it that needs no arguments
        What it declares of itself, such as `inputs`, is read. Parameters that require no gradient are no inputs.
    name : str

    Raises
    ------
    LoadError
        When it cannot be made, its inputs cannot be told, or it is on no device, or on several.
    """
    with seeded():
        module = instance_of(candidate, name)
    device = _device(module, name)
    parameters = list(inspect.signature(module.forward).parameters.values())
    own = inputs_for(candidate, parameters, name)
    facts = {**facts_of(candidate), "assumed": assumed_for(candidate, parameters, name)}
    names = tuple(key for key, parameter in module.named_parameters() if parameter.requires_grad)
    inputs = (*own, *(Input(key, tuple(module.get_parameter(key).shape)) for key in names))
    written = dict.fromkeys(("forward", "bprop", "double_bprop"), type(module).forward)
    call = ModuleCall(module, len(own), names)
    return TorchLayer(call, inputs, facts, written, device, keeps_inputs=False, holding=call.holding)


@dataclass(frozen=True, eq=False)
class ModuleCall:
    """A module as a function of its inputs and its parameters.

    Parameters
    ----------
    module : torch.nn.Module
    inputs : int
        How many of the arguments are the module's own; the others are its parameters.
    names : tuple of str
        Of these parameters.
    """

    module: Any
    inputs: int
    names: tuple[str, ...]

    def __call__(self, *tensors: Any) -> Any:
        """What the module returns with these parameters, in their digits; what it writes is forgotten."""
        with self.holding(tensors):
            return self.module(*tensors[: self.inputs])

    @contextmanager
    def holding(self, tensors: Sequence[Any]) -> Iterator[None]:
        """The module holds these parameters: for a call, and for what is computed anew on the way back."""
        dtype = next((t.dtype for t in tensors if isinstance(t, torch.Tensor) and t.is_floating_point()), torch.float64)
        # A module's parameters lie in rows: torch's own batch norm takes that for granted of its weight.
        parameters = (tensor.contiguous() for tensor in tensors[self.inputs :])
        given = dict(zip(map(id, self._parameters), parameters, strict=True))
        for _, _, tensor in self._places:
            if id(tensor) not in given:
                given[id(tensor)] = _fresh(tensor, dtype)
        try:
            for held, name, tensor in self._places:
                held[name] = given[id(tensor)]
            yield
        finally:
            for held, name, tensor in self._places:
                held[name] = tensor

    @cached_property
    def _parameters(self) -> list[Any]:
        return [self.module.get_parameter(name) for name in self.names]

    @cached_property
    def _places(self) -> list[tuple[dict[str, Any], str, Any]]:
        """Where the module and its parts hold parameters and buffers; one that several share stands there for each."""
        held = [table for part in self.module.modules() for table in (part._parameters, part._buffers)]
        return [(table, name, tensor) for table in held for name, tensor in table.items() if tensor is not None]


def _fresh(tensor: Any, dtype: Any) -> Any:
    """A copy, in other digits where it holds floating numbers."""
    return tensor.detach().to(dtype if tensor.is_floating_point() else tensor.dtype, copy=True)


def _device(module: Any, name: str) -> Any:
    """Where all of the module is.

    Raises
    ------
    LoadError
        When that is no single device on which numbers can be computed.
    """
    held = [*module.parameters(), *module.buffers()]
    devices = sorted({str(tensor.device) for tensor in held}) or ["cpu"]
    if len(devices) > 1 or devices == ["meta"]:
        raise LoadError(f"{name} must be on one device that computes, not on {', '.join(devices)}")
    return torch.device(devices[0])
