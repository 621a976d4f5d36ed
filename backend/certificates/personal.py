"""What the certificates room holds of a person: for their export, for kept records, and for erasure."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import date

import msgspec

from backend.certificates.rules import end_of_day
from backend.certificates.service import certificate_place, device_place
from backend.foundation.database import Statement, sql
from backend.foundation.personal_data import Attachment, Chapter, Entry, Holder
from backend.foundation.time_source import rfc3339
from backend.house import House
from backend.identity.actor import Actor


async def certificates_chapter(house: House, actor: Actor) -> Chapter:
    """Every certificate with all its fields, each also as a text file. Raises Erased."""
    data, entries, attachments = [], [], []
    query = sql("SELECT * FROM certificate WHERE subject_id = {} ORDER BY issued_at DESC, id DESC", actor.subject_id)
    for row in await house.database.read(query):
        kind = house.city.certificates[row["type_hash"]]
        plain = await house.vault.open(actor.subject_id, certificate_place(row["id"]), row["sealed"])
        fields = msgspec.json.decode(plain, type=dict[str, str])
        labels = {field.name: field.label.zh for field in kind.fields}
        lines = [(labels.get(name, name), value) for name, value in fields.items()]
        name = f"certificates/{row['id']}.txt"
        text = "\n".join([kind.name.zh, *(f"{label}：{value}" for label, value in lines), ""]).encode()
        data.append(
            {
                "id": row["id"],
                "case_id": row["case_id"],
                "type": kind.key,
                "identifier": row["identifier"],
                "issued_on": row["issued_on"],
                "valid_until": row["valid_until"],
                "replaces": row["replaces"],
                "fields": fields,
                "file": name,
            }
        )
        entries.append(Entry(kind.name.zh, lines))
        attachments.append(Attachment(name, len(text), _given(text)))
    return Chapter("certificates", "证照", entries, data, attachments)


def _given(text: bytes) -> Callable[[], Awaitable[bytes]]:
    async def read() -> bytes:
        return text

    return read


async def devices_chapter(house: House, actor: Actor) -> Chapter:
    """The phones that may show the certificates, by the names their owner gave them. Raises Erased."""
    data, entries = [], []
    query = sql(
        "SELECT id, name_sealed, bound_at FROM device WHERE subject_id = {} ORDER BY bound_at", actor.subject_id
    )
    for row in await house.database.read(query):
        name = (await house.vault.open(actor.subject_id, device_place(row["id"]), row["name_sealed"])).decode()
        bound_at = rfc3339(row["bound_at"])
        data.append({"id": row["id"], "name": name, "bound_at": bound_at})
        entries.append(Entry(name, [("登记时间", bound_at)]))
    return Chapter("devices", "可以出示证照的设备", entries, data)


async def seal_again(house: House, case_id: str, before: str, kept: str) -> list[Statement]:
    """The statements that make a case's certificate the record of another subject. Raises Erased."""
    batch = []
    query = sql("SELECT id, sealed FROM certificate WHERE case_id = {} AND subject_id = {}", case_id, before)
    for row in await house.database.read(query):
        place = certificate_place(row["id"])
        sealed = await house.vault.seal(kept, place, await house.vault.open(before, place, row["sealed"]))
        batch.append(
            sql(
                "UPDATE certificate SET subject_id = {}, sealed = {} WHERE id = {} AND subject_id = {}",
                kept,
                sealed,
                row["id"],
                before,
                expect=1,
            )
        )
    return batch


async def valid_until(house: House, case_id: str) -> int | None:
    """The instant (milliseconds) at which the certificate of a case ends; None when it led to none."""
    rows = await house.database.read(sql("SELECT valid_until FROM certificate WHERE case_id = {}", case_id))
    return end_of_day(date.fromisoformat(rows[0]["valid_until"])) * 1000 if rows else None


async def erase(house: House, holder: Holder) -> None:
    """Removes the person's devices and what was minted for them; no credential is renewed after. May run again."""
    theirs = "(SELECT id FROM device WHERE subject_id = {})"
    await house.database.commit(
        [
            sql(f"DELETE FROM credential WHERE device_id IN {theirs}", holder.subject_id),  # noqa: S608 fixed text
            sql("DELETE FROM device WHERE subject_id = {}", holder.subject_id),
        ]
    )
