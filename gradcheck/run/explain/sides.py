"""The comparison behind a finding as its check saw it, and the names of its entries."""

from __future__ import annotations

from dataclasses import dataclass

from gradcheck.checks.claims import claim_comparison
from gradcheck.checks.interface import entry, output_entry, seen_entry
from gradcheck.checks.probe import Probe
from gradcheck.records.comparison import ClaimComparison, Comparison, joined
from gradcheck.records.finding import Finding, Verdict


def sides_of(probe: Probe, claim: str, finding: Finding) -> tuple[Comparison, str]:
    """The comparison behind a finding, the columns of all inputs together, and what its analytic side is.

    Parameters
    ----------
    probe : Probe
        At the finding's point; usable.
    claim : str
        ``"jacobian"`` or ``"bprop"``.
    finding : Finding
        Of a failure, the comparison in which it shows is taken.

    Returns
    -------
    Comparison
    str
        A remark where the analytic side is not what the check looks at first; else empty.
    """
    found = {name: claim_comparison(probe, claim, name) for name, _, _ in probe.pieces}
    if finding.verdict is not Verdict.FAIL:
        return joined([comparison.usual for comparison in found.values()]), ""
    shown = [comparison for name, comparison in found.items() if finding.input in (name, "")]
    return joined([comparison.deciding for comparison in found.values()]), next(filter(None, map(_remark, shown)), "")


def _remark(found: ClaimComparison) -> str:
    if found.deciding is found.formula:
        return "the analytic side is its formula evaluated in more digits"
    if found.deciding is found.run_time:
        return "the analytic side is its value at run time; in more digits it is right"
    return ""


@dataclass(frozen=True, eq=False)
class Names:
    """The names of the rows and the columns of a claim.

    Parameters
    ----------
    outputs, inputs : tuple of str
        One for each row, and one for each column.
    whole : bool
        Whether rows and columns are single entries, and not directions along which many move.
    """

    outputs: tuple[str, ...]
    inputs: tuple[str, ...]
    whole: bool = True

    def entry(self, at: tuple[int, int]) -> str:
        """The name of an entry."""
        row, column = self.outputs[at[0]], self.inputs[at[1]]
        return f"d{row}/d{column}" if self.whole else f"{row} for {column}"

    @classmethod
    def of(cls, probe: Probe) -> Names:
        """The names that fit the claims of a usable probe."""
        sample = probe.sample
        if sample is not None and sample.entries is not None and sample.outputs is not None:
            drawn = [
                seen_entry(probe, name, shape, k)
                for name, shape, part in probe.pieces
                for k in range(part.stop - part.start)
            ]
            return cls(tuple(output_entry(probe, int(k)) for k in sample.outputs), tuple(drawn))
        if sample is None:
            shapes = [(name, shape, part.stop - part.start) for name, shape, part in probe.pieces]
            inputs = [entry(name, shape, k) for name, shape, size in shapes for k in range(size)]
            return cls(tuple(output_entry(probe, k) for k in range(probe.y.size)), tuple(inputs))
        inputs = [f"{name} along w{k}" for name, _, part in probe.pieces for k in range(part.stop - part.start)]
        rows = range(probe.projection.rows)
        alone = len(rows) == probe.y.size  # one-hot cotangents, which a Jacobian with few rows has
        outputs = [output_entry(probe, k) if alone else f"u{k}.y" for k in rows]
        return cls(tuple(outputs), tuple(inputs), whole=False)
