"""A Dask cluster of processes on this machine."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import gradcheck
from tests import processes

HERE = Path(gradcheck.__file__).parents[1]
QUIET = {"DASK_DISTRIBUTED__WORKER__PROFILE__ENABLED": "False"}  # else each worker looks at itself every 10 ms


class Dask:
    """A scheduler and workers, each a process; ended when left."""

    def __init__(self, folder):
        self.folder = folder
        self.file = folder / "scheduler.json"
        self.workers, self.started = [], []

    def __enter__(self):
        try:
            self.scheduler = self._start("scheduler", "--host", "127.0.0.1", "--port", "0")
            self.address = processes.until(self._address)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *error):
        for process in reversed(self.started):
            processes.end(process)

    def muster(self, count):
        """Have that many workers."""
        self.workers = [worker for worker in self.workers if worker.poll() is None]
        while len(self.workers) < count:
            folder = ("--local-directory", str(self.folder))
            self.workers.append(
                self._start("worker", "--nworkers", "1", "--nthreads", "1", "--no-nanny", "--no-dashboard", *folder)
            )

    def _start(self, kind, *options):
        with (self.folder / f"{kind}.log").open("ab") as log:
            process = processes.start(
                [sys.executable, "-m", f"distributed.cli.dask_{kind}", "--scheduler-file", str(self.file), *options],
                cwd=self.folder,
                env={**os.environ, "PYTHONPATH": str(HERE), "DASK_DISTRIBUTED__DASHBOARD__LINK": "", **QUIET},
                stdout=log,
                stderr=log,
            )
        self.started.append(process)
        return process

    def _address(self):
        assert self.scheduler.poll() is None, (self.folder / "scheduler.log").read_text()
        with suppress(OSError, ValueError):
            return json.loads(self.file.read_text())["address"]
        return None


def program(folder, *words):
    """What the program is started with in a folder: the command, and the options of `processes.start`."""
    environment = {**os.environ, "PYTHONPATH": str(HERE)}
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    return [sys.executable, "-m", "gradcheck", *words], {"cwd": folder, "env": environment, **streams}


def done(folder, *words):
    """What the program leaves with and prints."""
    command, options = program(folder, *words)
    one = processes.run(command, **options)
    return one.returncode, one.stdout, one.stderr


def ended(process):
    """What a process leaves with and prints in the end."""
    output, error = process.communicate(timeout=processes.LONGEST)
    return process.returncode, output, error


def lines(text):
    """The lines of a report, in one order, without what time alone decides."""
    entries = [json.loads(line) for line in text.splitlines()]
    return sorted(json.dumps({**entry, "seconds": 0}, sort_keys=True) for entry in entries)


def noted(journal):
    """The identities in a journal so far."""
    with suppress(OSError):
        return [json.loads(line)["id"] for line in journal.read_text().splitlines()[1:-1]]
    return []
