"""The statements of the notify room: inbox messages and push subscriptions."""

from __future__ import annotations

from collections.abc import Sequence

from backend.foundation.database import Statement, sql
from backend.foundation.encryption import Place

NO_CASE = ""
"""What a message that belongs to no case has in place of one; its sequence is then the instant it tells of."""
_MESSAGE_COLUMNS = "id, kind, case_id, params, created_at, read_at"


def subscription_place(subscription_id: str) -> Place:
    """Where a subscription's endpoint and keys are sealed."""
    return Place("push_subscription", "content", subscription_id)


def add_message(
    message_id: str, account_id: str, case_id: str, sequence: int, kind: str, params: str, at: int
) -> Statement:
    """A message about one event; a second one about the same event is dropped."""
    return sql(
        "INSERT INTO inbox_message (id, account_id, case_id, sequence, kind, params, created_at, read_at)"
        " VALUES ({}, {}, {}, {}, {}, {}, {}, NULL) ON CONFLICT (account_id, case_id, sequence) DO NOTHING",
        message_id,
        account_id,
        case_id,
        sequence,
        kind,
        params,
        at,
    )


def messages_of(account_id: str, before: tuple[int, str] | None, limit: int) -> Statement:
    """An account's messages, newest first, from after a place in that order."""
    if before is None:
        return sql(
            f"SELECT {_MESSAGE_COLUMNS} FROM inbox_message WHERE account_id = {{}}"  # noqa: S608 only column names
            " ORDER BY created_at DESC, id DESC LIMIT {}",
            account_id,
            limit,
        )
    return sql(
        f"SELECT {_MESSAGE_COLUMNS} FROM inbox_message WHERE account_id = {{}}"  # noqa: S608 only column names
        " AND (created_at < {} OR (created_at = {} AND id < {})) ORDER BY created_at DESC, id DESC LIMIT {}",
        account_id,
        before[0],
        before[0],
        before[1],
        limit,
    )


def unread_of(account_id: str) -> Statement:
    """How many messages of an account are unread."""
    return sql("SELECT COUNT(*) AS many FROM inbox_message WHERE account_id = {} AND read_at IS NULL", account_id)


def mark_read(account_id: str, ids: Sequence[str] | None, at: int) -> Statement:
    """Marks an account's messages read: the named ones, or all. Others' are left alone."""
    if ids is None:
        return sql("UPDATE inbox_message SET read_at = {} WHERE account_id = {} AND read_at IS NULL", at, account_id)
    marks = ", ".join("{}" for _ in ids)
    return sql(
        f"UPDATE inbox_message SET read_at = {{}} WHERE account_id = {{}} AND read_at IS NULL AND id IN ({marks})",  # noqa: S608 only marks
        at,
        account_id,
        *ids,
    )


def put_subscription(
    subscription_id: str, account_id: str, subject_id: str, endpoint_index: str, content: bytes, language: str, at: int
) -> tuple[Statement, Statement]:
    """Makes the endpoint the account's; on a shared phone it was another account's before."""
    return (
        remove_subscription_by_endpoint(endpoint_index),
        sql(
            "INSERT INTO push_subscription (id, account_id, subject_id, endpoint_index, content, language, created_at)"
            " VALUES ({}, {}, {}, {}, {}, {}, {})",
            subscription_id,
            account_id,
            subject_id,
            endpoint_index,
            content,
            language,
            at,
            expect=1,
        ),
    )


def keep_newest(account_id: str, many: int) -> Statement:
    """Forgets an account's oldest subscriptions beyond `many`."""
    return sql(
        "DELETE FROM push_subscription WHERE account_id = {} AND id NOT IN"
        " (SELECT id FROM push_subscription WHERE account_id = {} ORDER BY created_at DESC, id DESC LIMIT {})",
        account_id,
        account_id,
        many,
    )


def subscriptions_of(account_id: str) -> Statement:
    """The ids of an account's subscriptions."""
    return sql("SELECT id FROM push_subscription WHERE account_id = {} ORDER BY id", account_id)


def subscription_by_id(subscription_id: str) -> Statement:
    """One subscription."""
    return sql("SELECT id, subject_id, content, language FROM push_subscription WHERE id = {}", subscription_id)


def remove_subscription(subscription_id: str) -> Statement:
    """Forgets a subscription."""
    return sql("DELETE FROM push_subscription WHERE id = {}", subscription_id)


def remove_subscription_by_endpoint(endpoint_index: str) -> Statement:
    """Forgets the subscription of an endpoint, whoever's it is."""
    return sql("DELETE FROM push_subscription WHERE endpoint_index = {}", endpoint_index)


def remove_own_subscription(account_id: str, endpoint_index: str) -> Statement:
    """Forgets an account's subscription of an endpoint."""
    return sql(
        "DELETE FROM push_subscription WHERE account_id = {} AND endpoint_index = {}", account_id, endpoint_index
    )
