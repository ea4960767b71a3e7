"""The sum over the batch, lost."""

from __future__ import annotations

import numpy as np

from gradcheck.defects.batches import corruptions

X, W = np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 7.0]]), np.array([2.0, -1.0])


def test_what_is_shared_gets_the_mean_or_the_last(affine, by_name, consistent):
    found = by_name(corruptions, affine)
    for name, expected in (("mean", X.mean(axis=0)), ("last item", X[-1])):
        layer = found[f"batch: {name}, not the sum"].corrupt()
        by_x, by_w = layer.bprop(np.ones((3, 2)), X, W)
        assert np.allclose(by_w, expected)
        assert np.allclose(by_x, [W, W, W])
        assert consistent(layer, X, W)


def test_where_nothing_is_shared_there_is_none(mixing, cube):
    assert list(corruptions(mixing)) + list(corruptions(cube)) == []
