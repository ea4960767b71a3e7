from __future__ import annotations

import sys
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from gradcheck.errors import LoadError, UsageError
from gradcheck.execution.journal import Journal
from gradcheck.execution.pool import Pool
from gradcheck.execution.supervisor import Limits
from gradcheck.execution.task import JudgeCase
from gradcheck.inputs.cases import cases_of
from gradcheck.layers.loading import load
from gradcheck.records.case import Case
from gradcheck.records.finding import Verdict
from gradcheck.records.plan import Plan
from gradcheck.run.crew import PROCESS, Crew
from gradcheck.run.desk import Desk
from gradcheck.run.examine import examine
from gradcheck.run.shards import Shard
from tests.execution.layers import LAYERS
from tests.processes import at_a_limit

PLAN = Plan(inputs=("normal", "zeros", "ties"), scales=(1.0, 10.0))
NAMES = ("Right", "Wrong", "Counting", "Picky")


def examined(crew, names=NAMES, plan=PLAN, **options):
    """The reports on some of the layers, by name, without the time that they took."""
    subjects = [subject for name in names for subject in crew.load(f"layers.py:{name}")]
    crew.announce((subject, plan) for subject in subjects)
    return {one.name: replace(crew.examine(one, plan, **options), seconds=0.0) for one in subjects}


