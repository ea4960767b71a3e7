"""The floors of the house: a module imports only from below, and no two shelves of one floor know each other.

An import counts wherever it stands: at the top, in a function, as text for `import_module`, in a table of text that
others import from, and in a program that is handed to another Python as text.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import gradcheck

PACKAGE = Path(gradcheck.__file__).parent
FLOORS = (
    {"errors", "files", "frozen", "garbage", "interrupt", "registry", "text", "version"},
    {"records"},
    {"adapters", "config", "reports"},
    {"inputs", "layers", "oracle"},
    {"checks"},
    {"defects"},
    {"execution"},
    {"run"},
    {"cli", "pytest_plugin"},
    {"", "__main__"},
)
# What travels to a worker of a cluster asks for the version of whatever gradcheck is there.
ASKED_ELSEWHERE = {("gradcheck.execution.connection", "gradcheck", "__version__")}


def room(module):
    """The part of the package that a module belongs to; empty for the package's own file."""
    return [*module.split("."), ""][1]


def floor(module):
    """The number of a module's floor; None for a room that is on no floor."""
    return next((number for number, rooms in enumerate(FLOORS) if room(module) in rooms), None)


def modules():
    """Every module of the package, by name, as a path."""
    found = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def imports(source, module, known):
    """The modules of the package that a source text imports, wherever and however in the text it does."""
    nodes = list(ast.walk(ast.parse(source)))
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name.split(".")[0] == "gradcheck")
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module} imports by dots"
            if (node.module or "").split(".")[0] == "gradcheck":
                for alias in node.names:
                    if (module, node.module, alias.name) not in ASKED_ELSEWHERE:
                        whole = f"{node.module}.{alias.name}"
                        yield whole if whole in known else node.module
        elif isinstance(node, ast.Call):
            yield from called(node, module)
    for text in texts(nodes):
        yield from named(text, known)


def called(call, module) -> Iterator[str]:
    """What a call of `import_module` or `__import__` imports that no other text of a module would be taken for."""
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    if name in ("import_module", "__import__") and call.args and isinstance(call.args[0], ast.Constant):
        target = call.args[0].value
        assert not target.startswith("."), f"{module} imports by dots"
        if target == "gradcheck":
            yield target


def texts(nodes) -> Iterator[str]:
    """The texts among the nodes of a program, but no docstrings; of one with values what stands before the first."""
    docstrings = {id(node.value) for node in nodes if isinstance(node, ast.Expr)}
    formatted = [node for node in nodes if isinstance(node, ast.JoinedStr)]
    parts = {id(part) for node in formatted for part in node.values}
    left_out = docstrings | parts
    for node in nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in left_out:
            yield node.value
    for node in formatted:
        if node.values and isinstance(node.values[0], ast.Constant):
            yield node.values[0].value


def named(text, known) -> Iterator[str]:
    """The modules that a text names: whole, with something of theirs, as the beginning of names, or as a program."""
    name = text.partition(":")[0]
    if name in known and name != "gradcheck":
        yield name
    elif name.startswith("gradcheck.") and name.rstrip(".") in known:
        yield name.rstrip(".")
    yield from (match for match in re.findall(r"\b(?:import|from) (gradcheck\.[\w.]+)", text) if match in known)


@cache
def graph():
    """What each module imports."""
    known = modules()
    return {module: tuple(imports(path.read_text("utf-8"), module, known)) for module, path in known.items()}


def faults(module, targets, shelves):
    """What a module's imports break, in words."""
    for target in targets:
        own, other = floor(module), floor(target)
        if own is None or other is None:
            yield f"{module} -> {target}: a room that stands on no floor"
        elif other > own:
            yield f"{module} -> {target}: from floor {own} up to {other}"
        elif other == own and room(module) != room(target) and {room(module), room(target)} & shelves:
            yield f"{module} -> {target}: from one shelf of floor {own} to another"


