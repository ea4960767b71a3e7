"""The progress line."""

from __future__ import annotations

import io
import sys

import pytest

from gradcheck.cli import progress
from gradcheck.cli.progress import Progress


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.fixture
def clock(monkeypatch):
    """A clock that a test moves."""
    now = [0.0]
    monkeypatch.setattr(progress.time, "monotonic", lambda: now[0])
    return now


def test_a_short_run_shows_nothing(monkeypatch, clock):
    monkeypatch.setattr(sys, "stderr", Terminal())
    line = Progress(2)
    line.step("softmax")
    clock[0] = 0.9
    line.step("tanh")
    line.erase()
    assert sys.stderr.getvalue() == ""


def test_a_long_run_shows_a_line_and_leaves_none(monkeypatch, clock):
    monkeypatch.setattr(sys, "stderr", Terminal())
    line = Progress(3)
    clock[0] = 1.5
    line.step("log_softmax")
    clock[0] = 1.55
    line.step("too soon")
    clock[0] = 2.0
    line.step("tanh")
    assert sys.stderr.getvalue() == "\r1/3 log_softmax\r3/3 tanh       "
    line.erase()
    assert sys.stderr.getvalue().endswith("\r" + " " * 8 + "\r")


def test_a_log_shows_nothing(monkeypatch, clock):
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    line = Progress(1)
    clock[0] = 5.0
    line.step("softmax")
    line.erase()
    assert sys.stderr.getvalue() == ""
