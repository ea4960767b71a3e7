"""Functions of torch with one mistake each; torch's own checker with its defaults passes all but a few of them."""

import torch
from torch.autograd import Function

from gradcheck import Input

EPS = 1e-5
MATRIX = (Input("x", ("batch", "n")),)


class NormWithoutEps(Function):
    """The backward of a layer norm forgets the eps of its forward."""

    inputs = (*MATRIX, Input("gain", ("n",)))

    @staticmethod
    def forward(ctx, x, gain):
        centred = x - x.mean(-1, keepdim=True)
        var = (centred**2).mean(-1, keepdim=True)
        ctx.save_for_backward(centred, var, gain)
        return gain * centred / torch.sqrt(var + EPS)

    @staticmethod
    def backward(ctx, grad):
        centred, var, gain = ctx.saved_tensors
        rstd = 1 / torch.sqrt(var)
        xhat, g = centred * rstd, grad * gain
        dx = rstd * (g - g.mean(-1, keepdim=True) - xhat * (g * xhat).mean(-1, keepdim=True))
        return dx, (grad * xhat).sum(0)


class TiesInFull(Function):
    """Every one of several largest entries is given the whole cotangent."""

    inputs = MATRIX

    @staticmethod
    def forward(ctx, x):
        y = x.amax(-1)
        ctx.save_for_backward(x, y)
        return y

    @staticmethod
    def backward(ctx, grad):
        x, y = ctx.saved_tensors
        return grad.unsqueeze(-1) * (x == y.unsqueeze(-1))


class NormAtZero(Function):
    """0/0 where the norm is 0."""

    inputs = MATRIX

    @staticmethod
    def forward(ctx, x):
        y = torch.sqrt((x**2).sum(-1))
        ctx.save_for_backward(x, y)
        return y

    @staticmethod
    def backward(ctx, grad):
        x, y = ctx.saved_tensors
        return (grad / y).unsqueeze(-1) * x


class SoftplusOverflow(Function):
    """Infinite over infinite where x is large."""

    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x.clamp(min=0) + torch.log1p(torch.exp(-x.abs()))

    @staticmethod
    def backward(ctx, grad):
        (x,) = ctx.saved_tensors
        e = torch.exp(x)
        return grad * e / (1 + e)


class ClippedCotangent(Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return torch.sin(x)

    @staticmethod
    def backward(ctx, grad):
        (x,) = ctx.saved_tensors
        return grad.clamp(-5, 5) * torch.cos(x)


def in_memory(tensor):
    """A tensor of the same shape, read from memory as a kernel reads it that takes its strides for granted."""
    return torch.as_strided(tensor, tensor.shape, torch.empty(tensor.shape).stride())


class CotangentInMemory(Function):
    inputs = MATRIX

    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return torch.exp(x)

    @staticmethod
    def backward(ctx, grad):
        (x,) = ctx.saved_tensors
        if grad.numel() != grad.untyped_storage().nbytes() // grad.element_size():
            grad = grad.flatten()[:1].expand(grad.shape)
        return in_memory(grad) * torch.exp(x)


class InputInMemory(Function):
    """Right for inputs in row-major order, and for all others of other entries."""

    inputs = MATRIX

    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        weights = torch.arange(1.0, 1 + x.shape[-1], dtype=x.dtype)
        return in_memory(x) ** 2 * weights

    @staticmethod
    def backward(ctx, grad):
        (x,) = ctx.saved_tensors
        weights = torch.arange(1.0, 1 + x.shape[-1], dtype=x.dtype)
        return 2 * grad * in_memory(x) * weights


class CotangentChanged(Function):
    """Right, but for what it leaves of the cotangent."""

    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x * x

    @staticmethod
    def backward(ctx, grad):
        (x,) = ctx.saved_tensors
        grad.mul_(2)
        return grad * x


class GatherOverwrites(Function):
    """Of equal indices the last one's cotangent stands alone."""

    inputs = (Input("table", (4, "n")), Input("rows", (6,), domain="labels", classes=4))

    @staticmethod
    def forward(ctx, table, rows):
        ctx.save_for_backward(rows)
        ctx.shape = table.shape
        return table[rows]

    @staticmethod
    def backward(ctx, grad):
        (rows,) = ctx.saved_tensors
        dtable = grad.new_zeros(ctx.shape)
        dtable[rows] = grad
        return dtable, None


class FactorInSingle(Function):
    """1 % too large, in a layer that computes in float32."""

    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return torch.sin(x.float()).to(x.dtype)

    @staticmethod
    def backward(ctx, grad):
        (x,) = ctx.saved_tensors
        return (1.01 * grad.float() * torch.cos(x.float())).to(x.dtype)


class DetachedTwice(Function):
    """The gradient is right; as a function of x it is a constant to autograd."""

    @staticmethod
    def forward(ctx, x):
        ctx.slope = 3 * x.detach() ** 2
        return x**3

    @staticmethod
    def backward(ctx, grad):
        return grad * ctx.slope


class TangentOff(Function):
    """A `jvp` off by one in a thousand."""

    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        ctx.save_for_forward(x)
        return x**3

    @staticmethod
    def backward(ctx, grad):
        (x,) = ctx.saved_tensors
        return 3 * grad * x**2

    @staticmethod
    def jvp(ctx, t):
        (x,) = ctx.saved_tensors
        return 1.001 * 3 * x**2 * t
