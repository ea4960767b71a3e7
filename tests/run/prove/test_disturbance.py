"""What other calls change."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np
import pytest

from gradcheck.adapters.contract import subject_of
from gradcheck.defects.corruption import Corrupted
from gradcheck.defects.factors import scaled
from gradcheck.defects.memory import accumulating, changing_input, changing_v, reusing, stale
from gradcheck.run.prove.disturbance import absolute, disturbance, largest


@pytest.fixture
def disturbed(control):
    return lambda subject, corrupt: disturbance(control(subject).probe, lambda: replace(subject, layer=corrupt()))


@pytest.mark.parametrize("corrupt", [stale, accumulating, reusing, changing_input, changing_v])
def test_what_calls_leave_behind_is_seen(disturbed, cube, corrupt):
    assert disturbed(cube, partial(corrupt, cube)) > 0.01


@pytest.mark.parametrize("corrupt", [stale, accumulating, reusing, changing_input])
def test_a_jacobian_too(disturbed, mixing, corrupt):
    jacobian_alone = replace(mixing, layer=Corrupted(mixing.layer, bprop=None))
    assert disturbed(jacobian_alone, partial(corrupt, mixing)) > 0.01


def test_a_wrong_layer_that_keeps_nothing_disturbs_nothing(disturbed, cube):
    assert disturbed(cube, partial(scaled, cube, 2.0)) == 0
    assert disturbed(cube, partial(scaled, cube, np.nan)) == 0


def test_a_stale_constant_is_as_good_as_fresh(disturbed):
    class Triple:
        def forward(self, x):
            return 3 * x

        def bprop(self, v, x):
            return 3 * v

    subject = subject_of(Triple())
    assert disturbed(subject, partial(stale, subject)) == 0


def test_a_layer_that_raises_the_second_time(disturbed, cube):
    def once():
        answers = [np.zeros(4)]
        return Corrupted(cube.layer, bprop=lambda v, x: answers.pop())

    assert disturbed(cube, once) == np.inf


def test_nan_is_as_far_off_as_can_be():
    assert absolute(np.array([-1.0, np.nan])).tolist() == [1, np.inf]
    assert largest(np.array([-3.0, 2.0])) == 3
    assert largest(np.zeros(0)) == 0
