"""Reports beside the one on stdout."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gradcheck.cli.reporting import format_and_file


def kinds(path):
    return [json.loads(line)["type"] for line in path.read_text().splitlines()]


def test_several_reports_of_one_run(runner, run, tmp_path):
    code, out, _ = run("softmax tanh --report jsonl=a.jsonl --report junit=b.xml --report jsonl=c.jsonl")
    assert code == 0
    assert "2 layers" in out
    assert kinds(tmp_path / "a.jsonl") == ["run", "finding", "layer", "finding", "layer", "summary"]
    assert (tmp_path / "b.xml").read_text().count("<testsuite ") == 2
    assert (tmp_path / "c.jsonl").read_text() == (tmp_path / "a.jsonl").read_text()


def test_reports_have_no_colours(runner, run, tmp_path):
    run("softmax --color always --report table=a.txt")
    assert "\x1b" not in (tmp_path / "a.txt").read_text()
    assert "softmax" in (tmp_path / "a.txt").read_text()


def test_a_run_that_breaks_leaves_the_files_as_they_were(runner, run, tmp_path):
    (tmp_path / "a.jsonl").write_text("before")
    runner.answers = {"tanh": ZeroDivisionError("a fault")}
    assert run("softmax tanh --report jsonl=a.jsonl --report junit=b.xml")[0] == 3
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {"a.jsonl": "before"}


def test_an_interrupted_run_reports_what_is_done(runner, run, tmp_path):
    runner.answers = {"tanh": KeyboardInterrupt()}
    assert run("softmax tanh --report jsonl=a.jsonl")[0] == 130
    assert kinds(tmp_path / "a.jsonl") == ["run", "finding", "layer", "summary"]


@pytest.mark.parametrize("where", ["--report jsonl=a.jsonl", "--output-format jsonl -o a.jsonl"])
def test_programs_are_told_of_what_did_not_load(runner, run, tmp_path, where):
    assert run(f"missing.py softmax {where}")[0] == 3
    entries = [json.loads(line) for line in (tmp_path / "a.jsonl").read_text().splitlines()]
    (lost,) = [entry for entry in entries if entry["type"] == "finding" and entry["check"] == "load"]
    assert (lost["verdict"], lost["layer"]) == ("ERROR", "missing.py")
    assert "there is no such file" in lost["sentence"]


def test_people_are_told_on_stderr(runner, run):
    _, out, err = run("missing.py softmax")
    assert "missing.py" not in out
    assert "missing.py" in err


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("--report junit", "must be a format and a file, such as junit=gradcheck.xml, not 'junit'"),
        ("--report junit=", "must be a format and a file"),
        ("--report junnit=a.xml", "unknown output format 'junnit'; did you mean 'junit'?"),
        ("--report junit=no/a.xml", "`--report` must name a file in a folder that exists, not 'no/a.xml'"),
        ("--report junit=a --report sarif=a", "must name a file of its own for each report, not 'a' twice"),
        ("--report junit=./a -o a", "not 'a' twice"),
    ],
)
def test_mistakes_are_refused_before_anything_runs(runner, run, words, sentence):
    code, out, err = run(f"softmax {words}")
    assert (code, out, runner.asked) == (2, "", [])
    assert sentence in err


def test_a_file_may_have_any_name():
    assert format_and_file("junit=a=b.xml") == ("junit", Path.cwd() / "a=b.xml")
