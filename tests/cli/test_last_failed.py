"""`--last-failed` runs what failed last time, `--collect-only` names what would be run."""

from __future__ import annotations

import json

import pytest

from gradcheck.cli import last_failed
from gradcheck.cli.main import main

LAYERS = """
class Right:
    def forward(self, x): return x * x
    def bprop(self, v, x): return 2 * v * x

class Negative:
    def forward(self, x): return x * x
    def bprop(self, v, x): return 2 * v * x * (1 if (x >= 0).any() else 2)
"""
FEW = ("--inputs", "normal,negative,zeros", "--checks", "bprop", "--no-shrink", "--output-format", "jsonl")


@pytest.fixture
def run(tmp_path, monkeypatch, capsys):
    """Run the command line in a folder with two layers: its exit code, the points that it told of, stderr."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.py").write_text(LAYERS)

    def running(*words):
        code = main([*words])
        out, err = capsys.readouterr()
        lines = [json.loads(line) for line in out.splitlines() if line.startswith("{")]
        return code, sorted({line["id"] for line in lines if line["type"] == "finding"}), err

    return running


WRONG = "Negative[negative,scale=1,n=5,f64]"


def test_only_what_failed_is_run_again(run):
    assert run("mine.py", *FEW)[0] == 1
    assert run("mine.py", "--last-failed", *FEW)[:2] == (1, [WRONG])
    assert run("--lf", *FEW)[:2] == (1, [WRONG])
    assert run("mine.py:Negative", "--lf", *FEW)[:2] == (1, [WRONG])


def test_where_nothing_failed_all_is_run_and_that_is_said(run):
    assert run("mine.py:Right", *FEW)[0] == 0
    code, points, err = run("mine.py:Right", "--lf", *FEW)
    assert (code, len(points)) == (0, 3)
    assert "note: --last-failed: nothing is known to have failed" in err


def test_what_is_mended_is_forgotten(run, tmp_path):
    run("mine.py", *FEW)
    (tmp_path / "mine.py").write_text(LAYERS.replace("else 2", "else 1"))
    assert run("--lf", *FEW)[:2] == (0, [WRONG])
    assert last_failed.recall() == ()
    assert run("--lf", *FEW)[0] == 2, "no layer is named then"


def test_what_was_not_run_is_still_known(run):
    run("mine.py", *FEW)
    run("mine.py:Right", *FEW)
    run("mine.py:Negative", "-k", "zeros", *FEW)
    assert [case.id for case in last_failed.recall()] == [f"mine.py:{WRONG}"]
    assert last_failed.recall(["./mine.py:Negative"]) == last_failed.recall(["mine.py"]) == last_failed.recall()
    assert last_failed.recall(["mine.py:Right"]) == last_failed.recall(["other.py"]) == ()


def test_a_layer_that_is_gone_costs_no_other(run, tmp_path):
    run("mine.py", *FEW)
    (tmp_path / "mine.py").write_text(LAYERS.replace("Negative", "Other"))
    assert run("mine.py", "--lf", *FEW)[0] == 5


@pytest.mark.parametrize("text", ["", "[]", "{", '{"mine.py": 3}', '{"mine.py": ["x", 3, "Negative[n"]}'])
def test_a_file_that_is_not_ours_counts_nothing(run, text):
    last_failed.place().parent.mkdir(parents=True, exist_ok=True)
    last_failed.place().write_text(text)
    assert last_failed.recall() == ()
    assert run("mine.py:Right", "--lf", *FEW)[0] == 0


def test_a_cache_that_cannot_be_written_costs_nothing(run, tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    assert run("mine.py", *FEW)[0] == 1
    assert last_failed.recall() == ()


def test_cases_are_named_and_none_is_run(capsys, run, tmp_path):
    (tmp_path / "loud.py").write_text(LAYERS.replace("return x * x", "raise SystemExit"))
    assert main(["loud.py:Right", "tanh", "--collect-only", "--inputs", "normal,ties", "-k", "ties"]) == 0
    assert capsys.readouterr().out == "Right[ties,scale=1,n=5,f64]\ntanh[ties,scale=1,n=5,f64]\n2 cases\n"
    assert main(["tanh", "--collect-only", "-k", "nothing"]) == 5
