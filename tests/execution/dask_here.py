"""A Dask cluster of processes on this machine."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import gradcheck

HERE = Path(gradcheck.__file__).parents[1]
PATIENCE = 60.0


class Dask:
    """A scheduler and workers, each a process; ended when left."""

    def __init__(self, folder):
        self.folder = folder
        self.file = folder / "scheduler.json"
        self.workers = []
        self.scheduler = self._start("scheduler", "--host", "127.0.0.1", "--port", "0")
        self.address = until(self._address)

    def __enter__(self):
        return self

    def __exit__(self, *error):
        for process in (*self.workers, self.scheduler):
            process.kill()
            process.wait()

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
            return subprocess.Popen(
                [sys.executable, "-m", f"distributed.cli.dask_{kind}", "--scheduler-file", str(self.file), *options],
                cwd=self.folder,
                env={**os.environ, "PYTHONPATH": str(HERE), "DASK_DISTRIBUTED__DASHBOARD__LINK": ""},
                stdout=log,
                stderr=log,
            )

    def _address(self):
        assert self.scheduler.poll() is None, (self.folder / "scheduler.log").read_text()
        with suppress(OSError, ValueError):
            return json.loads(self.file.read_text())["address"]
        return None


def until(found):
    """What a function gives, once it gives something."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if something := found():
            return something
        time.sleep(0.02)  # the cores are for those that are waited for
    raise AssertionError(f"{found} came to nothing within {PATIENCE:g} s")


def started(folder, *words):
    """The program, under way in a folder."""
    return subprocess.Popen(
        [sys.executable, "-m", "gradcheck", *words],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(HERE)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def ended(process):
    """What a process leaves with and prints."""
    try:
        output, error = process.communicate(timeout=PATIENCE)
    finally:
        process.kill()
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
