"""The notify room's use cases: the inbox and the subscriptions of an account."""

from __future__ import annotations

from typing import Any

import msgspec

from backend.foundation import cursor
from backend.foundation.cursor import CursorInvalid
from backend.foundation.database import UniqueViolation
from backend.foundation.identifiers import new_id
from backend.foundation.time_source import rfc3339
from backend.house import House
from backend.identity.actor import Actor
from backend.notify import rules, tables
from backend.notify.errors import SubscriptionRefused
from backend.notify.schemas import Message, MessagePage, ReadMark, SubscriptionPut
from push.subscription import EndpointPolicy, Subscription, SubscriptionInvalid, read_subscription


def endpoint_policy(house: House) -> EndpointPolicy:
    """Which push services may be called; this machine only in test mode."""
    settings = house.settings
    return EndpointPolicy(hosts=settings.push.allowed_hosts, allow_loopback=settings.mode == "test")


def endpoint_index(house: House, endpoint: str) -> str:
    """By what an endpoint is found, without storing it in clear."""
    return house.vault.blind_index("push-endpoint", endpoint)


async def read_inbox(house: House, actor: Actor, after: str | None, limit: int) -> MessagePage:
    """A page of the caller's messages, newest first. Raises CursorInvalid."""
    rows = await house.database.read(tables.messages_of(actor.account_id, _place(after), limit + 1))
    unread = (await house.database.read(tables.unread_of(actor.account_id)))[0]["many"]
    messages = [
        Message(
            id=row["id"],
            kind=row["kind"],
            case_id=row["case_id"] or None,
            params=msgspec.json.decode(row["params"], type=dict[str, Any]),
            created_at=rfc3339(row["created_at"]),
            read_at=None if row["read_at"] is None else rfc3339(row["read_at"]),
        )
        for row in rows[:limit]
    ]
    last = rows[limit - 1] if len(rows) > limit else None
    return MessagePage(messages, unread, cursor.encode(str(last["created_at"]), last["id"]) if last else None)


def _place(after: str | None) -> tuple[int, str] | None:
    if after is None:
        return None
    created_at, message_id = cursor.decode(after, 2)
    if not (created_at.isascii() and created_at.isdigit() and len(created_at) <= 16):
        raise CursorInvalid("翻页位置已失效。请从第一页重新打开。")
    return int(created_at), message_id


async def mark_read(house: House, actor: Actor, mark: ReadMark) -> None:
    """Marks messages of the caller's read; others' ids are passed over."""
    if mark.ids != []:
        await house.database.commit([tables.mark_read(actor.account_id, mark.ids, house.time.now())])


async def subscribe(house: House, actor: Actor, put: SubscriptionPut) -> None:
    """Makes a browser's subscription the caller's. Raises SubscriptionRefused."""
    try:
        subscription = read_subscription(put.endpoint, put.keys.p256dh, put.keys.auth, endpoint_policy(house))
    except SubscriptionInvalid as invalid:
        raise SubscriptionRefused("这个浏览器的通知服务不能使用。消息仍会在“消息”里。", fault=invalid.fault) from None
    subscription_id = new_id()
    content = await house.vault.seal(
        actor.subject_id, tables.subscription_place(subscription_id), msgspec.json.encode(subscription)
    )
    batch = [
        *tables.put_subscription(
            subscription_id,
            actor.account_id,
            actor.subject_id,
            endpoint_index(house, put.endpoint),
            content,
            put.language,
            house.time.now(),
        ),
        tables.keep_newest(actor.account_id, rules.SUBSCRIPTIONS_LIMIT),
    ]
    try:
        await house.database.commit(batch)
    except UniqueViolation:
        # The same browser asked twice at once: the second time replaces the first.
        await house.database.commit(batch)


async def unsubscribe(house: House, actor: Actor, endpoint: str) -> None:
    """Forgets a subscription of the caller's; one that is not there is passed over."""
    await house.database.commit([tables.remove_own_subscription(actor.account_id, endpoint_index(house, endpoint))])


async def subscription_of(house: House, subscription_id: str) -> tuple[Subscription, str] | None:
    """A stored subscription and its language, or None. Raises Erased."""
    rows = await house.database.read(tables.subscription_by_id(subscription_id))
    if not rows:
        return None
    row = rows[0]
    plain = await house.vault.open(row["subject_id"], tables.subscription_place(subscription_id), row["content"])
    return msgspec.json.decode(plain, type=Subscription), row["language"]
