from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from gradcheck import Input, Verdict
from gradcheck.adapters.contract import subject_of
from gradcheck.errors import LoadError
from gradcheck.records.plan import Plan
from gradcheck.run.examine import examine

Z = (Input("z", ("n",), "complex"),)
FEW = ("normal", "zeros")


def squares(**parts):
    """z^2, which is holomorphic: by torch's convention the gradient is v times the conjugate of 2z."""
    right = {
        "inputs": Z,
        "forward": lambda z: z**2,
        "bprop": lambda v, z: v * np.conj(2 * z),
        "jvp": lambda t, z: 2 * z * t,
    }
    return SimpleNamespace(**{**right, **parts})


def sizes(**parts):
    """|z|^2, a real number of complex ones, whose gradient is 2z by torch's convention and its conjugate by jax's."""
    right = {"inputs": Z, "forward": lambda z: np.abs(z) ** 2, "bprop": lambda v, z: 2 * v * z}
    return SimpleNamespace(**{**right, **parts})


def spectrum(**parts):
    """The discrete Fourier transform of real numbers."""
    right = {
        "inputs": (Input("x", (4,)),),
        "convention": "torch",
        "forward": lambda x: TRANSFORM @ x,
        "bprop": lambda v, x: np.real(np.conj(TRANSFORM).T @ v),
    }
    return SimpleNamespace(**{**right, **parts})


TRANSFORM = np.exp(-2j * np.pi * np.outer(np.arange(4), np.arange(4)) / 4)


def failing(layer, *inputs):
    report = examine(subject_of(layer), Plan(inputs or FEW))
    assert Verdict.PASS in {one.verdict for one in report.findings if one.check == "bprop"}
    return {(one.check, one.input) for one in report.failures}


@pytest.mark.parametrize(
    "layer",
    [
        squares(),
        squares(convention="jax", bprop=lambda v, z: v * 2 * z),
        sizes(),
        sizes(convention="jax", bprop=lambda v, z: 2 * v * np.conj(z)),
        spectrum(),
    ],
    ids=["torch", "jax", "real torch", "real jax", "of real numbers"],
)
def test_right_ones_pass_by_their_convention(layer):
    assert failing(layer, "normal", "zeros", "mixed") == set()


@pytest.mark.parametrize(
    "layer",
    [
        squares(convention="jax"),
        squares(bprop=lambda v, z: v * 2 * z),
        sizes(convention="jax"),
        sizes(bprop=lambda v, z: 2 * v * np.conj(z)),
        spectrum(bprop=lambda v, x: np.real(TRANSFORM.T @ v)),
        spectrum(bprop=lambda v, x: np.imag(np.conj(TRANSFORM).T @ v)),
    ],
)
def test_the_other_convention_fails(layer):
    report = examine(subject_of(layer), Plan(("normal",)))
    assert ("bprop", Verdict.FAIL) in {(one.check, one.verdict) for one in report.findings}


def test_tangents_go_forwards_as_they_are_by_either_convention():
    for layer in (squares(), squares(convention="jax", bprop=lambda v, z: v * 2 * z)):
        assert failing(layer) == set()
        layer.jvp = lambda t, z: 2 * np.conj(z) * t
        assert {check for check, _ in failing(layer)} == {"jvp", "agreement"}


def test_an_entry_is_named_by_its_part():
    report = examine(subject_of(squares(bprop=lambda v, z: v * 2 * z)), Plan(("normal",)))
    (one,) = [one for one in report.failures if one.check == "bprop"]
    assert one.worst.startswith("z[")
    assert [(one.name, one.shape) for one in subject_of(squares()).inputs] == [("z", ("n", 2))]


def test_what_cannot_be_told_is_refused():
    with pytest.raises(LoadError, match=r"`convention` of .* must be one of torch, jax, not 'jex'; did you mean 'jax'"):
        subject_of(squares(convention="jex"))
    with pytest.raises(LoadError, match="has complex numbers and needs `bprop"):
        subject_of(squares(bprop=None, jacobian=lambda z: np.diag(2 * z)))


def test_a_complex_output_without_a_convention_says_what_to_declare():
    report = examine(subject_of(spectrum(convention=None)), Plan(("normal",)))
    (one,) = report.failures
    assert one.check == "contract"
    assert "`convention`" in one.diagnosis
