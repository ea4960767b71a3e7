"""Recurrent cells, gates and attention: paths through time that are cut, weights that are used twice."""

from __future__ import annotations

import numpy as np

from tests.mutants.kit import Mutant, Plain, args, sigmoid, sigmoid_slope, softmax, spoiled, tanh_slope, with_jacobian

CELL = args(x=(4, 2), W=(3, 3), U=(2, 3))


def times(x, W):
    """x @ W for each row of x and matrix of W: (..., n) and (..., n, m) -> (..., m)."""
    return (x[..., None, :] @ W)[..., 0, :]


def states(x, W, U):
    h = [np.zeros((*x.shape[:-2], W.shape[-1]), dtype=x.dtype)]
    for t in range(x.shape[-2]):
        h.append(np.tanh(times(h[-1], W) + times(x[..., t, :], U)))
    return np.stack(h, axis=-2)


def rnn_bprop(v, x, W, U, through=True, late=1):
    h = states(x, W, U)
    dx, dW, dU = np.zeros_like(x), np.zeros_like(W), np.zeros_like(U)
    back = np.zeros(W.shape[0], dtype=x.dtype)
    for t in range(len(x), 0, -1):
        z = h[t - 1] @ W + x[t - 1] @ U
        d = (v[t - 1] + back) * tanh_slope(z)
        dW += np.outer(h[t - late], d)
        dU += np.outer(x[t - 1], d)
        dx[t - 1] = U @ d
        back = W @ d if through else back
    return dx, dW, dU


RNN = Plain(CELL, lambda x, W, U: states(x, W, U)[..., 1:, :], rnn_bprop)


def gru(h, x, W):
    a, b, c, d, e, f = (W[..., k, :, :] for k in range(6))
    r, z = sigmoid(times(x, a) + times(h, b)), sigmoid(times(x, c) + times(h, d))
    return z * h + (1 - z) * np.tanh(times(x, e) + times(r * h, f))


def gru_bprop(v, h, x, W, reset=True, update=True):
    a, b = x @ W[0] + h @ W[1], x @ W[2] + h @ W[3]
    r, z = sigmoid(a), sigmoid(b)
    c = x @ W[4] + (r * h) @ W[5]
    dc = v * (1 - z) * tanh_slope(c)
    db = v * (h - np.tanh(c)) * sigmoid_slope(b) * update
    da = (W[5] @ dc) * h * sigmoid_slope(a) * reset
    dh = v * z + r * (W[5] @ dc) + W[1] @ da + W[3] @ db
    dx = W[0] @ da + W[2] @ db + W[4] @ dc
    outer = (np.outer(x, da), np.outer(h, da), np.outer(x, db), np.outer(h, db), np.outer(x, dc), np.outer(r * h, dc))
    return dh, dx, np.stack(outer)


GRU = Plain(args(h=(2,), x=(2,), W=(6, 2, 2)), gru, gru_bprop)


def lstm(c, z):
    i, f, o, g = (z[..., k, :] for k in range(4))
    c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
    return np.stack([c, sigmoid(o) * np.tanh(c)], axis=-2)


def lstm_bprop(v, c, z, carry=True, inner=True):
    i, f, o, g = sigmoid(z[0]), sigmoid(z[1]), sigmoid(z[2]), np.tanh(z[3])
    new = f * c + i * g
    d = v[0] * carry + v[1] * o * (tanh_slope(new) if inner else 1)
    dz = (
        d * g * sigmoid_slope(z[0]),
        d * c * sigmoid_slope(z[1]),
        v[1] * np.tanh(new) * sigmoid_slope(z[2]),
        d * i * tanh_slope(z[3]),
    )
    return d * f, np.stack(dz)


LSTM = Plain(args(c=(3,), z=(4, 3)), lstm, lstm_bprop)


def highway_bprop(v, x, W, carry=True):
    a = x @ W
    g, s = sigmoid(a), sigmoid_slope(a)
    d = v * (np.tanh(x) - x) * s
    return v * g * tanh_slope(x) + carry * v * (1 - g) + d @ W.T, x.T @ d


HIGHWAY = Plain(
    args(x=(2, 3), W=(3, 3)), lambda x, W: sigmoid(x @ W) * np.tanh(x) + (1 - sigmoid(x @ W)) * x, highway_bprop
)


def tied_bprop(v, x, W, both=True):
    h = np.tanh(x @ W)
    d = (v @ W) * tanh_slope(x @ W)
    return d @ W.T, x.T @ d + both * (v.T @ h)


