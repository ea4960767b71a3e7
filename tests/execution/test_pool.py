from __future__ import annotations

from typing import ClassVar

import pytest

from gradcheck.checks.judge import Judgement
from gradcheck.execution import pool as module
from gradcheck.execution.executor import Limits
from gradcheck.execution.pace import MOMENT
from gradcheck.execution.pool import ProcessPool
from gradcheck.execution.task import Address, JudgeCase, LoadTarget, NoResult, Reply
from gradcheck.records.case import Case


def trial(layer, number):
    return JudgeCase(f"{layer}.{number}", Address(layer), Case(layer, "normal"))


class Standing:
    """Stands for a worker: does a task when it is asked for the reply."""

    made = 0
    seconds = 1.0  # that a case takes
    fatal = ()  # tasks that a supervisor dies of
    sent: ClassVar = []
    stuck: ClassVar = {}  # replies in place of those that will not come, by number

    def __init__(self, limits):
        Standing.made += 1
        self.tasks, self.lost, self.address = [], (), None
        self.number = Standing.made
        self.connection = self
        self.ready = False

    @property
    def task(self):
        return self.tasks[0] if self.tasks else None

    def fileno(self):
        return self.number

    def send(self, tasks):
        Standing.sent.append([task.id for task in tasks])
        self.tasks, self.address = list(tasks), tasks[0].address

    def take_lost(self):
        lost, self.lost = self.lost, ()
        return lost

    def receive(self):
        if not self.ready:
            self.ready = True
            return None
        if self.task.id in Standing.fatal and len(self.tasks) > 1:
            self.lost, self.tasks = tuple(self.tasks), []
            return None
        task = self.tasks.pop(0)
        if task.id in Standing.fatal:
            return Reply(NoResult("process", "died"))
        return Reply(Judgement(method=f"by {self.number}"), Standing.seconds)

    def look(self):
        return Standing.stuck.pop(self.number, None)

    def hang_up(self):
        pass

    def close(self):
        Standing.made -= 1


@pytest.fixture
def pool(monkeypatch):
    monkeypatch.setattr(module, "SupervisorProcess", Standing)
    monkeypatch.setattr(module, "wait", lambda descriptors, seconds: list(descriptors)[:1])
    monkeypatch.setattr(Standing, "made", 0)
    monkeypatch.setattr(Standing, "sent", [])

    def making(size, *tasks):
        made = ProcessPool(size, Limits())
        made.submit(tasks)
        return made

    return making


def done(pool, count):
    return [pool.next() for _ in range(count)]


def test_every_task_is_done_once(pool):
    tasks = [trial(layer, number) for layer in "ab" for number in range(3)]
    assert {task.id for task, _ in done(pool(2, *tasks), 6)} == {task.id for task in tasks}


def test_as_many_processes_as_there_is_work_for(pool):
    done(pool(3, trial("a", 1), trial("a", 2)), 2)
    assert Standing.made == 2


@pytest.mark.parametrize(("size", "made"), [(1, 1), (3, 2)])
def test_while_a_layer_is_loaded_one_more_begins(pool, size, made):
    done(pool(size, LoadTarget(Address("a"))), 1)
    assert Standing.made == made


def test_and_no_more_than_allowed(pool):
    done(pool(2, *(trial("a", number) for number in range(9))), 9)
    assert Standing.made == 2


def test_a_process_goes_on_with_the_layer_that_it_has(pool):
    tasks = [trial(layer, number) for number in range(3) for layer in "ab"]
    layers = [task.address.target for task, reply in done(pool(2, *tasks), 6) if reply.result.method == "by 1"]
    assert layers[:3] == ["a", "a", "a"]


def test_with_one_layer_all_share_it(pool):
    replies = [reply.result.method for _, reply in done(pool(2, *(trial("a", number) for number in range(4))), 4)]
    assert set(replies) <= {"by 1", "by 2"}
    assert Standing.made == 2


def test_some_tasks_come_first(pool):
    one = pool(1, trial("a", 1), trial("a", 2))
    one.submit([trial("a", 3)], first=True)
    assert [task.id for task, _ in done(one, 3)] == ["a.3", "a.1", "a.2"]


def test_tasks_that_nobody_has_begun_are_forgotten(pool):
    one = pool(1, trial("a", 1), trial("a", 2), trial("b", 1))
    one.discard({"a.2"})
    assert [task.id for task, _ in done(one, 2)] == ["a.1", "b.1"]


def test_without_tasks_there_is_nothing_to_wait_for(pool):
    with pytest.raises(LookupError, match="no task is left"):
        pool(1).next()


def test_closed_it_has_no_processes(pool):
    one = pool(2, trial("a", 1), trial("a", 2))
    one.next()
    one.close()
    assert Standing.made == 0


def test_the_task_of_a_process_that_will_not_answer_is_told_and_the_others_are_done(pool, monkeypatch):
    monkeypatch.setattr(Standing, "stuck", {2: Reply(NoResult("process", "stopped"))})
    monkeypatch.setattr(module, "wait", lambda descriptors, seconds: {1})
    one = pool(2, trial("a", 1), trial("b", 1), trial("a", 2))
    results = {task.id: reply.result for task, reply in done(one, 2)}
    assert results == {"b.1": NoResult("process", "stopped"), "a.1": Judgement(method="by 1")}


def test_cases_go_out_together_once_it_is_known_that_they_are_quick(pool, monkeypatch):
    monkeypatch.setattr(Standing, "seconds", 0.3 * MOMENT)
    tasks = [trial("a", number) for number in range(11)]
    assert [task.id for task, _ in done(pool(1, *tasks), 11)] == [task.id for task in tasks]
    assert [len(ids) for ids in Standing.sent] == [1, 3, 3, 2, 1, 1]


def test_slow_ones_go_out_one_by_one(pool):
    done(pool(1, *(trial("a", number) for number in range(5))), 5)
    assert [len(ids) for ids in Standing.sent] == [1] * 5


def test_those_that_are_lost_together_are_done_one_by_one(pool, monkeypatch):
    monkeypatch.setattr(Standing, "seconds", 0.001)
    monkeypatch.setattr(Standing, "fatal", ("a.4",))
    results = {task.id: reply.result for task, reply in done(pool(1, *(trial("a", n) for n in range(20))), 20)}
    assert len(results) == 20
    assert [name for name, result in results.items() if isinstance(result, NoResult)] == ["a.4"]
    assert ["a.4"] in Standing.sent
