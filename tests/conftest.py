"""Plugins that tests use; pytest takes them from the outermost folder alone."""

from __future__ import annotations

import sys

import pytest

pytest_plugins = ["pytester"]


@pytest.fixture(autouse=True)
def _off_github(monkeypatch):
    """No test is on GitHub unless it says so, wherever it runs."""
    for name in ("GITHUB_ACTIONS", "GITHUB_WORKSPACE", "GITHUB_STEP_SUMMARY"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(autouse=True)
def _own_path():
    """The folders of layers that a test loads are not those of the next one."""
    before = list(sys.path)
    yield
    sys.path[:] = before
