"""The archive package of a closed case: events, documents, form and materials, each named by its hash in a manifest."""

from __future__ import annotations

import asyncio
import hashlib
import tempfile
import zipfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import IO, Any, Final

import msgspec

from backend.cases import tables
from backend.cases.answers import labels_of, masked
from backend.cases.engine import state_of
from backend.cases.records import Case, private_part, private_submission
from backend.certificates.keys import SigningKeys
from backend.documents.errors import ArchiveTooLarge, CaseNotClosed
from backend.documents.rules import documented
from backend.documents.service import made, readable_case, signed_pdf
from backend.files.errors import FileRefused
from backend.files.schemas import Look
from backend.files.service import preview
from backend.foundation.time_source import legal_day, rfc3339
from backend.house import House
from backend.identity.actor import Actor
from backend.signatures.service import root_of

FORMAT: Final = "zhangban-case-archive@1"
MOST_BYTES: Final = 256 * 1024 * 1024
_PIECE: Final = 64 * 1024


class Package(msgspec.Struct, frozen=True):
    """A finished package: the case's number, and a file without a name that is gone once it is closed."""

    number: str
    file: IO[bytes]
    size: int


class _Writer:
    """Writes members one after the other, with the same times always, and remembers their hashes."""

    def __init__(self, file: IO[bytes], day: tuple[int, int, int]) -> None:
        self.zip = zipfile.ZipFile(file, "w")
        self.day = (*day, 0, 0, 0)
        self.total = 0
        self.members: list[dict[str, Any]] = []

    async def add(self, name: str, content: bytes, **about: Any) -> None:
        self.total += len(content)
        if self.total > MOST_BYTES:
            raise ArchiveTooLarge(
                f"这个办件的文件超过 {MOST_BYTES >> 20} MB，无法打成一个包。请联系系统管理员。", limit=MOST_BYTES
            )
        sha256 = hashlib.sha256(content).hexdigest()
        self.members.append({"name": name, "sha256": sha256, "size": len(content), **about})
        await asyncio.to_thread(self.write, name, content)

    def write(self, name: str, content: bytes) -> None:
        info = zipfile.ZipInfo(name, self.day)
        info.external_attr = 0o644 << 16
        # Pictures and PDF are compressed already.
        info.compress_type = zipfile.ZIP_DEFLATED if name.endswith(".json") else zipfile.ZIP_STORED
        self.zip.writestr(info, content)


async def package_of(house: House, keys: SigningKeys, staff: Actor, case_id: str) -> Package:
    """The package of a closed case, built in a file on disk; it is on record before it is built.

    The form is as the desk sees it: number and phone are masked there, for unmasking asks for a reason. Raises
    NotFound, Forbidden, CaseNotClosed, ArchiveTooLarge, FontMissing, SigningKeyMissing, Erased.
    """
    case = await readable_case(house, staff, case_id, "desk.archive")
    if case.state.ended_at is None or not state_of(case.lifecycle, case.state.state or "").final:
        raise CaseNotClosed("办结以后才能归档。请先办结这件申请。", state=case.state.state)
    file = await asyncio.to_thread(_nameless, Path(house.settings.files.directory))
    try:
        ended = legal_day(case.state.ended_at)
        writer = _Writer(file, (ended.year, ended.month, ended.day))
        with writer.zip:
            await _fill(house, keys, case, writer)
        size = file.tell()
        file.seek(0)
    except BaseException:
        file.close()
        raise
    return Package(str(case.row["number"]), file, size)


async def pieces(package: Package) -> AsyncIterator[bytes]:
    """The package's bytes; the file is gone when they were all taken, or when the reader goes away."""
    with package.file:
        while piece := await asyncio.to_thread(package.file.read, _PIECE):
            yield piece


async def _fill(house: House, keys: SigningKeys, case: Case, writer: _Writer) -> None:
    await writer.add("events.json", _json(await _events(house, case)))
    await writer.add("form.json", _json(await _form(house, case)))
    for entry, command in documented(case):
        document = await made(house, case, entry, command)
        await writer.add(f"documents/{entry.sequence:02d}.json", _json(document), content_sha256=document.sha256)
        signed = await signed_pdf(house, keys, case, entry, command)
        signature = {
            "format": "PAdES-B-B",
            "signer": signed.issuer,
            "signed_at": rfc3339(signed.signed_at),
            "root_sha256": signed.root_sha256,
        }
        await writer.add(f"documents/{entry.sequence:02d}.pdf", signed.content, signature=signature)
    await writer.add("root.pem", root_of(house, keys))
    left_out = list[dict[str, Any]]()
    for row in await house.database.read(tables.files_of(case.id)):
        for page in range(1, row["pages"] + 1):
            place = row["place"] if row["pages"] == 1 else f"{row['place']}-{page:02d}"
            name = f"materials/{row['material']}-{row['version']}-{place}.jpg"
            try:
                content = await preview(house, case.subject_id, row["sha256"], Look(page))
            except FileRefused:
                left_out.append({"material": row["material"], "original_sha256": row["sha256"], "page": page})
                continue
            await writer.add(name, content, material=row["material"], original_sha256=row["sha256"])
    manifest = {
        "format": FORMAT,
        # Pages that cannot be drawn within their limits; their files are in the house still.
        "left_out": left_out,
        "case": case.row["number"],
        "item": case.guide.name,
        "department": case.guide.office_of(case.row["department"]).department,
        "submitted_at": rfc3339(case.row["submitted_at"]),
        "ended_at": rfc3339(case.state.ended_at or 0),
        "state": case.state.state,
        "guide_sha256": case.row["guide_hash"],
        "form_sha256": case.row["form_hash"],
        "lifecycle_sha256": case.row["lifecycle_hash"],
        "files": writer.members,
    }
    await asyncio.to_thread(writer.write, "manifest.json", _json(manifest))


async def _events(house: House, case: Case) -> list[dict[str, Any]]:
    told = []
    for entry in case.entries:
        part = await private_part(house, case, entry)
        # Answers given anew are in form.json, masked.
        said = msgspec.to_builtins(msgspec.structs.replace(part, values=None))
        fact = entry.fact
        told.append(
            {"sequence": entry.sequence, "type": fact.type, "at": rfc3339(fact.at), "data": fact.data, "said": said}
        )
    return told


async def _form(house: House, case: Case) -> dict[str, Any]:
    submission = await private_submission(house, case)
    return {
        "applicant": submission.name,
        "representative": submission.representative,
        "values": masked(case.form, submission.values),
        "labels": labels_of(house.city, case.form, submission.values),
    }


def _json(value: Any) -> bytes:
    return msgspec.json.format(msgspec.json.encode(value, order="deterministic"), indent=2)


def _nameless(directory: Path) -> IO[bytes]:
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    return tempfile.TemporaryFile(dir=directory)
