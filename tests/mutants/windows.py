"""Convolutions, pooling, indexing and reshaping: where each entry goes, and how often it is counted."""

from __future__ import annotations

import numpy as np

from tests.mutants.kit import Mutant, Plain, args, given, spoiled, with_jacobian


def pieces(x, size, stride=1, dilation=1):
    """All windows of the last axis: (..., n) -> (..., count, size)."""
    count = (x.shape[-1] - (size - 1) * dilation - 1) // stride + 1
    starts = stride * np.arange(count)
    return x[..., starts[:, None] + dilation * np.arange(size)]


def conv(x, w, stride, dilation):
    return np.einsum("...tj,...j->...t", pieces(x, w.shape[-1], stride, dilation), w)


def spread(v, x, w, stride, dilation):
    dx = np.zeros_like(x)
    for j in range(w.size):
        np.add.at(dx, stride * np.arange(v.size) + j * dilation, v * w[j])
    return dx


def conv_bprop(v, x, w, stride, dilation):
    return spread(v, x, w, stride, dilation), v @ pieces(x, w.size, stride, dilation)


STRIDED = Plain(args(x=(9,), w=(3,)), lambda x, w: conv(x, w, 2, 1), lambda v, x, w: conv_bprop(v, x, w, 2, 1))
DILATED = Plain(args(x=(9,), w=(3,)), lambda x, w: conv(x, w, 1, 2), lambda v, x, w: conv_bprop(v, x, w, 1, 2))


def conv2d(x, w):
    windows = np.lib.stride_tricks.sliding_window_view(x, w.shape[-2:], axis=(-2, -1))
    return np.einsum("...ijkl,...kl->...ij", windows, w)


def conv2d_bprop(v, x, w):
    dx = np.zeros_like(x)
    for k in range(w.shape[0]):
        for j in range(w.shape[1]):
            dx[k : k + v.shape[0], j : j + v.shape[1]] += v * w[k, j]
    return dx, np.einsum("ij,ijkl->kl", v, np.lib.stride_tricks.sliding_window_view(x, w.shape))


CONV2D = Plain(args(x=(4, 4), w=(2, 2)), conv2d, conv2d_bprop)


def circular(x, w):
    return sum(w[..., j, None] * np.roll(x, j, axis=-1) for j in range(w.shape[-1]))


def circular_bprop(v, x, w, back=-1):
    return sum(w[j] * np.roll(v, back * j) for j in range(w.size)), np.array([v @ np.roll(x, j) for j in range(w.size)])


CIRCULAR = Plain(args(x=(6,), w=(3,)), circular, circular_bprop)


def causal(x, w):
    size = w.shape[-1]
    before = np.zeros((*x.shape[:-1], size - 1), x.dtype)
    return np.einsum("...tj,...j->...t", pieces(np.concatenate([before, x], axis=-1), size), w)


def causal_bprop(v, x, w, keep=2):
    padded = np.zeros(x.size + 2, dtype=x.dtype)
    for j in range(3):
        padded[j : j + v.size] += w[j] * v
    return padded[keep : keep + x.size], v @ pieces(np.concatenate([np.zeros(2, x.dtype), x]), 3)


CAUSAL = Plain(args(x=(6,), w=(3,)), causal, causal_bprop)
DEPTHWISE = Plain(
    args(x=(3, 6), w=(3, 3)),
    lambda x, w: np.einsum("...ctj,...cj->...ct", pieces(x, 3), w),
    lambda v, x, w: (
        sum(np.pad(v * w[:, j : j + 1], ((0, 0), (j, 2 - j))) for j in range(3)),
        np.einsum("ct,ctj->cj", v, pieces(x, 3)),
    ),
)


def avgpool(x):
    return pieces(x, 3, 2).mean(axis=-1)


def avgpool_bprop(v, x, add=True):
    g = np.zeros_like(x)
    for k in range(v.size):
        if add:
            g[2 * k : 2 * k + 3] += v[k] / 3
        else:
            g[2 * k : 2 * k + 3] = v[k] / 3
    return g


AVGPOOL = with_jacobian(Plain(args(x=(7,)), avgpool, avgpool_bprop))


def maxpool2d(x):
    return x.reshape(*x.shape[:-2], 2, 2, 2, 2).max(axis=(-3, -1))


