"""One name, one meaning: no two classes of the package share a name."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

PACKAGE = Path(__file__).parents[1] / "gradcheck"


def shared(texts: Iterable[str]) -> set[str]:
    """The names of classes that more than one of some modules has."""
    names = Counter(
        name
        for text in texts
        for name in {one.name for one in ast.walk(ast.parse(text)) if isinstance(one, ast.ClassDef)}
    )
    return {name for name, count in names.items() if count > 1}


def test_no_two_classes_share_a_name():
    assert not shared(path.read_text(encoding="utf-8") for path in PACKAGE.rglob("*.py"))


def test_two_that_do_are_seen():
    assert shared(["class A: ...", "class B:\n    class C: ...", "if True:\n    class C: ..."]) == {"C"}
