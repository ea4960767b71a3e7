"""Layers in a file, and processes to run them in."""

from __future__ import annotations

import sys

import pytest

from gradcheck.execution.crew import Crew
from gradcheck.execution.desk import Desk
from gradcheck.execution.keeper import Limits
from gradcheck.execution.pool import Pool
from gradcheck.execution.worker import Worker
from tests.execution.layers import LAYERS
from tests.processes import LONGEST


@pytest.fixture
def layers(tmp_path, monkeypatch):
    """The path of a file of layers, in the working folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", sys.path.copy())
    path = tmp_path / "layers.py"
    path.write_text(LAYERS)
    return path


@pytest.fixture
def crewed():
    """Makes crews whose processes end with the test."""
    desks = []

    def make(size=1, limits=None, **options):
        desks.append(Desk(Pool(size, limits or Limits())))
        return Crew(desks[-1], **options)

    yield make
    for desk in desks:
        desk.close()


@pytest.fixture
def hired():
    """Makes workers that end with the test."""
    workers = []

    def make(limits):
        workers.append(Worker(limits))
        return workers[-1]

    yield make
    for one in workers:
        one.close()


@pytest.fixture
def worker(hired):
    """A process that has all the time that a task may need."""
    return hired(Limits(LONGEST))


@pytest.fixture
def ask(worker):
    """The reply of the worker to a task."""
    return lambda task: asked(worker, task)


def asked(worker, task):
    """The reply of any worker."""
    worker.send(task)
    while (reply := worker.receive()) is None:
        pass
    return reply
