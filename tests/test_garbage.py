"""When Python looks for garbage."""

from __future__ import annotations

import gc
import sys
import weakref

import pytest

from gradcheck import Verdict, load
from gradcheck.checks import select_checks
from gradcheck.checks.judge import probe_of, run_checks
from gradcheck.garbage import unheld
from gradcheck.inputs.cases import cases_of
from gradcheck.records.plan import Plan
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


class Owner:
    def told(self, word):
        return f"{word} of {type(self).__name__}"


@pytest.mark.parametrize(
    ("function", "gone"), [(lambda owner: unheld(owner, Owner.told), True), (lambda owner: owner.told, False)]
)
def test_what_keeps_a_function_of_its_own_is_freed_at_once(function, gone):
    owner = Owner()
    owner.kept = function(owner)
    assert owner.kept("a word") == "a word of Owner"
    known, kept = weakref.ref(owner), owner.kept if gone else None
    gc.disable()
    try:
        del owner
        assert (known() is None) == gone
    finally:
        gc.enable()
    if gone:
        with pytest.raises(ReferenceError, match="Owner that told is a function of is gone"):
            kept("a word")


def test_a_point_is_freed_when_nobody_needs_it():
    (subject,) = load("softmax")
    (case,) = cases_of(subject, Plan(inputs=("normal",)))
    probe = probe_of(subject, case)
    assert {finding.verdict for finding in run_checks(probe, select_checks(()))} == {Verdict.PASS}
    known = weakref.ref(probe)
    gc.disable()
    try:
        del probe
        assert known() is None
    finally:
        gc.enable()
