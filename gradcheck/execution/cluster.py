"""Tasks done by the workers of a Dask cluster, in place of processes of our own."""

from __future__ import annotations

import pickle
import time
import uuid
from collections import deque
from collections.abc import Container, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any

from gradcheck.errors import GradcheckError, LoadError
from gradcheck.execution.connection import CONNECT, caller, connected, said
from gradcheck.execution.dask_worker import TaskMessage, UnwantedError
from gradcheck.execution.queue import TaskQueue
from gradcheck.execution.sources import Sources
from gradcheck.execution.supervisor import Limits
from gradcheck.execution.task import Address, NoResult, Reply, Task
from gradcheck.execution.wire import unpacked
from gradcheck.records.plain.garbled import GarbledError
from gradcheck.version import __version__

MUSTER = 60.0  # seconds that the cluster is given to have a worker, which some start when there is work only
LOOK = 0.5  # ... between two looks at which workers there are
DEATHS = 2  # of workers under a task, after which it is not tried again


@dataclass(eq=False)
class Assignment:
    """A task on its way to a worker and back.

    Attributes
    ----------
    task
    deaths
        How many workers have died under it.
    future
        Of Dask; None while it is nowhere.
    """

    task: Task
    deaths: int = 0
    future: Any = None


@dataclass(eq=False)
class DaskWorker:
    """A worker as it is seen from here.

    Attributes
    ----------
    name
        Its address in the cluster.
    room
        How many assignments it is given: one for each of its threads, and one more that they need not wait for.
    assignments
    layer
        The address of the layer that it was given last.
    """

    name: str
    room: int
    assignments: list[Assignment] = field(default_factory=list)
    layer: Address | None = None


class Cluster:
    """Does tasks as `Pool` does, each until it has a reply.

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
        self._waiting = TaskQueue()
        self._suspects: deque[Assignment] = deque()
        self._sites: dict[str, DaskWorker] = {}
        self._replies: deque[tuple[Task, Reply]] = deque()
        self._news: SimpleQueue[tuple[Assignment, Any]] = SimpleQueue()
        self._looked = -LOOK
        self._alone_since = time.monotonic()

    def add(self, tasks: Iterable[Task], *, first: bool = False) -> None:
        """Take in tasks; with `first`, ahead of others of the same layer."""
        self._waiting.add(tasks, first=first)

    def discard(self, unwanted: Container[str]) -> None:
        """Forget tasks, by their identity, that nobody has begun."""
        self._waiting.discard(unwanted)

    def next(self) -> tuple[Task, Reply]:
        """A task that is done, and its reply.

        Raises
        ------
        GradcheckError
            When the scheduler is gone, no worker comes, or one that has come cannot do tasks.
        """
        while not self._replies:
            self._look_round()
            self._send_all()
            if not (self._replies or self._waiting.addresses or self._suspects or self._under_way):
                raise LookupError("no task is left")
            self._hear()
        return self._replies.popleft()

    def close(self) -> None:
        """Call off what is under way, and leave the cluster."""
        with suppress(Exception):  # it may be gone
            self._client.cancel([assignment.future for assignment in self._under_way], force=True)
        with suppress(Exception):
            self._client.close(timeout=CONNECT)

    @property
    def _under_way(self) -> list[Assignment]:
        return [assignment for site in self._sites.values() for assignment in site.assignments]

    def _look_round(self) -> None:
        """See, now and then, which workers have come and gone."""
        now = time.monotonic()
        if now < self._looked + LOOK:
            return
        self._looked = now
        try:
            threads: dict[str, int] = self._client.nthreads()
        except Exception as cause:
            raise GradcheckError(f"the scheduler at {self._scheduler} is gone: {said(cause)}") from cause
        for name in self._sites.keys() - threads.keys():
            for assignment in self._sites.pop(name).assignments:
                self._lost(assignment)
        self._sites |= {name: DaskWorker(name, threads[name] + 1) for name in threads.keys() - self._sites.keys()}
        if self._sites:
            self._alone_since = now
        elif now > self._alone_since + MUSTER:
            raise GradcheckError(f"no worker has come to the scheduler at {self._scheduler} within {MUSTER:g} s")

    def _send_all(self) -> None:
        sites = [site for site in self._sites.values() if not any(assignment.deaths for assignment in site.assignments)]
        while self._suspects and sites:
            site = sites.pop(0)  # is given nothing more until it is free
            if not site.assignments:
                self._send(self._suspects.popleft(), site)
        while sites and (addresses := self._waiting.addresses):
            site = min(sites, key=_load)
            if len(site.assignments) >= site.room:
                return
            self._send_waiting(self._chosen(site, addresses), site)

    def _chosen(self, site: DaskWorker, addresses: list[Address]) -> Address:
        """The layer that a worker has; else one that no other has; else any."""
        if site.layer in addresses:
            return site.layer
        taken = {other.layer for other in self._sites.values() if other.assignments}
        return next((address for address in addresses if address not in taken), addresses[0])

    def _send_waiting(self, address: Address, site: DaskWorker) -> None:
        assignment = Assignment(self._waiting.take(address))
        try:
            self._send(assignment, site)
        except LoadError as cause:
            self._replies.append((assignment.task, Reply(NoResult("load", str(cause)))))

    def _send(self, assignment: Assignment, site: DaskWorker) -> None:
        files = self._sources.of(assignment.task.address)
        data = pickle.dumps(TaskMessage(self._run, str(Path.cwd()), self._limits, assignment.task, files))
        key = f"gradcheck-{uuid.uuid4().hex}"
        future = self._client.submit(
            self._call, data, key=key, pure=False, workers=[site.name], allow_other_workers=False
        )
        assignment.future, site.layer = future, assignment.task.address
        site.assignments.append(assignment)
        future.add_done_callback(lambda future: self._news.put((assignment, future)))

    def _hear(self) -> None:
        """Take in the next news, if there are any before it is time to look round."""
        try:
            assignment, future = self._news.get(timeout=LOOK)
        except Empty:
            return
        if assignment.future is future:
            self._receive(assignment)

    def _receive(self, assignment: Assignment) -> None:
        site = next(site for site in self._sites.values() if assignment in site.assignments)
        distributed = import_module("distributed")
        try:
            entry = assignment.future.result(timeout=LOOK)
        except TimeoutError:
            # It may have died with its worker, of which the next look round tells.
            self._news.put((assignment, assignment.future))
            return
        except (UnwantedError, distributed.CancelledError, distributed.KilledWorker):
            site.assignments.remove(assignment)
            self._lost(assignment)
            return
        except Exception as cause:
            raise GradcheckError(f"the worker {site.name} cannot check layers: {said(cause)}") from cause
        if "unfit" in entry:
            raise GradcheckError(f"the worker {site.name} {entry['unfit']}")
        site.assignments.remove(assignment)
        assignment.future = None
        self._replies.append((assignment.task, _read(assignment.task, entry)))

    def _lost(self, assignment: Assignment) -> None:
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


def _load(site: DaskWorker) -> float:
    return len(site.assignments) / site.room


def _read(task: Task, entry: Any) -> Reply:
    try:
        return unpacked(task, entry)
    except GarbledError:
        return Reply(NoResult("process", "the answer of its process cannot be read"))
