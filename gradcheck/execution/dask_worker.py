"""Tasks done on a worker of a cluster, by supervisors like those of the pool.

Files come along with a task. They are laid down in a folder of the worker's, at the paths that they have at home below
it; what is told of these paths is told without that folder, so that it reads as if they were at home.
"""

from __future__ import annotations

import functools
import json
import os
import pickle
import shutil
import tempfile
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path
from typing import Any

from gradcheck.execution.executor import Limits
from gradcheck.execution.supervisor_process import SupervisorProcess
from gradcheck.execution.task import Address, Diagnose, Reply, Task
from gradcheck.execution.wire import packed
from gradcheck.layers.loading import file_of

IDLE = 5.0  # seconds after which a supervisor without tasks ends, with all that a layer may have left running
POLL = 0.1  # seconds between two looks at whether a task is still wanted


@dataclass(frozen=True)
class TaskMessage:
    """A task as it travels.

    Attributes
    ----------
    run
        Tells the run from others that use the same workers.
    home
        The working folder of who asks.
    limits
    task
    files
        What the layer is made of, by whole paths.
    """

    run: str
    home: str
    limits: Limits
    task: Task
    files: Mapping[str, bytes]


class UnwantedError(Exception):
    """Who asked has gone, or asks no longer."""


def serve(data: bytes) -> Any:
    """Do the task of a pickled message in a thread of a Dask worker; the reply as plain data."""
    message: TaskMessage = pickle.loads(data)  # noqa: S301 - from who may run anything here
    worker = import_module("distributed").get_worker()
    states, key = worker.state.tasks, worker.get_current_task()

    def wanted() -> bool:
        return key in states and states[key].state == "executing"

    return _supervisors(message.run, message.home, message.limits, worker.local_directory).perform(message, wanted)


class Supervisors:
    """The supervisors of one run on one worker.

    Parameters
    ----------
    home : str
        The working folder of who asks.
    limits : Limits
    scratch : str
        An existing folder, to lay down files below it.
    """

    def __init__(self, home: str, limits: Limits, scratch: str) -> None:
        self._home = home
        self._limits = limits
        self._scratch = scratch
        self._lock = threading.Lock()
        self._idle: dict[SupervisorProcess, threading.Timer] = {}
        self._busy = 0
        self._root = ""

    def perform(self, message: TaskMessage, wanted: Callable[[], bool]) -> Any:
        """The reply to a message as plain data.

        Raises
        ------
        UnwantedError
            Once `wanted` says no.
        """
        self._write_files(message.files, message.task.address)
        try:
            task = _relocate(message.task, self._root)
            supervisor = self._acquire(task.address)
            try:
                reply = _ask(supervisor, task, wanted)
            except BaseException:
                supervisor.close()
                raise
            self._release(supervisor)
            return self._as_at_home(reply)
        finally:
            with self._lock:
                self._busy -= 1

    def _write_files(self, files: Mapping[str, bytes], address: Address) -> None:
        """Lay down files, which stay until all is idle."""
        with self._lock:
            self._busy += 1
            if not self._root:
                self._root = os.path.realpath(tempfile.mkdtemp(prefix="gradcheck-", dir=self._scratch))
                Path(self._root + self._home).mkdir(parents=True)
            for name, data in files.items():
                _write(Path(self._root + name), data)
            moved = _address(address, self._root)
            # A way such as parts/../layers.py needs the folders that it goes through.
            Path(self._root + self._home, moved.folder, file_of(moved.target)).parent.mkdir(parents=True, exist_ok=True)

    def _acquire(self, address: Address) -> SupervisorProcess:
        """A supervisor, rather one that has the layer."""
        with self._lock:
            supervisor = max(self._idle, key=lambda idle: idle.address == address, default=None)
            if supervisor is not None:
                self._idle.pop(supervisor).cancel()
        return supervisor or SupervisorProcess(self._limits, self._root, self._home)

    def _release(self, supervisor: SupervisorProcess) -> None:
        with self._lock:
            timer = self._idle[supervisor] = threading.Timer(IDLE, self._retire, [supervisor])
            timer.daemon = True
            timer.start()

    def _retire(self, supervisor: SupervisorProcess) -> None:
        with self._lock:
            if self._idle.pop(supervisor, None) is None:
                return  # taken meanwhile
            supervisor.close()
            if not self._idle and not self._busy:
                shutil.rmtree(self._root, ignore_errors=True)
                self._root = ""

    def _as_at_home(self, reply: Reply) -> Any:
        root = json.dumps(self._root)[1:-1]
        return json.loads(json.dumps(packed(reply)).replace(root, ""))


# Tasks of a Dask worker share nothing else; the number is that of runs which may use one worker side by side.
@functools.lru_cache(maxsize=16)
def _supervisors(run: str, home: str, limits: Limits, scratch: str) -> Supervisors:  # noqa: ARG001 - tells runs apart
    return Supervisors(home, limits, scratch)


def _ask(supervisor: SupervisorProcess, task: Task, wanted: Callable[[], bool]) -> Reply:
    supervisor.send((task,))
    while True:
        while not supervisor.connection.poll(POLL):
            if not wanted():
                raise UnwantedError
            reply = supervisor.look()
            if reply is not None:
                return reply
        reply = supervisor.receive()
        if reply is not None:
            return reply


def _write(path: Path, data: bytes) -> None:
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


def _relocate(task: Task, root: str) -> Task:
    """A task with the addresses that it has below a root."""
    if isinstance(task, Diagnose):
        cases = tuple(replace(case, address=_address(case.address, root)) for case in task.cases)
        return replace(task, address=_address(task.address, root), cases=cases)
    return replace(task, address=_address(task.address, root))


def _address(address: Address, root: str) -> Address:
    whole = os.path.isabs(file_of(address.target))  # noqa: PTH117 - an empty text is no path
    return Address(root + address.target if whole else address.target, root + address.folder if address.folder else "")
