"""What `prove` finds, as plain records."""

from __future__ import annotations

from gradcheck.frozen import dataclass
from gradcheck.records.case import Case
from gradcheck.records.finding import Verdict
from gradcheck.records.report import LayerReport

CLAIMED = 1e-6  # relative size from which a visible corruption must be caught
SCORED = 1e-9  # smallest e of a factor 1 + e that counts in the score


@dataclass(frozen=True)
class Deviation:
    """A corruption at a point where it changes what the layer says by more than rounding does.

    Attributes
    ----------
    case
        Makes the point.
    size
        The largest change, relative to the natural scale of its entry; infinite for an answer of the wrong form.
    checks
        Those that fail there.
    """

    case: Case
    size: float
    checks: tuple[str, ...]


@dataclass(frozen=True)
class CorruptionResult:
    """A corruption at all points of a plan.

    Attributes
    ----------
    corruption
        Its name.
    factor
        e, where it multiplies by 1 + e.
    deviations
        The points where it can be seen; empty where it changes nothing anywhere.
    """

    corruption: str
    factor: float | None
    deviations: tuple[Deviation, ...]

    @property
    def caught(self) -> tuple[Deviation, ...]:
        """The points where a check fails."""
        return tuple(deviation for deviation in self.deviations if deviation.checks)

    @property
    def checks(self) -> frozenset[str]:
        """The checks that fail at any point."""
        return frozenset(check for deviation in self.deviations for check in deviation.checks)

    @property
    def missed(self) -> bool:
        """Whether it can be seen and no check fails."""
        return bool(self.deviations) and not self.caught

    @property
    def size(self) -> float:
        """Its largest relative size at any point; 0 where it changes nothing."""
        return max((deviation.size for deviation in self.deviations), default=0.0)

    @property
    def smallest(self) -> float | None:
        """Its smallest relative size at a point where it was caught."""
        return min((deviation.size for deviation in self.caught), default=None)

    @property
    def counts(self) -> bool:
        """Whether it must be caught; a factor of 1 + 1e-6 must, though its size is a little less."""
        return self.size >= 0.9 * CLAIMED

    @property
    def scored(self) -> bool:
        """Whether the score holds it: smaller factors only show where sight ends."""
        return self.factor is None or self.factor >= SCORED


@dataclass(frozen=True)
class Sensitivity:
    """How small a factor 1 + e on all derivatives a check still sees.

    Attributes
    ----------
    check
    least
        The smallest e that it sees at any point.
    everywhere
        The smallest e from which on it sees every one at every point where it can be seen; None if there is none.
    """

    check: str
    least: float
    everywhere: float | None


@dataclass(frozen=True)
class Proof:
    """What the checks of a plan catch for one layer.

    Attributes
    ----------
    layer, target
        As in `LayerReport`.
    checks
        Those of the plan, in order.
    points
        How many there were to be wrong at.
    results
        In order; those of one name follow one another, the largest factor first.
    sensitivities
        For the checks that see a factor on all derivatives at all.
    failing
        The report on the layer's own derivatives, where these fail; then nothing was tried.
    unmade
        Corruptions for which the Jacobian is too large.
    method, seconds
    """

    layer: str
    target: str
    checks: tuple[str, ...] = ()
    points: int = 0
    results: tuple[CorruptionResult, ...] = ()
    sensitivities: tuple[Sensitivity, ...] = ()
    failing: LayerReport | None = None
    unmade: tuple[str, ...] = ()
    method: str = ""
    seconds: float = 0.0

    @property
    def counts(self) -> tuple[int, int, int]:
        """How many corruptions were caught, could be seen, and changed nothing at any point."""
        scored = [result for result in self.results if result.scored]
        visible = [result for result in scored if result.deviations]
        return sum(not result.missed for result in visible), len(visible), len(scored) - len(visible)

    @property
    def escaped(self) -> tuple[CorruptionResult, ...]:
        """The corruptions of relative size from 1e-6 on that can be seen and were not caught."""
        return tuple(result for result in self.results if result.missed and result.counts)

    @property
    def broken(self) -> bool:
        """Whether the layer raised, and nothing worse was found."""
        failures = self.failing.failures if self.failing else ()
        return bool(failures) and all(finding.verdict is Verdict.ERROR for finding in failures)

    @property
    def passed(self) -> bool:
        """Whether the layer's own derivatives pass and no corruption that counts escapes."""
        return self.failing is None and not self.escaped
