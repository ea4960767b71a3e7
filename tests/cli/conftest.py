"""A stand-in for the runner, so that the command line is tested without any numbers."""

from __future__ import annotations

import sys

import pytest

from gradcheck.cli.main import main
from gradcheck.execution.task import Address, JudgeCase
from gradcheck.records.case import Case
from gradcheck.records.fault import stated
from gradcheck.records.finding import Finding, Verdict
from gradcheck.records.report import LayerReport
from gradcheck.run import addresses as loading
from gradcheck.run import examine, sweep
from gradcheck.run.jobs import Job
from tests import in_this_process


class Runner:
    """Answers with what a test says each layer's only finding is: a verdict, None for no finding, or an exception."""

    def __init__(self):
        self.answers = {}
        self.plans = []
        self.asked = []

    def job_of(self, number, layer, plan, **_):
        self.plans.append(plan)
        case = Case(layer.subject.name, "normal")
        return Job(number, layer, (JudgeCase(f"{number}.1", Address(""), case),))

    def examine_all(self, jobs, executor, *, enough=None, on_case=None, steps=()):
        for job in jobs:
            subject = job.layer.subject
            self.asked.append(subject.name)
            for task in job.tasks:
                if on_case is not None:
                    on_case(task.case)
            print("noise of a layer")
            yield self.report(subject, enough)
            if enough is not None and enough((), ""):
                return

    def report(self, subject, enough):
        answer = self.answers.get(subject.name, Verdict.PASS)
        if isinstance(answer, BaseException):
            raise answer
        case = Case(subject.name, "normal")
        finding = () if answer is None else (Finding("bprop", answer, case, input="x", fault=stated("said so")),)
        if enough is not None:
            enough(finding)
        return LayerReport(subject.name, subject.target, finding)

    @property
    def plan(self):
        """The only plan that was run."""
        (plan,) = set(self.plans)
        return plan


@pytest.fixture
def runner(monkeypatch, tmp_path):
    """The stand-in, in an empty folder."""
    standing = Runner()
    in_this_process.stay(monkeypatch)
    monkeypatch.setattr(loading, "job_of", standing.job_of)
    for module in (examine, sweep):
        monkeypatch.setattr(module, "examine_all", standing.examine_all)
    monkeypatch.setattr(sys, "path", sys.path.copy())
    for name in ("NO_COLOR", "FORCE_COLOR", "GITHUB_ACTIONS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    return standing


@pytest.fixture
def run(capsys):
    """Run the command line on a text: its exit code, stdout and stderr."""

    def running(text):
        code = main(text.split())
        told = capsys.readouterr()
        return code, told.out, told.err

    return running
