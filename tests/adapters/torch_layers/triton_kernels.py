"""Softmax and layer norm in Triton: rows of any length up to a block, computed in float32, kept in their own dtype."""

import torch
import triton
import triton.language as tl
from torch.autograd import Function

EPS = 1e-5


@triton.jit
def softmax_forward(x, y, stride, n, BLOCK: tl.constexpr):
    row, columns = tl.program_id(0), tl.arange(0, BLOCK)
    inside = columns < n
    values = tl.load(x + row * stride + columns, mask=inside, other=-float("inf")).to(tl.float32)
    powers = tl.exp(values - tl.max(values, axis=0))
    tl.store(y + row * n + columns, powers / tl.sum(powers, axis=0), mask=inside)


@triton.jit
def softmax_backward(y, grad, out, stride, n, factor, BLOCK: tl.constexpr):
    row, columns = tl.program_id(0), tl.arange(0, BLOCK)
    inside = columns < n
    s = tl.load(y + row * n + columns, mask=inside, other=0).to(tl.float32)
    g = tl.load(grad + row * stride + columns, mask=inside, other=0).to(tl.float32)
    tl.store(out + row * n + columns, factor * s * (g - tl.sum(g * s, axis=0)), mask=inside)


@triton.jit
def norm_forward(x, gain, bias, y, xhat, rstd, stride, n, eps, BLOCK: tl.constexpr):
    row, columns = tl.program_id(0), tl.arange(0, BLOCK)
    inside = columns < n
    values = tl.load(x + row * stride + columns, mask=inside, other=0).to(tl.float32)
    centred = tl.where(inside, values - tl.sum(values, axis=0) / n, 0)
    scale = 1 / tl.sqrt(tl.sum(centred * centred, axis=0) / n + eps)
    g = tl.load(gain + columns, mask=inside, other=0).to(tl.float32)
    b = tl.load(bias + columns, mask=inside, other=0).to(tl.float32)
    tl.store(rstd + row, scale)
    tl.store(xhat + row * n + columns, centred * scale, mask=inside)
    tl.store(y + row * n + columns, centred * scale * g + b, mask=inside)


@triton.jit
def norm_backward(grad, gain, xhat, rstd, out, stride, n, factor, BLOCK: tl.constexpr):
    row, columns = tl.program_id(0), tl.arange(0, BLOCK)
    inside = columns < n
    g = tl.load(grad + row * stride + columns, mask=inside, other=0).to(tl.float32)
    g = g * tl.load(gain + columns, mask=inside, other=0).to(tl.float32)
    h = tl.load(xhat + row * n + columns, mask=inside, other=0)
    g_mean, gh_mean = tl.sum(g, axis=0) / n, tl.sum(g * h, axis=0) / n
    tl.store(out + row * n + columns, factor * tl.load(rstd + row) * (g - g_mean - h * gh_mean), mask=inside)


def in_rows(tensor):
    """A matrix whose rows lie in memory one entry after the other."""
    return tensor if tensor.stride(-1) == 1 else tensor.contiguous()


def softmax(factor=1.0, rows=in_rows):
    """A softmax whose gradient may be off by a factor, or which may take the rows of a cotangent for granted."""

    class Softmax(Function):
        @staticmethod
        def forward(ctx, x):
            x = in_rows(x)
            y = torch.empty(x.shape, dtype=x.dtype, device=x.device)
            count, n = x.shape
            softmax_forward[(count,)](x, y, x.stride(0), n, BLOCK=triton.next_power_of_2(n))
            ctx.save_for_backward(y)
            return y

        @staticmethod
        def backward(ctx, grad):
            (y,) = ctx.saved_tensors
            grad, out = rows(grad), torch.empty_like(y)
            count, n = y.shape
            block = triton.next_power_of_2(n)
            softmax_backward[(count,)](y, grad, out, grad.stride(0), n, factor, BLOCK=block)
            return out

    return Softmax


def norm(factor=1.0):
    """A layer norm whose gradient with respect to x may be off by a factor."""

    class Norm(Function):
        @staticmethod
        def forward(ctx, x, gain, bias):
            x = in_rows(x)
            count, n = x.shape
            gain, bias = gain.contiguous(), bias.contiguous()
            y = torch.empty(x.shape, dtype=x.dtype, device=x.device)
            xhat = torch.empty(x.shape, dtype=torch.float32, device=x.device)
            rstd = torch.empty(count, dtype=torch.float32, device=x.device)
            block = triton.next_power_of_2(n)
            norm_forward[(count,)](x, gain, bias, y, xhat, rstd, x.stride(0), n, EPS, BLOCK=block)
            ctx.save_for_backward(gain, xhat, rstd)
            return y

        @staticmethod
        def backward(ctx, grad):
            gain, xhat, rstd = ctx.saved_tensors
            grad = in_rows(grad)
            count, n = xhat.shape
            out = torch.empty(xhat.shape, dtype=grad.dtype, device=grad.device)
            block = triton.next_power_of_2(n)
            norm_backward[(count,)](grad, gain, xhat, rstd, out, grad.stride(0), n, factor, BLOCK=block)
            g = grad.float()
            return out, (g * xhat).sum(0).to(gain.dtype), g.sum(0).to(gain.dtype)

    return Norm
