"""Facts that a layer declares of itself: those that are read, and those that are refused by their name."""

from __future__ import annotations

import numpy as np
import pytest

from gradcheck.adapters.contract import subject_of
from gradcheck.errors import LoadError
from gradcheck.records.input import Input


def declaring(**facts):
    methods = {"forward": lambda self, x: x, "bprop": lambda self, v, x: v}
    return subject_of(type("One", (), {**methods, **facts}))


def test_facts_are_read():
    one = declaring(sizes={"n": np.int64(6), "m": 0}, critical=[1, np.float32(2)], accuracy=1e-3)
    assert (one.sizes, one.critical, one.accuracy) == ({"n": 6, "m": 0}, (1.0, 2.0), 1e-3)
    assert declaring(sizes=None).sizes == {}


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"sizes": {"n": 5.0}}, "`sizes` of One must give 'n' a whole length of at least 0, not 5.0"),
        ({"sizes": {"n": -5}}, "'n' a whole length of at least 0, not -5"),
        ({"sizes": {"n": True}}, "'n' a whole length of at least 0, not True"),
        ({"sizes": {5: 5}}, "`sizes` of One must have names that can be printed, not 5"),
        ({"sizes": [1]}, "`sizes` of One must be a mapping such as {'n': 5}, not [1]"),
        ({"critical": 5}, "`critical` of One must hold numbers, not 5"),
        ({"critical": ("a",)}, "`critical` of One must hold numbers, not ('a',)"),
        ({"critical": (10**400,)}, "`critical` of One must hold numbers, not (1000"),
        ({"inputs": 5}, "{'x': 'batch n', 'W': 'n m'}, not 5"),
        ({"inputs": "x"}, "{'x': 'batch n', 'W': 'n m'}, not 'x'"),
        ({"inputs": {"x": "batch n+1"}}, "`inputs` of One: `shape` of input 'x' must hold lengths >= 0 and size names"),
        ({"inputs": {"x": 5}}, "`inputs` of One: `shape` of input 'x' must be a tuple such as ('batch', 'n'), not 5"),
        ({"inputs": {5: "n"}}, "`inputs` of One must have names that can be printed, not 5"),
        (
            {"inputs": (Input("x\ud800", ("n",)),)},
            "`inputs` of One must have names that can be printed, not 'x\\ud800'",
        ),
        ({"inputs": (Input(5, ("n",)),)}, "`inputs` of One must have names that can be printed, not 5"),
    ],
)
def test_others_are_refused(facts, said):
    with pytest.raises(LoadError) as caught:
        declaring(**facts)
    assert said in str(caught.value)
