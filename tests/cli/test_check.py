"""`gradcheck check`: what is run, what is told, and what it leaves with."""

from __future__ import annotations

import json

import pytest

from gradcheck.records.finding import Verdict
from gradcheck.records.plan import Plan

LAYER = "class Mine:\n    def forward(self, x): return x\n    def bprop(self, v, x): return v\n"


@pytest.mark.parametrize("words", ["softmax tanh", "check softmax tanh", "-q softmax tanh", "-- softmax tanh"])
def test_the_word_check_may_be_left_out(runner, run, words):
    code, out, _ = run(words)
    assert (code, runner.asked) == (0, ["softmax", "tanh"])
    assert "2 layers" in out
    assert runner.plan == Plan()


def test_a_layer_named_twice_is_checked_once(runner, run):
    run("softmax tanh softmax")
    assert runner.asked == ["softmax", "tanh"]


def test_all_is_every_shipped_layer(runner, run):
    from gradcheck.layers import LAYERS

    assert run("check --all")[0] == 0
    assert runner.asked == list(LAYERS)


def test_what_a_layer_prints_stays_out_of_the_report(runner, run):
    _, out, err = run("--output-format jsonl softmax")
    assert [json.loads(line)["type"] for line in out.splitlines()] == ["run", "finding", "layer", "summary"]
    assert "noise of a layer" in err


@pytest.mark.parametrize(
    ("answers", "code"),
    [
        ({}, 0),
        ({"softmax": Verdict.INCONCLUSIVE, "tanh": Verdict.UNDEFINED}, 0),
        ({"softmax": Verdict.FAIL}, 1),
        ({"softmax": Verdict.ERROR}, 3),
        ({"softmax": Verdict.ERROR, "tanh": Verdict.FAIL}, 1),
        ({"softmax": None}, 0),
        ({"softmax": None, "tanh": None}, 5),
        ({"softmax": KeyboardInterrupt()}, 130),
        ({"softmax": SystemExit(0)}, 3),
        ({"softmax": ZeroDivisionError("a fault")}, 3),
    ],
)
def test_exit_codes(runner, run, answers, code):
    runner.answers = answers
    assert run("softmax tanh")[0] == code


def test_a_target_that_does_not_load_leaves_the_others_checked(runner, run, tmp_path):
    (tmp_path / "bad.py").write_text("print('hi')\n1 / 0")
    code, out, err = run("bad.py missing.py softmax")
    assert (code, runner.asked) == (3, ["softmax"])
    assert "hi" not in out
    assert "bad.py:2" in err
    assert "missing.py" in err


def test_a_wrong_derivative_outweighs_what_did_not_load(runner, run):
    runner.answers = {"softmax": Verdict.FAIL}
    assert run("missing.py softmax")[0] == 1


def test_an_unknown_layer_stops_everything_before_it_starts(runner, run):
    code, out, err = run("softmax sofmax")
    assert (code, out, runner.asked) == (2, "", [])
    assert "did you mean 'softmax'?" in err


def test_a_mistyped_command_is_told_so(runner, run):
    assert "did you mean 'sweep'?" in run("sweeep")[2]


def test_a_file_of_ones_own(runner, run, tmp_path):
    (tmp_path / "mine.py").write_text(LAYER)
    code, _, _ = run("mine.py:Mine")
    assert (code, runner.asked) == (0, ["Mine"])


def test_stop_leaves_out_the_layers_after_the_first_failure(runner, run):
    runner.answers = {"softmax": Verdict.FAIL}
    assert run("-x softmax tanh")[0] == 1
    assert runner.asked == ["softmax"]


def test_without_stop_they_are_checked(runner, run):
    runner.answers = {"softmax": Verdict.FAIL}
    run("softmax tanh")
    assert runner.asked == ["softmax", "tanh"]


def test_an_interrupt_tells_what_is_done(runner, run):
    runner.answers = {"tanh": KeyboardInterrupt()}
    code, out, err = run("softmax tanh relu")
    assert code == 130
    assert "softmax" in out
    assert "relu" not in out
    assert "interrupted" in err


def test_an_interrupted_report_in_a_file_is_whole(runner, run, tmp_path):
    runner.answers = {"tanh": KeyboardInterrupt()}
    assert run("softmax tanh --output-format jsonl -o report.jsonl")[0] == 130
    entries = [json.loads(line) for line in (tmp_path / "report.jsonl").read_text().splitlines()]
    assert [entry["type"] for entry in entries] == ["run", "finding", "layer", "summary"]


def test_nothing_selected_is_said(runner, run):
    runner.answers = {"softmax": None}
    assert "nothing selected" in run("softmax")[2]


