from __future__ import annotations

import numpy as np
import pytest

from gradcheck.inputs import STRATEGIES
from tests.mutants.kit import Plain, args, given, own, softmax

WEIGHTS = np.array([0.5, 1.0, 2.0])
ALL = tuple(STRATEGIES)


def entropy(weigh):
    def forward(x, t):
        m = x - x.max(axis=-1, keepdims=True)
        return np.sum(WEIGHTS[t] * (np.log(np.exp(m).sum(axis=-1)) - own(m, t)), axis=-1)

    inputs = (*args(x=(4, 3)), *given("t", 4, domain="labels", classes=3))
    return Plain(inputs, forward, lambda v, x, t: v * weigh(t)[:, None] * (softmax(x) - np.eye(3)[t]))


def scale(of_g):
    def centred(x):
        c = x - x.mean(axis=-1, keepdims=True)
        return c / np.sqrt((c * c).mean(axis=-1, keepdims=True) + 0.1)

    inputs = (*given("x", 4, 6), *args(g=(6,)))
    return Plain(inputs, lambda x, g: centred(x) * g[..., None, :], lambda v, x, g: (v * of_g(x, centred)).sum(axis=0))


@pytest.mark.parametrize(
    ("layer", "key", "kind", "said"),
    [
        (entropy(lambda t: np.ones(len(t))), "bprop x", "scaled", "a factor that t decides"),
        (
            entropy(lambda t: WEIGHTS[t] / WEIGHTS[t].sum()),
            "bprop x",
            "scaled",
            "all of the gradient of x is off by one",
        ),
        (scale(lambda x, _: x), "bprop g", "shifted", "it is not centred or scaled as in `forward`"),
    ],
)
def test_each_group_is_off_by_numbers_of_its_own(layer, key, kind, said, told):
    found = told(layer, ALL)[key]
    assert found.name == kind
    assert said in found.sentence


@pytest.mark.parametrize("layer", [entropy(lambda t: WEIGHTS[t]), scale(lambda x, centred: centred(x))])
def test_what_is_not_off(layer, told):
    assert told(layer, ALL) == {}


def test_two_numbers_that_all_points_share_are_no_points_own(kinds):
    at, share = np.array([0, 1, 2, 3]), np.array([0.3, 0.6, 0.2, 0.9])

    def bprop(v, x):
        given = np.zeros(5)
        np.add.at(given, at, share * v)
        np.add.at(given, at + 1, (1 - share) * v)
        return given

    between = Plain(args(x=(5,)), lambda x: (1 - share) * x[..., at] + share * x[..., at + 1], bprop)
    assert "shifted" not in kinds(between, ALL)
