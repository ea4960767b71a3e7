"""Tasks done by the workers of a Dask cluster, in place of processes of our own."""

from __future__ import annotations

import pickle
import time
import uuid
from collections import deque
from collections.abc import Container, Iterable
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any

from gradcheck.errors import GradcheckError, LoadError
from gradcheck.execution.assignment import Assignment, DaskWorker
from gradcheck.execution.connection import CONNECT, caller, connected, said
from gradcheck.execution.dask_worker import TaskMessage, UnwantedError
from gradcheck.execution.executor import Limits, Settings
from gradcheck.execution.queue import TaskQueue
from gradcheck.execution.sources import Sources
from gradcheck.execution.supervisor_process import require_fork
from gradcheck.execution.task import Address, LoadTarget, NoResult, Reply, Task
from gradcheck.execution.wire import unpacked
from gradcheck.records.plain.garbled import GarbledError
from gradcheck.version import __version__

ARRIVAL = 60.0  # seconds that the cluster is given to have a worker, which some start when there is work only
LOOK = 0.5  # ... between two looks at which workers there are
DEATHS = 2  # of workers under a task, after which it is not tried again


class DaskExecutor:
    """Does tasks as `ProcessPool` does, each until it has a reply.

    A task goes to a worker that is chosen here, so that it is known which ones a worker took with it when it died.
    Those are tried again, each alone on a worker: if that dies too, it is the task that kills them.

    Parameters
    ----------
    scheduler : str
        Its address, such as ``tcp://host:8786``.
    limits : Limits

    Raises
    ------
    UsageError
        When the package distributed is missing.
    GradcheckError
        When the scheduler does not answer.
    """

    def __init__(self, scheduler: str, limits: Limits) -> None:
        self._scheduler = scheduler
        self._client = connected(scheduler)
        self._limits = limits
        self._run = uuid.uuid4().hex
        self._call = caller(__version__)
        self._sources = Sources()
        self._queue = TaskQueue()
        self._suspects: deque[Assignment] = deque()
        self._workers: dict[str, DaskWorker] = {}
        self._replies: deque[tuple[Task, Reply]] = deque()
        self._news: SimpleQueue[tuple[Assignment, Any]] = SimpleQueue()
        self._looked = -LOOK
        self._without_since = time.monotonic()

    def submit(self, tasks: Iterable[Task], *, first: bool = False) -> None:
        """Take in tasks; with `first`, ahead of others of the same layer."""
        self._queue.add(tasks, first=first)

    def discard(self, unwanted: Container[str]) -> None:
        """Forget tasks, by their identity, that nobody has begun."""
        self._queue.discard(unwanted)

    def next(self) -> tuple[Task, Reply]:
        """A task that is done, and its reply.

        Raises
        ------
        GradcheckError
            When the scheduler is gone, no worker comes, or one that has come cannot do tasks.
        """
        while not self._replies:
            self._refresh()
            self._send_all()
            if not (self._replies or self._queue.addresses or self._suspects or self._sent):
                raise LookupError("no task is left")
            self._await_news()
        return self._replies.popleft()

    def close(self) -> None:
        """Call off what is under way, and leave the cluster."""
        with suppress(Exception):  # it may be gone
            self._client.cancel([assignment.future for assignment in self._sent], force=True)
        with suppress(Exception):
            self._client.close(timeout=CONNECT)

    @property
    def _sent(self) -> list[Assignment]:
        return [assignment for worker in self._workers.values() for assignment in worker.assignments]

    def _refresh(self) -> None:
        """See, now and then, which workers have come and gone."""
        now = time.monotonic()
        if now < self._looked + LOOK:
            return
        self._looked = now
        try:
            threads: dict[str, int] = self._client.nthreads()
        except Exception as cause:
            raise GradcheckError(f"the scheduler at {self._scheduler} is gone: {said(cause)}") from cause
        for name in self._workers.keys() - threads.keys():
            for assignment in self._workers.pop(name).assignments:
                self._retry(assignment)
        self._workers |= {name: DaskWorker(name, threads[name] + 1) for name in threads.keys() - self._workers.keys()}
        if self._workers:
            self._without_since = now
        elif now > self._without_since + ARRIVAL:
            raise GradcheckError(f"no worker has come to the scheduler at {self._scheduler} within {ARRIVAL:g} s")

    def _send_all(self) -> None:
        workers = [
            worker
            for worker in self._workers.values()
            if not any(assignment.deaths for assignment in worker.assignments)
        ]
        while self._suspects and workers:
            worker = workers.pop(0)  # is given nothing more until it is free
            if not worker.assignments:
                self._send(self._suspects.popleft(), worker)
        while workers and (addresses := self._queue.addresses):
            worker = min(workers, key=_load)
            if len(worker.assignments) >= worker.room:
                return
            self._send_waiting(self._choose(worker, addresses), worker)

    def _choose(self, worker: DaskWorker, addresses: list[Address]) -> Address:
        """The layer that a worker has; else one that no other has; else any."""
        if worker.layer in addresses:
            return worker.layer
        taken = {other.layer for other in self._workers.values() if other.assignments}
        return next((address for address in addresses if address not in taken), addresses[0])

    def _send_waiting(self, address: Address, worker: DaskWorker) -> None:
        assignment = Assignment(self._queue.take(address))
        try:
            self._send(assignment, worker)
        except LoadError as cause:
            self._replies.append((assignment.task, Reply(NoResult("load", str(cause)))))

    def _send(self, assignment: Assignment, worker: DaskWorker) -> None:
        files = self._sources.of(assignment.task.address)
        data = pickle.dumps(TaskMessage(self._run, str(Path.cwd()), self._limits, assignment.task, files))
        key = f"gradcheck-{uuid.uuid4().hex}"
        future = self._client.submit(
            self._call, data, key=key, pure=False, workers=[worker.name], allow_other_workers=False
        )
        assignment.future = future
        if not isinstance(assignment.task, LoadTarget):  # these come first: the last of them is not to be judged first
            worker.layer = assignment.task.address
        worker.assignments.append(assignment)
        future.add_done_callback(lambda future: self._news.put((assignment, future)))

    def _await_news(self) -> None:
        """Take in the next news, if there are any before it is time to look round."""
        try:
            assignment, future = self._news.get(timeout=LOOK)
        except Empty:
            return
        if assignment.future is future:
            self._receive(assignment)

    def _receive(self, assignment: Assignment) -> None:
        worker = next(worker for worker in self._workers.values() if assignment in worker.assignments)
        distributed = import_module("distributed")
        try:
            entry = assignment.future.result(timeout=LOOK)
        except TimeoutError:
            # It may have died with its worker, of which the next look round tells.
            self._news.put((assignment, assignment.future))
            return
        except (UnwantedError, distributed.CancelledError, distributed.KilledWorker):
            worker.assignments.remove(assignment)
            self._retry(assignment)
            return
        except Exception as cause:
            raise GradcheckError(f"the worker {worker.name} cannot check layers: {said(cause)}") from cause
        if "unfit" in entry:
            raise GradcheckError(f"the worker {worker.name} {entry['unfit']}")
        worker.assignments.remove(assignment)
        assignment.future = None
        self._replies.append((assignment.task, _read(assignment.task, entry)))

    def _retry(self, assignment: Assignment) -> None:
        """Try a task again, unless it seems to be what its workers died of."""
        with suppress(Exception):
            assignment.future.cancel(force=True)
        assignment.future = None
        assignment.deaths += 1
        if assignment.deaths < DEATHS:
            self._suspects.append(assignment)
        else:
            sentence = f"{DEATHS} workers of the cluster died of it, one after another"
            self._replies.append((assignment.task, Reply(NoResult("process", sentence))))


def _load(worker: DaskWorker) -> float:
    return len(worker.assignments) / worker.room


def _read(task: Task, entry: Any) -> Reply:
    try:
        return unpacked(task, entry)
    except GarbledError:
        return Reply(NoResult("process", "the answer of its process cannot be read"))


def open_executor(settings: Settings) -> DaskExecutor:
    """One for the cluster of a scheduler, as `DaskExecutor`."""
    require_fork()
    return DaskExecutor(settings.scheduler, settings.limits)
