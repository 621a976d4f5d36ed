"""Taking feedback, reading it, and marking it dealt with."""

from __future__ import annotations

from backend.feedback import tables
from backend.feedback.schemas import Feedback, FeedbackEntry, FeedbackPage
from backend.foundation import cursor
from backend.foundation.database import Row
from backend.foundation.errors import NotFound
from backend.foundation.masking import mask_text
from backend.foundation.time_source import rfc3339
from backend.house import House
from backend.identity.actor import Actor

KEPT_DAYS = 400
"""After so many days the page has changed, and the words help nobody."""
_DAY = 86_400_000


async def take(house: House, feedback_id: str, said: Feedback) -> None:
    """Keeps what a person says of a page without who said it; what is sent again under the same id changes nothing."""
    now = house.time.now()
    await house.database.commit(
        [
            tables.forget_before(now - KEPT_DAYS * _DAY),
            tables.add(feedback_id, said.page, said.kind, said.language, mask_text(said.words.strip()), now),
        ]
    )


async def read(house: House, after: str | None, limit: int, *, done: bool) -> FeedbackPage:
    """A page of what is dealt with or is not, newest first. Raises CursorInvalid."""
    rows = await house.database.read(tables.listed(_place(after), limit + 1, done=done))
    last = rows[limit - 1] if len(rows) > limit else None
    more = cursor.encode(str(last["sent_at"]), last["id"]) if last is not None else None
    return FeedbackPage([_entry(row) for row in rows[:limit]], more)


async def mark(house: House, actor: Actor, feedback_id: str, *, done: bool) -> None:
    """Says that an entry is dealt with, or that it is not. Raises NotFound."""
    at, who = (house.time.now(), actor.account_id) if done else (None, None)
    if not await house.database.read(tables.by_id(feedback_id)):
        raise NotFound("没有这条反馈。它可能已过保存期。")
    await house.database.commit([tables.set_done(feedback_id, at, who)])


def _place(after: str | None) -> tuple[int, str] | None:
    if after is None:
        return None
    at, last = cursor.decode(after, 2)
    if not at.isascii() or not at.isdigit() or len(at) > 15:
        raise cursor.CursorInvalid("翻页位置已失效。请从第一页重新打开。")
    return int(at), last


def _entry(row: Row) -> FeedbackEntry:
    done = rfc3339(row["done_at"]) if row["done_at"] is not None else None
    return FeedbackEntry(
        row["id"], row["page"], row["kind"], row["language"], row["words"], rfc3339(row["sent_at"]), done
    )
