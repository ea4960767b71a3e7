"""What others take: 2 n evaluations in one batched call, PyTorch's gradcheck, SciPy's differences."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec

import numpy as np

from tests.bench.cases import Case

Action = Callable[[], object]
AT_ONCE = 1 << 22  # entries of one batched call: 32 MiB


def limit(case: Case, arrays: tuple[np.ndarray, ...]) -> Action:
    """Two evaluations for each entry of the moving inputs, stacked, and one `bprop`."""
    layer, moving = case.subject.layer, case.subject.differentiable
    y = layer.forward(*arrays)

    def run() -> None:
        for k in moving:
            flat = arrays[k].reshape(-1)
            size = max(AT_ONCE // (2 * max(flat.size, y.size)), 1)
            for start in range(0, flat.size, size):
                at = np.arange(start, min(start + size, flat.size))
                rows = np.broadcast_to(flat, (2, len(at), flat.size)).copy()
                rows[0, np.arange(len(at)), at] += 1e-5
                rows[1, np.arange(len(at)), at] -= 1e-5
                moved = [a if j != k else rows.reshape(2 * len(at), *a.shape) for j, a in enumerate(arrays)]
                values = layer.forward(*(a if j == k else a[None] for j, a in enumerate(moved)))
                values = values.reshape(2, len(at), -1)
                (values[0] - values[1]) / 2e-5
        layer.bprop(np.ones_like(y), *arrays)

    return run


def torch_slow(case: Case, arrays: tuple[np.ndarray, ...]) -> Action | None:
    """PyTorch's `gradcheck` in its slow mode, on its own implementation of the layer."""
    if not find_spec("torch"):
        return None
    torch = import_module("torch")
    torch.set_num_threads(1)
    functional = torch.nn.functional
    functions = {
        "softmax": lambda x: functional.softmax(x, -1),
        "tanh": torch.tanh,
        "layer_norm": lambda x, g, b: functional.layer_norm(x, x.shape[-1:], g, b),
        "linear": lambda x, w, b: x @ w + b,
    }
    tensors = [torch.tensor(a, dtype=torch.float64, requires_grad=True) for a in arrays]
    return lambda: torch.autograd.gradcheck(functions[case.layer], tensors)


def scipy_differences(case: Case, arrays: tuple[np.ndarray, ...]) -> Action | None:
    """SciPy's `approx_derivative`, three points, of the layer as a function of one vector, and its bprops."""
    if not find_spec("scipy"):
        return None
    approx = import_module("scipy.optimize._numdiff").approx_derivative
    layer, moving = case.subject.layer, case.subject.differentiable
    ends = np.cumsum([arrays[k].size for k in moving])[:-1]

    def flat(x: np.ndarray) -> np.ndarray:
        moved = list(arrays)
        for k, part in zip(moving, np.split(x, ends), strict=True):
            moved[k] = part.reshape(arrays[k].shape)
        return layer.forward(*moved).reshape(-1)

    y, x = layer.forward(*arrays), np.concatenate([arrays[k].reshape(-1) for k in moving])

    def run() -> None:
        approx(flat, x, method="3-point")
        for v in np.eye(y.size):
            layer.bprop(v.reshape(y.shape), *arrays)

    return run
