"""`--skip-others`, and the hook that gives it the files of a commit."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest
import yaml

from gradcheck.cli.main import main

HOOKS = Path(__file__).parents[2] / ".pre-commit-hooks.yaml"
FILES = {
    "other.py": "raise SystemExit('this must not be run')",
    "idle.py": "class Idle:\n    def forward(self, x): return x",
    "right.py": "class A:\n    def forward(self, x): return 2 * x\n    def bprop(self, v, x): return 2 * v",
    "wrong.py": "class A:\n    def forward(self, x): return 2 * x\n    def bprop(self, v, x): return 3 * v",
    "broken.py": "import gradcheck.cased\nclass A:\n    def forward(self, x): return x",
}


@pytest.fixture
def hook(tmp_path, monkeypatch):
    """The hook, run for some files of a folder."""
    monkeypatch.chdir(tmp_path)
    for name, text in FILES.items():
        (tmp_path / name).write_text(text)
    (entry,) = yaml.safe_load(HOOKS.read_text(encoding="utf-8"))
    program, *words = shlex.split(entry["entry"])
    assert program == "gradcheck"
    return lambda *files: main([*words, *files, "--inputs", "normal", "--no-shrink"])


@pytest.mark.parametrize(
    ("files", "code"),
    [
        (["other.py"], 0),
        (["idle.py"], 0),
        (["other.py", "idle.py", "right.py"], 0),
        (["right.py", "other.py", "wrong.py"], 1),
        (["right.py", "broken.py"], 3),
        (["missing.py"], 3),
    ],
)
def test_a_commit_is_as_good_as_its_layers(hook, files, code):
    assert hook(*files) == code


@pytest.mark.parametrize(("file", "told"), [("other.py", "this must not be run"), ("idle.py", "holds no layer")])
def test_without_it_such_a_file_is_an_error(hook, capsys, file, told):
    assert main([file]) == 3
    assert told in capsys.readouterr().err
