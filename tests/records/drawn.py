"""Records of all kinds, drawn by Hypothesis."""

from __future__ import annotations

import math

from hypothesis import strategies as st

from gradcheck.records.case import Case
from gradcheck.records.fault import Fault, FaultKind, stated
from gradcheck.records.figures import Curve, Entry, Figures, HeatMap
from gradcheck.records.finding import Counterexample, Finding, Verdict
from gradcheck.records.input import Input
from gradcheck.records.report import LayerReport, SourceLine

WORDS, FLOATS, COUNTS = st.text(max_size=6), st.floats(), st.integers(0, 99)
NAMES = st.lists(WORDS, max_size=2).map(tuple)
NUMBERS = st.none() | FLOATS
SEVERAL = st.lists(FLOATS, max_size=3).map(tuple)
SIZES = st.dictionaries(WORDS, COUNTS, max_size=3).map(lambda found: tuple(found.items()))
CASES = st.builds(Case, WORDS, WORDS, st.floats(1e-300, 1e300), SIZES, WORDS, st.integers(0, 2**64))

STEPS, SIZES_OR_NAN = st.floats(0, exclude_min=True, allow_infinity=False), st.floats(0) | st.just(math.nan)
POINTS = st.lists(st.tuples(STEPS, SIZES_OR_NAN), max_size=3)
CURVES = st.builds(
    lambda entry, points, *facts: Curve(entry, tuple(p[0] for p in points), tuple(p[1] for p in points), *facts),
    WORDS,
    POINTS,
    st.sampled_from([1, 2]),
    *[st.none() | SIZES_OR_NAN] * 4,
    st.booleans(),
)
PAIRS, ENDS = st.tuples(COUNTS, COUNTS), st.tuples(WORDS, WORDS)
CELLS = st.integers(1, 3).flatmap(
    lambda n: st.lists(st.lists(FLOATS, min_size=n, max_size=n).map(tuple), min_size=1, max_size=2)
)
MAPS = st.builds(
    lambda name, shape, fold, cells, word, ends: HeatMap(name, shape, fold, tuple(cells), (word,) * len(cells), ends),
    WORDS,
    PAIRS,
    PAIRS,
    CELLS,
    WORDS,
    ENDS,
)
ENTRIES = st.builds(Entry, WORDS, WORDS, *[FLOATS] * 5)
FIGURES = st.builds(
    Figures, WORDS, NAMES, CURVES, st.lists(MAPS, max_size=2).map(tuple), st.lists(ENTRIES, max_size=2).map(tuple)
)

DETAILS = st.dictionaries(WORDS, WORDS | FLOATS | COUNTS | st.booleans() | st.none() | NAMES, max_size=2)
FAULTS = st.builds(
    Fault,
    st.sampled_from(FaultKind),
    WORDS,
    WORDS,
    DETAILS.map(lambda found: tuple(found.items())),
    st.none() | st.builds(stated, WORDS),
)
FINDINGS = st.builds(
    Finding,
    WORDS,
    st.sampled_from(Verdict),
    CASES,
    input=WORDS,
    fault=st.none() | FAULTS,
    worst=WORDS,
    **dict.fromkeys(("max_abs", "max_rel", "floor", "analytic", "numeric", "bound"), NUMBERS),
    notes=NAMES,
    diagnosis=WORDS,
    counterexample=st.none() | st.builds(Counterexample, CASES, WORDS),
    figures=st.none() | FIGURES,
)
SOURCE_LINES = st.builds(SourceLine, st.sampled_from(["forward", "bprop"]), WORDS, st.integers(1, 99))
REPORTS = st.builds(
    LayerReport,
    WORDS,
    WORDS,
    st.lists(FINDINGS, max_size=3).map(tuple),
    st.floats(0, 1e6),
    NAMES,
    WORDS,
    st.lists(SOURCE_LINES, max_size=2).map(tuple),
)

LENGTHS = COUNTS | st.text("abcxyz", min_size=1, max_size=4)
DOMAINS = st.sampled_from(["real", "positive", "simplex", (0.0, 1.0), (-math.inf, 3.0)])
INPUTS = st.builds(Input, WORDS, st.lists(LENGTHS, max_size=3).map(tuple), DOMAINS, st.booleans())
LABELS = st.builds(Input, WORDS, st.just(("n",)), st.just("labels"), classes=LENGTHS)

SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text()
ANYTHING = st.recursive(SCALARS, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=9)
