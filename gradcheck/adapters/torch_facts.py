"""What a class, an object or a function of torch declares of itself for gradcheck."""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

from gradcheck.adapters.declared import inputs_of
from gradcheck.errors import LoadError
from gradcheck.records.input import Input

FACTS = ("critical", "sizes", "accuracy", "defined")  # of the layer contract, but for `inputs`
PLACES = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)


def facts_of(candidate: Any) -> dict[str, Any]:
    """What is declared, by its name in the layer contract."""
    return {name: getattr(candidate, name) for name in FACTS if hasattr(candidate, name)}


def inputs_for(candidate: Any, parameters: Sequence[inspect.Parameter], name: str) -> tuple[Input, ...]:
    """The inputs: the declared ones, or a real one of shape ``("n",)`` for each parameter without a default.

    Raises
    ------
    LoadError
        When something else is declared, or nothing and the parameters name no inputs.
    """
    declared = getattr(candidate, "inputs", ())
    if not declared:
        names = [p.name for p in parameters if p.default is p.empty and p.kind in PLACES]
        if not names:
            raise LoadError(f"{name} must declare `inputs`: its `forward` names no arguments")
        declared = tuple(Input(one, ("n",)) for one in names)
    return inputs_of(SimpleNamespace(inputs=declared), name)
