"""Tasks of other departments in a case (并联审批): what opens them, what is said in them, when they are due. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

import msgspec

from backend.city.guide import GuideTask
from backend.foundation.clock_rules import Calendar, Pause, deadline
from backend.foundation.time_source import legal_day

OPINIONS = ("agree", "disagree")


class TaskState(msgspec.Struct, frozen=True):
    """A task that was opened; instants are milliseconds. `done_at` and `agrees` are None until its opinion is given."""

    opened_at: int
    done_at: int | None = None
    agrees: bool | None = None

    @property
    def outcome(self) -> str | None:
        """The opinion as rows keep it, one of OPINIONS; None until it is given."""
        return None if self.agrees is None else OPINIONS[0] if self.agrees else OPINIONS[1]


Tasks = Mapping[str, TaskState]


def tasks_after(tasks: Tasks, said: Mapping[str, Any], at: int) -> Tasks:
    """The tasks after an event that says `task` and `opinion`, and which tasks it `opens`."""
    if "opens" not in said and "task" not in said:
        return tasks
    after = dict(tasks)
    if (key := said.get("task")) is not None:
        after[key] = TaskState(after[key].opened_at, at, said["opinion"] == "agree")
    for opened in said.get("opens", ()):
        after[opened] = TaskState(at)
    return after


def opened_by(named: Sequence[GuideTask], tasks: Tasks, done: str | None) -> list[str]:
    """The tasks that open now that the case is accepted (`done` None), or that a task is done."""
    finished = {key for key, each in tasks.items() if each.done_at is not None} | ({done} if done else set())
    return [each.key for each in named if each.key not in tasks and finished >= set(each.after)]


def task_of(named: Iterable[GuideTask], key: object) -> GuideTask | None:
    """The task of an item with a key, or None."""
    return next((each for each in named if each.key == key), None)


def missing_opinions(named: Iterable[GuideTask], tasks: Tasks) -> list[str]:
    """The tasks whose opinion has not been given."""
    return [each.key for each in named if each.key not in tasks or tasks[each.key].done_at is None]


def first_reviews_awaited(named: Iterable[GuideTask], tasks: Tasks) -> list[str]:
    """The lower authorities' reviews that have not come up; the higher one decides nothing before (第四十三条)."""
    return missing_opinions([each for each in named if each.first_review], tasks)


def due_of(task: GuideTask, state: TaskState, pauses: Iterable[Pause], today: date, calendar: Calendar) -> date:
    """The last day of a task: its own limit from the day it was opened, without the days on which its case stands
    still. A pause that has not been ended counts up to `today`.
    """
    upto = legal_day(state.done_at) if state.done_at is not None else today
    closed = [each if each.last else Pause(each.first, max(each.first, upto), each.code) for each in pauses]
    return deadline(legal_day(state.opened_at), task.limit.value, task.limit.unit, closed, calendar).date


def is_late(due: date, state: TaskState, today: date) -> bool:
    """Whether a task's own limit has passed without an opinion, or had when it came: charged to its department."""
    return (legal_day(state.done_at) if state.done_at is not None else today) > due
