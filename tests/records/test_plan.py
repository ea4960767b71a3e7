"""The usual plan is the smallest one that still runs something."""

from __future__ import annotations

import dataclasses

import pytest

from gradcheck.records.plan import Plan


def test_the_usual_plan_is_one_scale_size_dtype_and_seed():
    plan = Plan()
    assert [len(axis) for axis in (plan.scales, plan.sizes, plan.dtypes, plan.seeds)] == [1, 1, 1, 1]
    assert (plan.inputs, plan.checks, plan.select) == ((), (), "")


def test_a_plan_does_not_change():
    with pytest.raises(dataclasses.FrozenInstanceError):
        Plan().seeds = (1,)
