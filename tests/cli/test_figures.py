"""The option --figures, and which reports have figures."""

from __future__ import annotations

import json

import pytest

WRONG = """
class Wrong:
    def forward(self, x):
        return x * x

    def bprop(self, v, x):
        return 2.2 * x * v
"""
CONFIG = """
[[sweep]]
layers = ["wrong.py:Wrong"]
inputs = ["normal"]
expect = "fail"
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder with a layer whose bprop is wrong, and a sweep that expects it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)
    (tmp_path / "wrong.py").write_text(WRONG)
    (tmp_path / "sweep.toml").write_text(CONFIG)
    return tmp_path


def figures(path):
    """How many lines of a report in jsonl hold figures."""
    return sum("figures" in json.loads(line) for line in path.read_text().splitlines())


def test_a_page_has_figures(folder, run):
    assert run("wrong.py --inputs normal --report html=a.html --report jsonl=a.jsonl")[0] == 1
    assert (folder / "a.html").read_text().count('class="curve"') == 1
    assert figures(folder / "a.jsonl") == 1


def test_figures_wait_in_jsonl_for_a_page(folder, run):
    run("wrong.py --inputs normal --figures --report jsonl=a.jsonl")
    assert figures(folder / "a.jsonl") == 1
    assert run("report a.jsonl --output-format html -o b.html")[0] == 1
    assert (folder / "b.html").read_text().count('class="curve"') == 1


def test_without_a_page_there_are_none(folder, run):
    run("wrong.py --inputs normal --report jsonl=a.jsonl")
    assert figures(folder / "a.jsonl") == 0


def test_a_page_on_stdout_has_figures_and_its_date(folder, run, monkeypatch):
    monkeypatch.setattr("gradcheck.cli.output.today", lambda: "2031-02-03")
    _, out, _ = run("wrong.py --inputs normal --output-format html")
    assert 'class="curve"' in out
    assert "2031-02-03" in out


def test_sweeps_have_figures_too(folder, run):
    assert run("sweep sweep.toml --figures --report jsonl=a.jsonl")[0] == 0
    assert figures(folder / "a.jsonl") == 1
    run("sweep sweep.toml --report jsonl=a.jsonl")
    assert figures(folder / "a.jsonl") == 0


def test_an_interrupt_costs_the_figures_alone(folder, run, monkeypatch):
    def interrupted(subject, report):
        raise KeyboardInterrupt

    monkeypatch.setattr("gradcheck.run.explain.keeping.illustrated", interrupted)
    assert run("wrong.py --inputs normal --figures --report jsonl=a.jsonl")[0] == 130
    kinds = [json.loads(line)["type"] for line in (folder / "a.jsonl").read_text().splitlines()]
    assert kinds[-2:] == ["layer", "summary"]
