from __future__ import annotations

import json
import platform

import numpy as np
import pytest

from gradcheck.adapters.contract import Subject
from gradcheck.execution.executor import Limits
from gradcheck.execution.task import Address, LayerFacts
from gradcheck.records.case import Case
from gradcheck.records.input import Input
from gradcheck.records.plan import Plan
from gradcheck.run.jobs import described, job_of
from gradcheck.run.shards import WHOLE, Shard

INPUTS = (Input("x", ("n",)),)


def job(plan=Plan(inputs=("normal", "ties")), target="softmax", folder="", number=1, modules=None):  # noqa: B008 - frozen
    layer = LayerFacts(Subject(None, "one", INPUTS, target=target), modules=modules or {})
    return job_of(number, layer, plan, folder=folder)


def run_of(*jobs, shard=WHOLE, limits=Limits()):  # noqa: B008 - frozen
    return described(jobs, shard, limits)


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
    one = run_of(job())
    assert one == run_of(job())
    assert json.loads(json.dumps(one)) == one


def test_runs_that_differ_are_not():
    told = [
        run_of(job()),
        run_of(job(), job(number=2)),
        run_of(job(Plan(inputs=("normal",)))),
        run_of(job(Plan(inputs=("normal", "ties"), checks=("bprop",)))),
        run_of(job(target="tanh")),
        run_of(job(), shard=Shard(1, 2)),
        run_of(job(), limits=Limits(seconds=3.0)),
        run_of(job(), limits=Limits(memory=1 << 20)),
        run_of(job(modules={"/elsewhere/helper.py": "a"})),
        run_of(job(modules={"/elsewhere/helper.py": "b"})),
    ]
    assert all(one != other for k, one in enumerate(told) for other in told[:k])


@pytest.mark.parametrize(("module", "name"), [(platform, "python_version"), (np, "__version__")])
def test_another_python_or_numpy_makes_another_run(monkeypatch, module, name):
    before = run_of(job())
    assert run_of(job()) == before
    monkeypatch.setattr(module, name, (lambda: "3.99") if name == "python_version" else "9.9")
    assert run_of(job()) != before


@pytest.mark.parametrize("edited", ["a.py", "helper.py", "package/part.py"])
def test_a_file_that_was_edited_makes_another_run(tmp_path, monkeypatch, edited):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "package").mkdir()
    for file in ("helper.py", "package/__init__.py", "package/part.py", "unused.py"):
        (tmp_path / file).write_text("")
    (tmp_path / "a.py").write_text("import helper\ndef forward(x):\n    from package import part\n")
    before = run_of(job(target="a.py:One"))
    (tmp_path / "unused.py").write_text("2")
    assert run_of(job(target="a.py:One")) == before
    with (tmp_path / edited).open("a") as file:
        file.write("# changed")
    after = run_of(job(target="a.py:One"))
    assert {name for name in after["files"] if after["files"][name] != before["files"][name]} == {edited}
