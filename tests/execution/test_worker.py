"""The process that layers run in, spoken to as its supervisor does."""

from __future__ import annotations

import json
import os
import pickle
import subprocess
import sys
from pathlib import Path

import pytest

import gradcheck
from gradcheck.execution.task import Address, LoadTarget
from gradcheck.execution.worker import HEAD
from tests import processes

ROOT = Path(gradcheck.__file__).parents[1]
LIVE = (
    "import sys; from gradcheck.execution.worker import serve_tasks; "
    "serve_tasks(int(sys.argv[1]), int(sys.argv[2]), None)"
)


@pytest.fixture(scope="module")
def tell(tmp_path_factory):
    """Gives a worker the text of files to load one after another: its answers, and the process when it has ended."""

    def telling(*texts):
        folder = tmp_path_factory.mktemp("worker")
        theirs, requests = os.pipe()
        replies, own = os.pipe()
        process = processes.start(
            [sys.executable, "-c", LIVE, str(theirs), str(own)],
            cwd=folder,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            pass_fds=[theirs, own],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        os.close(theirs)
        os.close(own)
        try:
            with os.fdopen(requests, "wb", buffering=0) as stream:
                for number, text in enumerate(texts):
                    (folder / f"file{number}.py").write_text(text)
                    task = pickle.dumps(LoadTarget(Address(f"file{number}.py")))
                    stream.write(len(task).to_bytes(HEAD) + task)
            with os.fdopen(replies) as stream:
                answers = [json.loads(line) for line in stream]
            out, err = process.communicate(timeout=processes.LONGEST)
        finally:
            processes.end(process)
        return answers, process.returncode, out + err

    return telling


LAYER = "class One:\n    def forward(self, x): return x\n    def bprop(self, v, x): return v\n"
FILES = {
    "right": LAYER,
    "wrong": "1 / 0",
    "prints": "import os, sys\nprint(1)\nos.write(2, b'2')\nprint(3, file=sys.__stderr__)\n" + LAYER,
    "moves": "import os\nos.chdir('/')\n" + LAYER,
    "after it": LAYER,
    "forks": "import os\nif pid := os.fork(): os.waitpid(pid, 0)\n" + LAYER,
    "stays": (
        "import atexit, threading\natexit.register(threading.Event().wait)\n"
        "threading.Thread(target=threading.Event().wait).start()\n" + LAYER
    ),
}


@pytest.fixture(scope="module")
def told(tell):
    """What one says that is given all of them: its answer to each, all its answers, its exit code, what it prints."""
    answers, code, shown = tell(*FILES.values())
    return dict(zip(FILES, answers, strict=False)), answers, code, shown


def test_it_answers_until_there_is_nothing_more_to_do(told):
    answer, _, code, _ = told
    assert [layer["name"] for layer in answer["right"]["loaded"]["layers"]] == ["One"]
    assert answer["wrong"]["failure"]["kind"] == "load"
    assert "ZeroDivisionError" in answer["wrong"]["failure"]["sentence"]
    assert code == 0


def test_what_is_printed_goes_nowhere(told):
    answer, _, _, shown = told
    assert "loaded" in answer["prints"]
    assert shown == b""


def test_it_comes_back_to_its_folder(told):
    answer, *_ = told
    assert "loaded" in answer["moves"]
    assert "loaded" in answer["after it"]


def test_a_copy_of_it_answers_nothing(told):
    answer, answers, *_ = told
    assert "loaded" in answer["forks"]
    assert len(answers) == len(FILES)


def test_it_does_not_wait_for_what_a_layer_leaves_behind(told):
    answer, _, code, _ = told
    assert "loaded" in answer["stays"]
    assert code == 0


def test_what_closes_its_connection_can_be_told_apart(tell):
    assert tell("import os\nos.closerange(3, 100)\n" + LAYER)[1] == 111
