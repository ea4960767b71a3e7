"""Options that people look for and that there are not, with what to use in their place."""

from __future__ import annotations

_BOUND = (
    "both sides of a comparison have a bound on their error, which decides. A layer that computes in float32 is checked"
    " with --dtype float32; one whose `forward` is good to some digits only says so by `accuracy = 1e-7`;"
    " `gradcheck help verdicts` has more"
)
_STEPS = (
    "differences are taken at several steps, chosen at each point, and their error is bounded;"
    " `gradcheck explain LAYER` draws it by the step, `gradcheck help numerics` has more"
)
ABSENT = {
    **dict.fromkeys(("--tolerance", "--tol", "--atol", "--rtol", "--threshold"), _BOUND),
    **dict.fromkeys(("--eps", "--epsilon", "--step", "--delta"), _STEPS),
}


def answer(flag: str) -> str:
    """Why there is no such option, and what to use; empty where nobody would look for it."""
    return f"there is no {flag}: {ABSENT[flag]}" if flag in ABSENT else ""
