"""Tasks done in this process, each when its reply is asked for, by the layer object that is at hand."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Container, Iterable
from contextlib import suppress
from functools import partial
from pathlib import Path

from gradcheck.adapters.contract import Subject
from gradcheck.checks import select_checks
from gradcheck.checks.judge import Judgement, judgement, probe_of, run_checks
from gradcheck.checks.probe import Probe
from gradcheck.checks.quiet import quiet
from gradcheck.defects.diagnose import ProbeStore, diagnose
from gradcheck.execution.answer import answering, layers_at
from gradcheck.execution.executor import Settings
from gradcheck.execution.task import (
    Address,
    Diagnose,
    Diagnoses,
    JudgeCase,
    LayerFacts,
    Loaded,
    LoadTarget,
    Reply,
    Shrink,
    SmallerPoints,
    Task,
)


class InProcess:
    """An executor for layers that are objects of this process; it need not know where they came from.

    The points of a layer's cases stay until those of another layer come: its diagnosis looks at them again.
    """

    def __init__(self) -> None:
        self._tasks: deque[Task] = deque()
        self._home = Path.cwd()
        self._folders: dict[Subject | None, Path] = {}
        self._subject: Subject | None = None
        self._store = ProbeStore()

    def submit(self, tasks: Iterable[Task], *, first: bool = False) -> None:
        """Take in tasks, in order; with `first`, ahead of all others."""
        if first:
            self._tasks.extendleft(reversed(list(tasks)))
        else:
            self._tasks.extend(tasks)

    def discard(self, unwanted: Container[str]) -> None:
        """Forget tasks, by their identity."""
        self._tasks = deque(task for task in self._tasks if task.id not in unwanted)

    def next(self) -> tuple[Task, Reply]:
        """The next task, done now, and its reply.

        Raises
        ------
        LookupError
            When no task is left.
        """
        if not self._tasks:
            raise LookupError("no task is left")
        task = self._tasks.popleft()
        with answering() as answer:
            match task:
                case LoadTarget():
                    answer.result = self._load(task.address)
                case Diagnose():
                    answer.result = self._diagnose(task)
                case Shrink():
                    answer.result = self._shrink(task)
                case JudgeCase():
                    # Here and not in a function of its own: what a debugger shows above a layer's code is short.
                    with quiet():
                        self._enter(task)
                        probe = self._probe(task)
                        answer.result = Judgement()
                        if probe is not None:
                            answer.result = judgement(probe, run_checks(probe, select_checks(task.checks)))
                            self._store.keep(probe)
        _go(self._home)
        return task, answer.reply

    def close(self) -> None:
        """Forget all tasks."""
        self._tasks.clear()

    def _load(self, address: Address) -> Loaded:
        found = layers_at(address, LayerFacts)
        with suppress(OSError):  # the folder is gone
            self._folders |= {layer.subject: Path.cwd() for layer in found.layers}
        return found

    def _enter(self, task: JudgeCase | Shrink) -> None:
        """Go to the folder that the loading of a layer went to, as in a process of its own."""
        if task.subject in self._folders:
            _go(self._folders[task.subject])

    def _probe(self, task: JudgeCase) -> Probe | None:
        subject = self._at_hand(task)
        if subject is not self._subject:
            self._subject, self._store = subject, ProbeStore()
        return probe_of(subject, task.case, thorough=task.thorough)

    def _diagnose(self, task: Diagnose) -> Diagnoses:
        self._enter(task.cases[0])
        with quiet():
            findings = diagnose(task.findings, self._store.probes)
        return Diagnoses(tuple(finding.diagnosis for finding in findings))

    def _shrink(self, task: Shrink) -> SmallerPoints:
        from gradcheck.defects.shrink.worst import reload, smaller_points  # only for failures: start-up

        subject = self._at_hand(task)
        self._enter(task)
        return SmallerPoints(smaller_points(subject, task.findings, task.seconds, partial(reload, subject)))

    def _at_hand(self, task: JudgeCase | Shrink) -> Subject:
        if task.subject is None:
            raise LookupError(f"the layer of {task.id} is not in this process")
        return task.subject


def _go(folder: Path) -> None:
    with suppress(OSError):
        os.chdir(folder)


def open_executor(settings: Settings) -> InProcess:  # noqa: ARG001 - there is nothing to set
    """An executor in this process."""
    return InProcess()
