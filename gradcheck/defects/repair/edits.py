"""All functions that are one edit away from a function of the user's."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from types import FunctionType
from typing import Any

from gradcheck.defects.repair.expressions import replacements
from gradcheck.defects.repair.omissions import extended, factored
from gradcheck.defects.repair.source import Count, compiled, definition, vocabulary
from gradcheck.defects.repair.syntax import Vocabulary

Place = tuple[Any, str, int | slice | None]  # a parent, a field of it, and the position there if that is a list
Swap = tuple[Place, Any]
SHOWN = 72  # characters of a statement that fits in a sentence
GONE = "pass"  # what is left of a statement that is left out
PAIR = 2  # statements that depend on each other's order
SIMPLE = (ast.Assign, ast.AugAssign, ast.Return, ast.Expr)


@dataclass(frozen=True)
class Edit:
    """A change of one statement of a function.

    Attributes
    ----------
    before, after : str
        The statement, or the part of it, that is another.
    line : int
        Of the statement in its file.
    """

    before: str
    after: str
    line: int

    @property
    def words(self) -> str:
        """``once `a + b` reads `a - b` ``."""
        return f"once `{self.before}` reads `{self.after}`" if self.after != GONE else f"without `{self.before}`"


def first_edit(
    function: FunctionType, beside: FunctionType | None, accepts: Callable[[FunctionType], bool], most: int
) -> Edit | None:
    """The first edit of a function that is accepted, the plainest tried first.

    Parameters
    ----------
    function : FunctionType
        One whose source is not to be had, or that does more than compute, is left alone.
    beside : FunctionType or None
        Another one, whose numbers and functions may be missing in it.
    accepts : callable
        Takes a function with an edit.
    most : int
        Edits that are tried at most.
    """
    tree = definition(function)
    if tree is None:
        return None
    scope = dict(function.__globals__)
    for ((parent, field, k), new), statement in islice(_swaps(tree, vocabulary(tree, definition(beside))), most):
        old = _get(parent, field, k)
        _set(parent, field, k, new)
        try:
            if not accepts(compiled(tree, new, function, scope)):
                continue
            around = [statement, *_around(statement, parent)] if field else []
            after = [_text(node) for node in around]
        except (SyntaxError, ValueError, TypeError):  # what no compiler takes
            continue
        finally:
            _set(parent, field, k, old)
        told = [*zip(map(_text, around), after, strict=True), (_text(old), _text(new))]
        shown = next((pair for pair in told if max(map(len, pair)) <= SHOWN), told[-1])
        return Edit(*shown, function.__code__.co_firstlineno + statement.lineno - 1)
    return None


def _around(node: ast.AST, inner: Any) -> list[ast.AST]:
    """The expressions of a statement that hold one of them, the widest first; that one too."""
    for child in ast.iter_child_nodes(node):
        if child is inner or (held := _around(child, inner)):
            found = [inner] if child is inner else held
            return [child, *found] if isinstance(child, ast.expr) and child is not inner else found
    return []


def _text(node: Any) -> str:
    """A statement, an expression, or several statements as they are written; of a loop its first line."""
    parts = [ast.unparse(part).partition("\n")[0] for part in (node if isinstance(node, list) else [node])]
    return "; ".join(part for part in parts if part != GONE) or GONE


def _swaps(tree: ast.FunctionDef, names: Vocabulary) -> Iterator[tuple[Swap, ast.stmt]]:
    """What is put where, and the statement that holds it: slips of the pen first, then what was left out."""
    statements = list(_statements(tree))
    for statement, _ in statements:
        for place, node in _expressions(statement):
            yield from (((place, new), statement) for new in replacements(node, names))
    for statement, (block, k) in statements:
        yield from ((((block, "", k), new), statement) for new in _other_statements(statement, block))
        both = (block, "", slice(k, k + PAIR))
        yield from (((both, pair), statement) for pair in _other_pairs(block[k : k + PAIR]))
    for make in (factored, extended):
        for statement, _ in statements:
            for place, node in _terms(statement):
                yield from (((place, new), statement) for new in make(node, names))


def _statements(tree: ast.AST) -> Iterator[tuple[ast.stmt, tuple[list[ast.stmt], int]]]:
    """Every statement of the body, with the block that holds it and its place there."""
    blocks = [getattr(tree, field, None) for field in ("body", "orelse")]
    for block in (held for held in blocks if isinstance(held, list)):
        for k, statement in enumerate(block):
            if isinstance(statement, Count):
                continue
            yield statement, (block, k)
            yield from _statements(statement)


def _expressions(statement: ast.AST) -> Iterator[tuple[Place, ast.expr]]:
    """The expressions that a statement reads, not those of statements within it."""
    for field, value in ast.iter_fields(statement):
        several = isinstance(value, list)
        for k, node in enumerate(value if several else [value]):
            if isinstance(node, ast.expr):
                if not isinstance(getattr(node, "ctx", None), ast.Store) and not _is_function(statement, field):
                    yield (statement, field, k if several else None), node
                yield from _expressions(node)
            elif isinstance(node, ast.keyword):
                yield from _expressions(node)


def _is_function(parent: ast.AST, field: str) -> bool:
    return isinstance(parent, ast.Call) and field == "func"


def _terms(statement: ast.stmt) -> Iterator[tuple[Place, ast.expr]]:
    """What is assigned or returned, and the terms that it is the sum of."""
    if isinstance(statement, SIMPLE) and not isinstance(statement, ast.Expr) and statement.value is not None:
        value = statement.value
        roots: list[tuple[Place, ast.expr]] = [((statement, "value", None), value)]
        if isinstance(value, ast.Tuple):
            roots = [((value, "elts", k), node) for k, node in enumerate(value.elts)]
        for place, node in roots:
            yield place, node
            yield from _summands(node)


def _summands(node: ast.expr) -> Iterator[tuple[Place, ast.expr]]:
    """The terms of the first sum in an expression, or of those within its factors."""
    if isinstance(node, ast.BinOp):
        for field in ("left", "right"):
            part = getattr(node, field)
            if isinstance(node.op, ast.Add | ast.Sub):
                yield (node, field, None), part
            yield from _summands(part)


def _other_statements(statement: ast.stmt, block: list[ast.stmt]) -> Iterator[Any]:
    """Statements in place of one: that adds to what it overwrites, or the other way round, or none."""
    if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name | ast.Subscript):
        yield ast.AugAssign(statement.targets[0], ast.Add(), statement.value)
        yield from _added(statement.targets[0], statement.value)
    if isinstance(statement, ast.AugAssign):
        yield ast.Assign([statement.target], statement.value)
        if isinstance(statement.op, ast.Add):
            yield from _added(statement.target, statement.value)
    if isinstance(statement, ast.Assign | ast.AugAssign | ast.Expr) and len(block) > 1:
        yield ast.Pass()


def _added(target: ast.expr, value: ast.expr) -> Iterator[ast.Expr]:
    """What adds up where an index names an entry more than once."""
    if isinstance(target, ast.Subscript):
        arguments = [ast.parse(ast.unparse(target.value), mode="eval").body, target.slice, value]
        yield ast.Expr(ast.Call(ast.parse("np.add.at", mode="eval").body, arguments, []))


def _other_pairs(pair: list[ast.stmt]) -> Iterator[list[ast.stmt]]:
    """Two statements in place of two: in the other order, or both from what was there before."""
    if len(pair) < PAIR or not all(isinstance(one, ast.Assign | ast.AugAssign) for one in pair):
        return
    yield pair[::-1]
    if all(isinstance(one, ast.Assign) and len(one.targets) == 1 for one in pair):
        targets = ast.Tuple([one.targets[0] for one in pair], ast.Store())  # type: ignore[attr-defined]
        values = ast.Tuple([one.value for one in pair], ast.Load())  # type: ignore[attr-defined]
        yield [ast.Assign([targets], values), ast.Pass()]


def _get(parent: Any, field: str, k: int | slice | None) -> Any:
    held = getattr(parent, field) if field else parent
    return held if k is None else held[k]


def _set(parent: Any, field: str, k: int | slice | None, new: Any) -> None:
    if k is None:
        setattr(parent, field, new)
    else:
        (getattr(parent, field) if field else parent)[k] = new
