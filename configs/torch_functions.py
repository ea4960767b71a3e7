"""Functions of torch's own, each an example: gradcheck configs/torch_functions.py needs torch."""

import torch
from torch.nn import functional

from gradcheck import Input, case

ROWS = (3, 4)
BALL = (-1.0, 1.0)


def of(function, *shapes, domain="real", critical=()):
    """A layer: a function of tensors of these shapes, or of one of three rows, all of them in one domain."""
    shapes = shapes or (ROWS,)

    def call(*tensors):
        return function(*tensors)

    domains = domain if isinstance(domain, list) else [domain] * len(shapes)
    call.inputs = tuple(Input(f"x{k}", shape, one) for k, (shape, one) in enumerate(zip(shapes, domains, strict=True)))
    call.critical = critical
    return case(lambda: (call, tuple(torch.ones(shape) for shape in shapes)))


# elementwise
sin = of(torch.sin)
cos = of(torch.cos)
tanh = of(torch.tanh)
sigmoid = of(torch.sigmoid)
exp = of(torch.exp)
expm1 = of(torch.expm1)
sinh = of(torch.sinh, domain=(-20.0, 20.0))
cosh = of(torch.cosh, domain=(-20.0, 20.0))
asinh = of(torch.asinh)
atan = of(torch.atan)
erf = of(torch.erf)
erfc = of(torch.erfc)
square = of(torch.square)
absolute = of(torch.abs, critical=(0.0,))
log = of(torch.log, domain="positive")
log1p = of(torch.log1p, domain="positive")
sqrt = of(torch.sqrt, domain="positive")
rsqrt = of(torch.rsqrt, domain="positive")
reciprocal = of(torch.reciprocal, domain="nonzero")
lgamma = of(torch.lgamma, domain="positive")
asin = of(torch.asin, domain=BALL)
atanh = of(torch.atanh, domain=BALL)
logit = of(torch.logit, domain="unit")

# activations
relu = of(functional.relu, critical=(0.0,))
relu6 = of(functional.relu6, critical=(0.0, 6.0))
leaky_relu = of(functional.leaky_relu, critical=(0.0,))
elu = of(functional.elu, critical=(0.0,))
selu = of(functional.selu, critical=(0.0,))
celu = of(functional.celu, critical=(0.0,))
gelu = of(functional.gelu)
silu = of(functional.silu)
mish = of(functional.mish)
softplus = of(functional.softplus)
softsign = of(functional.softsign, critical=(0.0,))
hardtanh = of(functional.hardtanh, critical=(-1.0, 1.0))
hardswish = of(functional.hardswish, critical=(-3.0, 3.0))
logsigmoid = of(functional.logsigmoid)
tanhshrink = of(functional.tanhshrink)
softshrink = of(functional.softshrink, critical=(-0.5, 0.5))
glu = of(functional.glu)
softmax = of(lambda x: functional.softmax(x, -1))
log_softmax = of(lambda x: functional.log_softmax(x, -1))

# two arguments
multiply = of(torch.mul, ROWS, ROWS)
divide = of(torch.div, ROWS, ROWS, domain=["real", "nonzero"])
power = of(torch.pow, (4,), (4,), domain=["positive", "real"])
maximum = of(torch.maximum, (4,), (4,))
minimum = of(torch.minimum, (4,), (4,))
logaddexp = of(torch.logaddexp, (4,), (4,))
hypot = of(torch.hypot, (4,), (4,), domain="positive")
matmul = of(torch.matmul, (3, 4), (4, 2))
bmm = of(torch.bmm, (2, 2, 3), (2, 3, 2))
outer = of(torch.outer, (3,), (4,))
dot = of(torch.dot, (5,), (5,))
cross = of(torch.linalg.cross, (2, 3), (2, 3))
linear = of(functional.linear, (3, 4), (2, 4), (2,))
bilinear = of(functional.bilinear, (2, 3), (2, 2), (2, 3, 2), (2,))
prelu = of(functional.prelu, (3, 2), (2,), critical=(0.0,))

# sums, norms, windows
mean = of(lambda x: x.mean(-1))
prod = of(lambda x: x.prod(-1))
var = of(lambda x: x.var(-1))
logsumexp = of(lambda x: torch.logsumexp(x, -1))
amax = of(lambda x: x.amax(-1))
cumsum = of(lambda x: torch.cumsum(x, -1))
cumprod = of(lambda x: torch.cumprod(x, -1))
logcumsumexp = of(lambda x: torch.logcumsumexp(x, -1))
norm = of(lambda x: torch.linalg.vector_norm(x, dim=-1))
layer_norm = of(lambda x, w, b: functional.layer_norm(x, (4,), w, b), ROWS, (4,), (4,))
rms_norm = of(lambda x, w: functional.rms_norm(x, (4,), w, 1e-5), ROWS, (4,))
group_norm = of(lambda x: functional.group_norm(x, 2), (2, 4, 3))
conv1d = of(functional.conv1d, (2, 2, 5), (3, 2, 3), (3,))
avg_pool1d = of(lambda x: functional.avg_pool1d(x, 2), (2, 6))
max_pool1d = of(lambda x: functional.max_pool1d(x, 2), (2, 6))
trace = of(torch.trace, (4, 4))

# losses
mse_loss = of(functional.mse_loss, ROWS, ROWS)
l1_loss = of(functional.l1_loss, (4,), (4,))
smooth_l1_loss = of(functional.smooth_l1_loss, (4,), (4,))
huber_loss = of(functional.huber_loss, (4,), (4,))
cosine_similarity = of(functional.cosine_similarity, ROWS, ROWS)
attention = of(functional.scaled_dot_product_attention, (3, 2), (3, 2), (3, 2))
