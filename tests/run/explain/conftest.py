"""Layers right and wrong, in few words."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from gradcheck.adapters.contract import subject_of
from gradcheck.checks.judge import probe_of
from gradcheck.records.input import Input

VECTOR = (Input("x", ("n",)),)


@pytest.fixture
def layer():
    """A subject made of functions; one input `x` of shape ("n",) unless said otherwise."""

    def make(forward, bprop, *, inputs=VECTOR, **facts):
        return subject_of(SimpleNamespace(forward=forward, bprop=bprop, inputs=inputs, **facts), name="mine")

    return make


@pytest.fixture
def square(layer):
    """x^2, whose bprop is off by the factor given."""
    return lambda factor=1.0: layer(lambda x: x * x, lambda v, x: 2 * factor * x * v)


@pytest.fixture
def probe():
    """The probe of a subject at a case, with numpy's warnings off, as a run has them."""
    with np.errstate(all="ignore"):
        yield probe_of
