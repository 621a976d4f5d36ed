"""The statements of what desks share: tasks of other departments in a case, and cases received for another office."""

from __future__ import annotations

from collections.abc import Sequence

from backend.foundation.database import Statement, sql


def open_task(case_id: str, task: str, department: str, due: str, opened_at: int) -> Statement:
    """A task that was opened."""
    return sql(
        "INSERT INTO case_task (case_id, task, department, due, opened_at, done_at, outcome)"
        " VALUES ({}, {}, {}, {}, {}, NULL, NULL)",
        case_id,
        task,
        department,
        due,
        opened_at,
        expect=1,
    )


def move_task(case_id: str, task: str, due: str, done_at: int | None, outcome: str | None) -> Statement:
    """Brings a task to its new due date or its end."""
    return sql(
        "UPDATE case_task SET due = {}, done_at = {}, outcome = {} WHERE case_id = {} AND task = {}",
        due,
        done_at,
        outcome,
        case_id,
        task,
        expect=1,
    )


def tasks_of_all(case_ids: Sequence[str]) -> Statement:
    """The tasks of several cases. At least one case."""
    marks = ", ".join(["{}"] * len(case_ids))
    return sql(
        f"SELECT case_id, task, due, done_at, outcome FROM case_task WHERE case_id IN ({marks})",  # noqa: S608 -- placeholders only
        *case_ids,
    )


def task_departments(case_id: str) -> Statement:
    """The departments that have or had a task in a case."""
    return sql("SELECT DISTINCT department FROM case_task WHERE case_id = {}", case_id)


def _of(column: str, departments: Sequence[str], division: str | None) -> tuple[str, tuple[str, ...]]:
    condition = f"{column} IN ({', '.join(['{}'] * len(departments))})"
    if division is None:
        return condition, tuple(departments)
    return f"{condition} AND substr(case_record.street, 1, {len(division)}) = {{}}", (*departments, division)


_CASE = (
    "case_record.id, case_record.query_code, case_record.subject_id, case_record.guide_hash,"
    " case_record.lifecycle_hash, case_record.department, case_record.state, case_record.summary_sealed"
)


def open_tasks(
    departments: Sequence[str], division: str | None, after: tuple[str, str, str] | None, limit: int
) -> Statement:
    """A page of the open tasks of departments by (due, case, task), the earliest due first."""
    within, values = _of("case_task.department", departments, division)
    due, case_id, task = after or ("", "", "")
    return sql(
        f"SELECT case_task.task, case_task.due, case_task.opened_at, {_CASE}"  # noqa: S608 -- constants only
        f" FROM case_task JOIN case_record ON case_record.id = case_task.case_id WHERE {within}"
        " AND case_task.done_at IS NULL AND case_record.ended_at IS NULL"
        " AND (case_task.due > {} OR (case_task.due = {}"
        " AND (case_task.case_id > {} OR (case_task.case_id = {} AND case_task.task > {}))))"
        " ORDER BY case_task.due, case_task.case_id, case_task.task LIMIT {}",
        *values,
        due,
        due,
        case_id,
        case_id,
        task,
        limit,
    )


def received_cases(departments: Sequence[str], division: str | None, limit: int) -> Statement:
    """The open cases that departments received for another office, the earliest due first."""
    within, values = _of("case_record.received_department", departments, division)
    return sql(
        f"SELECT case_record.due, {_CASE} FROM case_record WHERE {within}"  # noqa: S608 -- constants only
        " AND case_record.received_department IS NOT NULL AND case_record.ended_at IS NULL"
        " ORDER BY case_record.due, case_record.id LIMIT {}",
        *values,
        limit,
    )
