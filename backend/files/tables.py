"""The statements of the files room: uploads under way, files, and the names of their sealed parts."""

from __future__ import annotations

from collections.abc import Sequence

from backend.files.refusals import Judged
from backend.foundation.database import Statement, sql
from backend.foundation.encryption import Place


def metadata_place(upload_id: str) -> Place:
    """Where an upload's metadata is sealed."""
    return Place("upload", "metadata", upload_id)


def part_place(storage: str, first: int) -> Place:
    """Where the part that starts at byte `first` is sealed."""
    return Place("file_part", "content", f"{storage}/{first}")


def add_upload(
    upload_id: str,
    account_id: str,
    subject_id: str,
    length: int,
    metadata: bytes,
    sha256: str | None,
    at: int,
    expires_at: int,
) -> Statement:
    """An upload of which nothing has arrived."""
    return sql(
        "INSERT INTO upload (id, account_id, subject_id, length, received, metadata, sha256, created_at, expires_at)"
        " VALUES ({}, {}, {}, {}, 0, {}, {}, {}, {})",
        upload_id,
        account_id,
        subject_id,
        length,
        metadata,
        sha256,
        at,
        expires_at,
        expect=1,
    )


def upload_of(upload_id: str, account_id: str, at: int) -> Statement:
    """An account's upload whose time is not over."""
    return sql(
        "SELECT id, subject_id, length, received, sha256, metadata, expires_at FROM upload"
        " WHERE id = {} AND account_id = {} AND expires_at > {}",
        upload_id,
        account_id,
        at,
    )


def move_offset(upload_id: str, received_before: int, received: int) -> Statement:
    """Moves an upload on; touches no row when another request moved it meanwhile."""
    return sql(
        "UPDATE upload SET received = {} WHERE id = {} AND received = {}",
        received,
        upload_id,
        received_before,
        expect=1,
    )


def remove_upload(upload_id: str) -> Statement:
    """Removes an upload."""
    return sql("DELETE FROM upload WHERE id = {}", upload_id)


def unfinished_of(account_id: str, at: int) -> Statement:
    """How many uploads of an account are under way, and the bytes they will have."""
    return sql(
        "SELECT COUNT(*) AS many, COALESCE(SUM(length), 0) AS bytes FROM upload"
        " WHERE account_id = {} AND received < length AND expires_at > {}",
        account_id,
        at,
    )


def kept_of(subject_id: str) -> Statement:
    """How many files a subject has, and their bytes."""
    return sql("SELECT COUNT(*) AS many, COALESCE(SUM(size), 0) AS bytes FROM file WHERE subject_id = {}", subject_id)


def add_part(storage: str, first: int, length: int, name: str) -> Statement:
    """Names the stored part that starts at byte `first`."""
    return sql(
        "INSERT INTO file_part (storage, first, length, name) VALUES ({}, {}, {}, {})",
        storage,
        first,
        length,
        name,
        expect=1,
    )


def parts_of(storage: str) -> Statement:
    """The parts of an upload or file in order."""
    return sql("SELECT first, name FROM file_part WHERE storage = {} ORDER BY first", storage)


def remove_unused_parts(storage: str) -> Statement:
    """Forgets the parts of an upload that has not become a file."""
    return sql(
        "DELETE FROM file_part WHERE storage = {} AND NOT EXISTS (SELECT 1 FROM file WHERE file.storage = {})",
        storage,
        storage,
    )


def add_file(subject_id: str, sha256: str, storage: str, judged: Judged, size: int, at: int) -> Statement:
    """Makes an upload a file; one that the subject has already stays as it is."""
    return sql(
        "INSERT INTO file (subject_id, sha256, storage, media_type, size, width, height, created_at, pages)"
        " VALUES ({}, {}, {}, {}, {}, {}, {}, {}, {}) ON CONFLICT (subject_id, sha256) DO NOTHING",
        subject_id,
        sha256,
        storage,
        judged.media_type,
        size,
        judged.width,
        judged.height,
        at,
        judged.pages,
    )


def files_of(subject_id: str, hashes: Sequence[str]) -> Statement:
    """Those of the named files that the subject has."""
    marks = ", ".join("{}" for _ in hashes)
    return sql(
        "SELECT sha256, storage, media_type, size, width, height, created_at, pages FROM file"  # noqa: S608 only marks
        f" WHERE subject_id = {{}} AND sha256 IN ({marks})",
        subject_id,
        *hashes,
    )


def files_before(subject_id: str, before: int) -> Statement:
    """A subject's files stored before an instant."""
    return sql("SELECT sha256 FROM file WHERE subject_id = {} AND created_at < {}", subject_id, before)


def remove_file(subject_id: str, sha256: str, before: int) -> Statement:
    """Removes a file unless it was needed since an instant; gives its `storage` when it did."""
    return sql(
        "DELETE FROM file WHERE subject_id = {} AND sha256 = {} AND created_at < {} RETURNING storage",
        subject_id,
        sha256,
        before,
    )


def touch_files(subject_id: str, hashes: Sequence[str], at: int) -> Statement:
    """Makes files as if stored at an instant; fails the batch when one of them is gone."""
    marks = ", ".join("{}" for _ in hashes)
    return sql(
        f"UPDATE file SET created_at = {{}} WHERE subject_id = {{}} AND sha256 IN ({marks})",  # noqa: S608 only marks
        at,
        subject_id,
        *hashes,
        expect=len(hashes),
    )
