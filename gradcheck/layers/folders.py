"""Folders and patterns such as ``src/**/*.py``: the files in them that define what looks like a layer."""

from __future__ import annotations

import ast
import glob
from collections.abc import Iterator
from pathlib import Path

from gradcheck.errors import LoadError

# Folders of environments, tools and copies; what begins with a dot is hidden anyway.
SKIPPED = ("__pycache__", "build", "dist", "node_modules", "site-packages", "venv")
# Tests are pytest's, and a script that installs is not to be run.
TESTS = ("test_*.py", "*_test.py", "conftest.py", "setup.py")
METHODS = ("forward",)
MAKERS = ("cached", "case", "chain", "custom_jvp", "custom_vjp", "pair", "value_and_grads")


def is_many(target: str, folder: Path) -> bool:
    """Whether a target is a folder, or a pattern of files."""
    return is_pattern(target) or (folder / target).is_dir()


def is_pattern(target: str) -> bool:
    """Whether a target holds the signs of a pattern: brackets alone in one of Python files only."""
    return "*" in target or "?" in target or (glob.has_magic(target) and target.endswith(".py"))


def files_of(target: str, folder: Path) -> tuple[str, ...]:
    """The files that a folder or a pattern stands for, as somebody would type them, in order.

    Of a folder these are the ones, in folders below too, whose text defines what looks like a layer, but for tests.

    Raises
    ------
    LoadError
        When there is none.
    """
    found = [target]
    if is_pattern(target):
        found = sorted(glob.glob(target, root_dir=folder, recursive=True))  # noqa: PTH207 - Path's takes no whole paths
        if not found:
            raise LoadError(f"no file matches {target!r}")
    files: dict[str, None] = {}
    for place in found:
        inside = _inside(folder, Path(place)) if (folder / place).is_dir() else [Path(place)]
        files.update((file.as_posix(), None) for file in inside if file.suffix == ".py")
    if not files:
        raise LoadError(f"{target} holds no file that defines a layer: a class with `forward`, or a `gradcheck.pair`")
    return tuple(files)


def is_other(target: str) -> bool:
    """Whether a target is a file that is there and whose text defines nothing that looks like a layer."""
    return target.endswith(".py") and Path(target).is_file() and not _defines(Path(target))


def _inside(root: Path, folder: Path) -> Iterator[Path]:
    for entry in sorted((root / folder).iterdir(), key=lambda one: (one.is_dir(), one.name)):
        own = folder / entry.name
        if entry.name.startswith(".") or entry.is_symlink():
            continue
        if entry.is_dir() and entry.name not in SKIPPED and not (entry / "pyvenv.cfg").exists():
            yield from _inside(root, own)
        elif entry.suffix == ".py" and not any(entry.match(test) for test in TESTS) and _defines(entry):
            yield own


def _defines(file: Path) -> bool:
    """Whether a file's text has a class with `forward`, or calls what makes layers; it is not run."""
    try:
        tree = ast.parse(file.read_bytes())
    except (OSError, SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return any(_is_layer(node) for node in ast.walk(tree))


def _is_layer(node: ast.AST) -> bool:
    if isinstance(node, ast.ClassDef):
        return any(isinstance(one, ast.FunctionDef) and one.name in METHODS for one in node.body)
    return (getattr(node, "id", "") or getattr(node, "attr", "")) in MAKERS
