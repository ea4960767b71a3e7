"""Expressions: how they are written, and what they are in numpy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from tests.bound.ops import OPS

INPUT, NUMBER = "input", "number"


@dataclass(frozen=True)
class Node:
    """An operation on other expressions.

    Attributes
    ----------
    op
        A name of `tests.bound.ops.OPS`, or `INPUT` or `NUMBER`.
    parts
        The expressions that it is applied to.
    numbers
        Its constants; the value of a `NUMBER`, the position of an `INPUT`.
    """

    op: str
    parts: tuple[Node, ...] = ()
    numbers: tuple[float, ...] = ()

    def __add__(self, other: Node | float) -> Node:
        return Node("add", (self, node(other)))

    def __radd__(self, other: float) -> Node:
        return Node("add", (node(other), self))

    def __sub__(self, other: Node | float) -> Node:
        return Node("sub", (self, node(other)))

    def __rsub__(self, other: float) -> Node:
        return Node("sub", (node(other), self))

    def __mul__(self, other: Node | float) -> Node:
        return Node("mul", (self, node(other)))

    def __rmul__(self, other: float) -> Node:
        return Node("mul", (node(other), self))

    def __truediv__(self, other: Node | float) -> Node:
        return Node("div", (self, node(other)))

    def __rtruediv__(self, other: float) -> Node:
        return Node("div", (node(other), self))

    def __neg__(self) -> Node:
        return Node("neg", (self,))

    def __str__(self) -> str:
        if self.op == INPUT:
            return f"x{int(self.numbers[0])}"
        if self.op == NUMBER:
            return repr(self.numbers[0])
        if (sign := SIGNS.get(self.op)) is not None:
            return f"({self.parts[0]} {sign} {self.parts[1]})"
        return f"{self.op}({', '.join([*map(str, self.parts), *map(repr, self.numbers)])})"


SIGNS = {"add": "+", "sub": "-", "mul": "*", "div": "/"}


def node(value: Node | float) -> Node:
    """An expression, made of a number where it is one."""
    return value if isinstance(value, Node) else Node(NUMBER, (), (float(value),))


def x(place: int = 0) -> Node:
    """The input at a position."""
    return Node(INPUT, (), (float(place),))


def apply(op: str, *parts: Node | float, numbers: tuple[float, ...] = ()) -> Node:
    """An operation of `tests.bound.ops.OPS`."""
    return Node(op, tuple(map(node, parts)), numbers)


def run(tree: Node, arrays: tuple[Any, ...]) -> Any:
    """The value of an expression in numpy, in the dtype of the arrays."""
    if tree.op == INPUT:
        return arrays[int(tree.numbers[0])]
    if tree.op == NUMBER:
        return arrays[0].dtype.type(tree.numbers[0])
    op = OPS[tree.op]
    parts = [run(part, arrays) for part in tree.parts]
    return op.run(*tree.numbers, *parts) if op.run else op.value(np, *tree.numbers, *parts)


def slopes(tree: Node, arrays: tuple[Any, ...]) -> tuple[Any, list[Any]]:
    """Value and gradient by the chain rule in numpy, entry by entry, in the dtype of the arrays.

    Raises
    ------
    AttributeError
        When an operation has its slope in mpmath alone.
    """
    if tree.op == INPUT:
        return run(tree, arrays), [arrays[0].dtype.type(k == tree.numbers[0]) for k in range(len(arrays))]
    if tree.op == NUMBER:
        return run(tree, arrays), [arrays[0].dtype.type(0)] * len(arrays)
    op, parts = OPS[tree.op], [slopes(part, arrays) for part in tree.parts]
    values = [value for value, _ in parts]
    value = op.run(*tree.numbers, *values) if op.run else op.value(np, *tree.numbers, *values)
    each = op.slopes(np, *tree.numbers, *values)
    return value, [sum(s * g[k] for s, (_, g) in zip(each, parts, strict=True)) for k in range(len(arrays))]
