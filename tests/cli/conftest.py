"""A stand-in for the runner, so that the command line is tested without any numbers."""

from __future__ import annotations

import sys
from types import ModuleType

import pytest

from gradcheck.cli.main import main
from gradcheck.records.case import Case
from gradcheck.records.fault import stated
from gradcheck.records.finding import Finding, Verdict
from gradcheck.records.report import LayerReport


class Runner:
    """Answers with what a test says each layer's only finding is: a verdict, None for no finding, or an exception."""

    def __init__(self):
        self.answers = {}
        self.plans = []
        self.asked = []

    def cases_of(self, subject, plan):
        return (Case(subject.name, "normal"),)

    def examine(self, subject, plan, *, enough=None, on_case=None):
        self.plans.append(plan)
        self.asked.append(subject.name)
        case = Case(subject.name, "normal")
        if on_case is not None:
            on_case(case)
        print("noise of a layer")
        answer = self.answers.get(subject.name, Verdict.PASS)
        if isinstance(answer, BaseException):
            raise answer
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
    module = ModuleType("gradcheck.run.examine")
    module.cases_of, module.examine = standing.cases_of, standing.examine
    monkeypatch.setitem(sys.modules, "gradcheck.run.examine", module)
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
