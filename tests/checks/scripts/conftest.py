"""Failures to be shown, as those that are made smaller."""

from __future__ import annotations

from tests.defects.shrink.conftest import failing, failure, wrong

__all__ = ["failing", "failure", "wrong"]
