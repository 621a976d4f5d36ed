"""Uploads that survive any cut, and the files they become: one function a use case."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Collection
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import msgspec

from backend.files import pdf_pages, pictures, rules, tables
from backend.files.errors import (
    FileRefused,
    UploadChecksumMismatch,
    UploadOffsetWrong,
    UploadQuotaReached,
    UploadTooLarge,
)
from backend.files.parts import PartStore, part_store
from backend.files.refusals import FileFault, words
from backend.files.schemas import WHOLE, FileInfo, Look
from backend.foundation import outbox
from backend.foundation.database import Row, Statement, UnexpectedRowCount
from backend.foundation.errors import NotFound
from backend.foundation.identifiers import new_id
from backend.foundation.outbox import Claimed
from backend.foundation.worker import Worker
from backend.house import House
from backend.identity.actor import Actor
from backend.parties.service import on_record, subjects_of

EXPIRY_KIND = "files.upload-expired"
SWEEP_KIND = "files.sweep"
# One picture is decoded at a time: it bounds memory, and one core always stays free for requests.
_DECODER = ThreadPoolExecutor(max_workers=1, thread_name_prefix="pictures")
# PDFs are read in processes of their own; a slow one keeps no picture waiting.
_PDF_JUDGE = ThreadPoolExecutor(max_workers=1, thread_name_prefix="pdf-judge")
# Whoever sends slow ones keeps nobody from looking at theirs.
_PDF_READER = ThreadPoolExecutor(max_workers=1, thread_name_prefix="pdf")


class Upload(msgspec.Struct, frozen=True):
    """An upload as it stands: `received` of `length` bytes are stored for good; instants in milliseconds."""

    id: str
    subject_id: str
    length: int
    received: int
    sha256: str | None
    metadata: str | None
    expires_at: int


class UploadJob(msgspec.Struct, frozen=True):
    """Outbox payload: the upload whose time is over."""

    upload_id: str


class SweepJob(msgspec.Struct, frozen=True):
    """Outbox payload: the subject whose unused files are to be looked for. Handled where cases and drafts are known."""

    subject_id: str


def _store(house: House) -> PartStore:
    return part_store(house.settings.files)


async def create(house: House, actor: Actor, length: int, metadata_text: str | None) -> Upload:
    """Begins an upload of `length` bytes.

    Raises FileRefused (an empty one), UploadTooLarge, UploadHeaderInvalid, UploadQuotaReached.
    """
    if length == 0:
        raise _refused(FileFault("file-empty"))
    limit = house.settings.limits.upload_bytes
    if length > limit:
        raise UploadTooLarge(
            f"这个文件有 {length / 1_048_576:.1f} MB，最多 {limit >> 20} MB。"
            "照片请用较低的分辨率重拍，PDF 请分成几个文件。",
            limit=limit,
            actual=length,
        )
    metadata = rules.read_metadata(metadata_text)
    now = house.time.now()
    await _check_quota(house, actor, length, now)
    upload_id, expires_at = new_id(), now + rules.UPLOAD_LIFETIME
    subject = actor.applicant_subject_id
    sealed = await house.vault.seal(subject, tables.metadata_place(upload_id), (metadata_text or "").encode())
    await house.database.commit(
        [
            tables.add_upload(upload_id, actor.account_id, subject, length, sealed, metadata.sha256, now, expires_at),
            outbox.enqueue(EXPIRY_KIND, UploadJob(upload_id), due=expires_at, key=f"upload-expired:{upload_id}"),
        ]
    )
    return Upload(upload_id, subject, length, 0, metadata.sha256, metadata_text, expires_at)


async def _check_quota(house: House, actor: Actor, length: int, now: int) -> None:
    unfinished = await house.database.read(tables.unfinished_of(actor.account_id, now))
    kept = await house.database.read(tables.kept_of(actor.applicant_subject_id))
    if unfinished[0]["many"] >= rules.UNFINISHED_LIMIT:
        raise UploadQuotaReached(
            "同时上传的文件太多。请等前面的文件传完。", what="unfinished", limit=rules.UNFINISHED_LIMIT
        )
    if kept[0]["many"] >= rules.FILES_LIMIT:
        raise UploadQuotaReached("您存放的文件太多。请先删除不用的草稿。", what="files", limit=rules.FILES_LIMIT)
    if int(unfinished[0]["bytes"]) + int(kept[0]["bytes"]) + length > rules.BYTES_LIMIT:
        raise UploadQuotaReached("您存放的文件太大。请先删除不用的草稿。", what="bytes", limit=rules.BYTES_LIMIT)


async def find(house: House, actor: Actor, upload_id: str) -> Upload:
    """An upload of the caller's own, begun for the same applicant. Raises NotFound for any other, and expired ones."""
    rows = await house.database.read(tables.upload_of(upload_id, actor.account_id, house.time.now()))
    if not rows or rows[0]["subject_id"] != actor.applicant_subject_id:
        raise NotFound("没有找到这次上传，或它已过期。请重新上传。")
    row = rows[0]
    sealed = await house.vault.open(row["subject_id"], tables.metadata_place(upload_id), row["metadata"])
    return Upload(**(row | {"metadata": sealed.decode() or None}))


