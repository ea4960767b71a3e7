"""A layer is its target: two files may each have a class of the same name."""

from __future__ import annotations

import json
import sys
from xml.etree import ElementTree as ET

import pytest

from gradcheck.cli.main import main

LAYERS = """
class Layer:
    def forward(self, x):
        return x * x

    def bprop(self, v, x):
        return {factor} * v * x
"""
FEW = ("--inputs", "normal,ties", "--no-shrink")


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """Two files, of which the second one's layer is wrong."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", sys.path.copy())
    for name, factor in (("a.py", 2), ("b.py", 3), ("other.py", 3)):
        (tmp_path / name).write_text(LAYERS.format(factor=factor))
    (tmp_path / "alone.py").write_text(LAYERS.format(factor=2).replace("Layer", "Alone"))
    return tmp_path


@pytest.fixture
def told(capsys):
    """What the command line leaves with and prints."""

    def telling(*words):
        code = main([*words])
        output, error = capsys.readouterr()
        return code, output, error

    return telling


def test_both_are_told_by_their_targets_in_every_form(told, folder):
    files = ("--report", "junit=a.xml", "--report", "jsonl=a.jsonl", "--report", "html=a.html")
    code, output, _ = told("a.py", "b.py", "alone.py", *FEW, *files)
    assert code == 1
    rows = (
        "a.py:Layer: 2 points",
        "b.py:Layer: 2 points",
        "Alone: 2 points",
        "FAIL bprop · x  ",
        "    b.py:6, at all 2 points",
    )
    assert all(row in output for row in rows)
    assert {suite.get("name") for suite in ET.parse("a.xml").iter("testsuite")} == {"a.py:Layer", "b.py:Layer", "Alone"}  # noqa: S314
    assert "b.py:Layer" in (folder / "a.html").read_text()
    lines = map(json.loads, (folder / "a.jsonl").read_text().splitlines())
    layers = {line["case"]["layer"] for line in lines if line["type"] == "finding"}
    assert layers == {"a.py:Layer", "b.py:Layer", "Alone"}
    assert told("report", "a.jsonl")[0] == 1


def test_one_alone_is_told_by_its_name(told):
    assert "Layer: 2 points" in told("a.py", *FEW)[1].splitlines()[0]
    assert "a.py:Layer" not in told("a.py", "alone.py", *FEW)[1]


def test_an_entry_of_a_baseline_is_that_of_one_of_them(told, folder):
    words = ("--baseline", "known.toml", *FEW)
    assert told("b.py", *words, "--update-baseline")[0] == 0
    assert 'layer = "b.py:Layer"\n' in (folder / "known.toml").read_text()
    assert told("b.py", *words)[0] == told("a.py", "./b.py", *words)[0] == 0
    code, output, _ = told("b.py", "other.py", *words)
    assert code == 1
    assert "    other.py:6, at all 2 points" in output
    assert "    b.py:6" not in output


def test_it_counts_alike_for_a_report_of_both(told):
    words = ("--baseline", "known.toml")
    assert told("b.py", *words, "--update-baseline", *FEW)[0] == 0
    for targets, code in ((("a.py", "b.py"), 0), (("b.py", "other.py"), 1)):
        assert told(*targets, *FEW, "--report", "jsonl=b.jsonl")[0] == 1
        assert told("report", "b.jsonl", *words)[0] == code


def test_a_name_alone_covers_all_that_have_it(told, folder):
    (folder / "known.toml").write_text('[[known]]\nlayer = "Layer"\n')
    assert told("b.py", "other.py", "--baseline", "known.toml", *FEW)[0] == 0
    (folder / "known.toml").write_text('[[known]]\nlayer = "Alone"\n')
    assert told("b.py", "other.py", "--baseline", "known.toml", *FEW)[0] == 1


@pytest.mark.parametrize(("expression", "code"), [("b.py", 1), ("a.py", 0), ("'b.py:layer[ties'", 5), ("layer", 1)])
def test_an_expression_selects_by_the_target_too(told, expression, code):
    assert told("a.py", "b.py", "-k", expression, *FEW)[0] == code


@pytest.mark.parametrize(("layer", "code"), [("b.py:Layer", 1), ("a.py:Layer", 0), ("Layer", 1), ("c.py:Layer", 2)])
def test_a_case_is_replayed_by_either_id(told, layer, code):
    found, output, error = told("a.py", "b.py", "--replay", f"{layer}[ties,scale=1,n=5,f64]", "--no-shrink")
    assert found == code, error
    assert ("\nb.py:Layer: 1 point" in output) == (layer == "Layer")


def test_the_line_that_makes_a_failure_again_does_so(told):
    _, output, _ = told("a.py", "b.py", "--inputs", "ties")
    (line,) = [line.split() for line in output.splitlines() if line.startswith("    gradcheck ")]
    assert line[1:3] == ["b.py:Layer", "--replay"]
    assert told(line[1], line[2], line[3].strip("'"))[0] == 1


def test_a_corpus_has_a_file_for_each(told, folder):
    assert told("b.py", "other.py", *FEW, "--corpus", "kept")[0] == 1
    assert len([*(folder / "kept").iterdir()]) == 2


def test_rows_of_a_sweep_are_told_apart(told, folder):
    (folder / "sweep.toml").write_text('[[sweep]]\nlayers = ["a.py", "b.py"]\ninputs = ["normal"]\n')
    code, output, _ = told("sweep", "sweep.toml")
    assert code == 1
    assert "\na.py:Layer" in output
    assert "MISMATCH b.py:Layer" in output
