"""Checks that call `jacobian` where memory has room for what it returns, and do not where it has none."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from gradcheck.adapters.contract import law
from gradcheck.checks import CHECKS, asked, interface
from gradcheck.records.finding import Verdict
from gradcheck.records.input import Input


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


@pytest.mark.parametrize("name", ["purity", "layout"])
@pytest.mark.parametrize(("most", "verdict"), [(25, Verdict.FAIL), (24, Verdict.PASS)])
def test_one_that_takes_room_is_asked_for_once_and_a_note_says_so(monkeypatch, probed, name, most, verdict):
    monkeypatch.setattr(interface, "REPEATED", most)
    (found,) = CHECKS[name].run(probed(Impure()))
    told = "not applicable: a `jacobian` of 25 entries is too large to be asked for again and again"
    assert (found.verdict, found.notes) == (verdict, () if most == 25 else (told,))


class Lawful(Impure):
    """The same with a law that asks for the `jacobian`, and is not true."""

    @law
    def symmetry(self, x):
        j = self.jacobian(x)
        return j, -j.T


@pytest.mark.parametrize(("most", "verdict"), [(25, Verdict.FAIL), (24, Verdict.PASS)])
def test_no_law_is_asked_that_may_ask_for_one_that_takes_room(monkeypatch, probed, most, verdict):
    monkeypatch.setattr(interface, "REPEATED", most)
    layer = Lawful()
    probe = probed(layer)
    before = layer.calls if probe.usable else 0
    (found,) = CHECKS["laws"].run(probe)
    assert (found.verdict, layer.calls > before) == (verdict, most == 25)


@pytest.mark.parametrize(("strategy", "seen"), [("tiny", True), ("normal", True), ("critical", False)])
def test_few_columns_tell_of_a_diagonal_beside_0_too(probed, strategy, seen):
    smooth = SimpleNamespace(
        inputs=(Input("x", (600,)),), critical=(0.0,), forward=np.tanh, bprop=lambda v, x: v * (1 - np.tanh(x) ** 2)
    )
    kinked = SimpleNamespace(
        inputs=smooth.inputs, critical=(0.0,), forward=np.abs, bprop=lambda v, x: v * np.where(x < 0, -1.0, 1.0)
    )
    assert (probed(smooth if seen else kinked, strategy).sparse is not None) == seen
