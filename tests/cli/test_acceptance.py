"""What passes: thresholds, baselines, and when a run is stopped."""

from __future__ import annotations

import datetime as dt

import pytest

from gradcheck.cli.acceptance import Acceptance
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


def settled(acceptance, reports, today=TODAY, *, whole=True):
    """What a run with these reports leaves with."""
    gate = acceptance.gate(today)
    return acceptance.settle(gate, [gate.baseline.marked(report) for report in reports], whole=whole)


@pytest.fixture
def baseline(tmp_path):
    """A baseline file with an entry for each text."""

    def write(*entries):
        path = tmp_path / "known.toml"
        path.write_text("".join(f"[[known]]\n{entry}\n" for entry in entries))
        return path

    return write


def test_known_failures_do_not_stop_a_run(baseline):
    gate = Acceptance(baseline=baseline('layer = "softmax"'), stop=True).gate()
    assert not gate.enough([finding(FAIL)])
    assert gate.enough([Finding("bprop", FAIL, Case("tanh", "normal"))])


def test_what_is_known_is_told(baseline, capsys):
    path = baseline('layer = "softmax"', 'layer = "softmax"\ncheck = "laws"', 'layer = "tanh"\nexpires = 2030-06-14')
    passed = Finding("laws", PASS, Case("softmax", "normal"))
    reports = [report(FAIL, FAIL), report(PASS), LayerReport("softmax", "softmax", (passed,))]
    assert settled(Acceptance(baseline=path), reports) == 0
    assert capsys.readouterr().err.splitlines() == [
        f"note: {path}: 2 known failures",
        f"note: {path}:6: expired on 2030-06-14: tanh",
        f"note: {path}:3: fixed: softmax · laws: remove the entry, or give --update-baseline",
    ]


@pytest.mark.parametrize("update", [True, False])
def test_an_entry_that_covers_nothing_is_told_unless_only_some_cases_were_asked_for(baseline, capsys, update):
    entries = ('layer = "sofmax"', 'layer = "softmax"\ncheck = "laws"', 'layer = "softmax"\ncheck = "bprop"')
    path = baseline(*entries)
    acceptance = Acceptance(baseline=path, update=update)
    assert settled(acceptance, [report(FAIL)]) == 0
    assert capsys.readouterr().err.splitlines()[:2] == [
        f"note: {path}:1: covers nothing that was run: sofmax; did you mean 'softmax'?",
        f"note: {path}:3: covers nothing that was run: softmax · laws",
    ]
    gate = acceptance.gate(TODAY)
    acceptance.settle(gate, [gate.baseline.marked(report(FAIL))], selected=True)
    assert "covers nothing" not in capsys.readouterr().err


@pytest.mark.parametrize(("words", "told"), [("", True), ("-k normal", False), ("--shard 1/1", False), ("-x", False)])
def test_what_covers_nothing_is_told_of_whole_runs(runner, run, baseline, words, told):
    baseline('layer = "softmax"', 'layer = "tanh"')
    runner.answers = {"softmax": FAIL, "relu": FAIL}
    err = run(f"softmax relu --baseline known.toml {words}")[2]
    assert ("known.toml:3: covers nothing that was run: tanh" in err) is told


def test_an_expired_entry_lets_nothing_pass(baseline):
    path = baseline('layer = "softmax"\nexpires = 2030-06-14')
    for today, code in ((TODAY, 1), (dt.date(2030, 6, 14), 0)):
        assert settled(Acceptance(baseline=path), [report(FAIL)], today) == code


def test_updating_accepts_this_run_and_keeps_reasons(baseline, capsys):
    path = baseline('layer = "softmax"\ncheck = "bprop"\nsize = 1e-9\nreason = "upstream"', 'layer = "tanh"')
    reports = [report(FAIL, max_rel=0.5), LayerReport("relu", "relu", (Finding("laws", ERROR, Case("relu", "ties")),))]
    assert settled(Acceptance(baseline=path, update=True), reports) == 0
    assert capsys.readouterr().err.splitlines()[1:] == [f"note: {path}: 3 known: 1 new, 0 fixed and removed"]
    text = path.read_text()
    assert 'layer = "softmax"\ncheck = "bprop"\nverdict = "FAIL"\nsize = 5.0e-01\nreason = "upstream"\n' in text
    assert settled(Acceptance(baseline=path), reports) == 0


def test_updating_does_not_renew_what_has_expired(baseline, capsys):
    path = baseline('layer = "softmax"\nexpires = 2030-06-14')
    assert settled(Acceptance(baseline=path, update=True), [report(FAIL)]) == 1
    assert "expired on 2030-06-14: softmax" in capsys.readouterr().err


def test_what_did_not_load_is_not_made_known(tmp_path):
    assert settled(Acceptance(baseline=tmp_path / "new.toml", update=True), [report(PASS)], whole=False) == 3


def test_a_baseline_of_mistakes_is_refused(baseline):
    with pytest.raises(ConfigError, match=r"known\.toml:2: known\.layr: unknown key 'layr'; did you mean 'layer'\?"):
        Acceptance(baseline=baseline('layr = "softmax"')).gate()


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


def one_layer(name, verdict):
    return LayerReport(name, name, (Finding("bprop", verdict, Case(name, "normal")),))


def test_two_runs_that_update_a_baseline_at_once_lose_no_entry_of_either(baseline):
    acceptance = Acceptance(baseline=baseline('layer = "tanh"'), update=True)
    gates = [acceptance.gate(TODAY) for _ in range(2)]  # both have read it before either writes
    acceptance.settle(gates[0], [one_layer("softmax", FAIL)])
    acceptance.settle(gates[1], [one_layer("relu", FAIL)])
    assert [entry.layer for entry in acceptance.gate(TODAY).baseline.entries] == ["relu", "softmax", "tanh"]


def test_what_one_of_them_has_fixed_stays_so(baseline):
    acceptance = Acceptance(baseline=baseline('layer = "tanh"', 'layer = "softmax"'), update=True)
    gates = [acceptance.gate(TODAY) for _ in range(2)]
    acceptance.settle(gates[0], [one_layer("softmax", PASS)])
    acceptance.settle(gates[1], [one_layer("tanh", FAIL)])
    assert [entry.layer for entry in acceptance.gate(TODAY).baseline.entries] == ["tanh"]
