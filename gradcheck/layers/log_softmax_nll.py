"""Cross-entropy of the softmax, the stable way: L = -t.log_softmax(x)."""

from __future__ import annotations

from gradcheck.layers.chain import chain
from gradcheck.layers.log_softmax import LogSoftmax
from gradcheck.layers.nll import NLL

log_softmax_nll = chain(LogSoftmax, NLL, name="log_softmax_nll")
"""Log-softmax, then the negative log-likelihood; x : (..., n), t : (..., n) with sum_i t_i = 1 -> L : (...).

With s = softmax(x), the chain rule is the product of the two Jacobians, (1, n) times (n, n) for one row,

    dL/dx_k = sum_i (-t_i) (delta_ik - s_k) = -t_k + s_k sum_i t_i = s_k - t_k,    shape (n,),

and v (s - t), shape (..., n), with a cotangent v : (...). No stage divides by s_i or takes its logarithm, so L stays
finite where `softmax_cross_entropy` does not.
"""
