from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from gradcheck.defects.cotangents import difference, uses

V = np.array([[3.0, -0.5, 0.002, 7.0], [-9.0, 1.0, -0.001, 0.3], [0.2, 0.1, 0.4, -0.3]])
shapes = st.sampled_from([(), (1,), (4,), (2, 3)])


@settings(deadline=None, max_examples=30)
@given(shapes.flatmap(lambda shape: arrays(float, shape, elements=st.floats(-1e3, 1e3))))
def test_every_use_gives_an_entry_for_each(v):
    with np.errstate(all="ignore"):
        for _, _, function in uses():
            assert np.size(function(v)) == v.size


@pytest.mark.parametrize(
    ("used", "kind", "said"),
    [
        (np.clip(V, -2, 2), "clipped", "clipped at 2"),
        (np.where(np.abs(V) < 0.01, 0, V), "dropped", "up to 0.002"),
        (np.where(V < 0, 0.5 * V, V), "scaled negative", "v counts 0.5 times where v is negative"),
    ],
)
def test_a_difference_is_described(used, kind, said):
    found = difference(V, used)
    assert found.name == kind
    assert said in found.sentence


def test_no_difference_and_one_without_rule():
    assert difference(V, V) is None
    assert difference(V, V + np.sin(9 * V)) is None
