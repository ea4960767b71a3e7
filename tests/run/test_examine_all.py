"""One examination, whatever does the work."""

from __future__ import annotations

import itertools
import sys
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path

import pytest

from gradcheck.errors import LoadError, UsageError
from gradcheck.execution.executor import Limits
from gradcheck.execution.in_process import InProcess
from gradcheck.execution.pool import ProcessPool
from gradcheck.inputs.cases import cases_of
from gradcheck.layers.loading import load
from gradcheck.records.case import Case
from gradcheck.records.finding import Verdict
from gradcheck.records.plan import Plan
from gradcheck.run.addresses import Loader
from gradcheck.run.examine import PROCESS, Interrupted, examine, examine_all
from gradcheck.run.jobs import cases_of_shard, journaled
from gradcheck.run.shards import WHOLE, Shard
from tests.execution.layers import LAYERS
from tests.processes import at_a_limit

PLAN = Plan(inputs=("normal", "zeros", "ties"))
NAMES = ("Right", "Wrong", "Counting", "Picky")


def jobs_of(executor, names, plan=PLAN):
    """The jobs of some of the layers."""
    loader = Loader(executor)
    subjects = [subject for name in names for subject in loader.load(f"layers.py:{name}")]
    return [loader.job(number, subject, plan) for number, subject in enumerate(subjects, start=1)]


def examined(executor, names=NAMES, plan=PLAN, *, shard=WHOLE, journal=None, resume=False, **options):
    """The reports on some of the layers, by name, without the time that they took."""
    jobs = jobs_of(executor, names, plan)
    with journaled(executor, journal, jobs, shard, Limits(), resume=resume) as noting:
        return {
            one.layer: replace(one, seconds=0.0) for one in examine_all(cases_of_shard(jobs, shard), noting, **options)
        }


