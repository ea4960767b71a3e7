"""Plugins that tests use; pytest takes them from the outermost folder alone."""

from __future__ import annotations

import pytest

pytest_plugins = ["pytester"]


@pytest.fixture(autouse=True)
def _off_github(monkeypatch):
    """No test is on GitHub unless it says so, wherever it runs."""
    for name in ("GITHUB_ACTIONS", "GITHUB_WORKSPACE", "GITHUB_STEP_SUMMARY"):
        monkeypatch.delenv(name, raising=False)
