"""Each output takes one entry of the input by its rank, as a maximum does, and `bprop` gives v to another one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradcheck.defects.diagnosis import MatrixDiagnosis
from gradcheck.defects.evidence import Evidence
from gradcheck.defects.family import Claim, Family, Hypothesis

Array = NDArray[Any]
FEWEST = 8  # choices that are looked at
LONGEST = 64  # entries of which one is taken
Choice = tuple[int, Array, Array, Array]  # an output, its entries of the input, and both sides there
BY_PLACE = ("first", "last")  # nothing is chosen
TO = {"all": "all of them"}
OF = {"all": "something of each"}
RANKS = {0: "largest", -1: "smallest", 1: "second largest", -2: "second smallest"}


def diagnose(evidence: Evidence) -> MatrixDiagnosis | None:
    """What `forward` takes, and where `bprop` gives v, if both can be said by rank, by size or by position."""
    choices = list(_choices(evidence))
    if len(choices) < FEWEST or not any(np.any((a != 0) != (n != 0)) for _, _, a, n in choices):
        return None
    found = {}
    for row in dict.fromkeys(row for row, *_ in choices):
        mine = [choice for choice in choices if choice[0] == row]
        found[row] = (_rule([(x, n != 0) for _, x, _, n in mine]), _rule([(x, a != 0) for _, x, a, _ in mine]))
    rules = list(dict.fromkeys(rule for rule in found.values() if rule[0] != rule[1]))
    ranked = any(rule not in ("", "all", *BY_PLACE) for rules_of in found.values() for rule in rules_of)
    if not rules or not ranked or any(not takes or not gives or takes in BY_PLACE for takes, gives in found.values()):
        return None
    takes, gives = rules[0]
    to, of = (form.format(evidence.name) for form in (TO.get(gives, f"the {gives} one"), OF.get(takes, f"the {takes}")))
    where = "" if len(set(found.values())) == 1 else " for some outputs"
    words = f"{where} `{evidence.check}` gives v to {to} where `forward` takes {of} of some entries of {evidence.name}"
    return evidence.told("choice", words.strip(), evidence.failing)


def _choices(evidence: Evidence) -> Iterator[Choice]:
    """Those of entries that are all different, where the numeric side is 0 for all of them but one, or for none."""
    active = np.any(evidence.away | (evidence.analytic != 0), axis=0)
    for row in range(len(active)):
        columns = np.flatnonzero(active[row])
        if not 2 <= len(columns) <= LONGEST:
            continue
        for k in range(len(evidence.probes)):
            x, taken = evidence.x[k, columns], evidence.away[k, row, columns]
            known = (evidence.wrong | evidence.right)[k, row, columns].all()
            if known and taken.sum() in (1, len(x)) and len(np.unique(np.abs(x))) == len(x):
                yield row, x, evidence.analytic[k, row, columns], np.where(taken, evidence.numeric[k, row, columns], 0)


def _rule(chosen: list[tuple[Array, Array]]) -> str:
    """By what entries are chosen, in words; empty where no rule fits."""
    if sum(bool(mask.all()) for _, mask in chosen) > 0.5 * len(chosen):  # a softmax may be as good as a maximum
        return "all"
    if any(mask.sum() != 1 for _, mask in chosen):
        return ""
    at = [int(np.flatnonzero(mask)[0]) for _, mask in chosen]
    if all(k == 0 for k in at):
        return "first"
    if all(k == len(x) - 1 for k, (x, _) in zip(at, chosen, strict=True)):
        return "last"
    for of, key in (("", lambda x: x), (" in size", np.abs)):
        ranks = [int((key(x) > key(x)[k]).sum()) for k, (x, _) in zip(at, chosen, strict=True)]
        for rank, words in RANKS.items():
            if all(r == rank % len(x) for r, (x, _) in zip(ranks, chosen, strict=True)):
                return words + of
    return ""


FAMILY = Family("choices", hypotheses=(Hypothesis(Claim.MOVED, diagnose),))
