"""What the database holds after the faults, held against what was acknowledged."""

from __future__ import annotations

import sqlite3
from typing import Any

import msgspec

from backend.cases import tables
from backend.cases.records import PrivateSubmission
from backend.foundation import events
from backend.foundation.database import Database, Row, open_database, sql
from backend.foundation.settings import Settings
from backend.foundation.stored_vault import StoredVault, open_vault
from tests.faults.applicants import Journal

# Each finds rows of which the rest is missing; a submission is one batch, so none of them may ever find any.
_PARTIAL = {
    "event without case": "SELECT id FROM event WHERE case_id NOT IN (SELECT id FROM case_record)",
    "case without event": "SELECT id FROM case_record WHERE id NOT IN (SELECT case_id FROM event)",
    "event without its private part": "SELECT id FROM event WHERE id NOT IN (SELECT event_id FROM event_private)",
    "private part without event": "SELECT event_id FROM event_private WHERE event_id NOT IN (SELECT id FROM event)",
    "files without case": "SELECT case_id FROM case_file WHERE case_id NOT IN (SELECT id FROM case_record)",
    "draft of no case": "SELECT id FROM draft WHERE case_id NOT IN (SELECT id FROM case_record)",
    "case without its delivery": "SELECT id FROM case_record WHERE 'case.event:' || id || ':1'"
    " NOT IN (SELECT unique_key FROM outbox)",
    "delivery without case": "SELECT id FROM outbox WHERE kind = 'case.event' AND unique_key"
    " NOT IN (SELECT 'case.event:' || id || ':1' FROM case_record)",
}


async def check_stored(settings: Settings, journal: Journal) -> None:
    """Asserts that every acknowledged application is stored once and whole, and nothing else is."""
    database, vault = await open_database(settings.database.url, bind=False), await open_vault(settings)
    try:
        for what, query in _PARTIAL.items():
            assert await database.read(sql(query)) == [], what
        cases = {row["id"]: row for row in await database.read(sql("SELECT * FROM case_record"))}
        assert len(cases) == len(journal.receipts)
        replies = await database.read(sql("SELECT key, reply FROM idempotency"))
        assert {row["key"]: row["reply"].encode() for row in replies} == journal.receipts
        for receipt in journal.receipts.values():
            told = msgspec.json.decode(receipt)["case"]
            stored = cases.pop(told["id"])
            assert (stored["number"], stored["query_code"]) == (told["number"], told["query_code"])
            await _check_event(database, vault, stored)
        assert cases == {}
        await _check_numbers(database, len(journal.receipts))
        await _check_drafts(database, journal)
    finally:
        await vault.close()
        await database.close()
    if settings.database.url.startswith("sqlite"):
        for url in (settings.database.url, settings.database.keys_url):
            with sqlite3.connect(url.removeprefix("sqlite:///")) as connection:
                assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
                assert connection.execute("PRAGMA foreign_key_check").fetchall() == []


async def unnumbered(settings: Settings) -> int:
    """How many events have no global position yet."""
    database = await open_database(settings.database.url, bind=False)
    try:
        return await _count(database, "SELECT COUNT(*) AS found FROM event WHERE position IS NULL")
    finally:
        await database.close()


async def _check_event(database: Database, vault: StoredVault, case: Row) -> None:
    """The one event opens with its subject's key and has the leaf hash of what it holds."""
    rows = await database.read(
        sql(
            "SELECT event.*, event_private.sealed FROM event JOIN event_private ON event_private.event_id = event.id"
            " WHERE event.case_id = {}",
            case["id"],
        )
    )
    assert [row["sequence"] for row in rows] == [1]
    event = rows[0]
    plain = await vault.open(case["subject_id"], tables.private_place(event["id"]), event["sealed"])
    salt, private = plain[: events.SALT_BYTES], plain[events.SALT_BYTES :]
    assert msgspec.json.decode(private, type=PrivateSubmission).values["district"] == "990102"
    data: dict[str, Any] = msgspec.json.decode(event["data"])
    public = events.public_part(event["id"], case["id"], 1, event["type"], event["at"], event["actor"], data)
    assert events.leaf_hash(public, salt, private) == bytes(event["leaf_hash"])
    uploads = sum(material["count"] for material in data["materials"])
    assert uploads == len(await database.read(tables.files_of(case["id"])))


async def _check_numbers(database: Database, cases: int) -> None:
    """The day's serials and the events' positions have no gap, since both are given where the case is stored."""
    counted = await database.read(sql("SELECT item_code, day, value FROM case_counter"))
    assert sum(row["value"] for row in counted) == cases
    positions = await database.read(sql("SELECT position FROM event ORDER BY position"))
    assert [row["position"] for row in positions] == list(range(1, cases + 1))


async def _check_drafts(database: Database, journal: Journal) -> None:
    """Each acknowledged draft became the case of its application, and its text is gone."""
    rows = await database.read(sql("SELECT id, case_id, content FROM draft"))
    made_of = {draft: msgspec.json.decode(journal.receipts[key])["case"]["id"] for draft, key in journal.drafts.items()}
    assert {row["id"]: row["case_id"] for row in rows} == made_of
    assert all(row["content"] is None for row in rows)


async def _count(database: Database, query: str) -> int:
    return int((await database.read(sql(query)))[0]["found"])
