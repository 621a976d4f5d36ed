"""Same account, same key: the same answer for ever. Another body under the same key is refused."""

from __future__ import annotations

import hashlib

from backend.foundation.database import Database, Statement, sql
from backend.foundation.encryption import Vault
from backend.foundation.errors import KeyReused


def fingerprint(vault: Vault, operation: str, body: bytes) -> str:
    """What a key stands for: the operation (a stable name) and the exact meaning of its body.

    Keyed: from a plain hash a form could be found by trying likely answers, even after its person was erased.
    """
    return vault.blind_index(f"request:{operation}", hashlib.sha256(body).hexdigest())


async def recall(database: Database, account_id: str, key: str, request_fingerprint: str) -> str | None:
    """The stored reply (JSON text) of an earlier request with this key, or None.

    Raises KeyReused when the key was used for another request.
    """
    rows = await database.read(
        sql("SELECT fingerprint, reply FROM idempotency WHERE account_id = {} AND key = {}", account_id, key)
    )
    if not rows:
        return None
    if rows[0]["fingerprint"] != request_fingerprint:
        raise KeyReused("这个提交编号已用于另一份内容。请重新打开页面再提交。")
    reply: str = rows[0]["reply"]
    return reply


def remember(account_id: str, key: str, request_fingerprint: str, reply: str, at: int) -> Statement:
    """Stores the reply in the batch that does the work; a concurrent twin fails with UniqueViolation on this table."""
    return sql(
        "INSERT INTO idempotency (account_id, key, fingerprint, reply, at) VALUES ({}, {}, {}, {}, {})",
        account_id,
        key,
        request_fingerprint,
        reply,
        at,
        expect=1,
    )
