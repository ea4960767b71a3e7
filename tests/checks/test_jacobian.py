from __future__ import annotations

import numpy as np
import pytest

from gradcheck.records.finding import KINK, Verdict


def slope(x):
    return 1 - np.tanh(x) ** 2


def test_a_right_jacobian_passes_and_says_what_it_would_have_seen(found, tanh):
    (one,) = found(tanh())
    assert one.verdict is Verdict.PASS
    assert one.floor < 1e-10


@pytest.mark.parametrize("size", [1e-1, 1e-5, 1e-9])
def test_an_error_just_above_the_floor_fails_and_is_named(found, tanh, size):
    wrong = np.zeros((4, 4))
    wrong[2, 1] = size
    (one,) = found(tanh(jacobian=lambda x: np.diag(slope(x)) + wrong))
    assert (one.verdict, one.worst) == (Verdict.FAIL, "dy[2]/dx[1]")
    assert one.max_abs == pytest.approx(size, rel=1e-3)


def test_an_error_below_the_floor_passes(found, tanh):
    (one,) = found(tanh(jacobian=lambda x: np.diag(slope(x) * (1 + 1e-16))))
    assert one.verdict is Verdict.PASS


def test_without_a_jacobian_there_is_nothing_to_say(found, tanh):
    assert list(found(tanh(jacobian=None))) == []


@pytest.mark.parametrize(("at_zero", "verdict"), [(0.0, Verdict.PASS), (1.0, Verdict.PASS), (1.5, Verdict.FAIL)])
def test_at_a_kink_what_lies_between_the_slopes_is_a_subgradient(found, tanh, at_zero, verdict):
    layer = tanh(
        forward=lambda x: np.maximum(x, 0),
        bprop=None,
        jacobian=lambda x: np.diag(np.where(x == 0, at_zero, x > 0).astype(float)),
    )
    (one,) = found(layer, "zeros")
    assert one.verdict is verdict
    assert (KINK in one.notes) == (verdict is Verdict.PASS)
