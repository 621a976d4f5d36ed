"""What the signatures room holds of a person: for their export, and with the record that the law keeps."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from backend.foundation.database import Statement
from backend.foundation.errors import NotFound
from backend.foundation.personal_data import Attachment, Chapter, Entry
from backend.foundation.time_source import rfc3339
from backend.house import House
from backend.identity.actor import Actor
from backend.signatures import tables


async def documents_chapter(house: House, actor: Actor) -> Chapter:
    """Every signed document that somebody was given, each with its file."""
    data, entries, attachments = [], [], []
    for row in await house.database.read(tables.files_about(actor.subject_id)):
        name = f"documents/{row['id']}.pdf"
        signer = house.city.departments[row["issuer"]].name.zh
        signed_at = rfc3339(row["signed_at"])
        data.append(
            {
                "case_id": row["case_id"],
                "sequence": row["sequence"],
                "language": row["language"],
                "signer": row["issuer"],
                "signed_at": signed_at,
                "sha256": row["sha256"],
                "file": name,
            }
        )
        entries.append(Entry(name, [("签名单位", signer), ("签名时间", signed_at)]))
        attachments.append(Attachment(name, row["size"], _reader(house, row["id"])))
    return Chapter("documents", "文书", entries, data, attachments)


def _reader(house: House, file_id: str) -> Callable[[], Awaitable[bytes]]:
    async def read() -> bytes:
        rows = await house.database.read(tables.file_by_id(file_id))
        if not rows:
            raise NotFound("这份文书已经不在了。")
        return await house.vault.open(rows[0]["subject_id"], tables.file_place(file_id), bytes(rows[0]["file_sealed"]))

    return read


async def seal_again(house: House, case_id: str, before: str, kept: str) -> list[Statement]:
    """The statements that make a case's signed documents the record of another subject. Raises Erased."""
    batch = []
    for row in await house.database.read(tables.files_of_case(case_id, before)):
        place = tables.file_place(row["id"])
        sealed = await house.vault.seal(kept, place, await house.vault.open(before, place, bytes(row["file_sealed"])))
        batch.append(tables.move_file(row["id"], before, kept, sealed))
    return batch
