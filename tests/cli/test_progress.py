"""The progress line: from two seconds on, what runs, how much is done, and an estimate."""

from __future__ import annotations

import io
import sys
import threading
from types import SimpleNamespace

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


@pytest.fixture
def terminal(monkeypatch):
    """What is written to a terminal of 80 columns, unless a test says otherwise."""
    monkeypatch.setenv("COLUMNS", "80")
    stream = Terminal()
    monkeypatch.setattr(progress, "sys", SimpleNamespace(stderr=stream))  # pytest puts its own stderr in place later
    return stream


def test_a_short_run_shows_nothing(terminal, clock):
    line = Progress(2)
    line.step("softmax")
    clock[0] = 1.9
    line.step("tanh")
    line.erase()
    assert terminal.getvalue() == ""


def test_a_long_run_shows_a_line_and_leaves_none(terminal, clock):
    line = Progress(3)
    line.step("log_softmax")
    clock[0] = 2.5
    line.step("sigmoid")
    clock[0] = 2.6
    line.step("too soon")
    assert terminal.getvalue() == "\r1/3 sigmoid  2 s, about 5 s left"
    line.erase()
    shown = terminal.getvalue().rsplit("\r", 2)
    assert (shown[-2].strip(), shown[-1]) == ("", "")
    assert len(shown[-2]) == len("1/3 sigmoid  2 s, about 5 s left")


@pytest.mark.parametrize(
    ("seconds", "told"),
    [(4, "4 s, about 4 s left"), (200, "3 min, about 3 min left"), (9000, "2.5 h, about 2.5 h left")],
)
def test_the_rest_is_estimated_by_what_was_done(terminal, clock, seconds, told):
    line = Progress(4)
    for name in "ab":
        line.step(name)
    clock[0] = seconds
    line.step("c")
    assert terminal.getvalue().endswith(f"2/4 c  {told}")


@pytest.mark.parametrize("columns", [20, 60, 80, 200])
def test_the_line_fits_the_terminal(terminal, clock, monkeypatch, columns):
    monkeypatch.setenv("COLUMNS", str(columns))
    line = Progress(2)
    line.step("x")
    clock[0] = 3.0
    line.step("layer[" + "a long name," * 30)
    (shown,) = terminal.getvalue().split("\r")[1:]
    assert len(shown) <= min(columns - 2, progress.WIDEST)
    assert columns < 60 or shown.endswith("  3 s, about 3 s left")


def test_one_step_that_takes_long_is_shown_too(terminal, monkeypatch):
    monkeypatch.setattr(progress, "PATIENCE", 0.0)
    monkeypatch.setattr(progress, "EVERY", 0.001)
    put, shown = Progress._put, threading.Event()
    monkeypatch.setattr(Progress, "_put", lambda self, line: (put(self, line), shown.set()))
    with Progress(2) as line:
        line.steps, line.doing = 1, "slow"
        assert shown.wait(30)
    assert "\r0/2 slow  0 s" in terminal.getvalue()
    assert terminal.getvalue().endswith("\r")


def test_a_name_cannot_drive_the_terminal(terminal, clock):
    line = Progress(1)
    clock[0] = 3.0
    line.step("a\x1b[2Jb\nc")
    assert "\x1b" not in terminal.getvalue()
    assert "\n" not in terminal.getvalue()


def test_a_log_shows_nothing(monkeypatch, clock):
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    with Progress(1) as line:
        clock[0] = 5.0
        line.step("softmax")
    assert sys.stderr.getvalue() == ""


def test_where_a_run_is_can_be_told():
    line = Progress(3)
    assert line.place == ""
    line.step("a")
    line.step("b")
    assert line.place == "at b, after 1 of 3"
