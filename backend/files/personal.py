"""What the files room holds of a person: for their export, for kept records, and for erasure."""

from __future__ import annotations

import uuid
from functools import partial

from backend.files import rules, tables
from backend.files.parts import PartStore, part_store
from backend.files.refusals import Judged
from backend.foundation.database import Statement, sql
from backend.foundation.personal_data import Attachment, Chapter, Entry, Holder
from backend.foundation.time_source import rfc3339
from backend.house import House
from backend.identity.actor import Actor

_ENDINGS = {"image/jpeg": "jpg", "image/png": "png", "application/pdf": "pdf"}


async def files_chapter(house: House, actor: Actor) -> Chapter:
    """The person's own files as they sent them, named by what they contain; and uploads that are not whole yet.

    What a picture was called on the phone is known for as long as its upload is remembered. Raises Erased.
    """
    data, entries, attachments = [], [], []
    called = await _names(house, actor.subject_id)
    for row in await house.database.read(_files_of(actor.subject_id)):
        name = f"files/{row['sha256'][:16]}.{_ENDINGS.get(row['media_type'], 'bin')}"
        created_at, sent_as = rfc3339(row["created_at"]), called.pop(row["storage"], "")
        data.append(
            {
                "name": name,
                "sent_as": sent_as or None,
                "sha256": row["sha256"],
                "media_type": row["media_type"],
                "size": row["size"],
                "created_at": created_at,
            }
        )
        lines = [("原来的名称", sent_as or "已不保留"), ("上传时间", created_at), ("大小", f"{row['size']} 字节")]
        entries.append(Entry(name, lines))
        read = partial(_content, house, actor.subject_id, row["storage"])
        attachments.append(Attachment(name, row["size"], read))
    entries += [Entry("还没有传完或没有使用的上传", [("原来的名称", name or "没有名称")]) for name in called.values()]
    unfinished = [name or None for name in called.values()]
    return Chapter("files", "上传的文件", entries, {"files": data, "unfinished": unfinished}, attachments)


async def _names(house: House, subject_id: str) -> dict[str, str]:
    """What the uploads that are still remembered are called, by upload."""
    names = {}
    query = sql("SELECT id, metadata FROM upload WHERE subject_id = {} ORDER BY id", subject_id)
    for row in await house.database.read(query):
        plain = await house.vault.open(subject_id, tables.metadata_place(row["id"]), row["metadata"])
        names[row["id"]] = rules.read_metadata(plain.decode() or None).filename
    return names


async def copy_for(house: House, sha256: str, before: str, kept: str) -> list[Statement]:
    """Seals a file of the subject `before` once more for the subject `kept`; gives the statements that name the copy.

    The parts are on disk when this returns. Doing it again gives statements for other parts of the same content; parts
    of a try whose statements were never committed stay until `erase_subject`. Raises Erased.
    """
    rows = await house.database.read(tables.files_of(before, [sha256]))
    if not rows:
        return []
    file, store = rows[0], _store(house)
    # The same name each time, so that what an interrupted try left on disk is found when the record ends.
    storage = str(uuid.uuid5(uuid.UUID(kept), sha256))
    batch = []
    for part in await house.database.read(_parts_of(file["storage"])):
        place, copy = tables.part_place(file["storage"], part["first"]), tables.part_place(storage, part["first"])
        plain = await house.vault.open(before, place, await store.read(file["storage"], part["name"]))
        name = await store.write(storage, await house.vault.seal(kept, copy, plain))
        batch.append(tables.add_part(storage, part["first"], part["length"], name))
    judged = Judged(file["media_type"], file["width"], file["height"], file["pages"])
    batch.append(tables.add_file(kept, sha256, storage, judged, file["size"], file["created_at"]))
    return batch


async def erase(house: House, holder: Holder) -> None:
    """Removes every upload and file of an account and its person, bytes first. May run again."""
    store = _store(house)
    uploads = sql(
        "SELECT id FROM upload WHERE account_id = {} OR subject_id = {}", holder.account_id, holder.subject_id
    )
    for row in await house.database.read(uploads):
        # The parts of an upload that became a file are that file's.
        if not await house.database.read(sql("SELECT 1 FROM file WHERE storage = {}", row["id"])):
            await store.keep_only(row["id"], ())
            await house.database.commit([sql("DELETE FROM file_part WHERE storage = {}", row["id"])])
        await house.database.commit([tables.remove_upload(row["id"])])
    await erase_subject(house, holder.subject_id)


async def erase_subject(house: House, subject_id: str) -> None:
    """Removes every file of a subject, bytes first. May run again."""
    store = _store(house)
    for row in await house.database.read(_files_of(subject_id)):
        await store.keep_only(row["storage"], ())
        await house.database.commit(
            [
                sql("DELETE FROM file_part WHERE storage = {}", row["storage"]),
                sql("DELETE FROM file WHERE subject_id = {} AND sha256 = {}", subject_id, row["sha256"]),
            ]
        )


def _files_of(subject_id: str) -> Statement:
    return sql(
        "SELECT sha256, storage, media_type, size, created_at FROM file WHERE subject_id = {} ORDER BY created_at,"
        " sha256",
        subject_id,
    )


def _parts_of(storage: str) -> Statement:
    return sql("SELECT first, length, name FROM file_part WHERE storage = {} ORDER BY first", storage)


def _store(house: House) -> PartStore:
    return part_store(house.settings.files)


async def _content(house: House, subject_id: str, storage: str) -> bytes:
    store, content = _store(house), []
    for part in await house.database.read(_parts_of(storage)):
        sealed = await store.read(storage, part["name"])
        content.append(await house.vault.open(subject_id, tables.part_place(storage, part["first"]), sealed))
    return b"".join(content)


async def stored_bytes(house: House, subject_id: str) -> int:
    """How many bytes the files of a subject have together."""
    return int((await house.database.read(tables.kept_of(subject_id)))[0]["bytes"])
