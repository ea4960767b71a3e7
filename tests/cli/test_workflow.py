"""What GitHub is told of a run."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

import gradcheck
from gradcheck.cli import workflow
from gradcheck.records.finding import Verdict
from tests import processes

ROOT = Path(gradcheck.__file__).parents[1]
WRONG = """
class Wrong:
    def forward(self, x):
        print("::error::injected")
        return 2 * x

    def bprop(self, v, x):
        return v
"""


@pytest.fixture
def on_github(runner, monkeypatch, tmp_path):
    """The step of a workflow, with a file for its summary."""
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary.md"))
    monkeypatch.setenv("NO_COLOR", "1")
    return runner


def test_github_is_told_after_the_table(on_github, run, tmp_path):
    on_github.answers = {"softmax": Verdict.FAIL}
    code, out, err = run("softmax")
    token = err.splitlines()[0].removeprefix("::stop-commands::")
    table, annotations = out.split(f"::{token}::\n")
    assert code == 1
    assert "FAIL bprop · x  " in table
    assert annotations.startswith("::error title=FAIL softmax%3A bprop::FAIL softmax · bprop")
    assert (tmp_path / "summary.md").read_text().startswith("### gradcheck: FAIL\n")


def test_nothing_is_told_elsewhere(runner, run, tmp_path):
    runner.answers = {"softmax": Verdict.FAIL}
    _, out, err = run("softmax")
    assert "::" not in out + err
    assert list(tmp_path.iterdir()) == []


def test_what_passes_is_only_in_the_summary(on_github, run, tmp_path):
    _, out, _ = run("softmax")
    assert "::error" not in out
    assert "| softmax | PASS |" in (tmp_path / "summary.md").read_text()


@pytest.mark.parametrize("form", ["jsonl", "junit", "sarif", "markdown"])
def test_stdout_for_a_program_stays_clean(on_github, run, form):
    on_github.answers = {"softmax": Verdict.FAIL}
    _, out, err = run(f"softmax --output-format {form}")
    assert "\n::" not in out
    assert "\n::error" in err


@pytest.mark.parametrize("words", ["--output-format github", "--output-format table -o a.txt"])
def test_annotations_come_once_when_github_listens(on_github, run, words):
    on_github.answers = {"softmax": Verdict.FAIL}
    _, out, _ = run(f"softmax {words}")
    first, second = out.splitlines()
    assert first.strip(":").isalnum()
    assert second.startswith("::error")


def test_a_run_that_breaks_lets_github_listen_again(on_github, run, tmp_path):
    on_github.answers = {"softmax": ZeroDivisionError("a fault")}
    code, out, err = run("softmax")
    token = err.splitlines()[0].removeprefix("::stop-commands::")
    assert (code, out) == (3, f"::{token}::\n")
    assert not (tmp_path / "summary.md").exists()


def test_the_summary_is_added_to_and_has_its_limit(on_github, run, tmp_path, monkeypatch):
    summary = tmp_path / "summary.md"
    summary.write_text("before\n")
    run("softmax")
    once = summary.read_text()
    assert once.startswith("before\n### gradcheck: PASS")
    monkeypatch.setattr(workflow, "STEP_SUMMARY", len(once.encode()) + 90)
    run("softmax")
    assert summary.read_text().endswith("there is no room for it here.**\n")
    assert summary.stat().st_size <= len(once.encode()) + 90


def process(folder, *words, **streams):
    """A step of a workflow in a process of its own."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "GITHUB_ACTIONS": "true", "NO_COLOR": "1"}
    (folder / "wrong.py").write_text(WRONG)
    command = [sys.executable, "-m", "gradcheck", "wrong.py", "--inputs", "normal", *words]
    return processes.run(command, cwd=folder, env=environment, text=True, **streams)


def test_layers_cannot_command_and_failures_are_placed(tmp_path):
    done = process(tmp_path)
    lines = done.stderr.splitlines()
    assert lines[0].startswith("::stop-commands::")
    assert "::error::injected" in lines[1:]
    token = lines[0].removeprefix("::stop-commands::")
    before, after = done.stdout.split(f"::{token}::\n")
    assert "::error" not in before
    assert after.startswith("::error file=wrong.py,line=7,title=FAIL Wrong%3A bprop::")
    assert all(line.startswith("::error file=wrong.py,line=7,") for line in after.splitlines())


def test_a_report_in_a_redirected_file_leaves_commands_to_stderr(tmp_path):
    with (tmp_path / "out.txt").open("w") as file:
        done = process(tmp_path, stdout=file)
    assert "::error" not in (tmp_path / "out.txt").read_text()
    assert done.stderr.splitlines()[-1].startswith("::error file=wrong.py")