def test_flags_make_the_plan(runner, run):
    run("softmax --inputs ties,spike --scale 1e-3,1 --size n=2,3 --dtype float32 --seed 7 -k ties")
    sizes = ((("n", 2),), (("n", 3),))
    assert runner.plan == Plan(("ties", "spike"), (1e-3, 1.0), sizes, ("float32",), (7,), (), "ties")


def test_a_found_file_gives_the_defaults_and_flags_win(runner, run, tmp_path):
    (tmp_path / "gradcheck.toml").write_text("[defaults]\nseeds = [1, 2]\nscales = [10]\n")
    run("softmax --scale 3")
    assert runner.plan == Plan(scales=(3.0,), seeds=(1, 2))


def test_a_named_file_comes_before_a_found_one(runner, run, tmp_path):
    (tmp_path / "gradcheck.toml").write_text("[defaults]\nseeds = [1, 2]\n")
    (tmp_path / "other.toml").write_text("[defaults]\nseeds = [3]\n")
    run("softmax --config other.toml")
    assert runner.plan == Plan(seeds=(3,))


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("softmax --inputs tiess", "unknown strategy 'tiess'; did you mean 'ties'?"),
        ("softmax -k (ties", "needs `)`"),
        ("softmax --size q=3", "`--size` must name a size of a layer here (n), not 'q'"),
        ("softmax --seed -1", "x>=0"),
        ("softmax --seed one", "'one' is not a valid integer"),
        ("softmax --scale 0", "must be positive finite numbers"),
        ("softmax --config missing.toml", "does not exist"),
        ("softmax --output-format xml", "table"),
        ("softmax -o nowhere/report.txt", "a folder that exists"),
        ("softmax --bogus", "No such option"),
        ("-q", "name at least one layer"),
        ("a:b:c", "cannot be read"),
    ],
)
def test_mistakes_are_refused(runner, run, words, sentence):
    code, out, err = run(words)
    assert (code, out, runner.asked) == (2, "", [])
    assert sentence in err
    assert "Traceback" not in err


def test_a_mistake_in_a_found_file_is_refused(runner, run, tmp_path):
    (tmp_path / "gradcheck.toml").write_text("[defaults]\nsede = [1]\n")
    code, _, err = run("softmax")
    assert code == 2
    assert "gradcheck.toml:2" in err


def test_a_report_goes_to_a_file(runner, run, tmp_path):
    code, out, _ = run("softmax --output-format jsonl -o report.jsonl")
    assert (code, out) == (0, "")
    assert json.loads((tmp_path / "report.jsonl").read_text().splitlines()[0])["type"] == "run"


def test_a_failing_run_leaves_no_file(runner, run, tmp_path):
    runner.answers = {"softmax": ZeroDivisionError("a fault")}
    assert run("softmax -o report.txt")[0] == 3
    assert list(tmp_path.iterdir()) == []


def test_what_did_not_load_alone_tells_no_report(runner, run):
    code, out, _ = run("missing.py")
    assert (code, out) == (3, "")


STRUCK = """
import numpy as np

class Wrong:
    def forward(self, x):
        if not np.any(x):
            raise KeyboardInterrupt
        return np.tanh(x)

    def bprop(self, v, x):
        return -v * (1 - np.tanh(x) ** 2)
"""


def test_ctrl_c_within_a_layer_tells_what_is_known_of_it(run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "struck.py").write_text(STRUCK)
    code, out, err = run("struck.py --inputs normal,zeros")
    assert code == 130
    assert "FAIL bprop · x  " in out
    assert "zeros" not in out
    assert "interrupted" in err


@pytest.mark.parametrize(
    ("words", "field", "value"),
    [
        ("--inputs normal --inputs zeros", "inputs", ("normal", "zeros")),
        ("--inputs normal,ties --inputs zeros,normal", "inputs", ("normal", "ties", "zeros")),
        ("--scale 1 --scale 1e3,1", "scales", (1.0, 1e3)),
        ("--dtype float32 --dtype float64", "dtypes", ("float32", "float64")),
        ("--size n=2 --size n=3", "sizes", ((("n", 2),), (("n", 3),))),
        ("--inputs normal", "inputs", ("normal",)),
    ],
)
def test_lists_that_are_given_several_times_add_up(runner, run, words, field, value):
    assert run(f"softmax {words}")[0] == 0
    assert getattr(runner.plan, field) == value


def test_each_of_several_lists_must_be_right(runner, run):
    code, _, err = run("softmax --inputs normal --inputs ,")
    assert code == 2
    assert "names separated by commas" in err
