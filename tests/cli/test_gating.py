"""What passes: thresholds, baselines, and when a run is stopped."""

from __future__ import annotations

import datetime as dt

import pytest

from gradcheck.cli.gating import Gate, Judge, code_of
from gradcheck.errors import ConfigError
from gradcheck.records.case import Case
from gradcheck.records.finding import Finding, Verdict
from gradcheck.records.report import LayerReport

TODAY = dt.date(2030, 6, 15)
PASS, UNDEFINED, INCONCLUSIVE, ERROR, FAIL = Verdict


def finding(verdict, **facts):
    return Finding("bprop", verdict, Case("softmax", "normal"), **facts)


def report(*verdicts, **facts):
    return LayerReport("softmax", "softmax", tuple(finding(verdict, **facts) for verdict in verdicts))


@pytest.mark.parametrize(
    ("reports", "whole", "code"),
    [
        ([report(PASS)], True, 0),
        ([report(PASS)], False, 3),
        ([report(PASS, FAIL)], False, 1),
        ([report(ERROR)], True, 3),
        ([report(ERROR), report(FAIL)], True, 1),
        ([report()], True, 5),
        ([report()], False, 3),
        ([], True, 5),
    ],
)
def test_the_worst_decides(reports, whole, code):
    assert code_of(reports, whole=whole) == code


@pytest.mark.parametrize(
    ("fail_on", "codes"), [("fail", [0, 0, 3, 1]), ("inconclusive", [0, 1, 3, 1]), ("undefined", [1, 1, 3, 1])]
)
def test_a_threshold_and_all_that_is_worse(fail_on, codes):
    worse = (UNDEFINED, INCONCLUSIVE, ERROR, FAIL)
    assert [code_of([report(PASS, verdict)], whole=True, fail_on=fail_on) for verdict in worse] == codes


def test_what_could_not_be_checked_outweighs_what_is_unsure():
    assert code_of([report(INCONCLUSIVE, ERROR)], whole=True, fail_on="inconclusive") == 3


@pytest.mark.parametrize("verdict", [FAIL, ERROR])
def test_known_failures_pass(verdict):
    assert code_of([report(verdict, notes=("known failure: upstream",))], whole=True) == 0
    assert code_of([report(verdict, notes=("sampled",))], whole=True) != 0


@pytest.mark.parametrize(("most", "runs"), [(None, 5), (1, 1), (2, 1), (3, 2), (99, 5)])
def test_a_run_is_stopped_after_so_many_failures(most, runs):
    judge = Judge(Gate(most=most))
    case = [finding(FAIL), finding(ERROR), finding(PASS)]
    ran = next((number for number in range(1, 5) if judge.enough(case)), 5)
    assert (ran, judge.full) == (runs, runs < 5)


def test_milder_verdicts_count_where_they_gate():
    assert not Judge(Gate(most=1)).enough([finding(INCONCLUSIVE)])
    assert Judge(Gate("inconclusive", most=1)).enough([finding(INCONCLUSIVE)])


@pytest.fixture
def baseline(tmp_path):
    """A baseline file with an entry for each text."""

    def write(*entries):
        path = tmp_path / "known.toml"
        path.write_text("".join(f"[[known]]\n{entry}\n" for entry in entries))
        return path

    return write


def test_known_failures_do_not_stop_a_run(baseline):
    judge = Judge(Gate(baseline=baseline('layer = "softmax"'), most=1))
    assert not judge.enough([finding(FAIL)])
    assert judge.enough([Finding("bprop", FAIL, Case("tanh", "normal"))])


def test_what_is_known_is_told(baseline, capsys):
    path = baseline('layer = "softmax"', 'layer = "softmax"\ncheck = "laws"', 'layer = "tanh"\nexpires = 2030-06-14')
    judge = Judge(Gate(baseline=path), TODAY)
    reports = list(judge.marked([report(FAIL, FAIL), LayerReport("softmax", "softmax", (finding(PASS),))]))
    passed = Finding("laws", PASS, Case("softmax", "normal"))
    reports.append(LayerReport("softmax", "softmax", (passed,)))
    assert judge.settle(reports) == 0
    assert capsys.readouterr().err.splitlines() == [
        f"note: {path}: 2 known failures",
        f"note: {path}:6: expired on 2030-06-14: tanh",
        f"note: {path}:3: fixed: softmax · laws: remove the entry, or give --update-baseline",
    ]


