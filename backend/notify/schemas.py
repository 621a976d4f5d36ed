"""Inbox and push subscriptions on the wire, and the push payload (docs/formats.md, Push payload)."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

Language = Literal["zh", "en"]
Endpoint = Annotated[str, Meta(min_length=1, max_length=2048)]
MessageId = Annotated[str, Meta(pattern=r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")]
Base64url = Annotated[str, Meta(max_length=128)]


class Message(msgspec.Struct, frozen=True):
    """One message: `kind` names the event, `params` what its words need; the phone makes the words.

    `case_id` is null for what happened to the account itself.
    """

    id: str
    kind: str
    case_id: str | None
    params: dict[str, Any]
    created_at: str
    read_at: str | None


class MessagePage(msgspec.Struct, frozen=True):
    """Messages, newest first; `unread` counts all of the account's."""

    messages: list[Message]
    unread: int
    next: str | None


class ReadMark(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The messages that were read; null means all."""

    ids: Annotated[list[MessageId], Meta(max_length=100)] | None


class PushKey(msgspec.Struct, frozen=True):
    """The application server key, as `pushManager.subscribe` takes it."""

    key: str


class SubscriptionKeys(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The two values of `PushSubscription.toJSON().keys`, in base64url."""

    p256dh: Base64url
    auth: Base64url


class SubscriptionPut(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What `PushSubscription.toJSON()` gives, and the language its notifications are written in."""

    endpoint: Endpoint
    keys: SubscriptionKeys
    language: Language


class SubscriptionEnd(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The subscription to forget."""

    endpoint: Endpoint


class PushPayload(msgspec.Struct, frozen=True):
    """What a phone receives: neutral text for the lock screen, and which case to open."""

    v: Literal[1]
    kind: Literal["case-progress"]
    case: str
    tag: str
    title: str
    body: str
