"""The smallest point at which a check still fails, and a script that shows the failure there."""

from gradcheck.defects.shrink.counterexample import shrink

__all__ = ["shrink"]