TIED = Plain(args(x=(2, 3), W=(3, 4)), lambda x, W: np.tanh(x @ W) @ np.swapaxes(W, -1, -2), tied_bprop)
HIDDEN = np.triu(np.ones((4, 4), dtype=bool), 1)


def scores(q, k):
    return np.where(HIDDEN, -1e30, q @ np.swapaxes(k, -1, -2) / np.sqrt(q.dtype.type(2)))


def attention(q, k, u):
    return softmax(scores(q, k)) @ u


def attention_bprop(v, q, k, u, scale=2, value=None):
    a = softmax(scores(q, k))
    d = v @ u.T
    d = a * (d - (d * a).sum(axis=-1, keepdims=True)) / np.sqrt(q.dtype.type(scale))
    return d @ k, d.T @ q, (a if value is None else value(a)).T @ v


def attention_leaks(v, q, k, u):
    a = softmax(q @ k.T / np.sqrt(q.dtype.type(2)))
    d = v @ u.T
    d = a * (d - (d * a).sum(axis=-1, keepdims=True)) / np.sqrt(q.dtype.type(2))
    return d @ k, d.T @ q, softmax(scores(q, k)).T @ v


ATTENTION = Plain(args(q=(4, 2), k=(4, 2), u=(4, 2)), attention, attention_bprop)


def scan(a, x):
    h, out = 0 * x[..., 0], []
    for t in range(x.shape[-1]):
        h = np.tanh(a[..., t]) * h + x[..., t]
        out.append(h)
    return np.stack(out, axis=-1)


def scan_bprop(v, a, x, late=0):
    h = np.concatenate([[0], scan(a, x)])
    da, dx, back = np.zeros_like(a), np.zeros_like(x), 0
    for t in range(len(x) - 1, -1, -1):
        back = back + v[t]
        dx[t] = back
        da[t] = back * h[t + late] * tanh_slope(a[t])
        back = back * np.tanh(a[t])
    return da, dx


SCAN = Plain(args(a=(5,), x=(5,)), scan, scan_bprop)


def smoothed(x):
    out = [x[..., 0]]
    for t in range(1, x.shape[-1]):
        out.append(0.9 * out[-1] + 0.1 * x[..., t])
    return np.stack(out, axis=-1)


def smoothed_bprop(v, x, first=1.0):
    g, back = np.zeros_like(x), 0
    for t in range(x.size - 1, 0, -1):
        back = back + v[t]
        g[t], back = 0.1 * back, 0.9 * back
    g[0] = first * (back + v[0])
    return g


SMOOTHED = with_jacobian(Plain(args(x=(6,)), smoothed, smoothed_bprop))
TRIPLE = with_jacobian(
    Plain(
        args(x=(4,)),
        lambda x: x * np.tanh(x) * sigmoid(x),
        lambda v, x: v * (np.tanh(x) * sigmoid(x) + x * tanh_slope(x) * sigmoid(x) + x * np.tanh(x) * sigmoid_slope(x)),
    )
)
RESIDUAL = with_jacobian(
    Plain(args(x=(5,)), lambda x: x + np.roll(np.tanh(x), 1, axis=-1), lambda v, x: v + np.roll(v, -1) * tanh_slope(x))
)


def chain_likelihood(x, T):
    a = x[..., 0, :]
    for t in range(1, x.shape[-2]):
        m = a.max(axis=-1, keepdims=True)
        a = x[..., t, :] + m + np.log((np.exp(a - m)[..., None, :] @ np.exp(T))[..., 0, :])
    return lse(a, -1)


def chain_likelihood_bprop(v, x, T, transposed=False):
    n, K = x.shape
    ahead = [x[0]]
    for row in x[1:]:
        ahead.append(row + lse(ahead[-1][:, None] + T, 0))
    behind = [np.zeros(K, dtype=x.dtype)]
    for row in x[:0:-1]:
        behind.append(lse(T + row + behind[-1], 1))
    ahead, behind = np.stack(ahead), np.stack(behind[::-1])
    z = lse(ahead[-1], 0)
    pairs = sum(np.exp(ahead[t][:, None] + T + x[t + 1] + behind[t + 1] - z) for t in range(n - 1))
    return v * np.exp(ahead + behind - z), v * (pairs.T if transposed else pairs)


def lse(a, axis):
    m = a.max(axis=axis, keepdims=True)
    return np.squeeze(m, axis) + np.log(np.exp(a - m).sum(axis=axis))


CHAIN = Plain((*args(x=(3, 3)), *args((-5, 5), T=(3, 3))), chain_likelihood, chain_likelihood_bprop)

