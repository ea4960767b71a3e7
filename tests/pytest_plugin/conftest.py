"""A folder with a few layers, and pytest run in it with the plugin and no other."""

from __future__ import annotations

from pathlib import Path

import pytest

# pytester forgets what an inner run imports, and numpy cannot be imported twice: it has to be here before.
import gradcheck.pytest_plugin.layers
import gradcheck.reports.table

LAYERS = """
class Square:
    def forward(self, x):
        return x * x

    def bprop(self, v, x):
        return 2 * v * x


class Cubic(Square):
    def bprop(self, v, x):
        return 3 * v * x


class Raising(Square):
    def bprop(self, v, x):
        raise ValueError("no \\x1b[31m")
"""


@pytest.fixture
def folder(pytester, monkeypatch):
    """The folder, and an environment in which pytest behaves in one way everywhere."""
    for name in ("CI", "BUILD_NUMBER", "PYTEST_ADDOPTS", "NO_COLOR", "FORCE_COLOR", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PYTHONPATH", str(Path(gradcheck.__file__).parents[1]))
    (pytester.path / "layers.py").write_text(LAYERS)
    return pytester


@pytest.fixture
def alone(monkeypatch):
    """Arguments that load the plugin, installed or not, and nothing else that is installed."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    return ("-p", "gradcheck.pytest_plugin")


@pytest.fixture
def run(folder, alone):
    """Run pytest in this process on the tests of a text: the outcomes, and `text`, all that it printed."""

    def running(tests="", *arguments):
        if tests:
            (folder.path / "test_it.py").write_text(f"import pytest\nfrom layers import *\n{tests}")
        return folder.runpytest_inprocess(*alone, *arguments)

    return running
