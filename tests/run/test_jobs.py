from __future__ import annotations

import json

from gradcheck.adapters.contract import Subject
from gradcheck.execution.task import Address, LayerFacts
from gradcheck.records.case import Case
from gradcheck.records.input import Input
from gradcheck.records.plan import Plan
from gradcheck.records.report import SourceLine
from gradcheck.run.jobs import described, job_of
from gradcheck.run.shards import WHOLE, Shard

INPUTS = (Input("x", ("n",)),)


def found(target="softmax", *places):
    return LayerFacts(Subject(None, "one", INPUTS, target=target), places)


def job(plan=Plan(inputs=("normal", "ties")), target="softmax", folder="", number=1, places=()):  # noqa: B008 - frozen
    return job_of(number, found(target, *places), plan, folder=folder)


def test_a_job_has_a_task_for_each_case():
    first, second = job(number=3).tasks
    assert (first.id, second.id) == ("3.1 one[normal,scale=1,n=5,f64]", "3.2 one[ties,scale=1,n=5,f64]")
    assert (first.thorough, second.thorough) == (True, False)


def test_a_case_that_is_asked_for_twice_has_one():
    case = Case("one", "given", values="x=[1,2]")
    assert [task.case for task in job(Plan(replay=(case, case))).tasks] == [case]


def test_the_checks_of_the_plan_are_those_of_its_tasks():
    assert job(Plan(inputs=("normal",), checks=("bprop",))).tasks[0].checks == ("bprop",)


def test_a_file_is_seen_from_here_and_a_module_from_its_folder():
    assert job(target="folder/file.py:One", folder="/folder").tasks[0].address == Address("folder/file.py:One")
    assert job(target="module:One", folder="/folder").tasks[0].address == Address("module:One", "/folder")


def test_equal_runs_are_described_alike():
    described_run = described([job()], WHOLE)
    assert described_run == described([job()], WHOLE)
    assert json.loads(json.dumps(described_run)) == described_run


def test_runs_that_differ_are_not():
    runs = [
        [job()],
        [job(), job(number=2)],
        [job(Plan(inputs=("normal",)))],
        [job(Plan(inputs=("normal", "ties"), checks=("bprop",)))],
        [job(target="tanh")],
    ]
    told = [described(run, WHOLE) for run in runs] + [described([job()], Shard(1, 2))]
    assert all(one != other for k, one in enumerate(told) for other in told[:k])


def test_a_file_that_was_edited_makes_another_run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for target, places in (("a.py:One", ()), ("module:One", (SourceLine("bprop", "a.py", 1),))):
        (tmp_path / "a.py").write_text("1")
        before = described([job(target=target, places=places)], WHOLE)
        (tmp_path / "a.py").write_text("2")
        assert described([job(target=target, places=places)], WHOLE)["files"] != before["files"]
