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
from tests.processes import LONGEST

ROOT = Path(gradcheck.__file__).parents[1]
LIVE = (
    "import sys; from gradcheck.execution.worker import serve_tasks; "
    "serve_tasks(int(sys.argv[1]), int(sys.argv[2]), None)"
)


@pytest.fixture
def tell(tmp_path, start):
    """Gives a worker the text of files to load one after another: its answers, and the process when it has ended."""

    def telling(*texts):
        theirs, requests = os.pipe()
        replies, own = os.pipe()
        process = start(
            [sys.executable, "-c", LIVE, str(theirs), str(own)],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            pass_fds=[theirs, own],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        os.close(theirs)
        os.close(own)
        for number, text in enumerate(texts):
            (tmp_path / f"file{number}.py").write_text(text)
            task = pickle.dumps(LoadTarget(Address(f"file{number}.py")))
            os.write(requests, len(task).to_bytes(HEAD) + task)
        os.close(requests)
        with os.fdopen(replies) as stream:
            answers = [json.loads(line) for line in stream]
        out, err = process.communicate(timeout=LONGEST)
        return answers, process.returncode, out + err

    return telling


LAYER = "class One:\n    def forward(self, x): return x\n    def bprop(self, v, x): return v\n"


def test_it_answers_until_there_is_nothing_more_to_do(tell):
    answers, code, _ = tell(LAYER, "1 / 0")
    assert [layer["name"] for layer in answers[0]["loaded"]["layers"]] == ["One"]
    assert answers[1]["failure"]["kind"] == "load"
    assert "ZeroDivisionError" in answers[1]["failure"]["sentence"]
    assert code == 0


def test_what_is_printed_goes_nowhere(tell):
    answers, _, shown = tell("import os, sys\nprint(1)\nos.write(2, b'2')\nprint(3, file=sys.__stderr__)\n" + LAYER)
    assert "loaded" in answers[0]
    assert shown == b""


def test_it_comes_back_to_its_folder(tell):
    answers, _, _ = tell("import os\nos.chdir('/')\n" + LAYER, LAYER)
    assert "loaded" in answers[1]


def test_a_copy_of_it_answers_nothing(tell):
    answers, code, _ = tell("import os\nif pid := os.fork(): os.waitpid(pid, 0)\n" + LAYER)
    assert len(answers) == 1
    assert code == 0


def test_it_does_not_wait_for_what_a_layer_leaves_behind(tell):
    answers, code, _ = tell(
        "import atexit, threading\natexit.register(threading.Event().wait)\n"
        "threading.Thread(target=threading.Event().wait).start()\n" + LAYER
    )
    assert (len(answers), code) == (1, 0)


def test_what_closes_its_connection_can_be_told_apart(tell):
    assert tell("import os\nos.closerange(3, 100)\n" + LAYER)[1] == 111
