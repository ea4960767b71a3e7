"""`gradcheck explain`: what is laid open, where it is written, and what it leaves with."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest

from gradcheck.cli.main import main

LAYERS = """
import numpy as np

class Right:
    def forward(self, x): return x * x
    def bprop(self, v, x): print("noise"); return 2 * x * v

class Wrong(Right):
    def bprop(self, v, x): return 3 * x * v

class Raises(Right):
    def forward(self, x): raise ValueError("\\x1b[31m[bold]no luck[/bold]")
"""

ALONE = "class Alone:\n    def forward(self, x): return x\n    def bprop(self, v, x): return 2 * v\n"


@pytest.fixture
def run(capsys, tmp_path, monkeypatch):
    """Run `gradcheck explain` on words, beside a file of layers: its exit code, stdout and stderr."""
    (tmp_path / "mine.py").write_text(LAYERS)
    (tmp_path / "alone.py").write_text(ALONE)
    monkeypatch.chdir(tmp_path)
    for name in ("NO_COLOR", "FORCE_COLOR", "GITHUB_ACTIONS", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)

    def running(*words):
        code = main(["explain", *words])
        told = capsys.readouterr()
        return code, told.out, told.err

    return running


@pytest.mark.parametrize(
    ("layer", "code", "head"),
    [("Right", 0, "PASS Right: bprop"), ("Wrong", 1, "FAIL Wrong: bprop"), ("Raises", 3, "ERROR Raises: contract")],
)
def test_exit_codes_and_heads(run, layer, code, head):
    left, out, err = run(f"mine.py:{layer}")
    assert (left, out.splitlines()[0]) == (code, head)
    assert "what was tried" in out
    assert "Traceback" not in err


def test_a_shipped_layer(run):
    code, out, err = run("softmax", "--at", "softmax[ties,scale=1,n=5,f64]")
    assert (code, err) == (0, "")
    assert "case        softmax[ties,scale=1,n=5,f64]" in out


def test_what_a_layer_prints_stays_out_of_the_page(run):
    _, out, err = run("mine.py:Right")
    assert "noise" in err
    assert "noise" not in out


def test_what_a_layer_says_cannot_drive_the_terminal(run):
    _, out, _ = run("mine.py:Raises")
    assert "\x1b" not in out
    assert "\\x1b[31m[bold]no luck[/bold]" in out


def test_a_case_names_its_layer_among_several(run):
    code, out, _ = run("mine.py", "--at", "Wrong[x=[0,2.5],f64]")
    assert code == 1
    assert "case        Wrong[x=[0,2.5],f64]" in out
    assert "points      1, written out" in out


def test_a_file_with_one_layer_needs_no_name(run):
    assert run("alone.py")[1].startswith("FAIL Alone: bprop\n")


def test_one_check_alone(run):
    assert run("softmax", "--checks", "jacobian")[1].startswith("PASS softmax: jacobian\n")
    code, out, err = run("mine.py:Right", "--checks", "jacobian")
    assert (code, out) == (5, "")
    assert "no finding of jacobian about Right" in err


def test_nothing_is_written_where_there_is_nothing_to_explain(run, tmp_path):
    assert run("mine.py:Right", "--checks", "jacobian", "-o", "page.txt", "--svg", "page.svg")[0] == 5
    assert {path.name for path in tmp_path.glob("page.*")} == set()


def test_a_seed_draws_other_points(run):
    _, out, _ = run("mine.py:Wrong", "--seed", "3")
    assert "seed=3]" in out


def test_the_defaults_of_a_found_file_hold(run, tmp_path):
    (tmp_path / "gradcheck.toml").write_text('[defaults]\ninputs = ["ties"]\n')
    assert "inputs      ties\n" in run("mine.py:Wrong")[1]


def test_a_page_and_a_picture_are_written(run, tmp_path):
    code, out, _ = run("mine.py:Wrong", "-o", "page.txt", "--svg", "page.svg")
    assert (code, out) == (1, "")
    assert (tmp_path / "page.txt").read_text(encoding="utf-8").startswith("FAIL Wrong: bprop\n")
    root = ET.parse(tmp_path / "page.svg").getroot()  # noqa: S314 - our own
    assert "FAIL Wrong: bprop" in "".join(root.itertext())
    assert {"curve", "map"} <= {each.get("class") for each in root.iter("{http://www.w3.org/2000/svg}svg")}


@pytest.mark.parametrize(("color", "escapes"), [("always", True), ("never", False), ("auto", False)])
def test_colours(run, color, escapes):
    assert ("\x1b[" in run("mine.py:Wrong", "--color", color)[1]) is escapes


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["sofmax"], "did you mean 'softmax'?"),
        (["mine.py"], "`explain` takes one layer, mine.py holds 3: Right, Wrong, Raises"),
        (["softmax", "--at", "sofmax[ties,f64]"], "a case of softmax, not of 'sofmax'; did you mean 'softmax'?"),
        (["softmax", "--at", "softmax"], "a case must be written like"),
        (["softmax", "--at", "softmax[tie,f64]"], "unknown strategy 'tie'; did you mean 'ties'?"),
        (["softmax", "--at", "softmax[y=[1],f64]"], "a point must give values for x, not 'y'"),
        (["softmax", "--at", "softmax[ties,f64]", "--seed", "1"], "`--seed` must not stand beside --at"),
        (["softmax", "--checks", "purty"], "did you mean 'purity'?"),
        (["softmax", "--at", "softmax[ties,f64]", "--at", "softmax[zeros,f64]"], "takes one case: give --at once"),
        (["softmax", "--size", "m=3"], "`--size` must name a size of a layer here"),
        (["softmax", "--svg", "nowhere/a.svg"], "`--svg` must name a file in a folder that exists"),
        (["softmax", "-o", "nowhere/a.txt"], "a folder that exists"),
    ],
)
def test_mistakes_are_refused(run, words, sentence):
    code, out, err = run(*words)
    assert (code, out) == (2, "")
    assert sentence in err


def test_a_target_that_does_not_load(run):
    code, out, err = run("missing.py:Layer")
    assert (code, out) == (3, "")
    assert "missing.py" in err
