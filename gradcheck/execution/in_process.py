"""Tasks done in this process, each when its reply is asked for, by the layer object that is at hand."""

from __future__ import annotations

from collections import deque
from collections.abc import Container, Iterable
from pathlib import Path
from time import perf_counter

from gradcheck.adapters.contract import Subject
from gradcheck.checks import select_checks
from gradcheck.checks.judge import Judgement, judgement, probe_of, run_checks
from gradcheck.checks.probe import Probe
from gradcheck.checks.quiet import quiet
from gradcheck.defects.diagnose import ProbeStore, diagnose
from gradcheck.errors import LoadError, UsageError
from gradcheck.execution.executor import Settings
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
    Result,
    Task,
)
from gradcheck.layers.loading import load


class InProcess:
    """An executor for layers that are objects of this process; it need not know where they came from.

    The points of a layer's cases stay until those of another layer come: its diagnosis looks at them again.
    """

    def __init__(self) -> None:
        self._tasks: deque[Task] = deque()
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
        UsageError
            When a case is none of the layer's.
        LookupError
            When no task is left.
        """
        if not self._tasks:
            raise LookupError("no task is left")
        task = self._tasks.popleft()
        start = perf_counter()
        result: Result
        match task:
            case LoadTarget():
                result = _load(task.address)
            case Diagnose():
                result = self._diagnose(task)
            case JudgeCase():
                # Here and not in a function of its own: what a debugger shows above a layer's code is short.
                with quiet():
                    probe = self._probe(task)
                    result = Judgement()
                    if probe is not None:
                        result = judgement(probe, run_checks(probe, select_checks(task.checks)))
                        self._store.keep(probe)
        return task, Reply(result, perf_counter() - start)

    def close(self) -> None:
        """Forget all tasks."""
        self._tasks.clear()

    def _probe(self, task: JudgeCase) -> Probe | None:
        if task.subject is None:
            raise LookupError(f"the layer of {task.id} is not in this process")
        if task.subject is not self._subject:
            self._subject, self._store = task.subject, ProbeStore()
        return probe_of(task.subject, task.case, thorough=task.thorough)

    def _diagnose(self, task: Diagnose) -> Diagnoses:
        with quiet():
            findings = diagnose(task.findings, self._store.probes)
        return Diagnoses(tuple(finding.diagnosis for finding in findings))


def _load(address: Address) -> Loaded | NoResult:
    try:
        subjects = load(address.target, folder=Path(address.folder) if address.folder else None)
    except UsageError as cause:
        return NoResult("usage", str(cause))
    except LoadError as cause:
        return NoResult("load", str(cause))
    return Loaded(tuple(LayerFacts(subject) for subject in subjects))


def open_executor(settings: Settings) -> InProcess:  # noqa: ARG001 - there is nothing to set
    """An executor in this process."""
    return InProcess()
