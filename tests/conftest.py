"""What all tests share: plugins, a clean environment, findings in few words, what is found in planted layers."""

from __future__ import annotations

import gc
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

import hypothesis
import pytest

from gradcheck.garbage import SELDOM
from gradcheck.records.case import Case
from gradcheck.records.fault import stated
from gradcheck.records.finding import Finding, Verdict
from gradcheck.records.report import LayerReport
from tests import processes
from tests.judged import Judge

pytest_plugins = ["pytester"]
# Files whose tests share nothing that takes long to make, and are many or take long.
SPREAD = (
    "tests/test_configs.py",
    "tests/test_hard.py",
    "tests/test_low_precision.py",
    "tests/test_mutants.py",
    "tests/test_mutants_told.py",
)
# Examples are the same in every run, and none depends on how busy the machine is.
PROFILES = {"tests": 50, "thorough": 100}  # examples of each property
for _name, _examples in PROFILES.items():
    hypothesis.settings.register_profile(
        _name,
        derandomize=True,
        deadline=None,
        max_examples=_examples,
        suppress_health_check=[hypothesis.HealthCheck.too_slow],
    )


def pytest_addoption(parser):
    """Sweeps over all pairs of many things take an even part of them, unless all are asked for."""
    parser.addoption("--thorough", action="store_true", help="sweep over all pairs of what is varied, not over a part")


def pytest_configure(config):
    """Properties have more examples where all pairs are asked for."""
    hypothesis.settings.load_profile("thorough" if config.getoption("--thorough") else "tests")


def pytest_collection_finish():
    """What the tests are made of stays to the end: no search for garbage looks at it, and there are few of them."""
    gc.freeze()
    gc.set_threshold(SELDOM)


@pytest.fixture(scope="session")
def thorough(request):
    """Whether all pairs are asked for."""
    return request.config.getoption("--thorough")


@pytest.fixture(autouse=True)
def _own_world(monkeypatch, tmp_path_factory):
    """Each test has an environment, a path and a clock of its own.

    It is not on GitHub unless it says so, wherever it runs. What failed in it is not remembered for the next one, nor
    for whoever runs the tests. The folders of layers that it loads are not those of the next one. Seconds that are
    allowed or measured are those that this process computes, not what it waits for the cores.
    """
    for name in ("GITHUB_ACTIONS", "GITHUB_WORKSPACE", "GITHUB_STEP_SUMMARY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", f"{tmp_path_factory.getbasetemp()}/cache")
    monkeypatch.setattr(time, "perf_counter", time.process_time)
    before = list(sys.path)
    yield
    sys.path[:] = before


@pytest.fixture
def start():
    """Starts a process, as `processes.start`; it ends with the test."""
    with ExitStack() as started:

        def starting(command, **options):
            process = processes.start(command, **options)
            started.callback(processes.end, process)
            return process

        yield starting


@pytest.fixture(scope="session")
def judged(request, tmp_path_factory, thorough):
    """What is found in a planted layer, by its name; judged once a session."""
    folder = tmp_path_factory.getbasetemp()
    if hasattr(request.config, "workerinput"):
        folder = folder.parent  # under pytest-xdist: that of the whole session
    folder /= "judged"
    folder.mkdir(exist_ok=True)
    return Judge(folder, thorough)


@pytest.fixture
def finding() -> Callable[..., Finding]:
    """A finding about `x` of softmax; strategy, scale, sizes, dtype and seed make its case, a sentence its fault."""

    def make(verdict: str = "PASS", check: str = "bprop", strategy: str = "normal", **facts: Any) -> Finding:
        of_case = {name: facts.pop(name) for name in ("scale", "sizes", "dtype", "seed", "budget") if name in facts}
        case = Case(facts.pop("layer", "softmax"), strategy, **of_case)
        fault = stated(facts.pop("sentence", ""))
        return Finding(check, Verdict(verdict), case, **{"input": "x", "fault": fault, **facts})

    return make


@pytest.fixture
def report() -> Callable[..., LayerReport]:
    """The report of a layer, named after its target."""

    def make(*findings: Finding, layer: str = "softmax", **facts: Any) -> LayerReport:
        return LayerReport(layer, facts.pop("target", layer), findings, **facts)

    return make


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """Under pytest-xdist the tests of a file, which share what it measures, run in one process; but for `SPREAD`."""
    from xdist.scheduler import LoadScopeScheduling

    class FileScheduling(LoadScopeScheduling):
        def _split_scope(self, nodeid):
            file = nodeid.partition("::")[0]
            return nodeid if file in SPREAD else file

    return FileScheduling(config, log)
