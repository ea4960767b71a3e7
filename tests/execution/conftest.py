"""Layers in a file, and processes to run them in."""

from __future__ import annotations

import sys
from contextlib import closing

import pytest

from gradcheck.execution.executor import Limits
from gradcheck.execution.supervisor_process import SupervisorProcess
from tests.execution.layers import LAYERS
from tests.processes import LONGEST, POLL


@pytest.fixture
def layers(tmp_path, monkeypatch):
    """The path of a file of layers, in the working folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", sys.path.copy())
    path = tmp_path / "layers.py"
    path.write_text(LAYERS)
    return path


@pytest.fixture
def supervised():
    """Makes supervisors that end with the test."""
    made = []

    def make(limits):
        made.append(SupervisorProcess(limits))
        return made[-1]

    yield make
    for one in made:
        if not one.connection.closed:
            one.close()


@pytest.fixture
def worker(supervised):
    """A process that has all the time that a task may need."""
    return supervised(Limits(LONGEST))


@pytest.fixture(scope="module")
def common():
    """One for all tests of a file that look at what becomes of their own tasks alone."""
    with closing(SupervisorProcess(Limits(LONGEST))) as one:
        yield one


@pytest.fixture
def ask(common):
    """Its reply to a task."""
    return lambda task: asked(common, task)


def asked(worker, task):
    """The reply of any worker."""
    worker.send((task,))
    while True:
        reply = worker.receive() if worker.connection.poll(POLL) else worker.look()
        if reply is not None:
            return reply
