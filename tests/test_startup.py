"""What a process loads: help and completion must not pay for numpy and rich."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

import gradcheck
from tests import processes

ROOT = Path(gradcheck.__file__).parents[1]
HEAVY = {"numpy", "rich", "tomllib", "difflib", "importlib.metadata"}
COMMANDS = {"gradcheck.cli.check", "gradcheck.cli.sweep", "gradcheck.cli.explain", "gradcheck.cli.prove"}
FRAMEWORKS = {"torch", "jax"}  # of which a run of layers in numpy loads none
COMPLETE = """
from click.shell_completion import ShellComplete
from gradcheck.cli.main import cli
ShellComplete(cli, {}, "gradcheck", "_GRADCHECK_COMPLETE").get_completions([], "soft")
"""
FROZEN = """
import sys
kinds = {thing for name, module in list(sys.modules.items()) if name.startswith("gradcheck") and name != "gradcheck"
         for thing in vars(module).values() if isinstance(thing, type) and "__dataclass_params__" in vars(thing)}
compiled = [kind.__name__ for kind in kinds if kind.__dataclass_params__.frozen
            and kind.__init__.__code__.co_filename == "<string>"]
assert set(compiled) == {"Input", "Searching"}, compiled
"""  # one that users call, whose signature they may read, and one beside a class that is not frozen


def loaded(code, folder, heavy=frozenset(HEAVY)):
    """Which of some modules a new process has loaded after running `code` in `folder`."""
    program = f"import sys\n{code}\nprint(*sys.modules, file=sys.stderr)"
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = processes.run([sys.executable, "-c", program], cwd=folder, env=environment, text=True)
    assert done.returncode == 0, done.stderr
    return heavy & set(done.stderr.split())


def run(*words):
    return f"from gradcheck.cli.main import main\nmain({list(words)})"


@pytest.mark.parametrize(
    "code", ["import gradcheck", run("--help"), run("check", "--help"), run("--version"), COMPLETE]
)
def test_help_and_completion_are_light(tmp_path, code):
    assert loaded(code, tmp_path) == set()


def test_the_help_of_all_commands_loads_none_of_them(tmp_path):
    assert loaded(run("--help"), tmp_path, COMMANDS) == set()
    assert loaded(run("sweep", "--help"), tmp_path, COMMANDS) == {"gradcheck.cli.sweep"}


def test_a_check_loads_what_it_needs_and_has_no_records_compiled(tmp_path):
    assert loaded(run("softmax", "--inputs", "normal") + FROZEN, tmp_path) == {"numpy"}


def test_a_layer_in_numpy_loads_no_framework(tmp_path):
    (tmp_path / "own.py").write_text(
        "class Twice:\n    def forward(self, x):\n        return 2 * x\n\n"
        "    def bprop(self, v, x):\n        return 2 * v\n"
    )
    for target in ("softmax", "own.py"):
        assert loaded(run(target, "--inputs", "normal"), tmp_path, FRAMEWORKS) == set()


def test_a_layer_of_a_framework_loads_it(tmp_path):
    pytest.importorskip("torch")
    (tmp_path / "own.py").write_text("import torch\n\ntanh = torch.nn.Tanh()\n")
    assert "torch" in loaded(run("own.py:tanh", "--inputs", "normal"), tmp_path, FRAMEWORKS)


@pytest.mark.parametrize(("columns", "heavy"), [("120", {"numpy"}), ("60", {"numpy", "rich"})])
def test_rich_is_for_what_does_not_fit(tmp_path, monkeypatch, columns, heavy):
    monkeypatch.setenv("COLUMNS", columns)
    assert loaded(run("softmax", "--inputs", "normal", "--color", "always"), tmp_path) == heavy


@pytest.mark.parametrize("module", sorted(HEAVY))
def test_a_heavy_module_would_be_seen(tmp_path, module):
    assert module in loaded(f"import {module}", tmp_path)
