"""A function of the user's as a syntax tree, and as what it becomes: it only computes, and comes to an end."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Callable
from types import CodeType, FunctionType
from typing import Any

from gradcheck.defects.repair.syntax import Vocabulary

OUTSIDE = frozenset(  # calls by which a function does more than compute
    {"print", "open", "input", "exec", "eval", "compile", "__import__", "system", "run", "exit", "sleep", "request"}
    | {"write", "save", "savez", "savetxt", "dump", "info", "debug", "warning", "warn", "urlopen", "setattr"}
)
BEYOND = (ast.While, ast.Import, ast.ImportFrom, ast.Global, ast.Nonlocal, ast.Yield, ast.YieldFrom, ast.Await)
STEPS = 100_000  # of loops, that all calls of an edited function may take: one that fills what it runs over has no end
STEP = "__step__"  # the name by which an edited function counts them


class EndlessError(BaseException):
    """A loop takes too many steps; no handler of the function's own is meant to stop it."""


class Count(ast.Expr):
    """The statement of a loop that counts its steps; it is not edited."""


def ends(function: FunctionType, owner: type, seen: frozenset[FunctionType] = frozenset()) -> bool:
    """Whether a function, and those of its class and module that it calls, hold no loop that other numbers keep going.

    Parameters
    ----------
    function : FunctionType
    owner : type
    seen : frozenset of FunctionType
        Those that are known to, or are being looked at.
    """
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    except (OSError, TypeError, SyntaxError):
        return False
    if any(isinstance(node, ast.While) for node in ast.walk(tree)):
        return False
    held = [getattr(owner, name, function.__globals__.get(name)) for name in function.__code__.co_names]
    called = [one for one in held if isinstance(one, FunctionType) and one not in seen and one is not function]
    return all(ends(one, owner, seen | {function, *called}) for one in called)


def definition(function: FunctionType | None) -> ast.FunctionDef | None:
    """The syntax tree of a function that only computes, and comes to an end."""
    if function is None or function.__code__.co_freevars:
        return None
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(function))).body[0]
    except (OSError, TypeError, SyntaxError, IndexError):
        return None
    if (
        not isinstance(tree, ast.FunctionDef)
        or tree.name != function.__name__
        or any(map(_reaches_out, ast.walk(tree)))
    ):
        return None
    tree.decorator_list = []
    return _counted(tree)


def _reaches_out(node: ast.AST) -> bool:
    """Whether a part of a function may change what outlives the call, or never end."""
    if isinstance(node, ast.Attribute | ast.Subscript) and isinstance(node.ctx, ast.Store | ast.Del):
        held = node
        while isinstance(held, ast.Subscript):
            held = held.value  # type: ignore[assignment]
        return isinstance(held, ast.Attribute)
    return isinstance(node, BEYOND) or getattr(node, "id", getattr(node, "attr", "")) in OUTSIDE


def compiled(tree: ast.FunctionDef, new: Any, function: FunctionType, scope: dict[str, Any]) -> FunctionType:
    """The function as its tree is now; it stops itself after a number of steps."""
    for node in new if isinstance(new, list) else [new]:
        ast.fix_missing_locations(node)
    module = compile(ast.Module([tree], []), "<edit>", "exec")
    own = next(c for c in module.co_consts if isinstance(c, CodeType) and c.co_name == tree.name)
    scope[STEP] = _counter()
    return FunctionType(own, scope, tree.name, function.__defaults__)


def _counter() -> Callable[[], None]:
    left = iter(range(STEPS))

    def step() -> None:
        if next(left, None) is None:
            raise EndlessError

    return step


def _counted(tree: ast.FunctionDef) -> ast.FunctionDef:
    """The tree, whose loops count their steps."""
    for loop in [node for node in ast.walk(tree) if isinstance(node, ast.For)]:
        loop.body.insert(0, Count(ast.Call(ast.Name(STEP, ast.Load()), [], [])))
    return ast.fix_missing_locations(tree)


def vocabulary(tree: ast.FunctionDef, beside: ast.FunctionDef | None) -> Vocabulary:
    """The variables of a function and what it reads of the layer, in order, and what both functions call and count."""
    receiver = tree.args.args[0].arg
    stored = [arg.arg for arg in tree.args.args[1:]]
    stored += [n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)]
    nodes = [*ast.walk(tree), *(ast.walk(beside) if beside else ())]
    held = [
        n for n in nodes if isinstance(n, ast.Attribute) and isinstance(n.value, ast.Name) and n.value.id == receiver
    ]
    calls = [n for n in nodes if isinstance(n, ast.Call)]
    called = {id(call.func) for call in calls}
    numbers = [n.value for n in nodes if isinstance(n, ast.Constant) and isinstance(n.value, float)]
    curves = [ast.unparse(call.func) for call in calls if len(call.args) == 1 and not call.keywords]
    return Vocabulary(
        list(dict.fromkeys([*stored, *(ast.unparse(n) for n in held if id(n) not in called)])),
        list(dict.fromkeys(map(repr, numbers))),
        [one for one in dict.fromkeys(curves) if one.startswith("np.")],
    )
