"""Pieces of code that edits are made of, and the words that they may hold."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

Expressions = Iterator[ast.expr]


@dataclass(frozen=True)
class Vocabulary:
    """What an expression may hold.

    Attributes
    ----------
    names : sequence of str
        Variables, and attributes of the layer as ``self.a``.
    numbers : sequence of str
        Those that stand in the code.
    functions : sequence of str
        Those of one argument that are called there: ``np.tanh``.
    """

    names: Sequence[str]
    numbers: Sequence[str] = ()
    functions: Sequence[str] = ()


def parsed(text: str) -> ast.expr:
    """An expression from its text."""
    return ast.parse(text, mode="eval").body


def keyword(name: str, text: str) -> ast.keyword:
    """An argument by its name: ``axis=0``."""
    return ast.keyword(name, parsed(text))


KEEP = keyword("keepdims", "True")
