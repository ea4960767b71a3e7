"""`gradcheck check --search --corpus`: what is looked for, kept and run again."""

from __future__ import annotations

import pytest

from gradcheck.cli import search as searching

LAYERS = """
import numpy as np

class Wrong:
    def forward(self, x): return x * x
    def bprop(self, v, x): return v * np.where(x == 37.25, 2.001 * x, 2 * x)

class Right:
    def forward(self, x): return x * x
    def bprop(self, v, x): return v * 2 * x

class Broken:
    def forward(self, x): return x * x
    def bprop(self, v, x): return v * x
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder with layers to check; it is where the command runs."""
    (tmp_path / "layers.py").write_text(LAYERS)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def kept(folder):
    return {path.name.split(".")[0]: path.read_text().splitlines() for path in folder.glob("corpus/*")}


def test_what_the_usual_cases_miss_is_found_and_shrunk(folder, run):
    assert run("layers.py:Wrong --inputs normal")[0] == 0
    code, out, _ = run("layers.py:Wrong --inputs normal --search 5")
    assert code == 1
    assert "found by search (1 finding)" in out
    assert "--replay 'Wrong[x=[37.25],f64]'" in out
    assert run("layers.py:Wrong --replay Wrong[x=[37.25],f64]")[0] == 1


def test_a_right_layer_passes_and_what_was_searched_is_told(folder, run):
    code, out, err = run("layers.py:Right --inputs normal --search 0.2")
    assert (code, err) == (0, "")
    assert "searched" in out


def test_failures_are_kept_and_run_first_without_a_search(folder, run):
    assert run("layers.py:Wrong --inputs normal --search 5 --corpus corpus")[0] == 1
    assert run("layers.py:Right --inputs normal --search 0.2 --corpus corpus")[0] == 0
    assert kept(folder) == {"layers-py-wrong": ["Wrong[x=[37.25],f64]"]}
    code, out, _ = run("layers.py:Wrong --inputs normal --corpus corpus -x")
    assert code == 1
    assert out.startswith("Wrong: 1 point,")
    assert run("layers.py:Wrong --inputs normal")[0] == 0


def test_what_passes_again_stays_and_the_usual_cases_are_run_too(folder, run):
    run("layers.py:Wrong --inputs normal --search 5 --corpus corpus")
    (folder / "layers.py").write_text(LAYERS.replace("2.001", "2"))
    code, out, _ = run("layers.py:Wrong --inputs normal --corpus corpus")
    assert code == 0
    assert out.startswith("Wrong: 2 points,")
    assert kept(folder) == {"layers-py-wrong": ["Wrong[x=[37.25],f64]"]}


def test_failures_of_the_usual_cases_are_kept_once_they_are_small(folder, run):
    assert run("layers.py:Broken --inputs normal,ties --corpus corpus")[0] == 1
    (identity,) = kept(folder)["layers-py-broken"]
    assert identity.startswith("Broken[x=[")
    run("layers.py:Broken --inputs normal,ties --corpus other --no-shrink")
    assert [path.read_text() for path in folder.glob("other/*")] == ["Broken[ties,scale=1,n=5,f64]\n"]


def test_a_kept_case_that_is_a_usual_one_is_told_once(folder, run):
    run("layers.py:Broken --inputs normal --corpus corpus --no-shrink")
    _, out, _ = run("layers.py:Broken --inputs normal --corpus corpus --no-shrink")
    assert out.startswith("Broken: 1 point,")
    assert out.count("FAIL bprop · x") == 1


def test_after_a_failure_that_stops_the_run_nothing_is_searched(folder, run):
    assert "searched" not in run("layers.py:Broken --inputs normal --search 1 -x")[1]
    assert "searched" in run("layers.py:Broken --inputs normal --search 1")[1]


def test_a_line_that_cannot_be_read_is_told_and_passed_over(folder, run):
    run("layers.py:Broken --inputs normal --corpus corpus")
    (path,) = folder.glob("corpus/*")
    path.write_text("Broken[x=\x1b[31m,f64]\n" + path.read_text())
    code, _, err = run("layers.py:Broken --inputs normal --corpus corpus")
    assert code == 1
    assert "note: " in err
    assert "is passed over" in err
    assert "\x1b" not in err


def test_a_case_that_is_not_selected_is_not_run(folder, run):
    run("layers.py:Wrong --inputs normal --search 5 --corpus corpus")
    assert run("layers.py:Wrong --inputs normal --corpus corpus -k normal")[0] == 0
    assert run("layers.py:Wrong --inputs normal --corpus corpus -k 37.25")[0] == 1


def test_a_corpus_that_cannot_be_used_is_told_beside_the_report(folder, run):
    (folder / "corpus").mkdir()
    (folder / "corpus" / "inner").write_text("a file")
    code, out, err = run("layers.py:Broken --inputs normal --corpus corpus/inner/deep")
    assert code == 1
    assert "FAIL bprop · x" in out
    assert "error: the corpus could not be" in err
    assert run("softmax --corpus corpus/inner")[0] == 2


def test_without_hypothesis_a_search_is_refused_with_what_to_install(folder, run, monkeypatch):
    monkeypatch.setattr(searching, "find_spec", lambda _: None)
    code, out, err = run("layers.py:Wrong --inputs normal --search 3")
    assert (code, out) == (2, "")
    assert err == "error: `--search` needs the package hypothesis: pip install 'gradcheck[search]'\n"
    assert run("layers.py:Wrong --inputs normal")[0] == 0


@pytest.mark.parametrize("text", ["0", "-1", "nan", "inf", "soon"])
def test_seconds_must_be_positive_and_finite(folder, run, text):
    code, _, err = run(f"softmax --search={text}")
    assert code == 2
    assert text in err


@pytest.mark.parametrize("words", ["--search 1 -j 2", "--corpus corpus --timeout 3"])
def test_the_layer_must_be_in_this_process(folder, run, words):
    code, _, err = run(f"softmax {words}")
    assert code == 2
    assert words.split()[0] in err


def test_without_the_options_nothing_is_added(runner, run):
    code, out, _ = run("softmax")
    assert code == 0
    assert "searched" not in out
