from __future__ import annotations

import numpy as np
import pytest

from tests.defects.recognition.conftest import MORE
from tests.mutants.kit import Plain, args


@pytest.fixture
def usual():
    return MORE  # what is told here are kinds of points


def pooled(where):
    def bprop(v, x):
        box = x.reshape(-1, 3)
        return (v[:, None] * where(box)).reshape(x.shape)

    return Plain(args(x=(6,)), lambda x: x.reshape(*x.shape[:-1], 2, 3).max(axis=-1), bprop)


def hot(places):
    return np.arange(3) == places[:, None]


@pytest.mark.parametrize(
    ("where", "said"),
    [
        (lambda box: hot(box.argmin(axis=1)), "gives v to the smallest one where `forward` takes the largest"),
        (lambda box: hot(np.abs(box).argmax(axis=1)), "gives v to the largest in size one"),
        (lambda box: hot(np.zeros(len(box))), "gives v to the first one where"),
        (np.ones_like, "gives v to all of them where"),
    ],
)
def test_which_entry_gets_it(where, said, told):
    found = told(pooled(where))["bprop x"]
    assert found.kind == "choice"
    assert said in found.sentence


def test_the_right_entry_and_a_factor(kinds):
    assert kinds(pooled(lambda box: hot(box.argmax(axis=1)))) == set()
    assert kinds(pooled(lambda box: 2 * hot(box.argmax(axis=1)))) == {"factor"}
