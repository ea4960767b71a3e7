"""Constants, multiples and sums in words."""

from __future__ import annotations

from collections.abc import Iterable

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


def powers_of(words: Iterable[str], powers: Iterable[float]) -> str:
    """A product of powers in words: ``(a - b)^2 / c^3``."""
    factors = list(zip(words, powers, strict=True))
    above = " ".join(_power(word, power) for word, power in factors if power > 0)
    below = [_power(word, -power) for word, power in factors if power < 0]
    under = f"({' '.join(below)})" if len(below) > 1 else "".join(below)
    if not below:
        return above
    return f"{above} / {under}" if above else f"1/{under}"


def _power(words: str, power: float) -> str:
    if power == 1:
        return words
    if power == 0.5:
        return f"sqrt{words}" if words[0] in "(|" else f"sqrt({words})"
    return f"{words}^{power:g}"