async def append(
    house: House,
    actor: Actor,
    upload_id: str,
    offset: int,
    stream: AsyncIterator[bytes],
    checksum: rules.Checksum | None,
) -> Upload:
    """Stores what arrives from `offset` on, piece by piece; with a checksum, all of it or nothing.

    When the last byte is there the file is judged: it becomes the caller's, or everything of it is removed.
    Raises NotFound, UploadOffsetWrong, UploadTooLarge, UploadQuotaReached, UploadChecksumMismatch, FileRefused.
    """
    upload = await find(house, actor, upload_id)
    if offset != upload.received:
        raise UploadOffsetWrong("上传的位置与已收到的不一致，将从断点继续。", offset=upload.received)
    if len(await house.database.read(tables.parts_of(upload_id))) >= rules.PARTS_LIMIT:
        raise UploadQuotaReached("这个文件被分成了太多段。请重新上传。", what="parts", limit=rules.PARTS_LIMIT)
    if checksum is None:
        async for piece in _pieces(stream, upload.length - offset):
            upload = await _keep(house, actor, upload, [piece])
        return upload
    pieces = [piece async for piece in _pieces(stream, upload.length - offset)]
    if not checksum.matches(b"".join(pieces)):
        raise UploadChecksumMismatch("这一段内容在途中受损，将重新上传。")
    return await _keep(house, actor, upload, pieces) if pieces else upload


async def store_whole(house: House, actor: Actor, length: int, stream: AsyncIterator[bytes]) -> str:
    """Stores a file of `length` bytes that arrives in one go as the applicant's, or nothing of it; gives its SHA-256.

    Raises FileRefused, UploadTooLarge, UploadQuotaReached.
    """
    upload = await create(house, actor, length, None)
    digest = hashlib.sha256()

    async def passing() -> AsyncIterator[bytes]:
        async for chunk in stream:
            digest.update(chunk)
            yield chunk

    try:
        upload = await append(house, actor, upload.id, 0, passing(), None)
    except UploadTooLarge:
        await terminate(house, actor, upload.id)
        raise
    if upload.received != length:
        await terminate(house, actor, upload.id)
        raise _refused(FileFault("file-damaged"))
    return digest.hexdigest()


async def _pieces(stream: AsyncIterator[bytes], most: int) -> AsyncIterator[bytes]:
    """The stream in pieces of the stored size; what came before a cut is a last, shorter piece."""
    pending, total = bytearray(), 0
    try:
        async for chunk in stream:
            total += len(chunk)
            if total > most:
                raise UploadTooLarge("发来的内容超过了声明的长度。", limit=most, actual=total)
            pending += chunk
            while len(pending) >= rules.PIECE_BYTES:
                yield bytes(pending[: rules.PIECE_BYTES])
                del pending[: rules.PIECE_BYTES]
    except ConnectionError:
        # The network went away: the caller keeps what arrived, and the client asks for the offset when it is back.
        pass
    if pending:
        yield bytes(pending)


