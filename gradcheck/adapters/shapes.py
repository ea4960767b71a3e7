"""Shapes as people write them: ``"batch n"``, and annotations such as ``Float[Array, "batch n"]``, read as text."""

from __future__ import annotations

import ast
from typing import Any

from gradcheck.records.input import Input

INTEGERS = ("Int", "UInt", "Integer")  # how the names of annotations begin whose arrays hold labels
VARIADIC = "batch"  # what any number of axes is taken for: one


def input_of(name: str, shape: Any) -> Input:
    """An input of a shape that is an `Input` already, a text such as ``"batch n"``, or a tuple.

    Raises
    ------
    ValueError
        When the shape cannot be read.
    """
    if isinstance(shape, Input):
        return Input(name, shape.shape, shape.domain, shape.differentiable, shape.classes)
    return Input(name, axes(shape) if isinstance(shape, str) else shape)


def axes(text: str) -> tuple[int | str, ...]:
    """The axes of a text: ``("batch", 3)`` of ``"batch 3"``; nothing is looked at further."""
    return tuple(int(axis) if axis.isdecimal() else axis for axis in text.split())


def annotated(name: str, annotation: Any) -> Input | None:
    """The input that an annotation describes; None where it says nothing of a shape.

    An annotation is a text, or an object with `dim_str` as jaxtyping's have, or one of `typing.Annotated` with a text.

    Raises
    ------
    ValueError
        When it describes a shape of another kind, such as ``"n+1"``.
    """
    kind, text = _parsed(annotation) if isinstance(annotation, str) else _read(annotation)
    if text is None:
        return None
    shape = tuple(_plain(axis, k) for k, axis in enumerate(axes(text)))
    if kind.startswith(INTEGERS):
        return Input(name, shape, domain="labels", classes="classes")
    return Input(name, shape)


def _read(annotation: Any) -> tuple[str, str | None]:
    """The name of the annotation's kind, and the text of its shape, from the object that it is."""
    said = getattr(annotation, "dim_str", None)
    kind = str(getattr(annotation, "__name__", ""))
    if not isinstance(said, str):
        said = next((part for part in getattr(annotation, "__metadata__", ()) if isinstance(part, str)), None)
    return kind, said


def _parsed(annotation: str) -> tuple[str, str | None]:
    """The same from the text of an annotation that is not evaluated."""
    try:
        node = ast.parse(annotation, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return "", None
    if not isinstance(node, ast.Subscript) or not isinstance(node.slice, ast.Tuple):
        return "", None
    last = node.slice.elts[-1]
    text = last.value if isinstance(last, ast.Constant) and isinstance(last.value, str) else None
    kind = node.value.attr if isinstance(node.value, ast.Attribute) else getattr(node.value, "id", "")
    return kind, text


def _plain(axis: int | str, k: int) -> int | str:
    """An axis without jaxtyping's marks: any number of axes, one that broadcasts, one with a name and a length."""
    if not isinstance(axis, str):
        return axis
    if axis == "...":
        return VARIADIC
    bare = axis.lstrip("*#?").partition("=")[2 if "=" in axis else 0]
    if bare in ("", "_"):
        return f"axis{k}"
    return int(bare) if bare.isdecimal() else bare
