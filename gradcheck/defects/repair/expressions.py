"""What may stand in place of an expression, where a person has made one slip: the plainest first."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from itertools import combinations

from gradcheck.defects.repair.syntax import Expressions, Vocabulary, keyword, parsed

ALIKE = (  # functions that are taken for each other
    ("sin", "cos"),
    ("sinh", "cosh"),
    ("arcsin", "arccos"),
    ("arcsinh", "arccosh"),
    ("exp", "expm1"),
    ("log", "log1p"),
    ("sum", "mean"),
    ("maximum", "minimum"),
    ("max", "min"),
    ("argmax", "argmin"),
    ("floor", "ceil"),
    ("zeros_like", "ones_like"),
    ("tril", "triu"),
)
OPPOSITE: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
}
COMPARED: tuple[type[ast.cmpop], ...] = (ast.Gt, ast.GtE, ast.Lt, ast.LtE)
AXES = (0, 1, 2, -1, -2)


def replacements(node: ast.expr, known: Vocabulary) -> Expressions:
    """Other expressions for one: its own operator, operand, function, index or number changed, or itself wrapped.

    Parameters
    ----------
    node : ast.expr
    known : Vocabulary
    """
    make = OF_KIND.get(type(node))
    if make is not None:
        yield from make(node, known.names)
    if isinstance(node, ast.Name | ast.Attribute | ast.Call | ast.Subscript):
        yield ast.UnaryOp(ast.USub(), node)
    if isinstance(node, ast.Call) and len(node.args) == 1:  # an eps that is left out
        for term in (*known.numbers, *(name for name in known.names if "." in name)):
            yield ast.Call(node.func, [ast.BinOp(node.args[0], ast.Add(), parsed(term))], node.keywords)
    if isinstance(node, ast.Name | ast.BinOp | ast.Call):
        yield from (ast.Call(parsed(function), [node], []) for function in known.functions)


def _binary(node: ast.BinOp, _: Sequence[str]) -> Expressions:
    left, op, right = node.left, node.op, node.right
    if type(op) in OPPOSITE:
        yield ast.BinOp(left, OPPOSITE[type(op)](), right)
    if isinstance(op, ast.MatMult):
        yield ast.BinOp(_turned(left), op, right)
        yield ast.BinOp(left, op, _turned(right))
    if isinstance(op, ast.Sub | ast.Div | ast.MatMult):
        yield ast.BinOp(right, op, left)
    if isinstance(op, ast.Pow):
        for change in (ast.Add(), ast.Sub()):
            yield ast.BinOp(left, op, ast.BinOp(right, change, ast.Constant(1)))
    yield left
    yield right


def _turned(node: ast.expr) -> ast.expr:
    """The transpose of a matrix; of one that is transposed the matrix itself."""
    if isinstance(node, ast.Attribute) and node.attr == "T":
        return node.value
    return ast.Attribute(node, "T", ast.Load())


def _unary(node: ast.UnaryOp, _: Sequence[str]) -> Expressions:
    if isinstance(node.op, ast.USub):
        yield node.operand


def _constant(node: ast.Constant, _: Sequence[str]) -> Expressions:
    value = node.value
    if isinstance(value, str) and "->" in value:  # the letters of np.einsum
        yield from _letters(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return
    whole = isinstance(value, int)
    for other in (value + 1, value - 1, -value, 2 * value, value / 2, *(AXES if whole else (value * value,))):
        if other != value:
            yield parsed(repr(int(other) if whole and other == int(other) else other))


def _letters(text: str) -> Expressions:
    """The operands of an einsum, each with two of its axes exchanged."""
    operands, result = text.split("->")
    parts = operands.split(",")
    for k, letters in enumerate(parts):
        for a, b in combinations(letters.strip(), 2):
            turned = letters.translate(str.maketrans(a + b, b + a))
            yield ast.Constant(",".join([*parts[:k], turned, *parts[k + 1 :]]) + "->" + result)


def _name(node: ast.Name, names: Sequence[str]) -> Expressions:
    for name in names:
        if name != node.id:
            yield parsed(name)
    yield _turned(node)
    for form in ("({} - 1)", "({} + 1)", "2 * {}", "{} ** 2", "(1 - {})", "{}[::-1]"):
        yield parsed(form.format(node.id))


def _attribute(node: ast.Attribute, names: Sequence[str]) -> Expressions:
    if node.attr == "T":
        yield node.value
        return
    own = ast.unparse(node)
    if own in names:
        for name in names:
            if name != own:
                yield parsed(name)
        yield parsed(f"{own} ** 2")
        yield _turned(node)


def _call(node: ast.Call, _: Sequence[str]) -> Expressions:
    if isinstance(node.func, ast.Attribute):
        others = [other for group in ALIKE if node.func.attr in group for other in group if other != node.func.attr]
        for other in others:
            yield ast.Call(ast.Attribute(node.func.value, other, ast.Load()), node.args, node.keywords)
    if len(node.args) == 1:
        yield node.args[0]
    for j, k in combinations(range(len(node.args)), 2):
        yield ast.Call(node.func, _exchanged(node.args, j, k), node.keywords)
    for given in (one for one in node.keywords if one.arg == "axis"):
        rest = [one for one in node.keywords if one is not given]
        yield from (ast.Call(node.func, node.args, [*rest, keyword("axis", str(axis))]) for axis in AXES)
    yield from _backwards(node)


def _exchanged(parts: Sequence[ast.expr], j: int, k: int) -> list[ast.expr]:
    turned = list(parts)
    turned[j], turned[k] = turned[k], turned[j]
    return turned


def _backwards(node: ast.Call) -> Expressions:
    """A loop, or a sum as it runs, from the other end."""
    name = function_name(node.func)
    if name == "range":
        yield ast.Call(ast.Name("reversed", ast.Load()), [node], [])
    if name in ("cumsum", "cumprod") and node.args:
        backwards = ast.Slice(None, None, ast.UnaryOp(ast.USub(), ast.Constant(1)))
        turned = ast.Call(node.func, [ast.Subscript(node.args[0], backwards, ast.Load())], node.keywords)
        yield ast.Subscript(turned, backwards, ast.Load())


def function_name(function: ast.expr) -> str:
    """The last part of what is called: ``cumsum`` of ``np.cumsum``."""
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def _subscript(node: ast.Subscript, _: Sequence[str]) -> Expressions:
    yield node.value
    parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
    for k, part in enumerate(parts):
        for other in _shifted(part):
            index = other if len(parts) == 1 else ast.Tuple([*parts[:k], other, *parts[k + 1 :]], ast.Load())
            yield ast.Subscript(node.value, index, ast.Load())


def _shifted(index: ast.expr) -> Expressions:
    """An index one further and one less far; a slice whose ends are so."""
    if isinstance(index, ast.Slice):
        for other in _shifted(index.lower) if index.lower is not None else ():
            yield ast.Slice(other, index.upper, index.step)
        for other in _shifted(index.upper) if index.upper is not None else ():
            yield ast.Slice(index.lower, other, index.step)
        if index.lower is not None or index.upper is not None:
            yield ast.Slice(None, None, index.step)
        return
    if isinstance(index, ast.BinOp) and isinstance(index.right, ast.Constant) and index.right.value == 1:
        yield index.left
    for change in (ast.Add(), ast.Sub()):
        yield ast.BinOp(index, change, ast.Constant(1))


def _compare(node: ast.Compare, _: Sequence[str]) -> Expressions:
    for op in COMPARED if isinstance(node.ops[0], COMPARED) else ():
        if not isinstance(node.ops[0], op):
            yield ast.Compare(node.left, [op(), *node.ops[1:]], node.comparators)


def _tuple(node: ast.Tuple, _: Sequence[str]) -> Expressions:
    for j, k in combinations(range(len(node.elts)), 2):
        yield ast.Tuple(_exchanged(node.elts, j, k), ast.Load())


OF_KIND: dict[type, Callable[..., Expressions]] = {
    ast.BinOp: _binary,
    ast.UnaryOp: _unary,
    ast.Constant: _constant,
    ast.Name: _name,
    ast.Attribute: _attribute,
    ast.Call: _call,
    ast.Subscript: _subscript,
    ast.Compare: _compare,
    ast.Tuple: _tuple,
}
