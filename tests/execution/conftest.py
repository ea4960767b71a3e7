"""Layers in a file, and processes to run them in."""

from __future__ import annotations

import sys

import pytest

from gradcheck.execution.executor import Limits
from gradcheck.execution.supervisor_process import SupervisorProcess
from tests.execution.layers import LAYERS


@pytest.fixture
def layers(tmp_path, monkeypatch):
    """The path of a file of layers, in the working folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", sys.path.copy())
    path = tmp_path / "layers.py"
    path.write_text(LAYERS)
    return path


@pytest.fixture
def worker():
    """A process that has one second for each task."""
    one = SupervisorProcess(Limits(1.0))
    yield one
    one.close()


@pytest.fixture
def ask(worker):
    """The reply of the worker to a task."""

    def asking(task):
        worker.send(task)
        while (reply := worker.receive()) is None:
            pass
        return reply

    return asking
