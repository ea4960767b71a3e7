"""Where each check stops seeing."""

from __future__ import annotations

import numpy as np
import pytest

from gradcheck.adapters.contract import subject_of
from gradcheck.checks import CHECKS
from gradcheck.run.prove.sensitivity import sensitivities_of


@pytest.fixture
def sensitivities(control):
    def found(subject, checks=tuple(CHECKS), strategies=("normal", "negative")):
        with np.errstate(all="ignore"):
            controls = [control(subject, strategy) for strategy in strategies]
            return {one.check: one for one in sensitivities_of(subject, controls, [CHECKS[name] for name in checks])}

    return found


def test_the_checks_that_compare_see_far(sensitivities, mixing):
    found = sensitivities(mixing)
    assert set(found) == {"jacobian", "bprop", "agreement"}
    for sensitivity in found.values():
        assert 1e-14 < sensitivity.least <= sensitivity.everywhere < 1e-9


def test_a_check_that_compares_nothing_sees_nothing(sensitivities, mixing):
    assert sensitivities(mixing, ["purity", "linearity"]) == {}


def test_there_is_no_agreement_of_one_method(sensitivities, cube):
    assert set(sensitivities(cube)) == {"bprop"}


def test_coarse_outputs_dim_the_sight(sensitivities):
    class Coarse:
        def forward(self, x):
            return np.asarray(np.tanh(x), np.float32).astype(x.dtype)

        def bprop(self, v, x):
            return v * (1 - np.tanh(x) ** 2)

    class Fine(Coarse):
        def forward(self, x):
            return np.tanh(x)

    coarse, fine = (sensitivities(subject_of(kind()))["bprop"] for kind in (Coarse, Fine))
    assert coarse.least > 100 * fine.least


def test_points_where_nothing_can_be_seen_do_not_count(sensitivities, cube):
    assert sensitivities(cube, strategies=("normal", "zeros"))["bprop"].everywhere is not None
