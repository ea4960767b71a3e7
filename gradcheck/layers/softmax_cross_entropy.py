"""Cross-entropy of the softmax, naive on purpose, as two stages: L = -sum_i t_i ln softmax(x)_i."""

from __future__ import annotations

from gradcheck.layers.chain import chain
from gradcheck.layers.cross_entropy import CrossEntropy
from gradcheck.layers.softmax import Softmax

softmax_cross_entropy = chain(Softmax, CrossEntropy, name="softmax_cross_entropy")
"""Softmax, then cross-entropy; x : (..., n), t : (..., n) with sum_i t_i = 1 -> L : (...).

With s = softmax(x), the chain rule is the product of the two Jacobians, (1, n) times (n, n) for one row,

    dL/dx_k = sum_i (-t_i / s_i) (delta_ik s_i - s_i s_k) = -t_k + s_k sum_i t_i = s_k - t_k,    shape (n,),

and v (s - t), shape (..., n), with a cotangent v : (...). The two stages never form s - t: where s_i is tiny, that is
exp(x_i) << sum_j exp(x_j), the first factor -t_i / s_i is huge; where s_i underflows to 0, L comes out infinite and the
product of both stages undefined, although L and s - t are ordinary numbers. `log_softmax_nll` stays finite there.
"""
