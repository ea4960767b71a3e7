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
# Some of what failures alone need, or reports beyond the table, or a journal.
LATE = {
    "gradcheck.adapters.origin",
    "gradcheck.adapters.signature",
    "gradcheck.checks.scripts.reproducer",
    "gradcheck.defects.recognise",
    "gradcheck.layers.importing",
    "gradcheck.oracle.escalation",
    "gradcheck.records.sentences",
    "gradcheck.reports.block",
}
MOST = 180  # modules of ours in a run of all points of a layer that passes; each takes 0.2 ms
COLLECTED = """
import gc
from gradcheck.garbage import look, put_off
{begin}
seen = []
gc.callbacks.append(lambda phase, facts: seen.append(phase))
{run}
assert bool(seen) is {collected}, seen
gc.callbacks.clear()
"""
FROZEN = """
import sys
kinds = {thing for name, module in list(sys.modules.items()) if name.startswith("gradcheck") and name != "gradcheck"
         for thing in vars(module).values() if isinstance(thing, type) and "__dataclass_params__" in vars(thing)}
compiled = [kind.__name__ for kind in kinds if kind.__init__.__code__.co_filename == "<string>"]
assert set(compiled) == {"Input"}, compiled
"""  # which users call, who may read its signature
WRONG = """
class Wrong:
    def forward(self, x):
        return x ** 3

    def bprop(self, v, x):
        return 2 * v * x ** 2
"""


def loaded(code, folder, heavy=frozenset(HEAVY)):
    """Which of some modules a new process has loaded after running `code` in `folder`."""
    return heavy & modules(code, folder)


def modules(code, folder):
    """All that a new process has loaded after running `code` in `folder`."""
    program = f"import sys\n{code}\nprint(*sys.modules, file=sys.stderr)"
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = processes.run([sys.executable, "-c", program], cwd=folder, env=environment, text=True)
    assert done.returncode == 0, done.stderr
    return set(done.stderr.split())


def run(*words):
    return f"from gradcheck.cli.main import main\nmain({list(words)})"


@pytest.mark.parametrize(
    "code",
    [
        "import gradcheck",
        "import gradcheck.execution.launch",
        run("--help"),
        run("check", "--help"),
        run("--version"),
        COMPLETE,
    ],
)
def test_what_must_be_light_is(tmp_path, code):
    assert loaded(code, tmp_path) == set()


def test_the_help_of_all_commands_loads_none_of_them(tmp_path):
    assert loaded(run("--help"), tmp_path, COMMANDS) == set()
    assert loaded(run("sweep", "--help"), tmp_path, COMMANDS) == {"gradcheck.cli.sweep"}


def test_the_help_of_all_commands_needs_no_paths(tmp_path):
    bare = modules("pass", tmp_path)  # an installation may load some of it before any program begins
    assert "pathlib" not in modules(run("--help"), tmp_path) - bare
    assert "pathlib" in modules(run("sweep", "--help"), tmp_path)


def test_a_check_loads_what_it_needs_and_has_no_records_compiled(tmp_path):
    assert loaded(run("softmax", "--inputs", "normal") + FROZEN, tmp_path) == {"numpy"}


@pytest.fixture(scope="module")
def passing(tmp_path_factory):
    """What a run of all points of a layer that passes has loaded."""
    return modules(run("softmax"), tmp_path_factory.mktemp("passing"))


@pytest.fixture(scope="module")
def failing(tmp_path_factory):
    """What a run of one that fails has loaded."""
    folder = tmp_path_factory.mktemp("failing")
    (folder / "own.py").write_text(WRONG)
    return modules(run("own.py", "--inputs", "normal", "--script", "script.py"), folder)


def test_what_failures_alone_need_is_not_loaded_by_a_run_that_passes(passing):
    assert passing & LATE == set()


def test_what_failures_need_is_loaded_by_one_that_fails(failing):
    assert failing & LATE == LATE


def number_of_own(names):
    """How many modules of gradcheck are among some."""
    return sum(name.partition(".")[0] == "gradcheck" for name in names)


def test_a_run_that_passes_has_few_modules(passing):
    assert number_of_own(passing) <= MOST


def test_one_that_fails_has_more(failing):
    assert number_of_own(failing) > MOST


SWEEP = '[[sweep]]\nlayers = ["softmax"]\ninputs = ["normal"]\n'
COMMANDS_OF_LAYERS = (
    ("check", "softmax", "--inputs", "normal"),
    ("sweep", "sweep.toml"),
    ("explain", "softmax", "--at", "softmax[normal,scale=1,n=3,f64]"),
    ("prove", "relu", "--inputs", "normal", "--checks", "contract"),
    ("list", "own.py"),
)


def test_garbage_is_looked_for_where_layers_run(tmp_path):
    (tmp_path / "sweep.toml").write_text(SWEEP)
    (tmp_path / "own.py").write_text(WRONG)
    code = "import gc\nfrom gradcheck.garbage import put_off"
    for words, looks in (*((words, True) for words in COMMANDS_OF_LAYERS), (("--help",), False)):
        code += f"\nput_off()\n{run(*words)}\nassert gc.isenabled() is {looks}, {words}"
    loaded(code, tmp_path)


@pytest.mark.parametrize(("begin", "collected"), [("put_off()", False), ("gc.set_threshold(700)", True)])
def test_nothing_looks_for_garbage_in_a_short_run(tmp_path, begin, collected):
    loaded(COLLECTED.format(begin=begin, run=run("softmax", "--inputs", "normal"), collected=collected), tmp_path)


def test_a_layer_in_numpy_loads_no_framework(tmp_path):
    (tmp_path / "own.py").write_text(
        "class Twice:\n    def forward(self, x):\n        return 2 * x\n\n"
        "    def bprop(self, v, x):\n        return 2 * v\n"
    )
    both = "\n".join(run(target, "--inputs", "normal") for target in ("softmax", "own.py"))
    assert loaded(both, tmp_path, FRAMEWORKS) == set()


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