MUTANTS: tuple[Mutant, ...] = (
    spoiled(
        RNN,
        "rnn: truncated after one step",
        "bprop",
        "nothing flows back through time",
        bprop=lambda v, x, W, U: rnn_bprop(v, x, W, U, through=False),
    ),
    spoiled(
        RNN,
        "rnn: state after for state before",
        "bprop",
        "h_t for h_{t-1} in the gradient of W",
        bprop=lambda v, x, W, U: rnn_bprop(v, x, W, U, late=0),
    ),
    spoiled(
        RNN,
        "rnn: W for its transpose",
        "bprop",
        "the state is carried back by the transposed matrix",
        bprop=lambda v, x, W, U: (rnn_bprop(v, x, W, U)[0], rnn_bprop(v, x, W.T, U)[1], rnn_bprop(v, x, W, U)[2]),
    ),
    spoiled(
        GRU,
        "gru: reset gate held fixed",
        "bprop",
        "no gradient through the reset gate",
        bprop=lambda v, h, x, W: gru_bprop(v, h, x, W, reset=False),
    ),
    spoiled(
        GRU,
        "gru: update gate held fixed",
        "bprop",
        "no gradient through the update gate",
        bprop=lambda v, h, x, W: gru_bprop(v, h, x, W, update=False),
    ),
    spoiled(
        LSTM,
        "lstm: cell's own cotangent dropped",
        "bprop",
        "only the hidden state's cotangent is used",
        bprop=lambda v, c, z: lstm_bprop(v, c, z, carry=False),
    ),
    spoiled(
        LSTM,
        "lstm: output tanh forgotten",
        "bprop",
        "the inner tanh is differentiated as the identity",
        bprop=lambda v, c, z: lstm_bprop(v, c, z, inner=False),
    ),
    spoiled(
        LSTM,
        "lstm: input and forget gates swapped",
        "bprop",
        "gate order i f o g against f i o g",
        bprop=lambda v, c, z: (lstm_bprop(v, c, z)[0], lstm_bprop(v, c, z)[1][[1, 0, 2, 3]]),
    ),
    spoiled(
        HIGHWAY,
        "highway: carry forgotten",
        "bprop",
        "the path (1 - g) x is missing",
        bprop=lambda v, x, W: highway_bprop(v, x, W, carry=False),
    ),
    spoiled(
        TIED,
        "tied weights: second use forgotten",
        "bprop",
        "W is encoder and decoder, one of them counts",
        bprop=lambda v, x, W: tied_bprop(v, x, W, both=False),
    ),
    spoiled(
        ATTENTION,
        "masked attention: mask forgotten",
        "bprop",
        "hidden positions get and take gradient",
        bprop=attention_leaks,
    ),
    spoiled(
        ATTENTION,
        "masked attention: scale of another width",
        "bprop",
        "sqrt(4) for sqrt(2)",
        bprop=lambda v, q, k, u: attention_bprop(v, q, k, u, scale=4),
    ),
    spoiled(
        ATTENTION,
        "masked attention: weights not transposed",
        "bprop",
        "a v for a^T v; as many keys as queries",
        bprop=lambda v, q, k, u: attention_bprop(v, q, k, u, value=np.transpose),
    ),
    spoiled(
        SCAN,
        "scan: state after for state before",
        "bprop",
        "h_t for h_{t-1} in the gradient of the decay",
        bprop=lambda v, a, x: scan_bprop(v, a, x, late=1),
    ),
    spoiled(
        SMOOTHED,
        "smoothing: first weight",
        "jacobian",
        "the first entry is taken with weight 0.1, too",
        jacobian=lambda x: np.stack([smoothed_bprop(v, x, first=0.1) for v in np.eye(6)]),
    ),
    spoiled(
        TRIPLE,
        "triple product: two of three",
        "bprop",
        "x occurs three times, two are differentiated",
        bprop=lambda v, x: v * (np.tanh(x) * sigmoid(x) + x * tanh_slope(x) * sigmoid(x)),
    ),
    spoiled(
        RESIDUAL,
        "residual: skip twice",
        "bprop",
        "2 v for v",
        bprop=lambda v, x: 2 * v + np.roll(v, -1) * tanh_slope(x),
    ),
    spoiled(
        CHAIN,
        "chain likelihood: transitions transposed",
        "bprop",
        "from and to change places",
        bprop=lambda v, x, T: chain_likelihood_bprop(v, x, T, transposed=True),
    ),
)
