from __future__ import annotations

import pickle
import sys

import pytest

from gradcheck.adapters.contract import subject_of
from gradcheck.errors import LoadError, UsageError
from gradcheck.execution.perform import perform
from gradcheck.execution.task import Address, Diagnose, JudgeCase, LoadTarget
from gradcheck.inputs.cases import cases_of
from gradcheck.layers.loading import load
from gradcheck.records.case import Case
from gradcheck.records.finding import Verdict
from gradcheck.records.plan import Plan
from gradcheck.run.examine import examine


def trials(target, *strategies, **facts):
    (subject,) = load(target)
    cases = cases_of(subject, Plan(inputs=strategies))
    return [JudgeCase(f"1.{k} {case.id}", Address(target), case, **facts) for k, case in enumerate(cases, start=1)]


def one(target, strategy="normal", **facts):
    (trial,) = trials(target, strategy, **facts)
    return trial


def test_a_look_finds_the_layers_of_a_file_and_where_they_are_written(layers):
    found = perform(LoadTarget(Address("layers.py"))).layers
    assert [one.subject.name for one in found][:2] == ["Right", "Wrong"]
    assert found[1].subject.target == "layers.py:Wrong"
    assert {place.file for place in found[1].places} == {"layers.py"}


def test_a_look_starts_from_its_folder(layers, tmp_path, monkeypatch):
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    assert perform(LoadTarget(Address("layers.py:Right", str(tmp_path)))).layers[0].subject.name == "Right"
    with pytest.raises(LoadError):
        perform(LoadTarget(Address("layers.py:Right")))


@pytest.mark.parametrize("name", ["Right", "Wrong"])
def test_a_trial_finds_what_an_examination_finds(layers, name):
    (subject,) = load(f"layers.py:{name}")
    report = examine(subject, Plan(inputs=("normal",)))
    result = perform(one(f"layers.py:{name}"))
    assert [(f.check, f.verdict, f.max_abs) for f in result.findings] == [
        (f.check, f.verdict, f.max_abs) for f in report.findings
    ]
    assert result.method == report.method


def test_a_strategy_that_does_not_apply_finds_nothing(layers):
    assert perform(one("layers.py:Right", "critical")).findings == ()


def test_only_the_checks_that_are_named_run(layers):
    assert {f.check for f in perform(one("layers.py:Right", checks=("contract",))).findings} == {"contract"}


def test_what_ran_before_changes_nothing(layers):
    trial = one("layers.py:Counting")
    results = [perform(trial) for _ in range(20)]
    assert all(result == results[0] for result in results)
    assert {f.verdict for f in results[0].findings} == {Verdict.PASS}


def test_in_one_process_and_without_loading_anew_it_would(layers):
    (subject,) = load("layers.py:Counting")
    assert not examine(subject, Plan(inputs=("normal", "uniform", "mixed", "sparse"))).passed


def test_what_a_layer_draws_at_random_is_the_same_every_time(layers):
    trial = one("layers.py:Drawing")
    assert perform(trial) == perform(trial)
    assert perform(trial).findings != perform(one("layers.py:Right")).findings


def test_modules_of_files_are_forgotten(layers):
    trial = one("layers.py:Right")
    before = set(sys.modules)
    perform(trial)
    assert {name for name in set(sys.modules) - before if name.startswith("_gradcheck_")} == set()


def test_a_diagnosis_is_that_of_an_examination(layers):
    (subject,) = load("layers.py:Wrong")
    plan = Plan(inputs=("normal", "uniform"))
    all_of_them = tuple(trials("layers.py:Wrong", *plan.inputs))
    known = tuple(perform(trial).findings for trial in all_of_them)
    told = perform(Diagnose("1.d", all_of_them[0].address, all_of_them, known)).sentences
    assert list(told) == [f.diagnosis for f in examine(subject, plan).findings]
    assert any(told)


def test_a_point_that_cannot_be_read_is_refused(layers):
    case = Case("Right", "given", values="x=[oops]")
    with pytest.raises(UsageError):
        perform(JudgeCase("1", Address("layers.py:Right"), case))


def test_tasks_and_results_can_be_pickled(layers):
    trial = one("layers.py:Wrong")
    result = perform(trial)
    assert pickle.loads(pickle.dumps(trial)) == trial  # noqa: S301
    assert pickle.loads(pickle.dumps(result)) == result  # noqa: S301


def test_a_layer_that_is_no_text_cannot_be_one(layers):
    assert subject_of(load("layers.py:Right")[0].layer).target == ""
