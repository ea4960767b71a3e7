"""The floors of the house: a module imports only from below, and no two shelves of one floor know each other."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import gradcheck

PACKAGE = Path(gradcheck.__file__).parent
FLOORS = (
    {"errors", "registry", "text"},
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
# The version is a constant that stands in the package's own file for the build tools.
HARMLESS = {("", "__version__")}


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
    """The modules of the package that a source text imports, wherever in the text it does."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name.split(".")[0] == "gradcheck")
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module} imports by dots"
            if (node.module or "").split(".")[0] == "gradcheck":
                for alias in node.names:
                    if (room(node.module), alias.name) not in HARMLESS:
                        whole = f"{node.module}.{alias.name}"
                        yield whole if whole in known else node.module


def faults(module, source, known, shelves):
    """What a module's imports break, in words."""
    for target in imports(source, module, known):
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
    known = modules()
    assert [fault for m, path in known.items() for fault in faults(m, path.read_text("utf-8"), known, SHELVES)] == []


def test_every_room_stands_on_a_floor():
    assert [module for module in modules() if floor(module) is None] == []


def test_nothing_imports_itself_by_way_of_others():
    known = modules()
    # The package's own file imports the public names late, and every module waits for it: no cycle of ours.
    graph = {m: set(imports(path.read_text("utf-8"), m, known)) for m, path in known.items() if m != "gradcheck"}
    assert cycle(graph) is None


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
        ("gradcheck.run.examine", "import click, gradcheck.cli.main"),
        ("gradcheck.attic", "from gradcheck.errors import LoadError"),
    ],
)
def test_a_planted_import_is_found(module, source):
    assert len(list(faults(module, source, modules(), SHELVES))) == 1


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("gradcheck.records.case", "from gradcheck.errors import LoadError"),
        ("gradcheck.adapters.contract", "from gradcheck.records.case import Input"),
        ("gradcheck.cli.main", "from gradcheck import __version__"),
        ("gradcheck.inputs.ties", "from gradcheck.inputs.interface import Facts"),
        ("gradcheck.run.examine", "import numpy as np"),
    ],
)
def test_an_import_from_below_is_not(module, source):
    assert list(faults(module, source, modules(), SHELVES)) == []


def test_a_planted_cycle_is_found():
    assert cycle({"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": {"a"}}) == "a"
    assert cycle({"a": {"b"}, "b": {"c"}, "c": set(), "d": {"a", "elsewhere"}}) is None
