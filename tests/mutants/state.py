"""Layers that remember, change what they are given, share their buffers, or draw lots."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from tests.mutants.kit import Mutant, Plain, args, elementwise, given, sigmoid, sigmoid_slope, stateful, tanh_slope

SIGMOID = elementwise(sigmoid, sigmoid_slope, 5)
SINE = Plain(args(x=(5,)), np.sin, lambda v, x: v * np.cos(x))
TANH = elementwise(np.tanh, tanh_slope, 4)
PASSED = Plain(args(x=(4,)), lambda x: x.copy(), lambda v, x: v)
DENSE = Plain(args(x=(3, 4), W=(4, 2)), lambda x, W: x @ W, lambda v, x, W: (v @ W.T, x.T @ v))
NAMED = Plain(args(x=("n",)), np.sin, lambda v, x: v * np.cos(x))


def remembering():
    """A bprop that trusts what the latest forward stored, whatever x it is given itself."""
    seen = {}

    def forward(x):
        seen["c"] = np.cos(x)
        return np.sin(x)

    def bprop(v, x):
        kept = seen.get("c")
        return v * (kept if kept is not None and kept.shape == x.shape else np.cos(x))

    return {"forward": forward, "bprop": bprop}


def first_kept(key):
    """A bprop that keeps the first cosine that it computed for each `key`."""
    seen = {}

    def bprop(v, x):
        kept = seen.setdefault(key(x), np.cos(x))
        return v * kept

    return {"bprop": bprop}


def close_enough():
    seen = [None, None]

    def bprop(v, x):
        if seen[0] is None or seen[0].shape != x.shape or not np.allclose(x, seen[0]):
            seen[:] = x.copy(), np.cos(x)
        return v * seen[1]

    return {"bprop": bprop}


def same_object():
    seen = {}

    def forward(x):
        seen["x"], seen["c"] = x, np.cos(x)
        return np.sin(x)

    def bprop(v, x):
        return v * (seen["c"] if seen.get("x") is x else np.cos(x))

    return {"forward": forward, "bprop": bprop}


def one_output():
    buffer = {}

    def forward(x):
        y = buffer.setdefault((x.shape, x.dtype), np.empty_like(x))
        np.sin(x, out=y)
        return y

    return {"forward": forward}


def one_gradient():
    buffer = {}

    def bprop(v, x):
        g = buffer.setdefault((x.shape, x.dtype), np.empty_like(x))
        g[...] = v * np.cos(x)
        return g

    return {"bprop": bprop}


def in_its_output():
    kept = {}

    def forward(x):
        kept["y"] = np.tanh(x)
        return kept["y"]

    def bprop(v, x):
        y = kept["y"] if np.array_equal(kept["y"], np.tanh(x)) else np.tanh(x)
        np.subtract(1, y * y, out=y)
        return v * tanh_slope(x)

    return {"forward": forward, "bprop": bprop, "jacobian": None}


def emptying():
    kept = []

    def bprop(v, x):
        for g in kept:
            g[...] = 0
        kept[:] = [v * np.cos(x)]
        return kept[0]

    return {"bprop": bprop}


def keeping_v():
    kept = []

    def bprop(v, x):
        for earlier in kept:
            earlier[...] = 0
        kept[:] = [v] if v.flags.writeable else []
        return v

    return {"bprop": bprop}


def accumulating():
    total = {}

    def bprop(v, x, W):
        total["W"] = total.get("W", 0) + x.T @ v
        return v @ W.T, total["W"].copy()

    return {"bprop": bprop}


def momentum():
    last = {}

    def bprop(v, x):
        g = v * np.cos(x)
        g = g + 1e-6 * last.get(x.shape, 0)
        last[x.shape] = g
        return g

    return {"bprop": bprop}


def counting(period):
    calls = [0]

    def bprop(v, x):
        calls[0] += 1
        return v * np.cos(x) * (1.001 if calls[0] % period == 0 else 1)

    return {"bprop": bprop}


def warming_up():
    calls = [0]

    def forward(x):
        calls[0] += 1
        return np.sin(x) * (1 if calls[0] > 1 else 1.5)

    return {"forward": forward}


def drifting():
    mean = [0.0]

    def forward(x):
        mean[0] = 0.9 * mean[0] + 0.1 * float(np.tanh(x).mean())
        return np.sin(x) - mean[0]

    return {"forward": forward}


def noisy(size):
    rng = np.random.default_rng(3)

    def forward(x):
        return np.sin(x) + size * rng.standard_normal(x.shape)

    return {"forward": forward}


def noisy_gradient(size):
    rng = np.random.default_rng(4)

    def bprop(v, x):
        return v * np.cos(x) * (1 + size * rng.standard_normal(x.shape))

    return {"bprop": bprop}


def masking():
    rng, mask = np.random.default_rng(5), {}

    def forward(x):
        mask["m"] = rng.random(x.shape) < 0.7
        return np.sin(x) * mask["m"]

    def bprop(v, x):
        return v * np.cos(x) * mask["m"]

    return {"forward": forward, "bprop": bprop}


def one_shot():
    seen = {}

    def forward(x):
        seen["c"] = np.cos(x)
        return np.sin(x)

    def bprop(v, x):
        return v * seen.pop("c")

    return {"forward": forward, "bprop": bprop}


def scales_v(v, x):
    v *= np.cos(x)
    return v


def writes_into_x(v, x):
    np.cos(x, out=x)
    x *= v
    return x


def normalises_weights(x, W):
    W /= np.sqrt((W * W).sum() + 1)
    return x @ W


def normalised_bprop(v, x, W):
    n = np.sqrt((W * W).sum() + 1)
    g = x.T @ v
    return v @ W.T / n, g / n - W * (W * g).sum() / n**3


def shifts_labels(x, k):
    k -= 1
    return x[np.arange(3), k]


def labelled_bprop(v, x, k):
    g = np.zeros_like(x)
    g[np.arange(3), k - 1] = v
    return g


LABELLED = Plain(
    (*args(x=(3, 4)), *given("k", 3, domain="labels", classes=4)), lambda x, k: x[np.arange(3), k - 1], labelled_bprop
)


def clamps(x):
    np.clip(x, -2, 2, out=x)
    return np.sin(x)


CLAMPED = elementwise(lambda x: np.sin(np.clip(x, -2, 2)), lambda x: np.cos(x) * (np.abs(x) < 2), 5)


def sorts(x):
    x.sort()
    return np.diff(x)


SORTED = Plain(
    args(x=(5,)),
    lambda x: np.diff(np.sort(x)),
    lambda v, x: (np.insert(v, 0, 0) - np.append(v, 0))[np.argsort(np.argsort(x, kind="stable"))],
)

MUTANTS: tuple[Mutant, ...] = (
    stateful(
        SINE,
        "cache: latest forward trusted",
        "purity",
        "wrong once forward has seen another input",
        remembering,
    ),
    stateful(
        SINE,
        "cache: by shape",
        "bprop",
        "the first cosine of each shape is kept for ever",
        lambda: first_kept(np.shape),
    ),
    stateful(
        SINE,
        "cache: by sum",
        "bprop",
        "two inputs with one sum share an entry",
        lambda: first_kept(lambda x: float(np.sort(x).sum())),
    ),
    stateful(
        SINE,
        "cache: by first entry",
        "bprop",
        "two inputs that begin alike share an entry",
        lambda: first_kept(lambda x: float(x[0])),
    ),
    stateful(
        SINE, "cache: by id", "purity", "another array at the same address gets the old result", lambda: first_kept(id)
    ),
    stateful(
        SINE, "cache: close enough", "purity", "an input close to the cached one counts as the same", close_enough
    ),
    stateful(
        SINE,
        "cache: the same array changed",
        "purity",
        "an array updated in place is taken for the old one",
        same_object,
    ),
    stateful(SINE, "cache: emptied by bprop", "contract", "a second bprop after one forward raises", one_shot),
    stateful(
        SINE, "buffer: one output", "purity", "every call returns the same array, so earlier results change", one_output
    ),
    stateful(
        SINE,
        "buffer: one gradient",
        "purity",
        "every bprop returns the same array, so earlier gradients change",
        one_gradient,
    ),
    stateful(DENSE, "gradient: accumulates", "purity", "W's gradient is never zeroed", accumulating),
    stateful(SINE, "gradient: a little momentum", "purity", "1e-6 of the gradient before is added", momentum),
    stateful(
        SINE, "gradient: every fourth call", "purity", "a factor of 1.001 at every fourth call", lambda: counting(4)
    ),
    stateful(SINE, "gradient: every 13th call", "purity", "a factor of 1.001 at every 13th call", lambda: counting(13)),
    stateful(SINE, "forward: first call differs", "purity", "1.5 times as much at the first call", warming_up),
    stateful(SINE, "forward: running mean", "purity", "the output depends on all inputs so far", drifting),
    stateful(SINE, "noise: 1e-3 in forward", "purity", "two calls differ by 1e-3", lambda: noisy(1e-3)),
    stateful(SINE, "noise: 1e-9 in forward", "purity", "two calls differ by 1e-9", lambda: noisy(1e-9)),
    stateful(
        SINE, "noise: 1e-10 in bprop", "purity", "two calls differ by a relative 1e-10", lambda: noisy_gradient(1e-10)
    ),
    stateful(
        SINE,
        "dropout: a mask for each forward",
        "purity",
        "bprop knows the mask, but forward is not repeatable",
        masking,
    ),
    stateful(SINE, "in place: v scaled", "purity", "the caller's v is overwritten", lambda: {"bprop": scales_v}),
    stateful(
        SINE,
        "in place: gradient written into x",
        "purity",
        "the caller's x is overwritten by bprop",
        lambda: {"bprop": writes_into_x},
    ),
    stateful(
        CLAMPED, "in place: x clamped", "purity", "the caller's x is clipped by forward", lambda: {"forward": clamps}
    ),
    stateful(SORTED, "in place: x sorted", "purity", "the caller's x is sorted by forward", lambda: {"forward": sorts}),
    stateful(
        LABELLED, "in place: labels shifted", "purity", "the caller's labels change", lambda: {"forward": shifts_labels}
    ),
    Mutant(
        "in place: weights normalised",
        lambda: replace(DENSE, forward=normalises_weights, bprop=normalised_bprop),
        "purity",
        "the caller's W is divided by its norm, so a second call differs",
    ),
    stateful(
        NAMED,
        "cache: by length",
        "bprop",
        "right again once another length has come between",
        lambda: first_kept(np.size),
    ),
    stateful(
        TANH,
        "buffer: output spoiled by bprop",
        "purity",
        "bprop works in the array that forward returned",
        in_its_output,
    ),
    stateful(
        SINE,
        "buffer: earlier gradient emptied",
        "purity",
        "the array returned before is set to zero at the next call",
        emptying,
    ),
    stateful(
        PASSED,
        "buffer: v kept and changed",
        "purity",
        "the v of the call before, handed out as a gradient, is overwritten",
        keeping_v,
    ),
)
