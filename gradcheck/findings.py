"""The frozen data that checks make: verdicts, findings, reports."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gradcheck.records import Case
from gradcheck.text import magnitude, short, shorten

if TYPE_CHECKING:
    from gradcheck.figures import Figures  # needed by few: start-up

KINK = "kink: a subgradient"
KNOWN = "known failure"
EXPECTED = "expected failure"


class Verdict(enum.Enum):
    """What a check says; the later in this list, the worse."""

    PASS = "PASS"
    UNDEFINED = "UNDEFINED"
    INCONCLUSIVE = "INCONCLUSIVE"
    ERROR = "ERROR"
    FAIL = "FAIL"

    @property
    def severity(self) -> int:
        """Its place in the list."""
        return list(Verdict).index(self)


@dataclass(frozen=True)
class Counterexample:
    """The smallest point found at which a check fails.

    Parameters
    ----------
    case : Case
        What makes it: the point written out, or the finding's own case where that would be too long a text.
    text : str
        The point as Python, on one line: ``x = np.array([0, 2.5]); v = np.array([1., 0])``.
    """

    case: Case
    text: str = ""


@dataclass(frozen=True)
class Finding:
    """The outcome of one check at one point for one input.

    Parameters
    ----------
    check, verdict, case
        Which check, what it says, and the case that made the point.
    input : str
        Name of the input whose derivative was compared; empty where a check concerns the whole layer.
    sentence : str
        What was found, in words; never empty for a verdict other than PASS.
    max_abs, max_rel : float or None
        Largest absolute error, and largest error relative to the natural scale of its entry.
    floor : float or None
        The smallest error relative to the natural scale that this check would have seen in every entry.
    worst : str
        The entry with the largest error for its bound, such as ``x[2]``.
    analytic, numeric, bound : float or None
        The two sides at that entry, and the bound on the numeric one.
    notes : tuple of str
        ``"kink: a subgradient"``, ``"sampled"`` and the like.
    diagnosis : str
        What is wrong, where the numbers say so beyond doubt: ``"the sign is flipped"``.
    counterexample : Counterexample or None
        A smaller point at which the same fails, where one was looked for.
    figures : Figures or None
        The numbers behind it, to be drawn, where a report has use for them.
    """

    check: str
    verdict: Verdict
    case: Case
    input: str = ""
    sentence: str = ""
    max_abs: float | None = None
    max_rel: float | None = None
    floor: float | None = None
    worst: str = ""
    analytic: float | None = None
    numeric: float | None = None
    bound: float | None = None
    notes: tuple[str, ...] = ()
    diagnosis: str = ""
    counterexample: Counterexample | None = None
    figures: Figures | None = None

    @property
    def known(self) -> str:
        """The note that lets a failure pass, made by a baseline or a sweep; empty for any other finding."""
        return next((note for note in self.notes if note.startswith((KNOWN, EXPECTED))), "")

    @property
    def breadcrumb(self) -> str:
        """``softmax · bprop · ties scale=1e3 · x[2]: analytic 0.1250, numeric 0.1301 ± 2e-9, error 5.1e-3``."""
        case = self.case
        where = shorten(case.values, 80) if case.values else f"{case.strategy} scale={short(case.scale)}"
        trail = " · ".join(p for p in (self.case.layer, self.check, where, self.worst or self.input) if p)
        return f"{trail}: {self.sentence or self.verdict.value}"


@dataclass(frozen=True)
class Place:
    """Where a method of a layer is written.

    Attributes
    ----------
    method
        ``"forward"``, ``"bprop"`` or ``"jacobian"``.
    file
        As seen from the working folder where it lies below it, with ``/`` between folders; whole otherwise.
    line
        From 1 on.
    """

    method: str
    file: str
    line: int


@dataclass(frozen=True)
class LayerReport:
    """All findings about one layer.

    Parameters
    ----------
    layer : str
        The layer's name.
    target : str
        The text that loads it again: ``softmax``, ``path/file.py:Name``.
    findings : tuple of Finding
    seconds : float
    silent : tuple of str
        Inputs whose gradient was exactly zero at every point drawn ("no learning signal").
    method : str
        How the numeric side was computed, for the report's header.
    places : tuple of Place
        Where its methods are written; only of a layer that fails.
    """

    layer: str
    target: str
    findings: tuple[Finding, ...]
    seconds: float = 0.0
    silent: tuple[str, ...] = ()
    method: str = ""
    places: tuple[Place, ...] = ()

    @property
    def verdict(self) -> Verdict:
        """The worst verdict of the findings; PASS when there are none."""
        return max((f.verdict for f in self.findings), key=lambda v: v.severity, default=Verdict.PASS)

    @property
    def passed(self) -> bool:
        """No derivative is wrong and none went unchecked by an error."""
        return self.verdict.severity < Verdict.ERROR.severity

    @property
    def failures(self) -> tuple[Finding, ...]:
        """The findings that are FAIL or ERROR, in order."""
        return tuple(f for f in self.findings if f.verdict.severity >= Verdict.ERROR.severity)

    @property
    def power(self) -> tuple[float, float] | None:
        """Worst and median floor of the findings that passed, relative, except at kinks, where the gap is the floor."""
        told = (f for f in self.findings if f.verdict is Verdict.PASS and KINK not in f.notes)
        floors = sorted(f.floor for f in told if f.floor is not None)
        return (floors[-1], floors[len(floors) // 2]) if floors else None

    def reproduce(self, finding: Finding) -> str:
        """The command line that makes one finding again, at its counterexample where it has one.

        A layer that came as an object has no text to load it by: then it is a line of Python.
        """
        import shlex  # only for failures: start-up

        if not self.target:
            return f"gradcheck.check(layer, {finding.case.arguments})"
        case = finding.counterexample.case if finding.counterexample else finding.case
        return f"gradcheck {shlex.quote(self.target)} {case.options}"


def compared(analytic: float, numeric: float, bound: float, error: float) -> str:
    """The numbers of a breadcrumb, in the order analytic, numeric."""
    return f"analytic {analytic:.6g}, numeric {numeric:.6g} ± {magnitude(bound)}, error {magnitude(error)}"
