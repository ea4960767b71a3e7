"""Ctrl-C, and what is not: handlers of SIGINT that remember."""

from __future__ import annotations

import signal

import pytest

from gradcheck.interrupt import Interrupt, held, is_pressed, may_be_pressed


@pytest.fixture
def handler():
    """One that handles SIGINT until the test ends."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    one = Interrupt()
    one.install()
    yield one
    signal.signal(signal.SIGINT, before)


def press():
    signal.raise_signal(signal.SIGINT)


def test_ctrl_c_interrupts_and_is_remembered(handler):
    assert not is_pressed()
    assert not may_be_pressed()
    with pytest.raises(KeyboardInterrupt):
        press()
    assert is_pressed()
    assert may_be_pressed()


def test_without_a_handler_of_ours_any_may_be_ctrl_c():
    assert may_be_pressed()
    assert not is_pressed()


@pytest.mark.parametrize("other", [signal.SIG_IGN, lambda *_: None])
def test_what_is_ignored_or_handled_stays_so(other):
    before = signal.signal(signal.SIGINT, other)
    try:
        Interrupt().install()
        assert signal.getsignal(signal.SIGINT) is other
    finally:
        signal.signal(signal.SIGINT, before)


def test_what_is_held_is_done_and_told_after(handler):
    with held():
        press()
    assert is_pressed()


def test_the_second_ctrl_c_never_waits(handler):
    with held():
        press()
        with pytest.raises(KeyboardInterrupt):
            press()


def test_only_what_is_inside_is_held(handler):
    with held():
        pass
    with pytest.raises(KeyboardInterrupt):
        press()