@pytest.fixture(scope="module")
def layers(tmp_path_factory):
    """One file of layers for all tests here."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.chdir(tmp_path_factory.mktemp("layers"))
        monkeypatch.setattr(sys, "path", sys.path.copy())
        Path("layers.py").write_text(LAYERS)
        yield Path.cwd()


@pytest.fixture(scope="module")
def common(layers):
    """A pool of one process, which is started once for all tests here."""
    with closing(ProcessPool(1, Limits())) as one:
        yield one


@pytest.fixture
def pool(common):
    """The pool; what a test leaves undone is not done in the next one."""
    yield common
    common._queue.clear()
    with suppress(LookupError):
        while True:
            common.next()


@pytest.fixture(scope="module")
def journal(layers):
    """That of a run of one process."""
    return layers / "run.journal"


@pytest.fixture(scope="module")
def alone(common, journal):
    """What one process finds."""
    return examined(common, journal=journal)


def test_two_processes_find_what_one_finds(alone):
    with closing(ProcessPool(2, Limits())) as executor:
        assert examined(executor) == alone


def test_this_process_finds_what_others_find(alone):
    assert examined(InProcess(), ("Right", "Wrong")) == {name: alone[name] for name in ("Right", "Wrong")}
    assert any(finding.diagnosis for finding in alone["Wrong"].findings)


def test_one_layer_alone_is_examined_alike(alone):
    for name in ("Right", "Wrong"):
        (subject,) = load(f"layers.py:{name}")
        assert alone[name] == replace(examine(subject, PLAN), seconds=0.0)


def test_four_shards_find_together_what_is_found_at_once(alone, pool):
    parts = [examined(pool, shard=Shard(number, 4)) for number in range(1, 5)]
    for name, whole in alone.items():
        together = [uncounted(finding) for part in parts for finding in part[name].findings]
        found = [uncounted(finding) for finding in whole.findings]
        assert sorted(together, key=lambda f: f.case.id) == sorted(found, key=lambda f: f.case.id)


def uncounted(finding):
    """A finding without how many points its diagnosis rests on: those of a shard are fewer."""
    return replace(finding, diagnosis=finding.diagnosis.partition(" (")[0])


def test_a_shard_looks_at_its_own_points_alone(layers, monkeypatch):
    """What others judge it neither judges nor diagnoses."""
    executor = InProcess()
    done = []
    monkeypatch.setattr(executor, "next", counted(executor.next, done))
    shard = Shard(1, 2)
    examined(executor, ("Wrong",), shard=shard)
    (subject,) = load("layers.py:Wrong")
    own = [case for case in cases_of(subject, PLAN) if shard.holds(case.id)]
    assert 0 < len(own) < len(cases_of(subject, PLAN))
    assert [task.case for task in done[:-1]] == own
    assert [task.case for task in done[-1].cases] == own


def test_a_case_that_ends_its_process_is_an_error_and_costs_no_other_case(alone):
    picky = alone["Picky"].findings
    errors = [finding for finding in picky if finding.verdict is not Verdict.PASS]
    assert {(f.check, f.case.strategy, f.sentence) for f in errors} == {
        (PROCESS, "zeros", "the process left with exit code 4")
    }
    assert {f.case.strategy for f in picky} == {"normal", "zeros", "ties"}


def test_a_layer_that_takes_too_long_is_an_error_at_each_case(layers):
    def is_an_error(seconds):
        with closing(ProcessPool(1, Limits(seconds))) as executor:
            found = examined(executor, ("Sleeping", "Right"), Plan(inputs=("normal", "zeros")))
        assert [f.sentence for f in found["Sleeping"].findings] == [f"timed out after {seconds:g} s"] * 2
        assert found["Right"].passed

    at_a_limit(is_an_error)


def test_where_a_layer_that_fails_is_written_is_told(alone):
    assert {place.method for place in alone["Wrong"].places} == {"forward", "bprop"}
    assert alone["Right"].places == ()


@pytest.mark.parametrize("lines", [0, 7, 99])
def test_a_run_that_was_cut_off_goes_on_and_finds_the_same(alone, journal, pool, tmp_path, lines, monkeypatch):
    path = tmp_path / "run.journal"
    begun = journal.read_bytes().splitlines(keepends=True)[: lines + 1]
    path.write_bytes(b"".join(begun) + b'{"id": "3.')
    done = []
    monkeypatch.setattr(pool, "next", counted(pool.next, done))
    assert examined(pool, journal=path, resume=True) == alone
    assert path.read_bytes().splitlines(keepends=True)[: len(begun)] == begun
    everything = sum(len(cases_of(load(f"layers.py:{name}")[0], PLAN)) for name in NAMES) + 1  # and one diagnosis
    lost = sum(b'"kind": "process"' in line for line in begun)  # done again
    assert len(done) == max(everything - lines, 0) + lost


def counted(following, done):
    def counting():
        task, reply = following()
        if task.id.startswith(("1.", "2.", "3.", "4.")):
            done.append(task)
        return task, reply

    return counting


def test_cases_are_told_of_in_order(layers):
    told = []
    with closing(ProcessPool(2, Limits())) as executor:
        examined(executor, ("Right",), on_case=told.append)
    assert told == list(cases_of(load("layers.py:Right")[0], PLAN))


@pytest.fixture(params=["in-process", "pool"])
def executor(request, pool):
    """One of several that must do alike."""
    return InProcess() if request.param == "in-process" else pool


def test_enough_leaves_out_all_that_is_left(executor):
    seen = []

    def enough(findings, _=""):
        seen.append(findings)
        return len(seen) == 2

    reports = examined(executor, ("Right", "Wrong"), enough=enough)
    assert list(reports) == ["Right"]
    assert len({finding.case for finding in reports["Right"].findings}) == 2


def test_a_step_may_find_that_it_is_enough(executor):
    full = []

    def step(subject, report):
        full.append(subject.name)
        return report

    assert list(examined(executor, ("Right", "Wrong"), enough=lambda *_: bool(full), steps=[step])) == ["Right"]


def test_each_step_goes_on_from_the_one_before(executor):
    steps = [lambda _, report, mark=mark: replace(report, method=report.method + mark) for mark in "ab"]
    assert examined(executor, ("Right",), steps=steps)["Right"].method.endswith("ab")


def interrupted(executor, names, **options):
    """The Ctrl-C that ends a run, and the layers that were finished before."""
    finished = []
    jobs = jobs_of(executor, names)
    with pytest.raises(Interrupted) as caught:
        finished += (report.layer for report in examine_all(jobs, executor, **options))
    return caught.value, finished


def strike(case):
    """Ctrl-C at one strategy of one layer."""
    if (case.layer, case.strategy) == ("Wrong", "zeros"):
        raise KeyboardInterrupt


def test_what_is_known_of_an_interrupted_layer_is_told(executor):
    interrupt, finished = interrupted(executor, ("Right", "Wrong"), on_case=strike)
    assert finished == ["Right"]
    (report,) = interrupt.reports
    assert report.verdict is Verdict.FAIL
    assert "normal" in {finding.case.strategy for finding in report.findings}
    assert [place.method for place in report.places] == ["forward", "bprop"]


def test_so_is_what_is_known_of_those_after_it(pool, monkeypatch):
    jobs = jobs_of(pool, ("Wrong", "Right"))
    pool.submit(jobs[1].tasks[:1])
    early = [pool.next()]
    following = pool.next
    monkeypatch.setattr(pool, "next", lambda: early.pop() if early else following())

    def strike(case):
        if case.strategy == "zeros":
            raise KeyboardInterrupt

    with pytest.raises(Interrupted) as caught:
        list(examine_all(jobs, pool, on_case=strike))
    assert [report.layer for report in caught.value.reports] == ["Wrong", "Right"]
    assert caught.value.reports[1].findings


def test_a_step_that_is_interrupted_costs_no_report(executor):
    def step(subject, report):
        raise KeyboardInterrupt

    interrupt, finished = interrupted(executor, ("Wrong",), steps=[step])
    assert finished == []
    (report,) = interrupt.reports
    assert all(finding.diagnosis for finding in report.failures if finding.check == "bprop")


def test_a_step_that_breaks_down_costs_no_other_layer_its_report(executor):
    def breaks(subject, report):
        if subject.name == "Wrong":
            raise IndexError("beyond")
        return report

    whole = examined(executor, ("Wrong", "Right"))
    found = examined(InProcess(), ("Wrong", "Right"), steps=[breaks])
    assert found["Wrong"].findings[:-1] == whole["Wrong"].findings
    assert found["Wrong"].findings[-1].check == PROCESS
    assert "IndexError: beyond" in found["Wrong"].findings[-1].sentence
    assert {f.verdict for f in found["Right"].findings} == {Verdict.PASS}


def test_ctrl_c_before_anything_is_known_tells_nothing(executor):
    def strike(case):
        raise KeyboardInterrupt

    assert interrupted(executor, ("Wrong",), on_case=strike)[0].reports == ()


@pytest.mark.parametrize(
    ("target", "error", "said"),
    [
        ("missing.py", LoadError, "there is no such file"),
        ("sofmax", UsageError, "unknown layer 'sofmax'"),
        ("dies.py", LoadError, r"cannot load 'dies\.py': the process left with exit code 5"),
    ],
)
def test_what_cannot_be_loaded_raises_as_ever(layers, pool, target, error, said):
    (layers / "dies.py").write_text("import os\nos._exit(5)\n")
    with pytest.raises(error, match=said):
        Loader(pool).load(target)


def test_a_layer_object_is_given_out_once(layers):
    loader = Loader(InProcess())
    loader.prepare([("layers.py:Right", None)])
    (first,), (second,) = loader.load("layers.py:Right"), loader.load("layers.py:Right")
    assert first.layer is not second.layer


def test_the_facts_of_one_elsewhere_are_asked_for_once(layers, pool, monkeypatch):
    loader = Loader(pool)
    loader.load("layers.py:Right")
    monkeypatch.setattr(pool, "submit", None)
    (subject,) = loader.load("layers.py:Right")
    assert subject.layer is None


def test_a_mistake_in_a_point_is_raised(executor):
    plan = Plan(replay=(Case("Right", "given", values="x=[oops]"),))
    with pytest.raises(UsageError, match="must be a number or nested lists"):
        examined(executor, ("Right",), plan)


def test_the_cases_of_all_shards_are_all_cases(layers):
    jobs = jobs_of(InProcess(), ("Right",))
    parts = [task for number in range(1, 4) for job in cases_of_shard(jobs, Shard(number, 3)) for task in job.tasks]
    assert sorted(task.id for task in parts) == sorted(task.id for task in jobs[0].tasks)


def test_a_journal_is_let_go_of_whatever_happens(layers, tmp_path):
    path = tmp_path / "run.journal"
    jobs = jobs_of(InProcess(), ("Right",))
    for resume in (False, True):
        with pytest.raises(ZeroDivisionError), journaled(InProcess(), path, jobs, WHOLE, Limits(), resume=resume):
            raise ZeroDivisionError
    assert path.exists()


def test_cases_given_first_run_first_and_once(layers):
    loader = Loader(InProcess())
    (right,) = loader.load("layers.py:Right")
    usual = cases_of(right, PLAN)
    given = Case("Right", "given", values="x=[1,2]")
    job = loader.job(1, right, PLAN, first=[usual[2], given])
    assert [task.case for task in job.tasks] == [usual[2], given, *itertools.chain(usual[:2], usual[3:])]
