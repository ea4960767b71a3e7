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


class InFloat64(Lawful):
    @gradcheck.law
    def odd(self, x):
        if x.dtype != np.float64:
            raise TypeError("float64 is required")
        return self.forward(-x), -self.forward(x)

    @gradcheck.law
    def even(self, x):
        if x.dtype != np.float64:
            raise TypeError("float64 is required")
        return self.forward(-x), self.forward(x)


class Raising(Lawful):
    @gradcheck.law
    def odd(self, x):
        raise TypeError("numbers are required")


def test_a_law_that_refuses_more_digits_is_judged_in_its_own(found):
    found_of = {one.fault and one.fault.method: one for one in found(InFloat64())}
    assert found_of[None].verdict is Verdict.PASS
    assert "law even: the sides differ by" in found_of["even"].sentence


def test_a_law_that_refuses_every_number_fails(found):
    (one,) = found(Raising())
    assert one.verdict is Verdict.FAIL
    assert "numbers are required" in one.sentence
