from __future__ import annotations

import numpy as np
import pytest

from gradcheck.oracle.signs import signs


@pytest.mark.parametrize("shape", [5, (3, 4), (0,)])
def test_signs_are_those_that_numpy_chooses_and_leave_the_generator_where_it_does(shape) -> None:
    ours, theirs = np.random.default_rng(3), np.random.default_rng(3)
    np.testing.assert_array_equal(signs(shape, ours), theirs.choice([-1.0, 1.0], shape))
    assert ours.random() == theirs.random()


def test_other_seeds_give_other_signs() -> None:
    assert (signs(40, np.random.default_rng(3)) != signs(40, np.random.default_rng(4))).any()
