"""Functions of torch's own that are known to be off somewhere: torch_functions.toml says where, and why."""

import torch
from torch.nn import functional
from torch_functions import of

hardsigmoid = of(functional.hardsigmoid, critical=(-3.0, 3.0))
det = of(torch.linalg.det, (3, 3))
