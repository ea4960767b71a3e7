"""Any callable that an example calls with tensors: an `apply`, an operator with arguments, a function of torch's."""

from __future__ import annotations

import inspect
from contextlib import suppress
from typing import Any

import torch

from gradcheck.adapters import torch_function, torch_module
from gradcheck.adapters.call import Call
from gradcheck.adapters.torch_facts import PLACES, facts_of, inputs_for
from gradcheck.adapters.torch_layer import TorchLayer


def recognises(candidate: object) -> bool:
    """Whether tensors are among the arguments of an example's call."""
    return isinstance(candidate, Call) and any(isinstance(value, torch.Tensor) for value in candidate.values)


def adapt(candidate: Any, name: str) -> object:
    """The callable under the layer contract, with an input for each argument of the example, or as it declares them.

    Parameters
    ----------
    candidate : Call
    name : str

    Raises
    ------
    LoadError
        As for a Function, or a module, where it is one, or a Function's `apply`.
    """
    function = candidate.function
    owner = getattr(function, "__self__", function)
    for leaf in (torch_function, torch_module):
        if leaf.recognises(owner):
            return leaf.adapt(owner, name)
    parameters = [
        inspect.Parameter(one, inspect.Parameter.POSITIONAL_ONLY) for one in _names(function, len(candidate.values))
    ]
    inputs = inputs_for(function, parameters, name)
    written = dict.fromkeys(("forward", "bprop", "double_bprop"), function)
    return TorchLayer(function, inputs, facts_of(function), written, keeps_inputs=False)


def _names(function: Any, count: int) -> list[str]:
    """Names of so many arguments, its own where they can be read."""
    names: list[str] = []
    with suppress(TypeError, ValueError):
        names = [p.name for p in inspect.signature(function).parameters.values() if p.kind in PLACES]
    return [names[k] if k < len(names) else f"x{k}" for k in range(count)]
