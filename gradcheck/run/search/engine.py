"""The search with Hypothesis: rounds of examples, aimed at large errors, and shrunk when one fails."""

from __future__ import annotations

import itertools
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from random import Random

import hypothesis
from hypothesis import HealthCheck, Phase, Verbosity
from hypothesis.configuration import set_hypothesis_home_dir
from hypothesis.errors import HypothesisException

from gradcheck.records.case import Case
from gradcheck.run.search.generators import Theme, anything, beside, cases, constants
from gradcheck.run.search.hunt import Hunt, Over
from gradcheck.run.search.numbers import Menu

# The constants come first: where a formula changes, nothing else leads to it. They come in small doses, though: at
# kinks a point takes many times as long.
THEMES = (constants, beside, anything)
DOSE, FULL = 10, 120  # examples of a round: of constants, beside one for each of them, and of anything
WITHIN = 300  # log10 of an error over its limit that Hypothesis is told: beyond, float64 has hardly any


def explore(hunt: Hunt, starts: Sequence[Case], menu: Menu, *, vary: bool) -> None:
    """Let Hypothesis choose the points until a hunt is over.

    Parameters
    ----------
    hunt : Hunt
    starts : sequence of Case
        Their sizes, dtypes and seeds are taken in turn.
    menu : Menu
    vary : bool
        Whether other sizes are tried too.
    """

    def fails(case: Case) -> bool:
        failing, excess = hunt.attempt(case)
        if abs(excess) < WITHIN:
            hypothesis.target(excess)
        return failing

    idle = 0  # rounds in a row that brought no new point: few points may be all that there are
    with _no_folder():
        for number, ((theme, examples), start) in enumerate(_rounds(starts, menu)):
            if hunt.over or idle > len(THEMES):
                return
            before = hunt.tried
            strategy = cases(hunt.subject, start, theme, menu, vary=vary)
            rng, settings = Random(f"{start.id} {number}"), _settings(examples)  # noqa: S311 - examples are no secrets
            # No such example, one that does not fail again, the end of the time: whatever was met is settled.
            with suppress(HypothesisException, Over):
                hypothesis.find(strategy, fails, settings=settings, random=rng)
            hunt.settle()
            idle = 0 if hunt.tried > before else idle + 1


def _rounds(starts: Sequence[Case], menu: Menu) -> Iterator[tuple[tuple[Theme, int], Case]]:
    """Every theme that has numbers, and how many examples of it, at every start, again and again."""
    doses = {constants: DOSE + len(menu.exact), beside: DOSE + len(menu.exact), anything: FULL}
    turn = [(theme, min(doses[theme], FULL)) for theme in THEMES if theme(menu)]
    return ((one, start) for _ in itertools.repeat(None) for one in turn for start in starts)


def _settings(examples: int) -> hypothesis.settings:
    """All that an environment or a profile could change is said; half of the examples go on from the largest errors."""
    return hypothesis.settings(
        max_examples=examples,
        phases=(Phase.generate, Phase.target, Phase.shrink),
        database=None,
        deadline=None,
        derandomize=False,  # that would take the seed from the code of the predicate
        print_blob=False,
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
        verbosity=Verbosity.quiet,
    )


@contextmanager
def _no_folder() -> Iterator[None]:
    """Keep Hypothesis from leaving a folder where the command was run."""
    with tempfile.TemporaryDirectory() as folder:
        set_hypothesis_home_dir(folder)
        try:
            yield
        finally:
            set_hypothesis_home_dir(None)
