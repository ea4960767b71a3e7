"""An object that keeps the layer contract on behalf of another, whose own methods are called otherwise."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from typing import Any

from gradcheck.records.input import Input

Method = Callable[..., Any]
FACTS = ("accuracy", "critical", "name", "sizes")  # what the other may declare of itself


class Adapted:
    """What an adapter makes of an object, a class or a function.

    Parameters
    ----------
    source : object
        What is adapted: its facts are the layer's.
    inputs : tuple of Input, or mapping
        Of `forward`; empty for one real vector for each of its arguments.
    **methods : (callable, callable)
        The contract's methods by their names, each with the user's own one: that is where reports say it is written.
    """

    def __init__(
        self, source: Any, inputs: tuple[Input, ...] | Mapping[str, Any], **methods: tuple[Method, Any]
    ) -> None:
        self.source = source
        self.inputs = inputs
        if callable(defined := getattr(source, "defined", None)):
            self.defined: Method = defined
        self.assumed: tuple[str, ...] = ()  # the names of the inputs that nothing is known of
        for name, (method, own) in methods.items():
            setattr(self, name, standing_for(method, own))

    def __getattr__(self, fact: str) -> Any:
        """A fact that the source declares."""
        if fact in FACTS:
            return getattr(self.source, fact)
        raise AttributeError(f"{type(self).__name__!r} object has no attribute {fact!r}")


def standing_for(method: Method, own: Any) -> Method:
    """A function with the name, the arguments and the place of the user's own one."""

    def called(*arguments: Any) -> Any:
        return method(*arguments)

    return functools.wraps(own)(called) if callable(own) else called
