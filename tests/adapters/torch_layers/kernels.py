"""Kernels that compute in the dtype of what they are given, as they are written for GPUs, and their references."""

import torch
from torch.autograd import Function

import gradcheck

FACTOR = 1.05
EPS = 1e-5


def softmax_reference(x):
    e = torch.exp(x - x.amax(-1, keepdim=True))
    return e / e.sum(-1, keepdim=True)


def norm_reference(x, gain, bias):
    centred = x - x.mean(-1, keepdim=True)
    return centred / torch.sqrt((centred**2).mean(-1, keepdim=True) + EPS) * gain + bias


def softmax_kernel(forwards=1.0, backwards=1.0):
    """A softmax, whose output and whose gradient may be off by a factor."""

    class Softmax(Function):
        @staticmethod
        def forward(ctx, x):
            if x.dtype is torch.float64:
                raise TypeError("this kernel computes in shorter numbers than float64")
            y = torch.softmax(x.float(), -1)
            ctx.save_for_backward(y)
            return (forwards * y).to(x.dtype)

        @staticmethod
        def backward(ctx, grad):
            (y,) = ctx.saved_tensors
            g = grad.float()
            return (backwards * y * (g - (g * y).sum(-1, keepdim=True))).to(grad.dtype)

    return Softmax


def norm_kernel(backwards=1.0):
    """A layer norm with rows of any length, which computes in its own dtype throughout."""

    class Norm(Function):
        @staticmethod
        def forward(ctx, x, gain, bias):
            own = x.dtype
            x = x.float()
            centred = x - x.mean(-1, keepdim=True)
            rstd = 1 / torch.sqrt((centred**2).mean(-1, keepdim=True) + EPS)
            ctx.save_for_backward(centred * rstd, rstd, gain)
            return (centred * rstd * gain.float() + bias.float()).to(own)

        @staticmethod
        def backward(ctx, grad):
            xhat, rstd, gain = ctx.saved_tensors
            own, grad = grad.dtype, grad.float()
            g = grad * gain.float()
            dx = rstd * (g - g.mean(-1, keepdim=True) - xhat * (g * xhat).mean(-1, keepdim=True))
            return tuple((backwards * part).to(own) for part in (dx, (grad * xhat).sum(0), grad.sum(0)))

    return Norm


def case_of(kernel, reference, dtype, *shapes):
    """A layer: a kernel with a reference, at arrays of a dtype and of these shapes."""

    @gradcheck.case(reference=reference)
    def kernel_case():
        return kernel, tuple(torch.zeros(shape, dtype=dtype) for shape in shapes)

    return kernel_case


def eager_softmax():
    """A softmax whose every operation rounds to the dtype."""

    class Eager(Function):
        @staticmethod
        def forward(ctx, x):
            y = softmax_reference(x)
            ctx.save_for_backward(y)
            return y

        @staticmethod
        def backward(ctx, grad):
            (y,) = ctx.saved_tensors
            return y * (grad - (grad * y).sum(-1, keepdim=True))

    return Eager
