"""Operators of `torch.library`: custom ones, and those of `torch.ops`."""

from __future__ import annotations

import inspect
from typing import Any

import torch

from gradcheck.adapters.torch_facts import assumed_for, facts_of, inputs_for
from gradcheck.adapters.torch_layer import TorchLayer
from gradcheck.errors import LoadError


def recognises(candidate: object) -> bool:
    """Whether it is an operator."""
    kinds = (torch.library.CustomOpDef, torch._ops.OpOverload, torch._ops.OpOverloadPacket)
    return isinstance(candidate, kinds)


def adapt(candidate: Any, name: str) -> object:
    """The operator under the layer contract.

    Parameters
    ----------
    candidate : operator
        Its tensors are its inputs, real ones of shape ``("n",)``; other arguments must have defaults.
    name : str

    Raises
    ------
    LoadError
        When its schema has others.
    """
    arguments = _schema(candidate).arguments
    required = [a for a in arguments if not a.has_default_value()]
    if other := next((a for a in required if str(a.type) != "Tensor"), None):
        raise LoadError(
            f"{name} takes {other.name}, of type {other.type}, which is no tensor: write a case that calls it"
        )
    kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
    parameters = [inspect.Parameter(a.name, kind) for a in required]
    facts = {**facts_of(candidate), "assumed": assumed_for(candidate, parameters, name)}
    return TorchLayer(candidate, inputs_for(candidate, parameters, name), facts)


def _schema(candidate: Any) -> Any:
    if isinstance(candidate, torch.library.CustomOpDef):
        return candidate._opoverload._schema
    overload = getattr(candidate, candidate.overloads()[0]) if hasattr(candidate, "overloads") else candidate
    return overload._schema