def maxpool2d_bprop(v, x, pick=np.argmax):
    blocks = x.reshape(2, 2, 2, 2).transpose(0, 2, 1, 3).reshape(4, 4)
    g = np.zeros_like(blocks)
    g[np.arange(4), pick(blocks, axis=1)] = v.reshape(-1)
    return g.reshape(2, 2, 2, 2).transpose(0, 2, 1, 3).reshape(4, 4)


MAXPOOL2D = Plain(args(x=(4, 4)), maxpool2d, maxpool2d_bprop)
NEAREST = Plain(args(x=(2, 3)), lambda x: x.repeat(2, axis=1), lambda v, x: v.reshape(2, 3, 2).sum(axis=2))
TILED = Plain(args(x=(4,)), lambda x: np.tile(x, 3), lambda v, x: v.reshape(3, 4).sum(axis=0))
SHUFFLED = Plain(
    args(x=(2, 2, 3)),
    lambda x: np.moveaxis(x, -1, -3) * np.arange(1.0, 4)[:, None, None],
    lambda v, x: (v * np.arange(1.0, 4)[:, None, None]).transpose(1, 2, 0),
)


MIRRORED = np.pad(np.arange(6), 2, mode="reflect")


def reflect(x):
    return x[..., MIRRORED] ** 2


def reflect_bprop(v, x, folded=True):
    w = 2 * v * x[MIRRORED]
    g = w[2:-2].copy()
    if folded:
        g[1:3] += w[1::-1]
        g[-3:-1] += w[:-3:-1]
    return g


REFLECT = Plain(args(x=(6,)), reflect, reflect_bprop)
ROLLED = Plain(
    args(x=(5,)), lambda x: np.roll(x, 2, axis=-1) ** 3, lambda v, x: np.roll(3 * v * np.roll(x, 2) ** 2, -2)
)


def every_other_bprop(v, x, start=1):
    g = np.zeros_like(x)
    g[start : start + 2 * v.size : 2] = v
    return g


EVERY_OTHER = with_jacobian(Plain(args(x=(7,)), lambda x: x[1::2].copy(), every_other_bprop))
JOINED = Plain(
    args(a=(2, 3), b=(2, 2)),
    lambda a, b: np.concatenate([a, b], axis=1),
    lambda v, a, b: (v[:, :3].copy(), v[:, 3:].copy()),
)
PICKED = (*args(x=(3, 5)), *given("k", 3, 2, domain="labels", classes=5))


def pick_bprop(v, x, k):
    g = np.zeros_like(x)
    np.add.at(g, (np.arange(3)[:, None], k), v)
    return g


def pick_put_bprop(v, x, k):
    g = np.zeros_like(x)
    np.put_along_axis(g, k, v, axis=1)
    return g


PICK = Plain(PICKED, lambda x, k: np.take_along_axis(x, k, axis=-1), pick_bprop)
SEGMENTS = (*args(x=(6,)), *given("k", 6, domain="labels", classes=3))


def segment_mean(x, k):
    of_class = k[..., None, :] == np.arange(3)[:, None]
    return (of_class * x[..., None, :]).sum(axis=-1) / np.maximum(of_class.sum(axis=-1), 1)


SEGMENT_MEAN = Plain(SEGMENTS, segment_mean, lambda v, x, k: v[k] / np.bincount(k, minlength=3)[k])


def scatter(x, k):
    y = np.zeros(4, x.dtype)
    y[k] = x
    return y


def scatter_bprop(v, x, k):
    last = {int(c): j for j, c in enumerate(k)}
    return v[k] * [last[int(c)] == j for j, c in enumerate(k)]


SCATTER = Plain((*args(x=(3,)), *given("k", 3, domain="labels", classes=4)), scatter, scatter_bprop)
SUMS = with_jacobian(
    Plain(args(x=(4, 4)), lambda x: np.cumsum(x, axis=-2), lambda v, x: np.cumsum(v[::-1], axis=0)[::-1])
)
INTEGRAL = Plain(
    args(x=(3, 4)),
    lambda x: x.cumsum(axis=-2).cumsum(axis=-1),
    lambda v, x: v[::-1, ::-1].cumsum(axis=0).cumsum(axis=1)[::-1, ::-1],
)
KNOTS = np.linspace(-2, 2, 5)


def lookup(x, t):
    p = np.clip((x + 2), 0, 4)
    k = np.minimum(p.astype(int), 3)
    here, ahead = np.take_along_axis(t, k, axis=-1), np.take_along_axis(t, k + 1, axis=-1)
    return here + (p - k) * (ahead - here)


