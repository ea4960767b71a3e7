"""Functions of torch whose derivatives are right, each of a kind that people write."""

import torch
from torch.autograd import Function

from gradcheck import Input

EPS = 1e-5


class Swish(Function):
    """Nothing is declared: one real vector."""

    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x * torch.sigmoid(x)

    @staticmethod
    def backward(ctx, grad):
        (x,) = ctx.saved_tensors
        s = torch.sigmoid(x)
        return grad * (s + x * s * (1 - s))


class Softmax(Function):
    inputs = (Input("x", ("batch", "n")),)

    @staticmethod
    def forward(ctx, x):
        y = torch.exp(x - x.amax(-1, keepdim=True))
        y = y / y.sum(-1, keepdim=True)
        ctx.save_for_backward(y)
        return y

    @staticmethod
    def backward(ctx, grad):
        (y,) = ctx.saved_tensors
        return y * (grad - (grad * y).sum(-1, keepdim=True))


class Linear(Function):
    inputs = (Input("x", ("batch", "n")), Input("weight", ("m", "n")), Input("bias", ("m",)))

    @staticmethod
    def forward(ctx, x, weight, bias):
        ctx.save_for_backward(x, weight)
        return x @ weight.t() + bias

    @staticmethod
    def backward(ctx, grad):
        x, weight = ctx.saved_tensors
        return grad @ weight, grad.t() @ x, grad.sum(0)


class LayerNorm(Function):
    inputs = (Input("x", ("batch", "n")), Input("gain", ("n",)), Input("bias", ("n",)))

    @staticmethod
    def forward(ctx, x, gain, bias):
        centred = x - x.mean(-1, keepdim=True)
        rstd = 1 / torch.sqrt((centred**2).mean(-1, keepdim=True) + EPS)
        xhat = centred * rstd
        ctx.save_for_backward(xhat, rstd, gain)
        return xhat * gain + bias

    @staticmethod
    def backward(ctx, grad):
        xhat, rstd, gain = ctx.saved_tensors
        g = grad * gain
        dx = rstd * (g - g.mean(-1, keepdim=True) - xhat * (g * xhat).mean(-1, keepdim=True))
        return dx, (grad * xhat).sum(0), grad.sum(0)


class Relu(Function):
    critical = (0.0,)

    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x.clamp(min=0)

    @staticmethod
    def backward(ctx, grad):
        (x,) = ctx.saved_tensors
        return grad * (x > 0)


class LargestAndWhere(Function):
    """Two outputs, one of integers, and an argument that is no tensor."""

    inputs = (Input("x", ("batch", "n")),)

    @staticmethod
    def forward(ctx, x, axis=-1):
        values, where = x.max(axis)
        ctx.mark_non_differentiable(where)
        ctx.save_for_backward(where)
        ctx.axis, ctx.shape = axis, x.shape
        return values, where

    @staticmethod
    def backward(ctx, grad, _):
        (where,) = ctx.saved_tensors
        zeros = grad.new_zeros(ctx.shape)
        return zeros.scatter(ctx.axis, where.unsqueeze(ctx.axis), grad.unsqueeze(ctx.axis)), None


class Cubed(Function):
    """A forward without context."""

    @staticmethod
    def forward(x, y):
        return x**3 * y

    @staticmethod
    def setup_context(ctx, inputs, output):
        ctx.save_for_backward(*inputs)

    @staticmethod
    def backward(ctx, grad):
        x, y = ctx.saved_tensors
        return grad * 3 * x**2 * y, grad * x**3


class SingleInside(Function):
    """Computes in float32 whatever it is given."""

    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return torch.tanh(x.float()).to(x.dtype)

    @staticmethod
    def backward(ctx, grad):
        (x,) = ctx.saved_tensors
        return (grad.float() / torch.cosh(x.float()) ** 2).to(x.dtype)


class DoubledInPlace(Function):
    @staticmethod
    def forward(ctx, x):
        x.mul_(2)
        ctx.mark_dirty(x)
        return x

    @staticmethod
    def backward(ctx, grad):
        return 2 * grad
