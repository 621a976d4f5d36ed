"""What a notification says: neutral words only, whoever may be looking at the lock screen. Pure."""

from __future__ import annotations

import base64
import hashlib
from typing import Literal

import msgspec

from backend.city.city import City
from backend.notify.schemas import Language, PushPayload

SUBSCRIPTIONS_LIMIT = 10
# A phone that was off longer finds the message in its inbox.
PUSH_LIFETIME_SECONDS = 3 * 24 * 3600

_KIND: Literal["case-progress"] = "case-progress"


def payload(city: City, case_id: str, language: Language) -> bytes:
    """The push message about a case, in JSON, in the pack's neutral words.

    A later one about the same case takes its place on the screen.
    """
    words = city.messages.push[_KIND]
    title, body = (words.title.en, words.body.en) if language == "en" else (words.title.zh, words.body.zh)
    return msgspec.json.encode(
        PushPayload(v=1, kind=_KIND, case=case_id, tag=f"case-{case_id}", title=title[:60], body=body[:120])
    )


def topic(subscription_id: str, case_id: str) -> str:
    """A Topic by which a push service replaces a waiting message, and which tells it nothing of the case."""
    digest = hashlib.sha256(f"{subscription_id}:{case_id}".encode()).digest()[:18]
    return base64.urlsafe_b64encode(digest).decode()


def message_kind(event_type: str) -> str:
    """The inbox kind of an event: its type's name without the version."""
    return event_type.partition("@")[0]
