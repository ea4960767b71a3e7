"""The errors gradcheck raises on purpose."""

from __future__ import annotations

from collections.abc import Iterable


class GradcheckError(Exception):
    """A sentence for a person; the base of the others."""


class UsageError(GradcheckError):
    """An argument, a flag or a name that cannot be used."""


class ConfigError(UsageError):
    """One or more mistakes in a configuration file, one a line."""


class LoadError(GradcheckError):
    """A target's file, module or object could not be loaded, or is no layer."""


class NoLayerError(LoadError):
    """A file or a module holds no layer that is checked without being named."""


class UnwrittenError(OSError):
    """A file could not be written; the sentence names it."""


def nearest(word: str, known: Iterable[str]) -> str:
    """The words `; did you mean 'x'?` for the closest known name, or nothing when none is close."""
    import difflib  # needed on errors only, and start-up counts

    close = difflib.get_close_matches(word, [k for k in known if k != word], n=1, cutoff=0.5)
    return f"; did you mean {close[0]!r}?" if close else ""
