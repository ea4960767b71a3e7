from __future__ import annotations

import pytest

from gradcheck.records.outcome import Outcome


@pytest.mark.parametrize(
    ("facts", "met"),
    [({}, True), ({"why": "pass was expected"}, False), ({"error": "no such file"}, False)],
)
def test_an_outcome_is_met_unless_something_is_said_against_it(facts, met, report):
    assert Outcome(1, "title", "softmax", report(), **facts).met is met
