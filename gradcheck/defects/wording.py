"""Constants, multiples and sums in words."""

from __future__ import annotations

from gradcheck.text import short

DIGITS = 5  # of a constant that is told


def rounded(number: float) -> float:
    """A number to the digits that are told of it."""
    return float(f"{number:.{DIGITS}g}")


def product(constant: float, form: str) -> str:
    """A constant times a curve, in words."""
    number = rounded(constant)
    if abs(abs(number) - 1) < 1e-4:
        return form if number > 0 else f"-{form}"
    return f"{short(number)}{form[1:]}" if form.startswith("1/") else f"{short(number)} {form}"


def line(level: float, slope: float, form: str) -> str:
    """A constant and a multiple of a curve, in words."""
    multiple = rounded(abs(slope))
    return f"{short(rounded(level))} {'-' if slope < 0 else '+'} {form if multiple == 1 else product(multiple, form)}"