async def _keep(house: House, actor: Actor, upload: Upload, pieces: list[bytes]) -> Upload:
    """Writes pieces to disk, then moves the offset and names them in one batch: the rows are the truth."""
    store, names, batch = _store(house), [], []
    received = upload.received
    whole = received + sum(map(len, pieces)) == upload.length
    judged = await _judge(house, actor, upload, pieces) if whole else []
    for piece in pieces:
        sealed = await house.vault.seal(upload.subject_id, tables.part_place(upload.id, received), piece)
        names.append(await store.write(upload.id, sealed))
        batch.append(tables.add_part(upload.id, received, len(piece), names[-1]))
        received += len(piece)
    moved = tables.move_offset(upload.id, upload.received, received)
    try:
        await house.database.commit([moved, *batch, *judged])
    except UnexpectedRowCount:
        # Another request with the same bytes was faster, or the upload was ended meanwhile.
        await store.remove(upload.id, names)
        now_at = (await find(house, actor, upload.id)).received
        raise UploadOffsetWrong("上传的位置与已收到的不一致，将从断点继续。", offset=now_at) from None
    if whole:
        # A picture that was there already keeps its first parts; those of this upload count for nothing.
        await _remove_unused(house, upload.id)
    return msgspec.structs.replace(upload, received=received)


async def _judge(house: House, actor: Actor, upload: Upload, last: list[bytes]) -> list[Statement]:
    """The statements that make a whole upload a file. Raises FileRefused after removing everything of it."""
    content = await _content(house, upload.subject_id, upload.id) + b"".join(last)
    digest = hashlib.sha256(content).hexdigest()
    try:
        if upload.sha256 is not None and upload.sha256 != digest:
            raise FileFault("file-checksum")
        judged = await asyncio.get_running_loop().run_in_executor(
            _thread_for(content, _PDF_JUDGE), pictures.judge, content
        )
    except FileFault as fault:
        await terminate(house, actor, upload.id)
        raise _refused(fault) from None
    size, now = len(content), house.time.now()
    return [
        tables.add_file(upload.subject_id, digest, upload.id, judged, size, now),
        sweep_statement(house, upload.subject_id, _unused(house) + rules.DAY),
    ]


def _thread_for(content: bytes, reader: ThreadPoolExecutor = _PDF_READER) -> ThreadPoolExecutor:
    return reader if content.startswith(pdf_pages.MAGIC) else _DECODER


def _refused(fault: FileFault) -> FileRefused:
    bound = {name: value for name in ("limit", "actual", "found") if (value := getattr(fault, name)) is not None}
    return FileRefused(words(fault), reason=fault.fault, **bound)


async def _content(house: House, subject_id: str, storage: str) -> bytes:
    store, content = _store(house), []
    for row in await house.database.read(tables.parts_of(storage)):
        sealed = await store.read(storage, row["name"])
        content.append(await house.vault.open(subject_id, tables.part_place(storage, row["first"]), sealed))
    return b"".join(content)


async def terminate(house: House, actor: Actor, upload_id: str) -> None:
    """Ends an upload; a file that it has already become stays. Raises NotFound."""
    await find(house, actor, upload_id)
    await _clear(house, upload_id)


async def expire(house: House, upload_id: str) -> None:
    """Outbox handler: removes an upload whose time is over, and whatever it left on disk. May run again."""
    await _clear(house, upload_id)


async def _clear(house: House, upload_id: str) -> None:
    await house.database.commit([tables.remove_upload(upload_id)])
    await _remove_unused(house, upload_id)


async def _remove_unused(house: House, upload_id: str) -> None:
    await house.database.commit([tables.remove_unused_parts(upload_id)])
    kept = await house.database.read(tables.parts_of(upload_id))
    await _store(house).keep_only(upload_id, {row["name"] for row in kept})


def _info(row: Row) -> FileInfo:
    return FileInfo(
        row["sha256"], row["media_type"], row["size"], row["width"], row["height"], row["created_at"], row["pages"]
    )


