from __future__ import annotations

import os
import socket
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

import gradcheck
from gradcheck.cli.main import main
from gradcheck.errors import UsageError
from gradcheck.execution import connection
from gradcheck.execution.connection import caller, connected, said
from tests import processes

HERE = Path(gradcheck.__file__).parents[1]
needs_dask = pytest.mark.skipif(find_spec("distributed") is None, reason="needs the package distributed")


def test_without_the_package_it_is_said_what_to_install(monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(
        UsageError, match=r"`--scheduler` needs the package distributed: pip install 'gradcheck\[dask\]'"
    ):
        connected("tcp://127.0.0.1:8786")
    assert main(["softmax", "--scheduler", "tcp://127.0.0.1:8786"]) == 2
    assert "pip install 'gradcheck[dask]'" in capsys.readouterr().err


@pytest.mark.parametrize("address", ["8786", "tcp://host", "http://host:80", "tcp://host:8786/x", "tcp://a b:1"])
def test_what_is_no_address_is_refused(capsys, address):
    assert main(["softmax", "--scheduler", address]) == 2
    assert f"must be an address such as tcp://host:8786, not {address!r}" in capsys.readouterr().err


def test_processes_here_and_a_cluster_do_not_go_together(capsys):
    assert main(["softmax", "--scheduler", "host:8786", "-j", "2"]) == 2
    assert "not both" in capsys.readouterr().err


SCHEDULERS = """
import sys
from gradcheck.execution import connection
connection.CONNECT = 0.3
from gradcheck.cli.main import main
print([int(main(["softmax", "--scheduler", address])) for address in sys.argv[1:]])
"""


@needs_dask
def test_a_scheduler_that_does_not_answer_is_told_of_whether_something_listens_or_not():
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_server(("127.0.0.1", 0)) as closed:
        addresses = [f"tcp://127.0.0.1:{one.getsockname()[1]}" for one in (server, closed)]
        closed.close()
        environment = {**os.environ, "PYTHONPATH": str(HERE)}
        done = processes.run([sys.executable, "-c", SCHEDULERS, *addresses], env=environment, text=True)
    told = [line for line in done.stderr.splitlines() if line.startswith("error: ")]
    assert told == [f"error: no scheduler answers at {address} within 0.3 s" for address in addresses]
    assert done.stdout == "[3, 3]\n"


def called(package, folder):
    """What a worker answers in whose environment gradcheck is a given text."""
    import cloudpickle

    (folder / "gradcheck.py").write_text(package)
    done = processes.run(
        [sys.executable, "-c", "import pickle, sys; print(pickle.load(sys.stdin.buffer)(b'')['unfit'])"],
        given=cloudpickle.dumps(caller("1.2.3")),
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder)},
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.decode().strip()


@needs_dask
def test_a_worker_of_another_version_says_so(tmp_path):
    told = called("__version__ = '1.2.4'", tmp_path)
    assert told == "has gradcheck 1.2.4, and this is 1.2.3: both must be the same"


@needs_dask
@pytest.mark.parametrize(
    ("package", "told"),
    [
        ("raise ImportError('of all')", "cannot import gradcheck: of all"),
        ("__version__ = '1.2.3'", "cannot import gradcheck: No module named 'gradcheck.execution'"),
    ],
)
def test_a_worker_without_gradcheck_says_so(tmp_path, package, told):
    assert called(package, tmp_path).startswith(told)


def test_a_worker_of_this_version_serves(monkeypatch):
    from gradcheck.execution import dask_worker

    monkeypatch.setattr(dask_worker, "serve", lambda data: {"served": data})
    assert caller(gradcheck.__version__)(b"an order") == {"served": b"an order"}


def test_errors_are_told_with_their_kind():
    assert said(OSError("no route")) == "OSError: no route"
    assert connection.CONNECT < 10
