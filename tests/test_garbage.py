"""When Python looks for garbage."""

from __future__ import annotations

import sys

import pytest

from tests import processes

STATE = "print(gc.isenabled(), gc.get_threshold()[0], gc.get_freeze_count() > 0)"


@pytest.mark.parametrize(
    ("code", "state"),
    [
        ("put_off()", "False 700 False"),
        ("put_off(); look()", "True 50000 True"),
        ("look()", "True 700 False"),  # nobody has put it off: a test, or a notebook
    ],
)
def test_what_is_made_before_is_not_looked_at(code, state):
    program = f"import gc; gc.set_threshold(700); from gradcheck.garbage import look, put_off; {code}; {STATE}"
    assert processes.run([sys.executable, "-c", program], text=True).stdout.strip() == state
