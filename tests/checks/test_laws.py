from __future__ import annotations

import numpy as np

import gradcheck
from gradcheck.records.finding import Verdict


class Lawful:
    def forward(self, x):
        return np.tanh(x)

    def bprop(self, v, x):
        return v * (1 - np.tanh(x) ** 2)

    @gradcheck.law
    def odd(self, x):
        return self.forward(-x), -self.forward(x)


class Broken(Lawful):
    @gradcheck.law
    def even(self, x):
        return self.forward(-x), self.forward(x)


class Ragged(Lawful):
    @gradcheck.law
    def odd(self, x):
        return self.forward(x), self.forward(x)[:1]


def test_a_law_that_holds_passes(found):
    (one,) = found(Lawful())
    assert one.verdict is Verdict.PASS


def test_a_law_that_does_not_fails_and_is_named(found):
    verdicts = {one.verdict: one.sentence for one in found(Broken())}
    assert "law even: the sides differ by" in verdicts[Verdict.FAIL]
    assert Verdict.PASS in verdicts


def test_sides_of_different_shape_are_no_law(found):
    assert "the right side" in found(Ragged())[0].sentence


def test_a_layer_without_laws_has_nothing_to_say(found, tanh):
    assert list(found(tanh())) == []
