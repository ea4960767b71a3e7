"""Checks that call `jacobian` where memory has room for what it returns, and do not where it has none."""

from __future__ import annotations

import numpy as np
import pytest

from gradcheck.checks import CHECKS, asked
from gradcheck.records.finding import Verdict


class Impure:
    """An elementwise layer whose `jacobian` depends on the order of its arrays and on how often it was called."""

    inputs = {"x": "n"}
    sizes = {"n": 5}

    def __init__(self):
        self.calls = 0

    def forward(self, x):
        return np.tanh(x)

    def bprop(self, v, x):
        return v * (1 - np.tanh(x) ** 2)

    def jacobian(self, x):
        self.calls += 1
        odd = self.calls + (not x.flags.c_contiguous)
        return np.diag((1 - np.tanh(x) ** 2) * (1 + 1e-9 * odd))


@pytest.mark.parametrize("name", ["purity", "layout"])
@pytest.mark.parametrize(("most", "verdict"), [(25, Verdict.FAIL), (24, Verdict.PASS)])
def test_a_jacobian_is_called_where_there_is_room_for_it(monkeypatch, probed, name, most, verdict):
    monkeypatch.setattr(asked, "LARGEST_JACOBIAN", most)
    assert {finding.verdict for finding in CHECKS[name].run(probed(Impure()))} == {verdict}
