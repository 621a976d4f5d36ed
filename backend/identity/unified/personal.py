"""What is known of a person at a provider of unified identity: for their export, and for erasure."""

from __future__ import annotations

from backend.foundation.database import Statement, sql
from backend.foundation.personal_data import Chapter, Entry, Holder
from backend.foundation.time_source import rfc3339
from backend.house import House
from backend.identity.actor import Actor
from backend.identity.unified.tables import subject_place


async def unified_chapter(house: House, actor: Actor) -> Chapter:
    """Which providers the account is linked to, and under which name each knows the person. Raises Erased."""
    data, entries = [], []
    query = sql(
        "SELECT id, issuer, subject_sealed, linked_at FROM unified_identity WHERE account_id = {}"
        " ORDER BY linked_at, id",
        actor.account_id,
    )
    for row in await house.database.read(query):
        sealed = bytes(row["subject_sealed"])
        subject = (await house.vault.open(actor.subject_id, subject_place(row["id"]), sealed)).decode()
        linked_at, issuer = rfc3339(row["linked_at"]), str(row["issuer"])
        data.append({"issuer": issuer, "subject": subject, "linked_at": linked_at})
        entries.append(Entry(issuer, [("在那里的编号", subject), ("关联时间", linked_at)]))
    return Chapter("unified_identities", "统一身份认证", entries, data)


async def close(house: House, actor: Actor, at: int) -> list[Statement]:
    """Unlinks an account that ends, so that the person may begin anew with the same provider."""
    return _unlink(actor.account_id)


def _unlink(account_id: str) -> list[Statement]:
    return [
        sql("DELETE FROM unified_identity WHERE account_id = {}", account_id),
        sql("DELETE FROM unified_login WHERE link_account_id = {}", account_id),
    ]


async def erase(house: House, holder: Holder) -> None:
    """Removes a link that came late. May run again."""
    await house.database.commit(_unlink(holder.account_id))
