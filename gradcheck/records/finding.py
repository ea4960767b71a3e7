"""The frozen data that checks make: verdicts and findings."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING

from gradcheck.frozen import dataclass
from gradcheck.records.case import Case
from gradcheck.records.fault import Fault
from gradcheck.text import short, shorten

if TYPE_CHECKING:
    from gradcheck.records.figures import Figures  # needed by few: start-up

KINK = "kink: a subgradient"
KNOWN = "known failure"
EXPECTED = "expected failure"
NOT_APPLICABLE = "not applicable"  # before what a layer refuses
NOTHING_CHECKED = "nothing was checked"  # where it refuses all that a check would have tried
ORDER2 = "order2"  # the check that is made only where second derivatives are asked for
BLIND = 1.0  # floor, relative to the derivative's own size, from which a gradient of 0 would pass


class Verdict(enum.Enum):
    """What a check says; the later in this list, the worse."""

    PASS = "PASS"
    UNDEFINED = "UNDEFINED"
    INCONCLUSIVE = "INCONCLUSIVE"
    ERROR = "ERROR"
    FAIL = "FAIL"

    severity: int
    """Its place in the list."""

    def __init__(self, _: str) -> None:
        self.severity = len(type(self).__members__)  # those before it


@dataclass(frozen=True)
class Counterexample:
    """The smallest point found at which a check fails.

    Parameters
    ----------
    case : Case
        What makes it: the point written out, or the finding's own case where that would be too long a text.
    text : str
        The point as Python, on one line: ``x = np.array([0, 2.5]); v = np.array([1., 0])``.
    worst : str
        The worst entry there.
    fault : Fault or None
        What was found there; None where it is that of the finding.
    """

    case: Case
    text: str = ""
    worst: str = ""
    fault: Fault | None = None


@dataclass(frozen=True)
class Finding:
    """The outcome of one check at one point for one input.

    Parameters
    ----------
    check, verdict, case
        Which check, what it says, and the case that made the point.
    input : str
        Name of the input whose derivative was compared; empty where a check concerns the whole layer.
    fault : Fault or None
        What was found; never None for a verdict other than PASS.
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
    fault: Fault | None = None
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
    def sentence(self) -> str:
        """The fault in words, for people; empty without one."""
        if self.fault is None:
            return ""
        from gradcheck.records.sentences import sentence_of  # only for failures: start-up

        return sentence_of(self.fault)

    @property
    def blind(self) -> bool:
        """Whether it passed though an error as large as the derivative itself would have passed as well."""
        return self.verdict is Verdict.PASS and self.floor is not None and self.floor >= BLIND

    @property
    def known(self) -> str:
        """The note that lets a failure pass, made by a baseline or a sweep; empty for any other finding."""
        return next((note for note in self.notes if note.startswith((KNOWN, EXPECTED))), "")

    @property
    def empty(self) -> bool:
        """Whether it passed as nothing was there to be checked."""
        return NOTHING_CHECKED in self.notes

    @property
    def breadcrumb(self) -> str:
        """``softmax · bprop · ties scale=1e3 · x[2]: analytic 0.1250, numeric 0.1301 ± 2e-9, error 5.1e-3``."""
        case = self.case
        where = shorten(case.values, 80) if case.values else f"{case.strategy} scale={short(case.scale)}"
        trail = " · ".join(p for p in (self.case.layer, self.check, where, self.worst or self.input) if p)
        return f"{trail}: {self.sentence or self.verdict.value}"
