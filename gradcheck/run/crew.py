"""Layers loaded and examined in other processes, by functions like those that do so in this one."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from gradcheck.adapters.contract import Subject
from gradcheck.checks.judge import Judgement
from gradcheck.errors import LoadError, UsageError
from gradcheck.execution.journal import Journal
from gradcheck.execution.task import (
    Address,
    Diagnose,
    Diagnoses,
    JudgeCase,
    LayerFacts,
    Loaded,
    LoadTarget,
    NoResult,
    Reply,
)
from gradcheck.records.case import Case
from gradcheck.records.fault import stated
from gradcheck.records.finding import Finding, Verdict
from gradcheck.records.plan import Plan
from gradcheck.records.report import LayerReport
from gradcheck.run.desk import Desk
from gradcheck.run.examine import summed_up
from gradcheck.run.jobs import Job, described, job_of
from gradcheck.run.shards import WHOLE, Shard
from gradcheck.text import printable

PROCESS = "process"  # what a finding names in place of a check where the layer's process did not live


@dataclass
class Crew:
    """Loads layers and examines them by way of a desk.

    Attributes
    ----------
    desk
    shard
        The cases of other shards are left out.
    opened
        Opens the journal of a run, once it is known which run it is; None to keep none.
    """

    desk: Desk
    shard: Shard = WHOLE
    opened: Callable[[Mapping[str, Any]], Journal] | None = None
    _seen: dict[Address, Reply] = field(default_factory=dict)
    _found: dict[Subject, tuple[LayerFacts, str]] = field(default_factory=dict)
    _jobs: deque[Job] = field(default_factory=deque)
    _replies: dict[JudgeCase, Reply] = field(default_factory=dict)  # to the trials of the first job
    _everywhere: int = 0
    _here: int = 0

    @property
    def elsewhere(self) -> bool:
        """Whether there are cases, but all of them in other shards."""
        return self._everywhere > 0 == self._here

    def look(self, targets: Iterable[tuple[str, Path | None]]) -> None:
        """Load several targets at once; `load` then has them at hand."""
        addresses = dict.fromkeys(_address(target, folder) for target, folder in targets)
        looks = [LoadTarget(address) for address in addresses if address not in self._seen]
        self.desk.begin(looks)
        self._seen |= {look.address: self.desk.reply(look) for look in looks}

    def load(self, target: str, *, folder: Path | None = None) -> tuple[Subject, ...]:
        """As `gradcheck.layers.loading.load`; the layers themselves stay where they are, only their facts come back."""
        self.look([(target, folder)])
        address = _address(target, folder)
        match self._seen[address].result:
            case Loaded(layers):
                self._found |= {found.subject: (found, address.folder) for found in layers}
                return tuple(found.subject for found in layers)
            case NoResult("usage", sentence):
                raise UsageError(sentence)
            case NoResult("load", sentence):
                raise LoadError(sentence)
            case other:
                raise LoadError(f"cannot load {printable(target)!r}: {_sentence(other)}")

    def announce(self, asked: Iterable[tuple[Subject, Plan]]) -> None:
        """Say, once, what `examine` will be asked for, in order: the work begins.

        Raises
        ------
        UsageError
            When a plan holds a mistake, or the journal is of another run.
        """
        for number, (subject, plan) in enumerate(asked, start=1):
            self._jobs.append(job_of(number, *self._found[subject], plan))
        if self.opened is not None:
            self.desk.journal = self.opened(described(self._jobs, self.shard))
        for job in self._jobs:
            own = self._own(job)
            self.desk.begin(own)
            self._everywhere += len(job.trials)
            self._here += len(own)

    def examine(
        self,
        subject: Subject,
        plan: Plan,
        *,
        enough: Callable[[Sequence[Finding]], bool] | None = None,
        on_case: Callable[[Case], None] | None = None,
    ) -> LayerReport:
        """As `gradcheck.run.examine.examine`, of what was announced next; `on_case` is told of cases that are done."""
        job = self._jobs[0]
        if (job.found.subject, job.plan) != (subject, plan):
            raise LookupError(f"{job.found.subject.name} was announced, not {subject.name}")
        trials = self._own(job)
        for place, trial in enumerate(trials):
            self._replies[trial] = reply = self.desk.reply(trial)
            if on_case:
                on_case(trial.case)
            if enough and enough(_judged(trial, reply).findings):
                self.desk.pool.discard(frozenset(left.id for left in trials[place + 1 :]))
                job = replace(job, trials=tuple(self._replies))
                break
        report = _report(job, self._replies, self._diagnosed(job))
        self._jobs.popleft()
        self._replies.clear()
        return report

    def so_far(self) -> tuple[LayerReport, ...]:
        """What is known of the layer that `examine` was interrupted at, and of those after it."""
        reports = []
        for job in self._jobs:
            replies = {trial: self._replies.get(trial) or self.desk.at_hand(trial) for trial in self._own(job)}
            known = {trial: reply for trial, reply in replies.items() if reply is not None}
            if known:
                reports.append(_report(job, known, _findings(known)))
        return tuple(reports)

    def _own(self, job: Job) -> tuple[JudgeCase, ...]:
        return tuple(trial for trial in job.trials if self.shard.holds(trial.case.id))

    def _diagnosed(self, job: Job) -> tuple[Finding, ...]:
        """The findings about a layer, those that fail with what is wrong.

        All cases of the layer have a say in it, also those of other shards: it must not depend on which they are. A
        layer that costs a process its life is not asked again.
        """
        findings = _findings(self._replies)
        if not any(f.verdict is Verdict.FAIL for f in findings) or any(f.check == PROCESS for f in findings):
            return findings
        known = tuple(_judged(t, self._replies[t]).findings if t in self._replies else None for t in job.trials)
        task = Diagnose(f"{job.number}.diagnosis of {len(job.trials)}", job.trials[0].address, job.trials, known)
        self.desk.begin([task], first=True)
        match self.desk.reply(task).result:
            case Diagnoses(sentences):
                return tuple(replace(f, diagnosis=told) for f, told in zip(findings, sentences, strict=True))
            case _:
                return findings


def _report(job: Job, replies: Mapping[JudgeCase, Reply], findings: tuple[Finding, ...]) -> LayerReport:
    results = [_judged(trial, reply) for trial, reply in replies.items()]
    report = summed_up(job.found.subject, findings, results, sum(reply.seconds for reply in replies.values()))
    return report if report.passed else replace(report, places=job.found.places)


def _findings(replies: Mapping[JudgeCase, Reply]) -> tuple[Finding, ...]:
    return tuple(finding for trial, reply in replies.items() for finding in _judged(trial, reply).findings)


def _address(target: str, folder: Path | None) -> Address:
    return Address(target, "" if folder is None else str(folder.resolve()))


def _judged(trial: JudgeCase, reply: Reply) -> Judgement:
    """What a trial says; a process that did not live is an error at its case.

    Raises
    ------
    UsageError
        When the case is none of the layer's.
    """
    match reply.result:
        case Judgement() as judged:
            return judged
        case NoResult("usage", sentence):
            raise UsageError(sentence)
        case other:
            return Judgement((Finding(PROCESS, Verdict.ERROR, trial.case, fault=stated(_sentence(other))),))


def _sentence(result: object) -> str:
    return result.sentence if isinstance(result, NoResult) else f"answered with {type(result).__name__}"
