"""Objects of classes that are made without arguments."""

from __future__ import annotations

import inspect
import re
from contextlib import suppress
from typing import Any

from gradcheck.adapters.blame import blame
from gradcheck.errors import LoadError
from gradcheck.text import printable

MAKING = ("__new__", "__init__")


def instance_of(candidate: Any, name: str) -> Any:
    """The candidate, or an object of it where it is a class.

    Raises
    ------
    LoadError
        When that needs arguments, with the line to write; or when it raises.
    """
    if not inspect.isclass(candidate):
        return candidate
    if arguments := needed(candidate):
        made = printable(candidate.__name__)
        line = f"{_variable(made)} = {made}({', '.join(f'{argument}=...' for argument in arguments)})"
        raise LoadError(f"{name} needs {', '.join(arguments)}: write `{line}` in the file, or a `@gradcheck.case`")
    try:
        return candidate()
    except Exception as cause:
        raise LoadError(f"{name} could not be made without arguments: {blame(cause)}") from cause


def needed(candidate: type) -> list[str]:
    """The arguments without which no object of a class can be made; none where that cannot be read."""
    with suppress(Exception):  # a metaclass may be any code
        if type(candidate) is type and all(getattr(candidate, name) is getattr(object, name) for name in MAKING):
            return []  # the usual class: to read the signature that it has from `object` takes long
        parameters = inspect.signature(candidate).parameters.values()
        free = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
        return [printable(p.name) for p in parameters if p.default is p.empty and p.kind not in free]
    return []


def _variable(made: str) -> str:
    """A name for an object of a class: in small letters, and another than that of the class."""
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", made).lower()
    return words if words != made else f"my_{made}"
