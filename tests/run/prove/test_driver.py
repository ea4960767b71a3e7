"""The negative control as a whole."""

from __future__ import annotations

import numpy as np
import pytest

import gradcheck
from gradcheck.adapters.contract import subject_of
from gradcheck.records.plan import Plan
from gradcheck.run.prove.driver import corruptions_of, prove

FEW = Plan(inputs=("normal", "ties"))


@pytest.mark.parametrize("name", ["softmax", "relu", "cross_entropy"])
def test_every_visible_corruption_of_a_shipped_layer_is_caught(name):
    (subject,) = gradcheck.load(name)
    proof = prove(subject, FEW)
    caught, visible, invisible = proof.counts
    assert proof.passed
    assert caught == visible > 30
    assert invisible > 0
    assert proof.points == 2


def test_a_check_that_cannot_see_misses():
    (subject,) = gradcheck.load("tanh")
    proof = prove(subject, Plan(inputs=("normal",), checks=("purity",)))
    assert not proof.passed
    assert {"sign flipped", "NaN in one entry"} <= {result.corruption for result in proof.escaped}
    assert {result.corruption for result in proof.results if result.caught} == {
        "stale: inputs of the last call",
        "adds to its last answer",
        "reuses the array it returned",
        "changes an input in place",
        "changes v in place",
    }


def test_a_layer_that_fails_as_it_is_is_refused(cube):
    cube.layer.bprop = lambda v, x: v
    proof = prove(cube, FEW)
    assert not proof.passed
    assert not proof.broken
    assert proof.results == ()
    assert proof.failing.failures[0].breadcrumb.startswith("Cube · bprop")


def test_a_layer_that_raises_is_broken(cube):
    cube.layer.forward = lambda x: 1 / 0
    assert prove(cube, FEW).broken


def test_nothing_selected_is_nothing_proven(cube):
    proof = prove(cube, Plan(select="nowhere"))
    assert (proof.points, proof.results, proof.sensitivities) == (0, (), ())


def test_the_whole_jacobian_of_a_large_layer_is_not_made():
    class Plain:
        def forward(self, x):
            return 2 * x

        def bprop(self, v, x):
            return 2 * v

    proof = prove(subject_of(Plain()), Plan(inputs=("normal",), sizes=((("n", 130),),), checks=("purity",)))
    assert "transposed" in proof.unmade
    assert not set(proof.unmade) & {result.corruption for result in proof.results}


def test_progress_is_told_by_name(cube):
    told = []
    prove(cube, Plan(inputs=("normal",), checks=("contract",)), on_corruption=told.append)
    assert told == list(dict.fromkeys(one.name for one in corruptions_of(cube)))


def test_the_same_plan_finds_the_same(cube):
    proofs = [prove(cube, Plan(inputs=("normal",), checks=("contract", "bprop", "purity"))) for _ in range(2)]
    assert proofs[0].results == proofs[1].results
    assert np.isfinite(proofs[0].seconds)