@pytest.fixture(scope="module")
def layers(tmp_path_factory):
    """One file of layers for all tests here."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.chdir(tmp_path_factory.mktemp("layers"))
        monkeypatch.setattr(sys, "path", sys.path.copy())
        Path("layers.py").write_text(LAYERS)
        yield Path.cwd()


@pytest.fixture(scope="module")
def journal(layers):
    """That of a run of one process."""
    return layers / "run.journal"


@pytest.fixture(scope="module")
def alone(layers, journal):
    """What one process finds."""
    crew = Crew(Desk(Pool(1, Limits())), opened=partial(Journal, journal, resume=False))
    found = examined(crew)
    crew.desk.close()
    return found


def test_two_processes_find_what_one_finds(alone, crewed):
    assert examined(crewed(2)) == alone


def test_it_is_what_is_found_without_them(alone):
    for name in ("Right", "Wrong"):
        (subject,) = load(f"layers.py:{name}")
        assert alone[name] == replace(examine(subject, PLAN), seconds=0.0)
    assert any(finding.diagnosis for finding in alone["Wrong"].findings)


def test_four_shards_find_together_what_is_found_at_once(alone, crewed):
    parts = [examined(crewed(shard=Shard(number, 4))) for number in range(1, 5)]
    for name, whole in alone.items():
        together = [finding for part in parts for finding in part[name].findings]
        assert sorted(together, key=lambda f: f.case.id) == sorted(whole.findings, key=lambda f: f.case.id)


def test_a_case_that_ends_its_process_is_an_error_and_costs_no_other_case(alone):
    picky = alone["Picky"].findings
    errors = [finding for finding in picky if finding.verdict is not Verdict.PASS]
    assert {(f.check, f.case.strategy, f.sentence) for f in errors} == {
        (PROCESS, "zeros", "the process left with exit code 4")
    }
    assert {f.case.strategy for f in picky} == {"normal", "zeros", "ties"}


def test_a_layer_that_takes_too_long_is_an_error_at_each_case(layers, crewed):
    def is_an_error(seconds):
        found = examined(crewed(limits=Limits(seconds)), ("Sleeping", "Right"), Plan(inputs=("normal", "zeros")))
        assert [f.sentence for f in found["Sleeping"].findings] == [f"timed out after {seconds:g} s"] * 2
        assert found["Right"].passed

    at_a_limit(is_an_error)


def test_where_a_layer_that_fails_is_written_is_told(alone):
    assert {place.method for place in alone["Wrong"].places} == {"forward", "bprop"}
    assert alone["Right"].places == ()


@pytest.mark.parametrize("lines", [0, 1, 7, 99])
def test_a_run_that_was_cut_off_goes_on_and_finds_the_same(alone, journal, crewed, tmp_path, lines):
    path = tmp_path / "run.journal"
    begun = journal.read_bytes().splitlines(keepends=True)[: lines + 1]
    path.write_bytes(b"".join(begun) + b'{"id": "3.')
    done = []
    crew = crewed(opened=partial(Journal, path, resume=True))
    crew.desk.pool.next = counted(crew.desk.pool.next, done)
    assert examined(crew) == alone
    assert path.read_bytes().splitlines(keepends=True)[: len(begun)] == begun
    everything = sum(len(cases_of(load(f"layers.py:{name}")[0], PLAN)) for name in NAMES) + 1  # and one diagnosis
    assert len(done) == max(everything - lines, 0)


def counted(following, done):
    def counting():
        task, reply = following()
        if getattr(task, "id", "").startswith(("1.", "2.", "3.", "4.")):
            done.append(task.id)
        return task, reply

    return counting


def test_cases_are_told_of_in_order(layers, crewed):
    told = []
    examined(crewed(2), ("Right",), on_case=told.append)
    assert told == list(cases_of(load("layers.py:Right")[0], PLAN))


def test_enough_leaves_out_what_is_left_of_a_layer(layers, crewed):
    seen = []

    def enough(findings):
        seen.append(findings)
        return len(seen) == 2

    report = examined(crewed(2), ("Right",), enough=enough)["Right"]
    assert len({finding.case for finding in report.findings}) == 2


def test_what_is_known_of_an_interrupted_layer_is_told(layers, crewed):
    crew = crewed()

    def interrupt(case):
        if case.strategy == "zeros":
            raise KeyboardInterrupt

    assert crew.so_far() == ()
    with pytest.raises(KeyboardInterrupt):
        examined(crew, ("Wrong",), on_case=interrupt)
    (report,) = crew.so_far()
    assert report.verdict is Verdict.FAIL
    assert len({finding.case for finding in report.findings}) == 3


def test_so_is_what_is_known_of_those_after_it(layers, crewed):
    crew = crewed()
    subjects = [crew.load(f"layers.py:{name}")[0] for name in ("Wrong", "Right")]
    crew.announce((subject, PLAN) for subject in subjects)
    one = crew._jobs[1].trials[0]
    crew.desk._replies[one.id] = crew.desk.reply(one)
    (report,) = [report for report in crew.so_far() if report.layer == "Right"]
    assert len({finding.case for finding in report.findings}) == 1


def test_a_finished_layer_is_not_told_again(layers, crewed):
    crew = crewed()
    examined(crew, ("Right",))
    assert crew.so_far() == ()


@pytest.mark.parametrize(
    ("target", "error", "said"),
    [
        ("missing.py", LoadError, "there is no such file"),
        ("sofmax", UsageError, "unknown layer 'sofmax'"),
        ("dies.py", LoadError, r"cannot load 'dies\.py': the process left with exit code 5"),
    ],
)
def test_what_cannot_be_loaded_raises_as_ever(layers, crewed, target, error, said):
    (layers / "dies.py").write_text("import os\nos._exit(5)\n")
    with pytest.raises(error, match=said):
        crewed().load(target)


def test_a_mistake_in_a_point_is_raised(layers, crewed):
    plan = Plan(replay=(Case("Right", "given", values="x=[oops]"),))
    with pytest.raises(UsageError, match="must be a number or nested lists"):
        examined(crewed(), ("Right",), plan)


def test_only_what_was_announced_is_examined(layers, crewed):
    crew = crewed()
    right, wrong = (crew.load(f"layers.py:{name}")[0] for name in ("Right", "Wrong"))
    crew.announce([(right, PLAN)])
    with pytest.raises(LookupError, match="Right was announced, not Wrong"):
        crew.examine(wrong, PLAN)


def test_whether_all_cases_are_elsewhere_is_known(layers, crewed):
    plan = Plan(inputs=("normal",))
    (case,) = cases_of(load("layers.py:Right")[0], plan)
    for number in (1, 2):
        crew = crewed(shard=Shard(number, 2))
        examined(crew, ("Right",), plan)
        assert crew.elsewhere is not Shard(number, 2).holds(case.id)
    nothing = crewed()
    examined(nothing, ("Right",), Plan(select="nothing"))
    assert not nothing.elsewhere


def test_a_trial_says_what_it_is_for(layers, crewed):
    crew = crewed()
    (right,) = crew.load("layers.py:Right")
    crew.announce([(right, Plan(inputs=("normal",)))])
    (trial,) = crew._jobs[0].trials
    assert isinstance(trial, JudgeCase)
    assert trial.id == "1.1 Right[normal,scale=1,n=5,f64]"
