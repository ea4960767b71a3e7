from __future__ import annotations

import numpy as np
import pytest

from tests.mutants.kit import Plain, args, given, softmax


def entropy(backward):
    """A cross entropy whose target keeps a part for every class; its gradient from softmax and what is named."""

    def forward(x, k):
        m = x.max(axis=-1, keepdims=True)
        logs = x - m - np.log(np.exp(x - m).sum(axis=-1, keepdims=True))
        return -((0.8 * np.eye(5)[k] + 0.04) * logs).sum(axis=(-1, -2))

    labels = given("k", 3, domain="labels", classes=5)
    return Plain((*args(x=(3, 5)), *labels), forward, lambda v, x, k: v * backward(softmax(x), np.eye(5)[k]))


@pytest.mark.parametrize(
    ("backward", "said"),
    [
        (lambda p, hot: p - hot, "a term with the same in every entry is missing"),
        (lambda p, hot: 0.5 * p - 0.8 * hot - 0.04, "the term with softmax(x) is off by the factor 0.5"),
        (lambda p, hot: -0.8 * hot - 0.04, "a term with softmax(x) is missing"),
    ],
)
def test_the_term_is_named(backward, said, told):
    assert said in told(entropy(backward))["bprop x"].sentence


def test_the_right_one(kinds):
    assert kinds(entropy(lambda p, hot: p - 0.8 * hot - 0.04)) == set()
