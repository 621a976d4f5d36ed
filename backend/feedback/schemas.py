"""Feedback on the wire."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

FeedbackKind = Literal["unclear", "wrong", "broken", "other"]


class Feedback(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is wrong with a page, in the person's words; `page` is its path, with no id, query or fragment."""

    page: Annotated[str, Meta(max_length=200, pattern=r"^/[A-Za-z0-9:/._-]*$")]
    kind: FeedbackKind
    language: Literal["zh", "en"]
    words: Annotated[str, Meta(min_length=1, max_length=500, pattern=r"\S")]


class FeedbackEntry(msgspec.Struct, frozen=True):
    """Feedback as staff read it; `done_at` is null until somebody has dealt with it."""

    id: str
    page: str
    kind: FeedbackKind
    language: Literal["zh", "en"]
    words: str
    sent_at: str
    done_at: str | None


class FeedbackPage(msgspec.Struct, frozen=True):
    """A page of feedback, newest first."""

    entries: list[FeedbackEntry]
    next: str | None


class FeedbackState(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whether it is dealt with."""

    done: bool
