"""Scripts as files: they find the layer, show the failure, and hold no text of a user."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import numpy as np
import pytest

import gradcheck
from gradcheck.defects.shrink.script import body, opening, script
from gradcheck.errors import UsageError
from gradcheck.layers.loading import load
from gradcheck.records.plan import Plan
from gradcheck.run.examine import examine
from tests import processes

ROOT = Path(gradcheck.__file__).parents[1]
FILE = """
import numpy as np
import helper
class Wrong:
    def forward(self, x): return np.sin(x)
    def bprop(self, v, x): return v * 1.0
made = Wrong()
"""
NAMED = FILE.replace("class Wrong:", 'class Wrong:\n    name = \'a""" + 1/0 #\\nimport os\'')


@pytest.fixture
def folder(tmp_path, monkeypatch):
    (tmp_path / "helper.py").write_text("")
    (tmp_path / "own_layers.py").write_text(FILE)
    (tmp_path / "it's named.py").write_text(NAMED)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", sys.path.copy())
    return tmp_path


def run(text, folder):
    (folder / "shown.py").write_text(text, encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "shown.py"]
    return processes.run(command, cwd=folder, env=environment, text=True)


def first_failure(subject):
    return examine(subject, Plan(inputs=("normal",))).failures[0]


@pytest.mark.parametrize("target", ["own_layers.py:made", "own_layers:Wrong", "it's named.py:Wrong"])
def test_a_script_runs_alone_and_fails_as_the_layer_does(folder, target):
    (subject,) = load(target)
    text = script(subject, first_failure(subject))
    done = run(text, folder)
    assert done.returncode == 1
    assert "AssertionError" in done.stderr
    assert done.stdout.startswith("analytic")
    assert len(text.splitlines()) < 30


def test_a_script_passes_once_the_layer_is_mended(folder):
    (subject,) = load("own_layers.py:made")
    text = script(subject, first_failure(subject))
    (folder / "own_layers.py").write_text(FILE.replace("v * 1.0", "v * np.cos(x)"))
    done = run(text, folder)
    assert (done.returncode, done.stderr) == (0, "")


def test_only_numpy_and_the_layer_are_imported(folder):
    (subject,) = load("own_layers.py:Wrong")
    assert "gradcheck" not in script(subject, first_failure(subject)).replace("gradcheck found", "")


def test_a_shipped_layer_is_imported_by_its_name():
    (subject,) = load("softmax")
    assert opening(subject)[-3:] == ["from gradcheck.layers.softmax import Softmax", "", "layer = Softmax()"]
    (chained,) = load("mlp")
    assert opening(chained)[-1] == "layer = mlp"


def test_a_layer_made_in_python_cannot_be_imported(wrong):
    with pytest.raises(UsageError, match="a script needs a layer that can be imported; wrong was made in Python"):
        opening(wrong())


def test_what_a_script_cannot_show_is_said(wrong, failing):
    finding = failing(wrong())
    right = wrong(bprop=lambda v, x: v * np.cos(x))
    with pytest.raises(UsageError, match=r"^no script shows this failure by itself: wrong · bprop"):
        body(right, finding)


def test_the_script_is_about_the_counterexample(wrong, failing):
    finding = failing(wrong())
    smaller = gradcheck.records.finding.Counterexample(gradcheck.records.identity.case_of("wrong[x=[2],f64]"))
    lines = body(wrong(), gradcheck.records.case.replace(finding, counterexample=smaller))
    assert lines[0].startswith("# wrong · bprop · x=[2] · x[0]")
    assert "x = np.array([2.])" in lines
