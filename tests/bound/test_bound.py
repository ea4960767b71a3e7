"""What gradcheck says of generated points, and that the count would show a fault."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from tests.bound import claims, measure
from tests.bound.claims import CLAIMS, RIGHT
from tests.bound.families import FAMILIES
from tests.bound.judge import FAIL, PASS, judge, no_extended
from tests.bound.layer import Made, Sketch
from tests.bound.measure import (
    ACCUSED,
    EXCLUDED,
    OPEN,
    OVERSTATED,
    PASSED,
    TIGHT,
    Row,
    claims_at,
    faults_at,
    point,
    table,
)
from tests.bound.tree import apply, x

pytest.importorskip("mpmath")
FOR_TESTS = 500  # a seed below 1000, which no work on the oracle looks at
FAULTS = (EXCLUDED, TIGHT, ACCUSED, PASSED, OVERSTATED)


def count(family, points, seed=FOR_TESTS):
    row, found = Row(), []
    for index in range(points):
        one = point(family, seed, index)
        claims = claims_at(one)
        faults = list(faults_at(one, claims))
        row.add(one, claims, faults)
        found += [str(fault) for fault in faults if fault.kind != OPEN]
    return row, found


def test_nothing_is_wrong_at_ordinary_points(thorough):
    row, found = count("ordinary", 40 if thorough else 20)
    assert not any(row.counts[kind] for kind in FAULTS), found
    assert row.counts[OPEN] <= 0.005 * row.judged_right


@pytest.mark.parametrize("family", FAMILIES)
def test_a_point_depends_on_its_family_seed_and_index_alone(family):
    one, again = point(family, 3, 2), point(family, 3, 2)
    assert str(one.sketch) == str(again.sketch)
    assert np.array_equal(one.matrix, again.matrix)
    assert str(point(family, 4, 2).sketch) != str(one.sketch)


@pytest.mark.parametrize("family", FAMILIES)
def test_the_layer_gives_what_its_claim_makes_of_the_truth(family):
    one = point(family, FOR_TESTS, 1)
    assert all(inside(d, p) for d, p in zip(one.sketch.domains, one.sketch.point, strict=False))
    said = judge(Made(one.sketch, RIGHT), one.sketch.arrays)
    assert len(said.findings) == len(one.sketch.inputs)
    assert all(sentence or verdict == PASS for verdict, _, sentence in said.findings)


def inside(domain, number):
    ends = {"real": (-np.inf, np.inf), "positive": (0, np.inf), "unit": (0, 1), "nonzero": (-np.inf, np.inf)}
    low, high = ends.get(domain, domain) if isinstance(domain, str) else domain
    return low < number < high


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.name)
def test_right_claims_pass_and_wrong_ones_fail_at_a_plain_point(claim):
    sketch = Sketch((apply("sin", x()) * x(1) + x(1) * x(1),), (0.5, 1.25))
    verdicts = judge(Made(sketch, claim), sketch.arrays).verdicts
    assert (FAIL in verdicts) == (claim.error > 0)


def test_a_truth_that_is_none_shows_in_every_column():
    one = point("ordinary", FOR_TESTS, 0)
    wrong = replace_truth(one, one.matrix * (1 + 1e-3))
    kinds = Counter(fault.kind for fault in faults_at(wrong, CLAIMS))
    assert kinds[EXCLUDED] >= len(CLAIMS)
    assert kinds[TIGHT] >= kinds[EXCLUDED]
    lied = replace(RIGHT, error=1.0, make=lambda matrix: matrix)
    assert not list(faults_at(one, [lied]))  # it is right after all
    shifted = replace(RIGHT, make=lambda matrix: 2 * matrix)  # called right, which it is not
    assert ACCUSED in {fault.kind for fault in faults_at(one, [shifted])}


def test_a_wrong_claim_that_passes_is_counted(monkeypatch):
    one = point("ordinary", FOR_TESTS, 0)
    passing = lambda layer, arrays, before: judge(Made(one.sketch, RIGHT), arrays, before)  # noqa: E731
    monkeypatch.setattr(measure, "judge", passing)
    kinds = Counter(fault.kind for fault in faults_at(one, CLAIMS))
    inputs = len(one.sketch.inputs)
    assert kinds[PASSED] == 3 * inputs
    assert kinds[OVERSTATED] >= 1


def replace_truth(one, matrix):
    return measure.Point(one.family, one.index, one.sketch, one.truth, matrix, one.slack)


def test_without_extended_precision_the_estimate_has_fewer_digits():
    one = point("ordinary", FOR_TESTS, 0)
    longer = judge(Made(one.sketch, RIGHT), one.sketch.arrays)
    with no_extended():
        shorter = judge(Made(one.sketch, RIGHT), one.sketch.arrays)
    assert shorter.verdicts == longer.verdicts
    if np.finfo(np.longdouble).eps < 1e-18:
        assert (shorter.bound > longer.bound).any()


def test_the_table_has_a_row_for_each_family_and_a_sum():
    row, _ = count("ordinary", 2)
    lines = table({"ordinary": row}).splitlines()
    assert [line.split()[0] for line in lines] == ["family", "ordinary", "sum"]
    assert lines[1].split()[1:3] == [str(row.points), str(row.entries)]


def test_the_generator_imports_no_mpmath():
    code = "import sys, tests.bound.__main__; sys.exit('mpmath' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


MENDED = {
    "beyond the last tread of a cast, claimed to be 0": (
        apply("bfloat16", apply("tanh", x())) + apply("cos", x(1)),
        (-6.193, -0.906),
    ),
    "a floor that is not half of what passes": (
        apply("exp", x(1)) - apply("log", x()),
        (1.520111523659069e-12, 20.10869362079836),
    ),
}


@pytest.mark.parametrize("name", MENDED)
def test_points_that_showed_a_fault_are_without(name):
    tree, numbers = MENDED[name]
    sketch = Sketch((tree,), numbers)
    one = measure.point_of("", 0, sketch)
    assert not [fault for fault in faults_at(one, claims_at(one)) if fault.kind in FAULTS]


def test_names_of_claims_differ():
    assert len({claim.name for claim in claims.CLAIMS}) == len(CLAIMS)


def test_the_chain_rule_is_a_claim_where_it_has_its_digits():
    chain = next(claim for claim in CLAIMS if claim.by_chain)
    for index in range(20):
        assert chain in claims_at(point("ordinary", FOR_TESTS, index))
    assert chain not in claims_at(at(apply("lgamma", x()), 1.5))  # numpy has no digamma
    assert chain not in claims_at(at((apply("exp", x()) - 1) / x(), 1e-9))  # cancels


def at(tree, number):
    sketch = Sketch((tree,), (number,))
    truth, slack = sketch.jacobian((np.float64(number),))
    return measure.Point("", 0, sketch, truth, measure.rounded(truth, np.float64), slack)
