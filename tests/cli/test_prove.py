"""`gradcheck prove`: what it is given, and what it leaves with."""

from __future__ import annotations

import json
import sys
from types import ModuleType, SimpleNamespace

import pytest

from gradcheck.cli.exits import exit_of
from gradcheck.records.case import Case
from gradcheck.records.fault import stated
from gradcheck.records.finding import Finding, Verdict
from gradcheck.records.proof import CorruptionResult, Deviation, Proof
from gradcheck.records.report import LayerReport
from gradcheck.run.gate import proof_decision

SEEN = Deviation(Case("l", "normal"), 1.0, ("bprop",))
MISSED = Deviation(Case("l", "normal"), 1.0, ())
GOOD = Proof("l", "l", ("bprop",), 1, (CorruptionResult("sign flipped", None, (SEEN,)),))
LOST = Proof("l", "l", ("bprop",), 1, (CorruptionResult("sign flipped", None, (MISSED,)),))
WRONG, BROKEN = (
    Proof(
        "l", "l", failing=LayerReport("l", "l", (Finding("bprop", verdict, Case("l", "normal"), fault=stated("no")),))
    )
    for verdict in (Verdict.FAIL, Verdict.ERROR)
)
EMPTY = Proof("l", "l")


@pytest.fixture
def driver(monkeypatch, runner):
    """A stand-in for the driver that answers with `proof` and keeps the plans."""
    standing = SimpleNamespace(proof=GOOD, plans=[], asked=[])

    def prove(subject, plan, *, on_corruption=None):
        standing.plans.append(plan)
        standing.asked.append(subject.name)
        if on_corruption:
            on_corruption("sign flipped")
        print("noise of a layer")
        if isinstance(standing.proof, BaseException):
            raise standing.proof
        return standing.proof

    package, module = ModuleType("gradcheck.run.prove"), ModuleType("gradcheck.run.prove.driver")
    module.prove, module.corruptions_of = prove, lambda subject: iter(())
    package.driver = module
    monkeypatch.setitem(sys.modules, "gradcheck.run.prove", package)
    monkeypatch.setitem(sys.modules, "gradcheck.run.prove.driver", module)
    return standing


@pytest.mark.parametrize(
    ("proof", "code"), [(GOOD, 0), (LOST, 1), (WRONG, 1), (BROKEN, 3), (EMPTY, 5), (KeyboardInterrupt(), 130)]
)
def test_the_exit_code_says_what_was_found(driver, run, proof, code):
    driver.proof = proof
    assert run("prove tanh")[0] == code


@pytest.mark.parametrize(
    ("proofs", "whole", "code"),
    [
        ([], True, 5),
        ([GOOD], True, 0),
        ([GOOD, EMPTY], True, 0),
        ([GOOD], False, 3),
        ([LOST, BROKEN], False, 1),
        ([GOOD, BROKEN], True, 3),
    ],
)
def test_the_worst_decides(proofs, whole, code):
    assert exit_of(proof_decision(proofs, whole=whole)) == code


def test_the_plan_is_that_of_a_check(driver, run):
    run("prove tanh softmax --inputs ties --scale 1,10 --seed 3 --dtype float32 --size n=7 -k ties")
    assert driver.asked == ["tanh", "softmax"]
    (plan,) = set(driver.plans)
    assert (plan.inputs, plan.scales, plan.seeds, plan.dtypes) == (("ties",), (1.0, 10.0), (3,), ("float32",))
    assert (plan.sizes, plan.select) == (((("n", 7),),), "ties")


def test_the_checks_of_a_configuration_are_those_that_must_see(driver, run, tmp_path):
    (tmp_path / "own.toml").write_text('[defaults]\nchecks = ["purity"]\n')
    run("prove tanh --config own.toml")
    assert driver.plans[0].checks == ("purity",)


def test_a_layer_prints_nothing_into_the_report(driver, run):
    _, out, err = run("prove tanh --output-format jsonl")
    assert [json.loads(line)["type"] for line in out.splitlines()] == ["trial", "proof"]
    assert "noise of a layer" in err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("prove", ""),
        ("prove tahn", "did you mean 'tanh'"),
        ("prove tanh --inputs teis", "did you mean 'ties'"),
        ("prove tanh --size k=3", "`--size`"),
        ("prove tanh --output-format html", "html"),
    ],
)
def test_what_is_mistyped_is_refused(driver, run, words, said):
    code, _, err = run(words)
    assert code == 2
    assert said in err
    assert driver.asked == []


def test_a_report_goes_to_a_file(driver, run, tmp_path):
    assert run("prove tanh -o proof.txt")[:2] == (0, "")
    assert "caught 1 of 1" in (tmp_path / "proof.txt").read_text()


def test_without_a_stand_in(run, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    code, out, _ = run("prove tanh --inputs normal -q")
    assert code == 0
    assert out.startswith("tanh: caught ")
    (tmp_path / "gradcheck.toml").write_text('[defaults]\nchecks = ["purity"]\n')
    code, out, _ = run("prove tanh --inputs normal -q")
    assert code == 1
    assert "MISSED sign flipped" in out
