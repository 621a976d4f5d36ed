"""What an account is told of beside its cases: a line for the inbox, delivered after the commit."""

from __future__ import annotations

from typing import Literal

import msgspec

from backend.foundation import outbox
from backend.foundation.database import Statement

OUTBOX_KIND = "account.notice"
NoticeKind = Literal["phone-changed-at-window", "checked-in-person", "filing-asks", "filing-part-dropped"]


class AccountNoticeJob(msgspec.Struct, frozen=True):
    """Outbox payload: what happened to an account, and when (milliseconds)."""

    account_id: str
    kind: NoticeKind
    at: int


def tell(account_id: str, kind: NoticeKind, at: int) -> Statement:
    """Puts a notice in the outbox, in the batch of what it tells of."""
    job = AccountNoticeJob(account_id, kind, at)
    return outbox.enqueue(OUTBOX_KIND, job, due=at, key=f"{OUTBOX_KIND}:{account_id}:{kind}:{at}")
