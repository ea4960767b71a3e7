"""The pytest plugin: the fixture `gradcheck`, the marker of the same name, and ``--gradcheck-layers``.

pytest imports this file at every start, so it imports nothing but pytest: numpy waits for the first layer. It holds no
assertions for pytest to rewrite: PYTEST_DONT_REWRITE.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from gradcheck.records.report import LayerReport


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the command-line option."""
    parser.getgroup("gradcheck", "derivatives against finite differences").addoption(
        "--gradcheck-layers",
        action="append",
        default=[],
        metavar="FILE",
        help="Collect each layer and input strategy of FILE as a test; also file.py:Name, package.module:Name or the "
        "name of a layer that gradcheck ships. May be repeated.",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker and, only where layers are asked for, what collects them."""
    config.addinivalue_line(
        "markers", "gradcheck(inputs, scales, sizes, dtype, seed): options for the fixture `gradcheck` in a test."
    )
    if targets := config.getoption("gradcheck_layers"):
        from gradcheck.pytest_plugin.layers import Collection

        config.pluginmanager.register(Collection(targets), "gradcheck_layers")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Refuse mistyped options of a marker before any test runs."""
    if "gradcheck" in metafunc.fixturenames:
        from gradcheck.errors import UsageError
        from gradcheck.pytest_plugin.options import marked

        try:
            marked(metafunc.definition)
        except UsageError as cause:
            raise pytest.Collector.CollectError(f"{metafunc.definition.nodeid}: {cause}") from None


@pytest.fixture(name="gradcheck")
def _gradcheck(request: pytest.FixtureRequest) -> Callable[..., LayerReport]:
    """Check a layer with the options of `gradcheck.check`; the test fails where a derivative is wrong."""
    from gradcheck.pytest_plugin.options import known, marked, seed_of
    from gradcheck.pytest_plugin.telling import checked

    item = request.node
    usual = {"seed": seed_of(item), **marked(item)}

    def gradcheck(layer: Any, **options: Any) -> LayerReport:
        __tracebackhide__ = True
        return checked(item, layer, {**usual, **known(options)})

    return gradcheck
