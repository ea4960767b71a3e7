"""Modules of torch: parameters are inputs by their dotted names, and nothing of the module is changed."""

from __future__ import annotations

import copy

import pytest

import gradcheck
from gradcheck import Verdict
from gradcheck.adapters.contract import subject_of
from gradcheck.errors import LoadError

torch = pytest.importorskip("torch")

from torch import nn  # noqa: E402 - torch is there


class Net(nn.Module):
    """A class that needs no arguments, with one line of facts."""

    inputs = {"x": "batch 3"}

    def __init__(self):
        super().__init__()
        self.l = nn.Linear(3, 2)

    def forward(self, x):
        return self.l(x)


class Detached(Net):
    """What is computed of the weight alone has no gradient."""

    def forward(self, x):
        return x @ self.l.weight.detach().t() + self.l.bias


class Tied(nn.Module):
    inputs = {"x": "batch 3"}

    def __init__(self):
        super().__init__()
        self.a = nn.Linear(3, 3, bias=False)
        self.b = nn.Linear(3, 3, bias=False)
        self.b.weight = self.a.weight

    def forward(self, x):
        return self.b(torch.tanh(self.a(x)))


def failing(report):
    """The inputs for which a check fails."""
    return {f.input for f in report.findings if f.verdict is Verdict.FAIL}


def test_parameters_are_inputs_by_their_dotted_names():
    report = gradcheck.check(Net, inputs="normal")
    assert report.passed
    assert {f.input for f in report.findings if f.check == "bprop"} == {"x", "l.weight", "l.bias"}


def test_a_parameter_without_its_gradient_is_named():
    assert failing(gradcheck.check(Detached, inputs="normal")) - {""} == {"l.weight"}


def test_parameters_that_are_frozen_are_no_inputs():
    net = Net()
    net.l.bias.requires_grad_(False)
    assert [one.name for one in subject_of(net).inputs] == ["x", "l.weight"]
    assert gradcheck.check(net, inputs="normal").passed


def test_a_parameter_in_two_places_is_one_input():
    assert [one.name for one in subject_of(Tied).inputs] == ["x", "a.weight"]
    assert gradcheck.check(Tied, inputs="normal").passed


def test_nothing_of_a_module_is_changed():
    class Whole(nn.Module):
        inputs = {"x": "batch 4"}

        def __init__(self):
            super().__init__()
            self.body = nn.Sequential(nn.Linear(4, 3), nn.BatchNorm1d(3), nn.Dropout(0.5), nn.ReLU(inplace=True))

        def forward(self, x):
            return self.body(x)

    torch.manual_seed(1)
    module = Whole().train()
    module.body[1].eval()
    before, state = copy.deepcopy(module.state_dict()), torch.get_rng_state()
    held = dict(module.named_parameters())
    report = gradcheck.check(module, inputs="normal")
    assert failing(report) == set()
    assert all(torch.equal(value, module.state_dict()[name]) for name, value in before.items())
    assert all(value.dtype == module.state_dict()[name].dtype for name, value in before.items())
    assert all(parameter is held[name] and parameter.grad is None for name, parameter in module.named_parameters())
    assert (module.training, module.body[1].training, module.body[2].training) == (True, False, True)
    assert torch.equal(state, torch.get_rng_state())


def test_batch_norm_in_training_is_right():
    class Norm(nn.Module):
        inputs = {"x": "batch 3"}

        def __init__(self):
            super().__init__()
            self.norm = nn.BatchNorm1d(3)

        def forward(self, x):
            return self.norm(x)

    assert failing(gradcheck.check(Norm, inputs="normal")) == set()


def test_what_is_computed_anew_on_the_way_back_has_the_same_parameters():
    class Checkpointed(Net):
        def forward(self, x):
            return torch.utils.checkpoint.checkpoint(super().forward, x, use_reentrant=False)

    assert gradcheck.check(Checkpointed, inputs="normal").passed


def test_a_case_gives_a_module_its_shapes_and_flags():
    class Scaled(nn.Module):
        def __init__(self):
            super().__init__()
            self.l = nn.Linear(3, 2)

        def forward(self, x, factor):
            return self.l(x) * factor

    @gradcheck.case
    def scaled():
        return Scaled(), (torch.ones(4, 3), 2)

    assert [one.name for one in subject_of(scaled).inputs] == ["x", "l.weight", "l.bias"]
    assert gradcheck.check(scaled, inputs="normal").passed


def test_an_instance_takes_what_its_forward_takes():
    assert gradcheck.check(nn.Tanh(), inputs=["normal", "ties"]).passed


def test_a_class_that_needs_arguments_says_what_to_write():
    with pytest.raises(LoadError, match=r"Linear needs in_features, out_features: write `linear = Linear\("):
        gradcheck.check(nn.Linear)


def test_a_module_on_no_device_is_refused():
    with pytest.raises(LoadError, match="must be on one device that computes, not on meta"):
        gradcheck.check(nn.Linear(2, 2, device="meta"))


def test_modules_of_a_file_are_checked_by_name_alone(tmp_path, capsys):
    from gradcheck.cli.main import main

    (tmp_path / "nets.py").write_text(
        "import torch\nnet = torch.nn.Tanh()\n\n\n"
        "class Double(torch.autograd.Function):\n"
        "    @staticmethod\n    def forward(ctx, x):\n        return 2 * x\n\n"
        "    @staticmethod\n    def backward(ctx, grad):\n        return 2 * grad\n"
    )
    assert [one.name for one in gradcheck.load(f"{tmp_path}/nets.py")] == ["Double"]
    assert main([f"{tmp_path}/nets.py:net", "--inputs", "normal"]) == 0
    assert "input" in capsys.readouterr().out