async def owned_files(house: House, subject_id: str, hashes: Collection[str]) -> dict[str, FileInfo]:
    """Those of `hashes` (SHA-256 in hex, at most 200) that the subject has, by hash; others are left out."""
    wanted = sorted({sha256 for sha256 in hashes if rules.is_sha256(sha256)})[: rules.FILES_LIMIT]
    if not wanted:
        return {}
    rows = await house.database.read(tables.files_of(subject_id, wanted))
    return {row["sha256"]: _info(row) for row in rows}


async def own_preview(house: House, actor: Actor, sha256: str, look: Look) -> bytes:
    """A re-encoded JPEG of a file of the applicant's, whichever of the person's accounts brought it.

    A representative's look is on record. Raises NotFound, Erased.
    """
    for subject_id in await subjects_of(house, actor):
        if await owned_files(house, subject_id, [sha256]):
            await on_record(house, actor, "acting.read-file", sha256)
            return await preview(house, subject_id, sha256, look)
    raise NotFound("没有找到这个文件。")


async def preview(house: House, subject_id: str, sha256: str, look: Look = WHOLE) -> bytes:
    """A re-encoded JPEG of one of the subject's files, without metadata.

    Raises NotFound (of a page, too), Erased, FileRefused.

    The caller has made sure that whoever asks may see it, and has audited the read.
    """
    rows = await house.database.read(tables.files_of(subject_id, [sha256]))
    if not rows or look.page > rows[0]["pages"]:
        raise NotFound("没有找到这个文件，或它没有这一页。")
    content = await _content(house, subject_id, rows[0]["storage"])
    side = pictures.THUMBNAIL_SIDE if look.size == "small" else pictures.PREVIEW_SIDE
    draw = partial(pictures.preview, content, page=look.page, side=side)
    try:
        return await asyncio.get_running_loop().run_in_executor(_thread_for(content), draw)
    except FileFault as fault:
        # A page that was fit to be judged may still cost more than drawing it large is given.
        raise _refused(fault) from None


async def delete_unreferenced(house: House, subject_id: str, referenced: Collection[str], *, before: int) -> int:
    """Deletes the subject's files stored before an instant whose hash nobody refers to; gives how many went.

    `referenced` are the hashes that drafts and cases of the subject name; the caller collects them.
    """
    gone = 0
    for row in await house.database.read(tables.files_before(subject_id, before)):
        if row["sha256"] not in referenced:
            removed = (await house.database.commit([tables.remove_file(subject_id, row["sha256"], before)]))[0]
            for each in removed:
                await _clear(house, each["storage"])
            gone += len(removed)
    return gone


def renew(house: House, subject_id: str, files: Collection[FileInfo]) -> Statement | None:
    """For the batch of a case that takes files: of old ones that a sweep might be deleting now, makes sure they stay.

    None when none of them is old. The batch fails (UnexpectedRowCount) when one is gone already.
    """
    now = house.time.now()
    old = sorted(file.sha256 for file in files if file.created_at < now - _unused(house) + rules.DAY)
    return tables.touch_files(subject_id, old, now) if old else None


async def files_of_subject(house: House, subject_id: str) -> set[str]:
    """The hashes of all files of a subject."""
    return {row["sha256"] for row in await house.database.read(tables.files_before(subject_id, house.time.now() + 1))}


def sweep_statement(house: House, subject_id: str, wait: int) -> Statement:
    """Asks for the subject's unused files to be looked for in `wait` milliseconds; once a day is enough."""
    due = house.time.now() + wait
    key = f"{SWEEP_KIND}:{subject_id}:{due // rules.DAY}"
    return outbox.enqueue(SWEEP_KIND, SweepJob(subject_id), due=due, key=key)


def _unused(house: House) -> int:
    return house.settings.files.unused_days * rules.DAY


def register(worker: Worker, house: House) -> None:
    """Makes a worker remove uploads whose time is over."""

    async def deliver(job: UploadJob, row: Claimed) -> None:
        await expire(house, job.upload_id)

    worker.register(EXPIRY_KIND, UploadJob, deliver)
