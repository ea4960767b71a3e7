from __future__ import annotations

import pytest

from gradcheck.adapters.size_names import refuse_sizes
from gradcheck.errors import UsageError
from gradcheck.layers.loading import load


def test_a_size_that_one_of_the_layers_has():
    refuse_sizes("`sizes`", ((("hidden", 3), ("n", 2)),), [*load("mlp"), *load("softmax")])
    refuse_sizes("`sizes`", (), load("softmax"))


def test_a_size_that_none_of_the_layers_has():
    with pytest.raises(UsageError, match=r"`sizes` must name .* \(batch, n, hidden, m\), not 'hiden'; .* 'hidden'"):
        refuse_sizes("`sizes`", ((("hiden", 3),),), load("mlp"))
