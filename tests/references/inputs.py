"""Inputs of sixteen kinds, from ordinary to adversarial."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator

import numpy as np

from tests.references.kit import Reference


def integers(n: int, rng: np.random.Generator) -> np.ndarray:
    return rng.integers(-4, 5, n).astype(float)


def ties(n: int, rng: np.random.Generator) -> np.ndarray:
    return rng.choice([0.75, -1.25], n)


def spike(n: int, rng: np.random.Generator) -> np.ndarray:
    x = rng.normal(size=n) / 8
    x[rng.integers(n)] = 300.0
    return x


def mixed(n: int, rng: np.random.Generator) -> np.ndarray:
    return rng.choice([-1.0, 1.0], n) * 10 ** rng.uniform(-8, 4, n)


def tiny(n: int, rng: np.random.Generator) -> np.ndarray:
    return rng.choice([-1.0, 1.0], n) * 10 ** rng.uniform(-300, -30, n)


def near_kinks(n: int, rng: np.random.Generator) -> np.ndarray:
    return rng.choice([-1.0, 0.0, 1.0], n) + rng.choice([-1.0, 1.0], n) * 10 ** rng.uniform(-12, -2, n)


def probabilities(n: int, rng: np.random.Generator) -> np.ndarray:
    p = np.exp(4 * rng.normal(size=n))
    return p / p.sum()


INPUTS: dict[str, Callable[[int, np.random.Generator], np.ndarray]] = {
    **{f"normal_{scale:g}": (lambda n, rng, s=scale: s * rng.normal(size=n)) for scale in (1e-6, 1e-3, 1.0, 1e3, 1e6)},
    "zeros": lambda n, rng: np.zeros(n),
    "ties": ties,
    "spike": spike,
    "twenty": lambda n, rng: rng.choice([-20.0, 20.0], n) + rng.normal(size=n) / 4,
    "forty": lambda n, rng: rng.choice([-40.0, 40.0], n) + rng.normal(size=n) / 4,
    "mixed": mixed,
    "tiny": tiny,
    "alternating": lambda n, rng: 2.5 * (-1.0) ** np.arange(n),
    "near_kinks": near_kinks,
    "integers": integers,
    "probabilities": probabilities,
}
ORDINARY = ("normal_1", "ties", "alternating", "integers", "probabilities")


def points(reference: Reference, seed: int = 0) -> Iterator[tuple[str, np.ndarray]]:
    """An input of each kind that the reference admits, of 5 to 8 entries; without signs where the domain has none."""
    number = zlib.crc32(reference.name.encode())
    for at, (kind, draw) in enumerate(INPUTS.items()):
        x = draw(5 + number % 4, np.random.default_rng([seed, number, at]))
        x = np.abs(x) if reference.limits[0] == 0 else x
        if reference.admits(x):
            yield kind, x