def test_an_expired_entry_lets_nothing_pass(baseline):
    path = baseline('layer = "softmax"\nexpires = 2030-06-14')
    for today, code in ((TODAY, 1), (dt.date(2030, 6, 14), 0)):
        judge = Judge(Gate(baseline=path), today)
        assert judge.settle(list(judge.marked([report(FAIL)]))) == code


def test_updating_accepts_this_run_and_keeps_reasons(baseline, capsys):
    path = baseline('layer = "softmax"\ncheck = "bprop"\nsize = 1e-9\nreason = "upstream"', 'layer = "tanh"')
    reports = [report(FAIL, max_rel=0.5), LayerReport("relu", "relu", (Finding("laws", ERROR, Case("relu", "ties")),))]
    judge = Judge(Gate(baseline=path, update=True), TODAY)
    assert judge.settle(list(judge.marked(reports))) == 0
    assert capsys.readouterr().err == f"note: {path}: 3 known: 1 new, 0 fixed and removed\n"
    text = path.read_text()
    assert 'layer = "softmax"\ncheck = "bprop"\nverdict = "FAIL"\nsize = 5.0e-01\nreason = "upstream"\n' in text
    again = Judge(Gate(baseline=path), TODAY)
    assert again.settle(list(again.marked(reports))) == 0


def test_updating_does_not_renew_what_has_expired(baseline, capsys):
    path = baseline('layer = "softmax"\nexpires = 2030-06-14')
    judge = Judge(Gate(baseline=path, update=True), TODAY)
    assert judge.settle(list(judge.marked([report(FAIL)]))) == 1
    assert "expired on 2030-06-14: softmax" in capsys.readouterr().err


def test_what_did_not_load_is_not_made_known(tmp_path):
    judge = Judge(Gate(baseline=tmp_path / "new.toml", update=True))
    assert judge.settle([report(PASS)], whole=False) == 3


def test_a_baseline_of_mistakes_is_refused(baseline):
    with pytest.raises(ConfigError, match=r"known\.toml:2: known\.layr: unknown key 'layr'; did you mean 'layer'\?"):
        Judge(Gate(baseline=baseline('layr = "softmax"')))


def test_from_the_command_line(runner, run, tmp_path):
    runner.answers = {"softmax": FAIL}
    assert run("softmax --baseline known.toml --update-baseline")[0] == 0
    code, out, err = run("softmax tanh --baseline known.toml")
    assert (code, err.splitlines()[-1]) == (0, "note: known.toml: 1 known failure")
    assert "softmax: notes: known failure (1 finding)" in out
    assert "reproduce" not in out
    runner.answers = {"tanh": FAIL}
    code, _, err = run("softmax tanh --baseline known.toml")
    assert code == 1
    assert "known.toml:4: fixed: softmax · bprop · x · softmax[normal,scale=1,f64]" in err


@pytest.mark.parametrize(("words", "asked"), [("-x", 1), ("--maxfail 1", 1), ("--maxfail 2", 2), ("", 3)])
def test_stopping_from_the_command_line(runner, run, words, asked):
    runner.answers = dict.fromkeys(("softmax", "tanh", "relu"), FAIL)
    run(f"{words} softmax tanh relu")
    assert len(runner.asked) == asked


def test_a_threshold_from_the_command_line(runner, run):
    runner.answers = {"softmax": INCONCLUSIVE}
    assert run("softmax")[0] == 0
    assert run("softmax --fail-on inconclusive")[0] == 1


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("--update-baseline", "`--update-baseline` must stand beside --baseline FILE"),
        ("--baseline none.toml", "none.toml: cannot be read"),
        ("--fail-on pass", "'pass' is not one of"),
        ("--maxfail 0", "x>=1"),
        ("--baseline no/such/known.toml --update-baseline", "a folder that exists"),
    ],
)
def test_mistakes_are_refused_before_anything_runs(runner, run, words, sentence):
    code, out, err = run(f"softmax {words}")
    assert (code, out, runner.asked) == (2, "", [])
    assert sentence in err


def test_an_interrupted_run_updates_nothing(runner, run, tmp_path):
    runner.answers = {"softmax": FAIL, "tanh": KeyboardInterrupt()}
    assert run("softmax tanh --baseline known.toml --update-baseline")[0] == 130
    assert not (tmp_path / "known.toml").exists()
