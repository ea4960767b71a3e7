"""Objects, and classes that need no arguments, with `forward` and `backward`: what `backward` needs they keep."""

from __future__ import annotations

from typing import Any

from gradcheck.adapters.afterwards import afterwards
from gradcheck.adapters.instances import instance_of


def recognises(candidate: Any) -> bool:
    """Whether it has `forward` and `backward`."""
    return all(callable(getattr(candidate, part, None)) for part in ("forward", "backward"))


def adapt(candidate: Any, name: str) -> Any:
    """A layer whose `bprop` calls `forward` and then `backward`, as `afterwards` says.

    Raises
    ------
    LoadError
        When an object of the class cannot be made without arguments, or `backward` takes others than those.
    """
    return afterwards(instance_of(candidate, name), "backward", name)