def cycle(graph):
    """A module that imports itself by way of others, or None."""
    left = {module: set(targets) - {module} for module, targets in graph.items()}
    while free := {module for module, targets in left.items() if not targets & left.keys()}:
        left = {module: targets for module, targets in left.items() if module not in free}
    return min(left, default=None)


SHELVES = {path.name for path in PACKAGE.iterdir() if path.is_dir()}


def test_every_import_goes_down():
    assert [fault for module, targets in graph().items() for fault in faults(module, targets, SHELVES)] == []


def test_there_are_ten_floors_at_most():
    assert len(FLOORS) <= 10


def test_every_room_stands_on_a_floor():
    assert [module for module in modules() if floor(module) is None] == []


def test_nothing_imports_itself_by_way_of_others():
    # The package's own file imports the public names late, and every module waits for it: no cycle of ours.
    assert cycle({module: targets for module, targets in graph().items() if module != "gradcheck"}) is None


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("gradcheck.records.case", "from gradcheck.layers import LAYERS"),
        ("gradcheck.oracle.steps", "import gradcheck.checks.bprop"),
        ("gradcheck.checks.bprop", "def f():\n    from gradcheck import runner"),
        ("gradcheck.inputs.ties", "if TYPE_CHECKING:\n    from gradcheck.layers.loading import load"),
        ("gradcheck.inputs.ties", "from gradcheck.layers.softmax import Softmax"),
        ("gradcheck.reports.table", "from gradcheck.oracle import differentiate"),
        ("gradcheck.run.examine", "from gradcheck import check"),
        ("gradcheck.cli.main", "from gradcheck import __version__"),
        ("gradcheck.run.examine", "import click, gradcheck.cli.main"),
        ("gradcheck.attic", "from gradcheck.errors import LoadError"),
        ("gradcheck.reports.jsonl", "version = import_module('gradcheck').__version__"),
        ("gradcheck.reports.jsonl", "import importlib\ndef f():\n    importlib.import_module('gradcheck.run.merge')"),
        ("gradcheck.checks.bprop", "def f():\n    return __import__('gradcheck.run.examine')"),
        ("gradcheck.checks", "CHECKS = {'bprop': 'gradcheck.run.examine:check'}"),
        ("gradcheck.checks", "def f(name):\n    return import_module(f'gradcheck.defects.{name}').FAMILY"),
        ("gradcheck.checks", "def f(name):\n    return import_module('gradcheck.defects.' + name).FAMILY"),
        ("gradcheck.checks", "def f(name):\n    return import_module(f'gradcheck.{name}')"),
        ("gradcheck.run.examine", "START = 'import sys; import gradcheck.cli.main as m; m.main()'"),
    ],
)
def test_a_planted_import_is_found(module, source):
    assert len(list(faults(module, imports(source, module, modules()), SHELVES))) == 1


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("gradcheck.records.case", "from gradcheck.errors import LoadError"),
        ("gradcheck.adapters.contract", "from gradcheck.records.case import Input"),
        ("gradcheck.cli.main", "from gradcheck.version import __version__"),
        ("gradcheck.inputs.ties", "from gradcheck.inputs.interface import Facts"),
        ("gradcheck.run.examine", "import numpy as np"),
        ("gradcheck.layers", "LAYERS = {'softmax': 'gradcheck.layers.softmax:Softmax'}"),
        ("gradcheck.inputs", "def f(name):\n    return import_module(f'gradcheck.inputs.{name}').STRATEGY"),
        ("gradcheck.config.discovery", "name, group = 'gradcheck.toml', 'gradcheck'"),
        ("gradcheck.config.discovery", "def f():\n    'As `from gradcheck.cli import main` does.'"),
        ("gradcheck.run.search.search", "import_module('hypothesis')"),
    ],
)
def test_an_import_from_below_is_not(module, source):
    assert list(faults(module, imports(source, module, modules()), SHELVES)) == []


def test_a_planted_cycle_is_found():
    assert cycle({"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": {"a"}}) == "a"
    assert cycle({"a": {"b"}, "b": {"c"}, "c": set(), "d": {"a", "elsewhere"}}) is None
