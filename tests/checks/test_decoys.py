from __future__ import annotations

import numpy as np

from gradcheck.checks.decoys import nudged, reordered

X, LABELS = np.array([[1.0, 2.0], [3.0, -4.0]]), np.array([0, 1])


def test_the_same_entries_in_reverse():
    back, labels = reordered((X, LABELS))
    assert back.tolist() == [[-4, 3], [2, 1]]
    assert labels.tolist() == [1, 0]
    assert back.sum() == X.sum()


def test_nearly_the_same_entries():
    for dtype in (np.float64, np.float32, np.float16):
        near, labels = nudged((X.astype(dtype), LABELS))
        assert near.dtype == dtype
        assert (near != X).all()
        assert np.allclose(near, X, rtol=3e-3)
        assert labels is LABELS
