"""What may be left out of an expression: factors of a term, and terms of a sum."""

from __future__ import annotations

import ast

from gradcheck.defects.repair.syntax import KEEP, Expressions, Vocabulary, keyword, parsed


def factored(node: ast.expr, known: Vocabulary) -> Expressions:
    """The expression times and by small factors, and less a mean: what is left out of a term."""
    for name in known.names:
        yield ast.BinOp(node, ast.Mult(), parsed(name))
        yield ast.BinOp(node, ast.Div(), parsed(name))
        yield ast.BinOp(node, ast.Mult(), parsed(f"(1 - {name})"))
        yield ast.BinOp(node, ast.Mult(), parsed(f"(1 - {name} ** 2)"))
        weighted = ast.Attribute(ast.BinOp(parsed(name), ast.Mult(), node), "sum", ast.Load())
        for keywords in ([], [keyword("axis", "-1"), KEEP], [keyword("axis", "0"), KEEP]):
            yield ast.BinOp(node, ast.Sub(), ast.Call(weighted, [], keywords))
    for number in ("2", "0.5", *known.numbers):
        yield ast.BinOp(node, ast.Mult(), parsed(number))
        yield ast.BinOp(node, ast.Div(), parsed(number))
    for axis in ("-1", "0"):
        for statistic in ("mean", "sum"):
            call = ast.Call(ast.Attribute(node, statistic, ast.Load()), [], [keyword("axis", axis), KEEP])
            yield ast.BinOp(node, ast.Sub(), call)
        yield ast.Call(ast.Attribute(node, "sum", ast.Load()), [], [keyword("axis", axis)])


def extended(node: ast.expr, known: Vocabulary) -> Expressions:
    """The expression with one term more, a number, a variable or a product of two: what is left out of a sum."""
    names = known.names
    terms = ["1", *known.numbers, *names, *(f"{a} * {b}" for k, a in enumerate(names) for b in names[k:])]
    for term in terms:
        yield ast.BinOp(node, ast.Add(), parsed(term))
        yield ast.BinOp(node, ast.Sub(), parsed(f"({term})"))
