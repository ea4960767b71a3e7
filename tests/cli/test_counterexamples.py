"""`--replay`, `--script` and `--no-shrink`, with a layer of one's own."""

from __future__ import annotations

import json
import shlex
import sys
from dataclasses import replace

import pytest

from gradcheck.checks import CHECKS
from gradcheck.cli.main import main
from tests import processes

FILE = """
import numpy as np
print("noise of a file")
class Wrong:
    def forward(self, x): return np.sin(x)
    def bprop(self, v, x): return v * np.where(x > 0.5, 1.0, np.cos(x))
class Right:
    def forward(self, x): return np.sin(x)
    def bprop(self, v, x): return v * np.cos(x)
"""


@pytest.fixture
def run(capsys, monkeypatch, tmp_path):
    """Run the command line in a folder with two layers: its exit code, stdout and stderr."""
    monkeypatch.setattr(sys, "path", sys.path.copy())
    monkeypatch.chdir(tmp_path)
    (tmp_path / "own.py").write_text(FILE)

    def running(text):
        code = main(shlex.split(text))
        told = capsys.readouterr()
        return code, told.out, told.err

    return running


def entries(out, kind="finding"):
    return [entry for entry in map(json.loads, out.splitlines()) if entry["type"] == kind]


def test_a_failure_is_told_in_small_with_the_line_that_makes_it_again(run):
    code, out, _ = run("own.py:Wrong --inputs normal")
    assert code == 1
    assert out.count("    x = np.array([1.]); v = np.array([1.])\n") == 1
    line = next(line.strip() for line in out.splitlines() if "--replay" in line)
    assert line == "gradcheck own.py:Wrong --replay 'Wrong[x=[1],f64]'"
    assert run(line.removeprefix("gradcheck "))[0] == 1


def test_that_line_passes_with_a_right_layer(run):
    assert run("own.py:Right --replay 'Right[x=[1],f64]'")[0] == 0


def test_without_shrinking_the_case_itself_is_named(run):
    _, out, _ = run("own.py:Wrong --inputs normal --no-shrink")
    assert "--replay" not in out
    assert "gradcheck own.py:Wrong --inputs normal --scale 1" in out


def test_a_case_that_was_drawn_is_replayed_alone(run):
    _, out, _ = run("own.py --output-format jsonl --no-shrink --inputs normal,ties --size n=3")
    drawn = {entry["id"]: entry for entry in entries(out) if entry["layer"] == "Wrong" and entry["check"] == "bprop"}
    identity = "Wrong[ties,scale=1,n=3,f64]"
    _, out, _ = run(f"own.py --output-format jsonl --no-shrink --replay '{identity}'")
    assert {entry["id"] for entry in entries(out)} == {identity}
    again = next(entry for entry in entries(out) if entry["check"] == "bprop")
    assert again["max_abs"] == drawn[identity]["max_abs"]


def test_several_cases_of_several_layers(run):
    ids = "--replay 'Right[x=[1,2],f32]' --replay 'Wrong[normal,n=2,f64]'"
    _, out, _ = run(f"own.py --output-format jsonl {ids}")
    assert {entry["id"] for entry in entries(out)} == {"Right[x=[1,2],f32]", "Wrong[normal,scale=1,n=2,f64]"}


def test_layers_without_a_case_are_left_out(run):
    _, out, _ = run("own.py tanh --output-format jsonl --replay 'Right[x=[1],f64]'")
    assert [entry["layer"] for entry in entries(out, "layer")] == ["Right"]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("--replay 'Right[x=[1'", "a case must be written like"),
        ("--replay 'Rigt[x=[1],f64]'", "not of 'Rigt'; did you mean 'Right'?"),
        ("--replay 'Right[nrmal,f64]'", "unknown strategy 'nrmal'; did you mean 'normal'?"),
        ("--replay 'Right[y=[1],f64]'", "a point must give values for x, not 'y'"),
        ("--script nowhere/repro.py", "`--script` must name a file in a folder that exists"),
    ],
)
def test_mistakes_are_refused_before_anything_runs(run, words, sentence):
    code, out, err = run(f"own.py:Right {words}")
    assert (code, out) == (2, "")
    assert sentence in err


def test_a_script_is_written_and_shows_the_failure(run, tmp_path):
    assert run("own.py --script repro.py")[0] == 1
    done = processes.run([sys.executable, "repro.py"], cwd=tmp_path, text=True)
    assert done.returncode == 1
    assert "AssertionError" in done.stderr


def test_a_script_on_stdout_follows_the_report(run):
    _, out, _ = run("own.py:Wrong --script - -q")
    report, _, text = out.partition('"""A failure that gradcheck found."""')
    assert "FAIL" in report
    compile(text, "repro.py", "exec")
    assert "x = np.array([1.])" in text


def test_without_a_failure_no_script_is_written(run, tmp_path):
    code, _, err = run("own.py:Right --script repro.py")
    assert code == 0
    assert "note: no script was written" in err
    assert not (tmp_path / "repro.py").exists()


def test_a_layer_that_prints_does_not_print_into_the_script(run, tmp_path):
    (tmp_path / "own.py").write_text(FILE.replace("return np.sin(x)", "print('noise'); return np.sin(x)"))
    _, out, _ = run("own.py:Wrong --script - -q")
    assert "noise" not in out


def test_a_failure_that_no_script_shows_is_told_as_ever(run, monkeypatch, tmp_path):
    mute = replace(CHECKS["bprop"], script=lambda reproducer: [["pass"]])
    monkeypatch.setattr("gradcheck.defects.shrink.script.CHECKS", {"bprop": mute})
    code, _, err = run("own.py:Wrong --script repro.py")
    assert code == 1
    assert "note: no script was written" in err


def test_counterexamples_are_for_programs_too(run):
    _, out, _ = run("own.py:Wrong --output-format jsonl --inputs normal")
    (found,) = [entry["counterexample"] for entry in entries(out) if "counterexample" in entry]
    assert found["id"] == "Wrong[x=[1],f64]"
    assert found["text"] == "x = np.array([1.]); v = np.array([1.])"


def test_what_the_file_prints_is_not_repeated(run):
    assert run("own.py:Wrong --inputs normal")[2].count("noise of a file") == 1
