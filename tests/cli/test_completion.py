"""What the tab key offers: names, also behind a comma; layers of a file, also where bash parts a word at its colon."""

from __future__ import annotations

import sys

import pytest
from click.shell_completion import ShellComplete

from gradcheck.checks import CHECKS
from gradcheck.cli.main import cli
from gradcheck.inputs import STRATEGIES
from gradcheck.records.case import DTYPES
from gradcheck.reports import FORMATS

LAYERS = """
raise SystemExit("it is read, not run")

class Relu:
    def forward(self, x): ...

class Half(Relu):
    pass

class Helper:
    def other(self): ...

class _Hidden:
    def forward(self, x): ...
"""


@pytest.fixture
def offered(tmp_path, monkeypatch):
    """The values that are offered for the last word of a line."""
    (tmp_path / "mine.py").write_text(LAYERS)
    (tmp_path / "torn.py").write_text("class (")
    monkeypatch.chdir(tmp_path)
    shell = ShellComplete(cli, {}, "gradcheck", "_GRADCHECK_COMPLETE")
    return lambda *words: [item.value for item in shell.get_completions([*words[:-1]], words[-1])]


@pytest.mark.parametrize("command", ["check", "sweep", "explain", "prove"])
def test_names_are_offered_on_every_command(offered, command):
    assert offered(command, "--inputs", "") == list(STRATEGIES)
    assert offered(command, "--checks", "") == list(CHECKS)
    assert offered(command, "--dtype", "") == list(DTYPES)


def test_the_last_of_several_names_is_completed(offered):
    assert offered("check", "--inputs", "normal,ti") == ["normal,ties", "normal,tiny"]
    assert offered("check", "--inputs", "ties,ti") == ["ties,tiny"]
    assert offered("check", "--inputs", "xyz") == []


def test_formats_and_choices(offered):
    assert offered("check", "--report", "") == [f"{name}=" for name in FORMATS]
    assert offered("check", "--report", "ju") == ["junit="]
    assert offered("check", "--output-format", "j") == ["jsonl", "junit"]
    assert offered("check", "--fail-on", "u") == ["undefined"]


def test_the_layers_of_a_file_are_read_from_it(offered):
    assert offered("check", "mine.py:") == ["mine.py:Relu", "mine.py:Half"]
    assert offered("explain", "mine.py:R") == ["mine.py:Relu"]
    assert offered("list", "mine.py:H") == ["mine.py:Half"]
    assert offered("check", "torn.py:") == offered("check", "missing.py:") == []


def test_a_colon_that_the_shell_makes_a_word_of(offered):
    assert offered("check", "mine.py", ":") == ["Relu", "Half"]
    assert offered("check", "mine.py", ":", "Re") == ["Relu"]


def test_layers_come_before_files(offered):
    assert offered("check", "log_softmax") == ["log_softmax", "log_softmax_nll"]
    assert offered("log_softmax_") == ["log_softmax_nll"]
    assert offered("check", "./my") == ["./my"]


def test_nothing_of_a_file_is_imported(offered):
    before = set(sys.modules)
    offered("check", "mine.py:")
    assert not {name for name in set(sys.modules) - before if "mine" in name}


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_page_names_the_line_for_each_shell(shell):
    from gradcheck.cli.help_ import PAGES

    assert f"_GRADCHECK_COMPLETE={shell}_source gradcheck" in (PAGES / "completion.md").read_text(encoding="utf-8")
