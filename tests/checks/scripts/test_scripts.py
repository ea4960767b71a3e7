"""For each check a layer that breaks it: its script fails with that layer, and passes with a right one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from gradcheck import Input
from gradcheck.adapters.contract import Subject, subject_of
from gradcheck.checks import CHECKS
from gradcheck.defects.shrink.script import body
from tests.failures import first_failure

SINE = {"forward": np.sin, "bprop": lambda v, x: v * np.cos(x)}
ROWS = Input("x", ("batch", "n"))


def own(x: Any) -> Any:
    return np.sin(-x), -np.sin(x) + 1e-3


def lawful(x: Any) -> Any:
    return np.sin(-x), -np.sin(x)


own.is_law = lawful.is_law = True


def drifting() -> dict[str, Any]:
    calls: list[int] = []

    def bprop(v: Any, x: Any) -> Any:
        calls.append(1)
        return v * np.cos(x) * (1 + 1e-3 * (len(calls) % 7 == 0))

    return {"bprop": bprop}


def remembering() -> dict[str, Any]:
    seen: dict[int, Any] = {}
    return {"bprop": lambda v, x: v * seen.setdefault(x.size, np.cos(x))}


def one_buffer() -> dict[str, Any]:
    kept: dict[Any, Any] = {}

    def forward(x: Any) -> Any:
        return np.sin(x, out=kept.setdefault((x.shape, x.dtype), np.empty_like(x)))

    return {"forward": forward}


def holding() -> dict[str, Any]:
    held: dict[str, Any] = {}

    def forward(x: Any) -> Any:
        held["x"], held["cos"] = x, np.cos(x)
        return np.sin(x)

    return {"forward": forward, "bprop": lambda v, x: v * (held["cos"] if held.get("x") is x else np.cos(x))}


@dataclass(frozen=True)
class Broken:
    """Parts of a layer that break a check, the plan that finds it, and the parts of the layer that does not."""

    check: str
    make: Callable[[], dict[str, Any]]
    right: dict[str, Any] = field(default_factory=dict)
    input: str = ""
    inputs: tuple[Input, ...] = (Input("x", ("n",)),)
    plan: dict[str, Any] = field(default_factory=dict)


def parts(**found: Any) -> Callable[[], dict[str, Any]]:
    return lambda: found


TWICE = {"forward": lambda x, w: x @ w, "bprop": lambda v, x, w: (v @ w.T, x.T @ v)}
DENSE = (ROWS, Input("w", ("n", "m")))
CUBE = {
    "forward": lambda x: np.sum(x**3),
    "bprop": lambda v, x: 3 * v * x**2,
    "hessian": lambda x: np.diag(6 * x),
    "hvp": lambda t, x: 6 * x * t,
}
BROKEN = {
    "a wrong sign": Broken("bprop", parts(bprop=lambda v, x: -v * np.cos(x)), input="x"),
    "a part in a million": Broken("bprop", parts(bprop=lambda v, x: v * np.cos(x) * (1 + 1e-6)), input="x"),
    "a part in 1e12": Broken("bprop", parts(bprop=lambda v, x: v * np.cos(x) * (1 + 1e-12)), input="x"),
    "no number": Broken("bprop", parts(bprop=lambda v, x: v * np.cos(x) / (x != 0) * 1.0), input="x"),
    "wrong in float32": Broken(
        "bprop", parts(bprop=lambda v, x: v * np.cos(x) * 1.01), input="x", plan={"dtypes": ("float32",)}
    ),
    "its formula wrong in float16": Broken(
        "bprop", parts(bprop=lambda v, x: v * np.cos(x) * 1.01), input="x", plan={"dtypes": ("float16",)}
    ),
    "right for one-hot cotangents": Broken("bprop", parts(bprop=lambda v, x: abs(v) * np.cos(x)), input="x"),
    "stale": Broken("bprop", remembering, input="x", plan={"inputs": ("normal",)}),
    "beyond a kink's slopes": Broken(
        "bprop",
        parts(forward=np.abs, bprop=lambda v, x: v * np.where(x == 0, 3, np.sign(x))),
        {"forward": np.abs, "bprop": lambda v, x: v * np.sign(x)},
        input="x",
    ),
    "no generalised gradient": Broken(
        "bprop",
        parts(forward=lambda x: np.asarray(x.max()), bprop=lambda v, x: v * (x == x.max()) * 1.0),
        {"forward": lambda x: np.asarray(x.max()), "bprop": lambda v, x: v * np.eye(1, x.size, int(x.argmax()))[0]},
        input="x",
        plan={"inputs": ("equal",)},
    ),
    "a wrong Jacobian": Broken(
        "jacobian", parts(jacobian=lambda x: np.diag(np.sin(x))), {"jacobian": lambda x: np.diag(np.cos(x))}, input="x"
    ),
    "two that disagree": Broken(
        "agreement", parts(jacobian=lambda x: np.diag(np.sin(x))), {"jacobian": lambda x: np.diag(np.cos(x))}, input="x"
    ),
    "a wrong jvp": Broken(
        "jvp", parts(jvp=lambda t, x: 1.001 * t * np.cos(x)), {"jvp": lambda t, x: t * np.cos(x)}, input="x"
    ),
    "a jvp that takes t by its size": Broken(
        "jvp", parts(jvp=lambda t, x: np.abs(t) * np.cos(x)), {"jvp": lambda t, x: t * np.cos(x)}
    ),
    "the jvp of another input": Broken(
        "jvp",
        parts(**TWICE, jvp=lambda t, x, w: t[0] @ w - x @ t[1]),
        {**TWICE, "jvp": lambda t, x, w: t[0] @ w + x @ t[1]},
        "w",
        DENSE,
    ),
    "a jvp of another shape": Broken(
        "contract", parts(jvp=lambda t, x: np.append(t, 0)), {"jvp": lambda t, x: t * np.cos(x)}
    ),
    "a jvp that disagrees": Broken(
        "agreement", parts(jvp=lambda t, x: t * np.sin(x)), {"jvp": lambda t, x: t * np.cos(x)}, input="x"
    ),
    "a jvp that disagrees with the Jacobian": Broken(
        "agreement",
        parts(bprop=None, jacobian=lambda x: np.diag(np.cos(x)), jvp=lambda t, x: t * np.sin(x)),
        {"bprop": None, "jacobian": lambda x: np.diag(np.cos(x)), "jvp": lambda t, x: t * np.cos(x)},
        input="x",
    ),
    "a wrong Hessian": Broken("hessian", lambda: {**CUBE, "hessian": lambda x: 5 * np.diag(x)}, CUBE, "x"),
    "a Hessian of one half": Broken(
        "hessian",
        lambda: {**CUBE, "hessian": lambda x: np.diag(6 * x) + np.triu(np.ones((x.size, x.size)), 1)},
        CUBE,
        "x",
    ),
    "a wrong product with it": Broken("hessian", lambda: {**CUBE, "hvp": lambda t, x: 5 * x * t}, CUBE, "x"),
    "no Hessian": Broken("hessian", lambda: {**CUBE, "hessian": lambda x: 6 * x}, CUBE, "x"),
    "not symmetric": Broken(
        "order2",
        parts(forward=lambda x: x * x.sum(), bprop=lambda v, x: v * x.sum()),
        {"forward": lambda x: x * x.sum(), "bprop": lambda v, x: v * x.sum() + v @ x},
        plan={"inputs": ("zeros",), "checks": ("order2",)},
    ),
    "a wrong double backward": Broken(
        "order2",
        parts(double_bprop=lambda u, v, x: (u * np.cos(x), u * v * np.sin(x))),
        {"double_bprop": lambda u, v, x: (u * np.cos(x), -u * v * np.sin(x))},
        "x",
        plan={"checks": ("order2",)},
    ),
    "a double backward of two inputs": Broken(
        "order2",
        parts(**TWICE, double_bprop=lambda u, v, x, w: (u[0] @ w, v @ u[1].T, u[0].T @ v)),
        {**TWICE, "double_bprop": lambda u, v, x, w: (u[0] @ w + x @ u[1], v @ u[1].T, u[0].T @ v)},
        "v",
        DENSE,
        plan={"checks": ("order2",)},
    ),
    "many points that see each other": Broken(
        "vmap", parts(vmap=lambda x: np.sin(x) + 0 * x + x.mean()), {"vmap": np.sin}
    ),
    "the second gradient": Broken(
        "bprop", parts(**{**TWICE, "bprop": lambda v, x, w: (v @ w.T, x.T @ v + 1)}), TWICE, "w", DENSE
    ),
    "not linear": Broken("linearity", parts(bprop=lambda v, x: np.clip(v, -50, 50) * np.cos(x))),
    "not zero for zero": Broken("linearity", parts(bprop=lambda v, x: v * np.cos(x) + (not v.any()))),
    "not always the same": Broken("purity", drifting),
    "its input changed": Broken("purity", parts(forward=lambda x: np.sin(x, out=x))),
    "its cotangent changed": Broken("purity", parts(bprop=lambda v, x: np.multiply(v, np.cos(x), out=v))),
    "one buffer for all": Broken("purity", one_buffer),
    "known by its object": Broken("purity", holding),
    "by its strides": Broken("layout", parts(bprop=lambda v, x: v * np.cos(x) * (1 + (not v.flags.c_contiguous)))),
    "read-only refused": Broken("layout", parts(forward=lambda x: np.sin(x) * (1 + (not x.flags.writeable)))),
    "a law": Broken("laws", parts(own=own), {"own": lawful}),
    "a law whose name begins with another's": Broken(
        "laws", parts(own=lawful, own_too=own), {"own": lawful, "own_too": lawful}
    ),
    "None": Broken("contract", parts(bprop=lambda v, x: None), input="x"),
    "another shape": Broken("contract", parts(bprop=lambda v, x: np.append(v, 0)), input="x"),
    "raised": Broken("contract", parts(bprop=lambda v, x: v[99])),
    "NaN in forward": Broken("contract", parts(forward=lambda x: np.sin(x) + np.where(x == 0, np.nan, 0))),
    "one of two missing": Broken(
        "contract", parts(**{**TWICE, "bprop": lambda v, x, w: (v @ w.T,)}), TWICE, inputs=DENSE
    ),
    "a batch's mean": Broken(
        "batch",
        parts(**{**TWICE, "bprop": lambda v, x, w: (v @ w.T, x.T @ v / (1 if len(x) == 3 else len(x)))}),
        TWICE,
        inputs=DENSE,
    ),
    "a square batch": Broken(
        "batch",
        parts(**{**TWICE, "bprop": lambda v, x, w: (v @ w.T, x.T @ v if x.shape[0] != x.shape[1] else v.T @ x)}),
        TWICE,
        inputs=DENSE,
    ),
}


def layer_of(one: Broken, **parts: Any) -> Subject:
    made = subject_of(SimpleNamespace(name="layer", inputs=one.inputs, **{**SINE, **parts}))
    return Subject(made.layer, made.name, made.inputs, laws=tuple(n for n in parts if n.startswith("own")))


@pytest.mark.parametrize("one", BROKEN.values(), ids=BROKEN.keys())
def test_the_script_fails_with_the_layer_and_passes_with_a_right_one(one: Broken) -> None:
    finding = first_failure(layer_of(one, **one.make()), one.check, one.input, **one.plan)
    lines = "\n".join(body(layer_of(one, **one.make()), finding, lambda: layer_of(one, **one.make())))
    right = layer_of(one, **one.right).layer
    with np.errstate(all="ignore"):
        with pytest.raises(IndexError if "raised" in finding.sentence else AssertionError):
            exec(lines, {"np": np, "layer": layer_of(one, **one.make()).layer})  # noqa: S102 - what a script does
        exec(lines, {"np": np, "layer": right})  # noqa: S102


def test_every_check_has_a_way_to_be_shown() -> None:
    shown = set(CHECKS) - {"sizes", "value"}  # those of `jacobian` and `bprop`, and what a script has no reference for
    assert {name for name, check in CHECKS.items() if check.script} == shown
    assert {one.check for one in BROKEN.values()} == shown
