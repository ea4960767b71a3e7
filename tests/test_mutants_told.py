"""What is told of the planted defects: of most of them something, and hardly anything that is not true."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import pytest

from gradcheck.records.finding import Verdict
from tests.defects.recognition.accepted import ACCEPTED
from tests.judged import ALL
from tests.mutants import MUTANTS

GIVEN = 0.7  # least share of the failures, and of the failing layers, of which something is told
RIGHT = 0.95  # least share of what is told that is true
SAMPLED = 0.9  # ... of a sixteenth of the layers, of which it is less by chance alone in one case of ten


@dataclass(frozen=True)
class Outcome:
    """What was told of one layer: its name, how many failures it has, and the kinds told of them."""

    name: str
    failures: int
    kinds: Counter[str]

    @property
    def right(self) -> int:
        """How many failures something true is told of."""
        accepted = ACCEPTED.get(self.name, frozenset())
        return sum(count for kind, count in self.kinds.items() if frozenset(kind.split()) <= accepted)


@pytest.fixture(scope="module")
def outcomes(judged):
    """The planted layers that are judged at all strategies: of a usual run a sixteenth, by now mostly known."""
    found = []
    for one in (one for one in MUTANTS if judged.part(one.name) == ALL):
        judgement = judged(one.name, one.make)
        failures = sum(f.verdict is Verdict.FAIL for f in judgement.report.findings)
        found.append(Outcome(one.name, failures, judgement.kinds))
    return [one for one in found if one.failures]


def share(some, of):
    return sum(some) / sum(of)


def test_something_is_told_of_most_failures(outcomes):
    assert share((one.kinds.total() for one in outcomes), (one.failures for one in outcomes)) >= GIVEN
    assert share((bool(one.kinds) for one in outcomes), (1 for _ in outcomes)) >= GIVEN


def test_what_is_told_is_true(outcomes, thorough):
    least = RIGHT if thorough else SAMPLED
    told = [one for one in outcomes if one.kinds]
    doubtful = {one.name: dict(one.kinds) for one in told if one.right < one.kinds.total()}
    assert share((one.right for one in told), (one.kinds.total() for one in told)) >= least, doubtful
    assert share((one.right == one.kinds.total() for one in told), (1 for _ in told)) >= least, doubtful


def test_what_is_not_true_would_count_as_wrong():
    assert Outcome("hinge: sign", 3, Counter({"sign": 2, "factor": 1})).right == 2
    assert Outcome("an unknown layer", 1, Counter({"sign": 1})).right == 0


def test_the_table_names_planted_layers_only():
    assert ACCEPTED.keys() <= {one.name for one in MUTANTS}
