"""What is timed: layers at one normal point, from a few entries to a million."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gradcheck import load
from gradcheck.adapters.contract import Layer, Subject, subject_of
from gradcheck.records.input import Input


class MeanSquare(Layer):
    """One number from many parameters: sum x^2 / 2 n."""

    inputs = (Input("x", ("n",)),)

    def forward(self, x):
        """The last axis alone is summed, so that a stack of rows works."""
        return (x * x).sum(axis=-1) / (2 * x.shape[-1])

    def bprop(self, v, x):
        """The gradient, shape (n,)."""
        return v * x / x.shape[-1]


class Waves(Layer):
    """Many numbers from one parameter: sin(k x) / k."""

    inputs = (Input("x", (1,)), Input("k", ("n",), differentiable=False))

    def forward(self, x, k):
        """Shape (n,)."""
        return np.sin(k * x) / k

    def bprop(self, v, x, k):
        """The gradient, shape (1,)."""
        return np.atleast_1d((v * np.cos(k * x)).sum())


@dataclass(frozen=True)
class Case:
    """A layer at some sizes.

    Attributes
    ----------
    layer
        A name that gradcheck loads, or a class.
    peers
        Whether PyTorch and SciPy are timed beside it.
    limit
        Whether 2 n evaluations are: they are not where they would take minutes.
    budget
        As of a plan.
    """

    layer: str | type
    sizes: tuple[tuple[str, int], ...]
    peers: bool = False
    limit: bool = True
    budget: str = "usual"

    @property
    def name(self) -> str:
        """The layer and its sizes."""
        layer = self.layer if isinstance(self.layer, str) else self.layer.__name__
        budget = "" if self.budget == "usual" else f" {self.budget}"
        return f"{layer} {' '.join(f'{name}={length}' for name, length in self.sizes)}{budget}"

    @property
    def subject(self) -> Subject:
        """The layer as gradcheck sees it."""
        return load(self.layer)[0] if isinstance(self.layer, str) else subject_of(self.layer)


def _n(layer: str | type, *lengths: int, **options: bool) -> list[Case]:
    return [Case(layer, (("n", length),), **options) for length in lengths]


SMALL = [
    *_n("softmax", 4, 64, peers=True),
    *_n("softmax", 256, 1024, peers=True),
    Case("softmax", (("n", 1024),), budget="full"),
    *_n("tanh", 1024, peers=True),
    Case("layer_norm", (("batch", 1), ("n", 256)), peers=True),
    Case("layer_norm", (("batch", 1), ("n", 1024))),
    Case("linear", (("batch", 8), ("m", 64), ("n", 64)), peers=True),
]
LARGE = [
    *_n(MeanSquare, 100_000, limit=False),
    *_n(Waves, 100_000, limit=False),
    *_n("tanh", 4096, 1_000_000, limit=False),
    Case("linear", (("batch", 8), ("m", 1024), ("n", 1024)), limit=False),
]
