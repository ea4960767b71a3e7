"""Which run a report is of: what lets its parts find together, and shows that one is missing."""

from __future__ import annotations

from gradcheck.frozen import dataclass
from gradcheck.records.report import LayerReport


@dataclass(frozen=True)
class RunFacts:
    """A part of a run.

    Attributes
    ----------
    identity
        Of the whole: two parts have the same only if they ask for the same of the same files.
    shard
        Number, from 1 on, and total.
    layers, cases
        How many this part has.
    finished
        Whether all of it was run: not after Ctrl-C, nor where there were enough failures.
    """

    identity: str
    shard: tuple[int, int] = (1, 1)
    layers: int = 0
    cases: int = 0
    finished: bool = True

    def __post_init__(self) -> None:
        """Refuse a part that there cannot be."""
        number, total = self.shard
        if not 1 <= number <= total:
            raise ValueError(f"shard: number and total are needed, such as [1, 4], not {list(self.shard)!r:.80}")


@dataclass(frozen=True)
class RunReport:
    """What was told of a run.

    Attributes
    ----------
    reports
    facts
        None where they were not told.
    """

    reports: tuple[LayerReport, ...]
    facts: RunFacts | None = None