def lookup_bprop(v, x, t, shift=0, share=True):
    p = np.clip((x + 2), 0, 4)
    k = np.minimum(p.astype(int), 3)
    j = np.clip(k - shift, 0, 3)
    g = np.zeros_like(t)
    np.add.at(g, k, v * ((1 - (p - k)) if share else 1))
    if share:
        np.add.at(g, k + 1, v * (p - k))
    return v * np.where(np.abs(x) < 2, t[j + 1] - t[j], 0), g


LOOKUP = Plain(args(x=(4,), t=(5,)), lookup, lookup_bprop, critical=(-2.0, -1.0, 0.0, 1.0, 2.0))
MASK = (np.arange(12) % 3 > 0).reshape(3, 4)
DROPPED = Plain(args(x=(3, 4)), lambda x: x * MASK / (2 / 3), lambda v, x: v * MASK / (2 / 3))
MEDIAN = Plain(
    args(x=(6,)),
    lambda x: np.sort(x)[..., 2:4].sum(axis=-1) / 2,
    lambda v, x: v * np.isin(np.arange(6), np.argsort(x, kind="stable")[2:4]) / 2,
)


def upsample(x):
    y = np.zeros((*x.shape[:-1], 2 * x.shape[-1] - 1), x.dtype)
    y[..., ::2], y[..., 1::2] = x, (x[..., 1:] + x[..., :-1]) / 2
    return y


def upsample_bprop(v, x):
    g = v[::2].copy()
    g[1:] += v[1::2] / 2
    g[:-1] += v[1::2] / 2
    return g


UPSAMPLE = Plain(args(x=(5,)), upsample, upsample_bprop)

