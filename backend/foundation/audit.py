"""The audit trail: who did or read what, when, why, from where and with what result; it never holds what was read.

Lines are only ever added: the database refuses to change or delete one, and `audit_chain` would tell.
"""

from __future__ import annotations

from collections.abc import Sequence

from backend.foundation.database import Statement, Value, sql
from backend.foundation.identifiers import new_id

COLUMNS = ("id", "at", "actor", "action", "subject", "target", "reason", "result", "address")
"""A line's columns in the order that the chain hashes them in. The order never changes."""
_LINE = ", ".join(f"audit.{column}" for column in COLUMNS)


def record(
    *,
    at: int,
    actor: str,
    action: str,
    subject: str | None,
    target: str,
    reason: str = "",
    result: str = "done",
    address: str = "",
) -> Statement:
    """One line: `actor` (account or `system`) did `action` to `target`, which concerns `subject` (a subject id).

    `result` is `done`, or the type of the problem that it ended with; `address` is the client's, as the gate gives it.
    """
    return sql(
        "INSERT INTO audit (id, at, actor, action, subject, target, reason, result, address)"
        " VALUES ({}, {}, {}, {}, {}, {}, {}, {}, {})",
        new_id(),
        at,
        actor,
        action,
        subject,
        target,
        reason,
        result,
        address,
        expect=1,
    )


def page(
    *,
    limit: int,
    before: str | None = None,
    actor: str | None = None,
    action: str | None = None,
    subject: str | None = None,
    target: str | None = None,
) -> Statement:
    """Reads up to `limit` lines, newest first, that have every one of the given values.

    `before` is the id of the last line of the page before. Each row has the line's columns and its `position` and
    `hash` in the chain, which are null for the second or so until the line is chained.
    """
    wanted: list[tuple[str, Value]] = [("audit.id < {}", before)] if before is not None else []
    given = {"actor": actor, "action": action, "subject": subject, "target": target}
    wanted += [(f"audit.{column} = {{}}", value) for column, value in given.items() if value is not None]
    return _select(*_joined(wanted), limit)


def reads_of(
    subject_id: str,
    exclude_actor: str,
    *,
    limit: int,
    before: str | None = None,
    actions: Sequence[str] = (),
) -> Statement:
    """Reads who else met a person's data: lines about `subject_id` by anyone but `exclude_actor`, newest first.

    `exclude_actor` is the person's own account. `actions` narrows it to some acts; without it every act is
    listed. Pages as `page` does.
    """
    wanted: list[tuple[str, Value]] = [("audit.subject = {}", subject_id), ("audit.actor <> {}", exclude_actor)]
    if before is not None:
        wanted.append(("audit.id < {}", before))
    condition, values = _joined(wanted)
    if actions:
        condition += f" AND audit.action IN ({', '.join('{}' for _action in actions)})"
        values += tuple(actions)
    return _select(condition, values, limit)


def _joined(wanted: Sequence[tuple[str, Value]]) -> tuple[str, tuple[Value, ...]]:
    return " AND ".join(text for text, _value in wanted) or "1 = 1", tuple(value for _text, value in wanted)


def _select(condition: str, values: tuple[Value, ...], limit: int) -> Statement:
    template = (
        f"SELECT {_LINE}, audit_chain.position, audit_chain.hash FROM audit"  # noqa: S608 fixed text
        f" LEFT JOIN audit_chain ON audit_chain.audit_id = audit.id WHERE {condition} ORDER BY audit.id DESC LIMIT {{}}"
    )
    return sql(template, *values, limit)


def last_of(actor: str, action: str, reason: str) -> Statement:
    """When an actor last did something for a reason. From the newest line backwards, by the index of actors."""
    return sql(
        "SELECT at FROM audit WHERE actor = {} AND action = {} AND reason = {} ORDER BY id DESC LIMIT 1",
        actor,
        action,
        reason,
    )
