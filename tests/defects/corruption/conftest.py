"""Small right layers to be corrupted, and a way to compare what a corrupted one says with what the right one does."""

from __future__ import annotations

import numpy as np
import pytest

from gradcheck.adapters.contract import subject_of
from gradcheck.checks.judge import probe_of
from gradcheck.inputs.cases import cases_of
from gradcheck.records.input import Input
from gradcheck.records.plan import Plan
from gradcheck.run.prove.control import Control


class Mixing:
    """y = A x + b * b: its Jacobian by x is a full, unsymmetric square matrix."""

    inputs = (Input("x", (3,)), Input("b", (3,)))
    matrix = np.array([[1.0, 2.0, 3.0], [0.5, -1.0, 4.0], [2.0, 0.25, -3.0]])

    def forward(self, x, b):
        return self.matrix @ x + b * b

    def bprop(self, v, x, b):
        return v @ self.matrix, 2 * v * b

    def jacobian(self, x, b):
        return self.matrix * np.ones_like(x), np.diag(2 * b)


class Cube:
    """y = x^3, with `bprop` alone."""

    inputs = (Input("x", (4,)),)

    def forward(self, x):
        return x**3

    def bprop(self, v, x):
        return 3 * v * x**2


class Affine:
    """y = x w for each item of a batch, which shares w."""

    inputs = (Input("x", ("batch", 2)), Input("w", (2,)))

    def forward(self, x, w):
        return x * w

    def bprop(self, v, x, w):
        return v * w, (v * x).sum(axis=0)

    def jacobian(self, x, w):
        by_x = np.zeros(x.shape + x.shape, x.dtype)
        by_w = np.zeros(x.shape + w.shape, x.dtype)
        for b, k in np.ndindex(*x.shape):
            by_x[b, k, b, k] = w[k]
            by_w[b, k, k] = x[b, k]
        return by_x, by_w


@pytest.fixture
def mixing():
    return subject_of(Mixing())


@pytest.fixture
def cube():
    return subject_of(Cube())


@pytest.fixture
def affine():
    return subject_of(Affine())


@pytest.fixture
def by_name():
    """The corruptions of a family by their names; of a series the largest."""

    def named(family, subject):
        found = {}
        for one in family(subject):
            found.setdefault(one.name, one)
        return found

    return named


@pytest.fixture
def consistent():
    """Whether `bprop` of a corrupted layer is v . J of its `jacobian`, for any v."""

    def holds(layer, *arrays):
        raw = layer.jacobian(*arrays)
        parts = raw if isinstance(raw, tuple) else (raw,)
        shape = parts[0].shape[: parts[0].ndim - np.ndim(arrays[0])]
        v = np.random.default_rng(0).standard_normal(shape)
        gradients = layer.bprop(v, *arrays)
        gradients = gradients if isinstance(gradients, tuple) else (gradients,)
        products = [np.tensordot(v, part, len(shape)) for part in parts]
        return all(np.allclose(g, p, atol=1e-14) for g, p in zip(gradients, products, strict=True))

    return holds


@pytest.fixture
def control():
    """A layer at a point, as it is found there before it is corrupted."""

    def made(subject, strategy="normal", dtype="float64"):
        (case,) = cases_of(subject, Plan(inputs=(strategy,), dtypes=(dtype,)))
        return Control(probe_of(subject, case))

    return made
