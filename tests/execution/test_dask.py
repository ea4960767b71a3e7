"""A real scheduler, and real workers that die."""

from __future__ import annotations

import re
import signal
from importlib.util import find_spec

import pytest

from tests.execution.dask_here import Dask, done, ended, lines, noted, program
from tests.processes import at_a_limit, until

pytestmark = pytest.mark.skipif(find_spec("distributed") is None, reason="needs the package distributed")

LAYERS = """
import os
import signal

import numpy as np

from helper import slope


class Right:
    def forward(self, x):
        return np.tanh(x)

    def bprop(self, v, x):
        return v * slope(x)


class Wrong(Right):
    def bprop(self, v, x):
        return 1.01 * v * slope(x)


class Raises(Right):
    def forward(self, x):
        if x.max() > 2:
            raise ValueError(f"too large in {__file__}")
        return np.tanh(x)
"""
HELPER = """
import numpy as np


def slope(x):
    return 1 - np.tanh(x) ** 2
"""
HOSTILE = (
    LAYERS
    + '''

class Kills(Right):
    """Kills what the process was started by was started by: the worker."""

    def forward(self, x):
        with open(f"/proc/{os.getppid()}/stat") as file:
            os.kill(int(file.read().rpartition(")")[2].split()[1]), signal.SIGKILL)


class Hangs(Right):
    def forward(self, x):
        signal.pause()


class Stops(Right):
    """Stops what its process was started by."""

    def forward(self, x):
        os.kill(os.getppid(), signal.SIGSTOP)
'''
)
WORDS = ("layers.py", "--inputs", "normal,zeros,spike", "--scale", "0.5,3")
WORDS += ("--output-format", "jsonl")
ENOUGH = 5  # cases of 18 after which something is killed


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    with Dask(tmp_path_factory.mktemp("dask")) as one:
        yield one


@pytest.fixture
def dask(cluster):
    """The cluster with a worker at least; what needs more, or kills some, comes last and so starts fewer anew."""
    cluster.muster(1)
    return cluster


@pytest.fixture
def two(dask):
    """The cluster with two workers."""
    dask.muster(2)
    return dask


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("home")
    for name, text in (("layers.py", LAYERS), ("hostile.py", HOSTILE), ("helper.py", HELPER)):
        (folder / name).write_text(text)
    return folder


@pytest.fixture(scope="module")
def usual(folder):
    """The exit code and the report of a run in one process here."""
    code, output, error = done(folder, *WORDS, "-j", "1")
    assert code == 1, error
    assert "too large in" in output
    assert "diagnosis" in output
    return code, lines(output)


@pytest.fixture
def started(start):
    """Starts the program in a folder; it ends with the test."""

    def starting(folder, *words):
        command, options = program(folder, *words)
        return start(command, **options)

    return starting


@pytest.fixture
def journal(tmp_path):
    return tmp_path / "run.journal"


def test_cases_that_take_too_long_are_ended_there_as_here(dask, folder):
    def ends(seconds):
        words = ("hostile.py:Hangs", "hostile.py:Right", "--inputs", "normal", "--timeout", f"{seconds:g}")
        words += ("--output-format", "jsonl")
        code, output, _ = done(folder, *words, "--scheduler", dask.address)
        assert code == 3
        assert f"timed out after {seconds:g} s" in output
        assert lines(output) == lines(done(folder, *words, "-j", "1")[1])

    at_a_limit(ends)


def test_a_layer_that_stops_what_watches_it_is_an_error_and_the_others_are_judged(dask, folder):
    layers = ("hostile.py:Stops", "hostile.py:Right", "--inputs", "normal", "--scale", "1,2")
    code, output, error = done(folder, *layers, "--scheduler", dask.address)
    assert code == 3, error
    assert "the process stopped the one that it was started by" in output
    assert re.search(r"^Right: (\d+) findings: \1 PASS;", output, re.MULTILINE)


def test_an_interrupt_prints_what_is_done_and_frees_the_workers(dask, folder, journal, started):
    layers = ("hostile.py:Right", "hostile.py:Hangs")
    run = started(folder, *layers, "--scheduler", dask.address, "--journal", str(journal))
    until(lambda: len(noted(journal)) >= ENOUGH)
    run.send_signal(signal.SIGINT)
    code, output, error = ended(run)
    assert code == 130, error
    assert error.splitlines()[-1] == "error: interrupted"
    assert "Right: " in output
    code, output, error = done(folder, "softmax", "--inputs", "normal", "--scheduler", dask.address)
    assert code == 0, error


def test_a_run_that_is_killed_is_taken_up_again(dask, folder, usual, journal, started):
    run = started(folder, *WORDS, "--scheduler", dask.address, "--journal", str(journal))
    until(lambda: len(noted(journal)) >= ENOUGH)
    run.kill()
    ended(run)
    before = noted(journal)
    code, output, error = done(folder, *WORDS, "--scheduler", dask.address, "--resume", str(journal))
    assert (code, lines(output)) == usual, error
    after = noted(journal)
    assert after[: len(before)] == before
    assert len(after) == len(set(after))


def test_a_cluster_finds_what_one_process_finds(two, folder, usual):
    code, output, error = done(folder, *WORDS, "--scheduler", two.address)
    assert (code, lines(output)) == usual
    assert error == ""


def test_a_worker_that_is_killed_costs_nothing(two, folder, usual, journal, started):
    run = started(folder, *WORDS, "--scheduler", two.address, "--journal", str(journal))
    until(lambda: len(noted(journal)) >= ENOUGH)
    two.workers[0].kill()
    before = len(noted(journal))
    code, output, _ = ended(run)
    assert (code, lines(output)) == usual
    after = noted(journal)
    assert len(after) > before + ENOUGH
    assert len(after) == len(set(after))


def test_a_layer_that_kills_its_workers_is_an_error_and_the_others_are_judged(dask, folder):
    dask.muster(3)
    layers = ("hostile.py:Kills", "hostile.py:Right", "--inputs", "normal")
    code, output, error = done(folder, *layers, "--scheduler", dask.address)
    assert code == 3, error
    assert "2 workers of the cluster died of it, one after another" in output
    assert re.search(r"^Right: (\d+) findings: \1 PASS;", output, re.MULTILINE)
    assert len([worker for worker in dask.workers if worker.poll() is not None]) == 2
