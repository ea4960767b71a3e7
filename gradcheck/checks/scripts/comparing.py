"""The last lines of a script that holds two answers against each other, with a tolerance between noise and error."""

from __future__ import annotations

import math

from gradcheck.checks.scripts.reproducer import Lines

CLEAR = 4.0  # times what differences and rounding leave open: so large an error is shown by them
TIGHTNESS = (1e-6, 1e-9, 1e-12)  # of the answers' size, where no measure says more; the coarsest that shows is taken


def between(limit: float, error: float) -> float | None:
    """A tolerance that an error breaks clearly and that what is below a limit keeps; None where they are too close.

    A power of ten, if there is one amid the two.
    """
    if not error > CLEAR * limit:
        return None
    middle = math.sqrt(max(limit, 1e-300)) * math.sqrt(min(error, 1.0 + limit * 1e6))
    power = float(f"1e{round(math.log10(middle))}")
    return power if 2 * limit <= power <= error / 2 else float(f"{middle:.1g}")


def conclusion(left: str, right: str, tolerance: str) -> Lines:
    """The lines that print two variables and hold them against each other."""
    width = max(len(left), len(right))
    return [
        f'print("{left:{width}}", {left})',
        f'print("{right:{width}}", {right})',
        f"assert np.allclose({left}, {right}, {tolerance})",
    ]


def relative(tightness: float, size: str) -> str:
    """The tolerance as a part of a size, an expression."""
    return f"rtol=0, atol={tightness!r} * {size}"
