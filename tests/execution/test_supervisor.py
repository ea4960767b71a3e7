"""The supervisor between a worker, for which a stand-in stands here, and who asks."""

from __future__ import annotations

import math
from collections import deque

import pytest

from gradcheck.checks.judge import Judgement
from gradcheck.execution import supervisor as module
from gradcheck.execution.executor import Limits
from gradcheck.execution.supervisor import Supervisor
from gradcheck.execution.task import Address, Diagnose, JudgeCase, Loaded, LoadTarget, NoResult, Reply
from gradcheck.execution.wire import packed
from gradcheck.execution.worker_process import AbandonedError, LostError
from gradcheck.records.case import Case
from gradcheck.records.plain.garbled import line_of

FINE = {LoadTarget: Loaded(()), JudgeCase: Judgement(method="differences")}


def trial(layer="a", number=1):
    return JudgeCase(f"1.{number}", Address(layer), Case(layer, "normal"))


class Standing:
    """Answers each kind of task as a test says: a result, a line, or an exception."""

    pid = 9

    def __init__(self, answers, told):
        self.answers = answers
        self.told = told
        self.given = deque()

    def give(self, tasks):
        self.given.extend(tasks)

    def answer(self, seconds, parent):
        task = self.given.popleft()
        self.told.append((type(task).__name__, task.address.target, seconds))
        answer = self.answers.get(getattr(task, "id", ""), self.answers[type(task)])
        if isinstance(answer, Exception):
            raise answer
        return answer if isinstance(answer, (bytes, str)) else line_of({"id": task.id, **packed(Reply(answer))})

    def gather(self, seconds, parent):
        if seconds:
            self.told.append(("gather", seconds))

    def kill(self):
        self.told.append("killed")


@pytest.fixture
def told():
    """What the workers went through."""
    return []


@pytest.fixture
def kept(monkeypatch, told):
    def making(limits=Limits(2.0), **answers):  # noqa: B008 - frozen
        kinds = {kind: answers.get(kind.__name__, result) for kind, result in FINE.items()}
        start = lambda memory: told.append(f"started {memory}") or Standing(kinds, told)  # noqa: E731
        monkeypatch.setattr(module, "start_worker", start)
        made = Supervisor(limits, 0, lambda group: told.append(f"group {group}"))
        made.answers = kinds
        return made

    return making


def perform(supervisor, task):
    """The reply to one task."""
    (reply,) = supervisor.perform([task])
    return reply


def test_a_layer_is_loaded_before_its_first_case_in_time_of_its_own(kept, told):
    supervisor = kept(Limits(2.0, 512))
    assert perform(supervisor, trial()).result == FINE[JudgeCase]
    assert told == ["started 512", "group 9", ("LoadTarget", "a", 2.0), ("JudgeCase", "a", 2.0)]


def test_its_next_case_finds_it_loaded(kept, told):
    supervisor = kept()
    perform(supervisor, trial())
    told.clear()
    perform(supervisor, trial(number=2))
    assert told == [("JudgeCase", "a", 2.0)]


def test_another_layer_has_another_child(kept, told):
    supervisor = kept()
    perform(supervisor, trial("a"))
    told.clear()
    perform(supervisor, trial("b"))
    assert told == ["killed", "started None", "group 9", ("LoadTarget", "b", 2.0), ("JudgeCase", "b", 2.0)]


def test_a_look_is_one_look(kept, told):
    assert perform(kept(), LoadTarget(Address("a"))).result == Loaded(())
    assert told == ["started None", "group 9", ("LoadTarget", "a", 2.0)]


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (LostError("the process died: SIGSEGV"), "the process died: SIGSEGV"),
        (b"nonsense\n", "the answer of its process cannot be read"),
        (b'{"id": "1.1", "findings": 3}\n', "the answer of its process cannot be read"),
        (b"3\n", "the answer of its process cannot be read"),
        (line_of({"id": "1.2", **packed(Reply(FINE[JudgeCase]))}), "the answer of its process cannot be read"),
    ],
)
def test_a_child_without_a_proper_answer_is_replaced(kept, told, answer, sentence):
    supervisor = kept(JudgeCase=answer)
    assert perform(supervisor, trial()).result == NoResult("process", sentence)
    assert told[-1] == "killed"
    perform(supervisor, trial())
    assert told.count("started None") == 2


def test_several_cases_are_done_by_one_child_each_in_time_of_its_own(kept, told):
    replies = kept().perform([trial(number=1), trial(number=2)])
    assert [reply.result for reply in replies] == [FINE[JudgeCase]] * 2
    assert told[2:] == [("LoadTarget", "a", 2.0), ("JudgeCase", "a", 2.0), ("JudgeCase", "a", 2.0)]


@pytest.mark.parametrize(
    ("seconds", "waits"),
    [
        (0.004, [0.004, 0.002]),
        (1.0, [module.GATHER] * 2),
        (0.0, []),
        (-1.0, []),
        (math.nan, []),
        (math.inf, [module.GATHER] * 2),
    ],
)
def test_answers_gather_for_half_of_the_time_that_the_cases_which_are_left_take(kept, told, seconds, waits):
    supervisor = kept()
    lines = {f"1.{k}": {"id": f"1.{k}", **packed(Reply(FINE[JudgeCase], seconds))} for k in range(1, 4)}
    supervisor.answers |= {name: line_of(entry) for name, entry in lines.items()}
    list(supervisor.perform([trial(number=number) for number in range(1, 4)]))
    assert [one[1] for one in told if one[0] == "gather"] == waits


def test_one_of_them_that_costs_the_child_costs_no_other(kept, told):
    supervisor = kept()
    supervisor.answers["1.2"] = LostError("the process died: SIGSEGV")
    lost = NoResult("process", "the process died: SIGSEGV")
    results = [reply.result for reply in supervisor.perform([trial(number=number) for number in range(1, 5)])]
    assert results == [FINE[JudgeCase], lost, FINE[JudgeCase], FINE[JudgeCase]]
    assert told.count("started None") == told.count(("LoadTarget", "a", 2.0)) == 2
    assert told.count(("JudgeCase", "a", 2.0)) == 4


def test_a_layer_that_cannot_be_loaded_is_not_run(kept, told):
    failure = NoResult("load", "no such file")
    assert perform(kept(LoadTarget=failure), trial()).result == failure
    assert told == ["started None", "group 9", ("LoadTarget", "a", 2.0), "killed"]


def test_a_diagnosis_has_the_time_of_its_cases(kept, told):
    supervisor = kept()
    perform(supervisor, trial())
    supervisor.worker.answers[Diagnose] = NoResult("process", "raised")
    perform(supervisor, Diagnose("1.d", Address("a"), (trial(), trial(number=2)), ((), ())))
    assert told[-1] == ("Diagnose", "a", 8.0)


def test_without_a_limit_there_is_none(kept, told):
    perform(kept(Limits()), trial())
    assert told[2:] == [("LoadTarget", "a", None), ("JudgeCase", "a", None)]


def test_when_who_asks_is_gone_it_ends(kept):
    with pytest.raises(AbandonedError):
        perform(kept(JudgeCase=AbandonedError()), trial())
