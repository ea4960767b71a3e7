"""Subclasses of `torch.autograd.Function`, by way of their `apply`."""

from __future__ import annotations

import inspect
from functools import partial
from typing import Any

import torch

from gradcheck.adapters.torch_facts import assumed_for, facts_of, inputs_for
from gradcheck.adapters.torch_layer import TorchLayer
from gradcheck.adapters.torch_second import is_once

Function = torch.autograd.Function


def recognises(candidate: object) -> bool:
    """Whether it is a Function with a backward of its own."""
    return inspect.isclass(candidate) and issubclass(candidate, Function) and candidate is not Function


def adapt(candidate: Any, name: str) -> object:
    """The Function under the layer contract.

    Parameters
    ----------
    candidate : type
        The Function. What it declares of itself, such as `inputs`, is read; without, each argument of its `forward`
        that has no default is one real input.
    name : str

    Raises
    ------
    LoadError
        When the inputs cannot be told.
    """
    written = {"forward": candidate.forward, "bprop": backward_of(candidate)}
    if not is_once(written["bprop"]):
        written["double_bprop"] = written["bprop"]
    if has_jvp(candidate):
        written["jvp"] = candidate.jvp
    if candidate.vmap is not Function.vmap:
        written["vmap"] = candidate.vmap
    parameters = _arguments(candidate)
    facts = {**facts_of(candidate), "assumed": assumed_for(candidate, parameters, name)}
    inputs = inputs_for(candidate, parameters, name)
    return TorchLayer(candidate.apply, inputs, facts, written, inner=partial(_forward, candidate))


class Context:
    """Takes what a `forward` keeps for its backward, and forgets it."""

    needs_input_grad = (False,) * 99  # more than the arguments of anybody's

    def save_for_backward(self, *tensors: Any) -> None:
        """Nothing is gone back."""

    save_for_forward = mark_dirty = mark_non_differentiable = set_materialize_grads = save_for_backward


def _forward(candidate: Any, *arguments: Any) -> Any:
    """The values of a Function; `torch.vmap` refuses the `apply` of most, and what comes of this one is confirmed."""
    return candidate.forward(*arguments) if _sets_context(candidate) else candidate.forward(Context(), *arguments)


def backward_of(candidate: Any) -> Any:
    """The static method that goes backwards: torch takes either name."""
    own = candidate.backward is not Function.backward
    return candidate.backward if own else candidate.vjp


def has_jvp(candidate: Any) -> bool:
    """Whether it says how tangents go forwards."""
    return candidate.jvp is not Function.jvp


def _arguments(candidate: Any) -> list[inspect.Parameter]:
    """The parameters of `forward` without its context, which it has where there is no `setup_context`."""
    parameters = list(inspect.signature(candidate.forward).parameters.values())
    return parameters if _sets_context(candidate) else parameters[1:]


def _sets_context(candidate: Any) -> bool:
    return candidate.setup_context is not Function.setup_context