MUTANTS: tuple[Mutant, ...] = (
    spoiled(
        STRIDED,
        "conv: stride ignored for the kernel",
        "bprop",
        "the kernel's gradient reads windows one apart",
        bprop=lambda v, x, w: (conv_bprop(v, x, w, 2, 1)[0], v @ pieces(x, 3)[: v.size]),
    ),
    spoiled(
        STRIDED,
        "conv: stride ignored for the input",
        "bprop",
        "the input's gradient is written one apart",
        bprop=lambda v, x, w: (spread(v, x, w, 1, 1), conv_bprop(v, x, w, 2, 1)[1]),
    ),
    spoiled(
        DILATED,
        "conv: dilation ignored",
        "bprop",
        "taps two apart in forward, one apart in the input's gradient",
        bprop=lambda v, x, w: (spread(v, x, w, 1, 1), conv_bprop(v, x, w, 1, 2)[1]),
    ),
    spoiled(
        CONV2D,
        "conv2d: kernel gradient transposed",
        "bprop",
        "rows and columns of the kernel exchanged; it is square",
        bprop=lambda v, x, w: (conv2d_bprop(v, x, w)[0], conv2d_bprop(v, x, w)[1].T.copy()),
    ),
    spoiled(
        CONV2D,
        "conv2d: kernel flipped in one axis",
        "bprop",
        "half of a rotation by 180 degrees",
        bprop=lambda v, x, w: (conv2d_bprop(v, x, w[::-1])[0], conv2d_bprop(v, x, w)[1]),
    ),
    spoiled(
        CIRCULAR,
        "circular conv: rolled the same way",
        "bprop",
        "+j for -j: convolution where correlation belongs",
        bprop=lambda v, x, w: circular_bprop(v, x, w, back=1),
    ),
    spoiled(
        CAUSAL,
        "causal conv: padding cropped at the end",
        "bprop",
        "the gradient is shifted by two",
        bprop=lambda v, x, w: causal_bprop(v, x, w, keep=0),
    ),
    spoiled(
        DEPTHWISE,
        "depthwise conv: kernels summed over channels",
        "bprop",
        "every channel gets the sum of all",
        bprop=lambda v, x, w: (DEPTHWISE.bprop(v, x, w)[0], DEPTHWISE.bprop(v, x, w)[1].sum(axis=0) + 0 * w),
    ),
    spoiled(
        AVGPOOL,
        "avgpool: overlaps overwritten",
        "bprop",
        "= for += where windows overlap",
        bprop=lambda v, x: avgpool_bprop(v, x, add=False),
    ),
    spoiled(
        MAXPOOL2D,
        "maxpool2d: least for greatest",
        "bprop",
        "argmin for argmax",
        bprop=lambda v, x: maxpool2d_bprop(v, x, np.argmin),
    ),
    spoiled(
        MAXPOOL2D,
        "maxpool2d: blocks unfolded in the wrong order",
        "bprop",
        "no transposition on the way back",
        bprop=lambda v, x: maxpool2d_bprop(v, x).reshape(2, 2, 2, 2).transpose(0, 2, 1, 3).reshape(4, 4),
    ),
    spoiled(
        NEAREST,
        "upsampling: first copy only",
        "bprop",
        "each entry was copied twice",
        bprop=lambda v, x: v[:, ::2].copy(),
    ),
    spoiled(
        TILED,
        "tile: as repeat",
        "bprop",
        "copies lie n apart, not side by side",
        bprop=lambda v, x: v.reshape(4, 3).sum(axis=1),
    ),
    spoiled(
        SHUFFLED,
        "transpose: order for its inverse",
        "bprop",
        "(2, 0, 1) again, made to fit by a reshape",
        bprop=lambda v, x: (v * np.arange(1.0, 4)[:, None, None]).transpose(2, 1, 0).reshape(2, 2, 3),
    ),
    spoiled(
        REFLECT,
        "reflect padding: cropped",
        "bprop",
        "what was reflected is not folded back",
        bprop=lambda v, x: reflect_bprop(v, x, folded=False),
    ),
    spoiled(ROLLED, "roll: rolled on", "bprop", "+2 for -2", bprop=lambda v, x: np.roll(3 * v * np.roll(x, 2) ** 2, 2)),
    spoiled(
        EVERY_OTHER,
        "slice: start off by one",
        "jacobian",
        "0::2 for 1::2",
        jacobian=lambda x: np.stack([every_other_bprop(v, x, start=0) for v in np.eye(3)]),
    ),
    spoiled(
        JOINED,
        "concatenate: split off by one",
        "contract",
        "(2, 2) and (2, 3) for (2, 3) and (2, 2)",
        bprop=lambda v, a, b: (v[:, :2].copy(), v[:, 2:].copy()),
    ),
    spoiled(
        PICK,
        "take_along_axis: put back",
        "bprop",
        "put for add: wrong where an index comes twice",
        bprop=pick_put_bprop,
    ),
    spoiled(
        SEGMENT_MEAN, "segment mean: counts forgotten", "bprop", "v[k] without the division", bprop=lambda v, x, k: v[k]
    ),
    spoiled(
        SEGMENT_MEAN,
        "segment mean: counts off by one class",
        "bprop",
        "the counts of the next segment",
        bprop=lambda v, x, k: v[k] / np.maximum(np.bincount(k, minlength=3)[(k + 1) % 3], 1),
    ),
    spoiled(
        SCATTER,
        "scatter: overwritten entries paid",
        "bprop",
        "only the last write to a place matters",
        bprop=lambda v, x, k: v[k],
    ),
    spoiled(
        SUMS,
        "cumsum: over the other axis",
        "bprop",
        "the input is square",
        bprop=lambda v, x: np.cumsum(v[:, ::-1], axis=1)[:, ::-1],
    ),
    spoiled(
        SUMS,
        "cumsum: not reversed",
        "bprop",
        "a sum of what came before, for what comes after",
        bprop=lambda v, x: np.cumsum(v, axis=0),
    ),
    spoiled(
        INTEGRAL,
        "integral image: one axis reversed",
        "bprop",
        "the second sum runs the wrong way",
        bprop=lambda v, x: v[::-1].cumsum(axis=0)[::-1].cumsum(axis=1),
    ),
    spoiled(
        LOOKUP,
        "lookup: slope of the cell before",
        "bprop",
        "right in the first cell only",
        bprop=lambda v, x, t: lookup_bprop(v, x, t, shift=1),
    ),
    spoiled(
        LOOKUP,
        "lookup: nearest knot paid",
        "bprop",
        "the left knot gets all, for its share",
        bprop=lambda v, x, t: lookup_bprop(v, x, t, share=False),
    ),
    spoiled(DROPPED, "dropout: not scaled back", "bprop", "the fixed mask without 1/keep", bprop=lambda v, x: v * MASK),
    spoiled(
        MEDIAN,
        "median: of an even count",
        "bprop",
        "the upper one of the two gets all",
        bprop=lambda v, x: v * np.isin(np.arange(6), np.argsort(x, kind="stable")[3:4]),
    ),
    spoiled(
        UPSAMPLE,
        "linear upsampling: right neighbour forgotten",
        "bprop",
        "a midpoint has two parents",
        bprop=lambda v, x: np.concatenate([v[:-1:2] + v[1::2] / 2, v[-1:]]),
    ),
)
