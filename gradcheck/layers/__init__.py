"""What ships: the reference layers, by the names that people type.

A layer is one file here and one line below. The table holds text only, so that reading it imports no layer; the first
line of a layer's module says what it is.
"""

from __future__ import annotations

from gradcheck.registry import Registry

LAYERS: Registry[str] = Registry(
    "layer",
    [
        ("softmax", "gradcheck.layers.softmax:Softmax"),
        ("log_softmax", "gradcheck.layers.log_softmax:LogSoftmax"),
        ("tanh", "gradcheck.layers.tanh:Tanh"),
        ("cross_entropy", "gradcheck.layers.cross_entropy:CrossEntropy"),
        ("nll", "gradcheck.layers.nll:NLL"),
        ("linear", "gradcheck.layers.linear:Linear"),
        ("sigmoid", "gradcheck.layers.sigmoid:Sigmoid"),
        ("relu", "gradcheck.layers.relu:ReLU"),
        ("layer_norm", "gradcheck.layers.layer_norm:LayerNorm"),
        ("gelu", "gradcheck.layers.gelu:GELU"),
        ("mlp", "gradcheck.layers.mlp:mlp"),
        ("softmax_cross_entropy", "gradcheck.layers.softmax_cross_entropy:softmax_cross_entropy"),
        ("log_softmax_nll", "gradcheck.layers.log_softmax_nll:log_softmax_nll"),
    ],
)
