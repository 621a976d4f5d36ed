"""The statements of the signatures room."""

from __future__ import annotations

from backend.foundation.database import Statement, sql
from backend.foundation.encryption import Place


def file_place(file_id: str) -> Place:
    """Where a signed file is sealed."""
    return Place("document_file", "file_sealed", file_id)


def add_file(
    *,
    file_id: str,
    case_id: str,
    sequence: int,
    language: str,
    subject_id: str,
    issuer: str,
    signed_at: int,
    root_sha256: str,
    sha256: str,
    size: int,
    file_sealed: bytes,
) -> Statement:
    """Keeps a signed file; fails as UniqueViolation when the document has one in that language already."""
    return sql(
        "INSERT INTO document_file (id, case_id, sequence, language, subject_id, issuer, signed_at, root_sha256,"
        " sha256, size, file_sealed) VALUES ({}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {})",
        file_id,
        case_id,
        sequence,
        language,
        subject_id,
        issuer,
        signed_at,
        root_sha256,
        sha256,
        size,
        file_sealed,
        expect=1,
    )


def file_of(case_id: str, sequence: int, language: str) -> Statement:
    """The signed file of a document in a language."""
    return sql(
        "SELECT * FROM document_file WHERE case_id = {} AND sequence = {} AND language = {}",
        case_id,
        sequence,
        language,
    )


def files_about(subject_id: str) -> Statement:
    """The signed files that are sealed for a subject, without their bytes, oldest first."""
    return sql(
        "SELECT id, case_id, sequence, language, issuer, signed_at, sha256, size FROM document_file"
        " WHERE subject_id = {} ORDER BY id",
        subject_id,
    )


def file_by_id(file_id: str) -> Statement:
    """One signed file."""
    return sql("SELECT subject_id, file_sealed FROM document_file WHERE id = {}", file_id)


def files_of_case(case_id: str, subject_id: str) -> Statement:
    """The signed files of a case that are sealed for a subject."""
    return sql("SELECT id, file_sealed FROM document_file WHERE case_id = {} AND subject_id = {}", case_id, subject_id)


def move_file(file_id: str, before: str, kept: str, file_sealed: bytes) -> Statement:
    """Makes a file that of another subject."""
    return sql(
        "UPDATE document_file SET subject_id = {}, file_sealed = {} WHERE id = {} AND subject_id = {}",
        kept,
        file_sealed,
        file_id,
        before,
        expect=1,
    )
