"""What a class, an object or a function of torch declares of itself for gradcheck."""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

from gradcheck.adapters.declared import assumed_of, inputs_of
from gradcheck.records.input import Input

FACTS = ("critical", "sizes", "accuracy", "defined", "name")  # of the layer contract, but for `inputs`
PLACES = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)


def facts_of(candidate: Any) -> dict[str, Any]:
    """What is declared, by its name in the layer contract."""
    return {name: getattr(candidate, name) for name in FACTS if hasattr(candidate, name)}


def inputs_for(candidate: Any, parameters: Sequence[inspect.Parameter], name: str) -> tuple[Input, ...]:
    """The inputs: the declared ones, or what each parameter without a default says of itself.

    Raises
    ------
    LoadError
        When something else is declared, or nothing and the parameters name no inputs.
    """
    return inputs_of(_given(candidate, parameters), name)


def assumed_for(candidate: Any, parameters: Sequence[inspect.Parameter], name: str) -> tuple[str, ...]:
    """The names of those inputs that nothing is known of, which are taken for real vectors."""
    return assumed_of(_given(candidate, parameters), name)


def _given(candidate: Any, parameters: Sequence[inspect.Parameter]) -> Any:
    """What the inputs are read from: they as they are declared, and a `forward` of these parameters."""
    given = SimpleNamespace(inputs=getattr(candidate, "inputs", ()), forward=lambda: None)
    given.forward.__signature__ = inspect.Signature(
        [p.replace(kind=inspect.Parameter.POSITIONAL_ONLY) for p in parameters if p.kind in PLACES]
    )
    return given
