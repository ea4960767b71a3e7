"""What tests start is interrupted by Ctrl-C and ends with them, even where they are killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests import processes

ROOT = Path(__file__).parents[1]
STARTS = """
import os, signal, sys, time
from tests import processes

sleeps = [sys.executable, "-S", "-c", "import time; time.sleep(600)"]
"""
HEARS = "import signal; print(signal.getsignal(signal.SIGINT) is signal.default_int_handler)"


@pytest.fixture
def python(start):
    """Starts a program in Python that can import the tests; what it prints can be read."""

    def starting(program):
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        return start([sys.executable, "-c", program], env=environment, stdout=subprocess.PIPE, text=True)

    return starting


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_what_a_process_started_ends_when_it_is_ended(python, number):
    started = python(STARTS + "print(processes.start(sleeps).pid, flush=True)\ntime.sleep(600)")
    pid = int(started.stdout.readline())
    assert not processes.gone(pid)
    started.send_signal(number)
    assert processes.until(lambda: processes.gone(pid))


def test_what_it_does_not_say_goes_on(python, start):
    started = python(STARTS + "import subprocess\nprint(subprocess.Popen(sleeps, process_group=0).pid, flush=True)")
    pid = int(started.stdout.readline())
    started.wait(processes.LONGEST)
    assert not processes.gone(pid)
    os.killpg(pid, signal.SIGKILL)
    assert processes.until(lambda: processes.gone(pid))


def test_a_run_ends_with_all_that_it_started():
    forks = "import os, time\npid = os.fork()\nif pid: print(pid, flush=True), os._exit(0)\n"
    done = processes.run([sys.executable, "-S", "-c", f"{forks}os.closerange(1, 3)\ntime.sleep(600)"], text=True)
    assert processes.until(lambda: processes.gone(int(done.stdout)))


def test_a_run_without_an_end_is_ended():
    with pytest.raises(subprocess.TimeoutExpired):
        processes.run([sys.executable, "-S", "-c", "import time; time.sleep(600)"], seconds=0.1)


@pytest.mark.parametrize(
    ("way", "heard"), [("processes.run", "True"), ("subprocess.run", "False")], ids=["as tests start", "as usual"]
)
def test_ctrl_c_reaches_what_is_started_even_by_a_job_in_the_background(python, way, heard):
    ignoring = "import subprocess\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\n"
    asks = f"{way}([sys.executable, '-c', {HEARS!r}], stdout=subprocess.PIPE, text=True).stdout"
    started = python(STARTS + ignoring + f"print({asks})")
    output, _ = started.communicate(timeout=processes.LONGEST)
    assert output.strip() == heard


def test_a_claim_holds_at_the_shortest_limit_that_will_do():
    tried = []

    def holds(seconds):
        tried.append(seconds)
        assert seconds > processes.LIMITS[0]

    processes.at_a_limit(holds)
    assert tried == list(processes.LIMITS[:2])


def test_one_that_holds_at_no_limit_fails():
    def never(seconds):
        raise AssertionError(seconds)

    with pytest.raises(AssertionError, match=f"{processes.LIMITS[-1]}"):
        processes.at_a_limit(never)


def test_what_does_not_come_is_not_waited_for_for_ever(monkeypatch):
    monkeypatch.setattr(processes, "LONGEST", 0.05)
    with pytest.raises(AssertionError, match=r"came to nothing within 0\.05 s"):
        processes.until(lambda: False)
