"""Signs a document's file once and keeps it: whoever asks later is given the same bytes."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable

import msgspec
from cryptography.hazmat.primitives import hashes

from backend.certificates.keys import SigningKeys
from backend.foundation.database import Row, UniqueViolation
from backend.foundation.identifiers import new_id
from backend.house import House
from backend.signatures import tables
from backend.signatures.authority import Authority, authority_of, fingerprint_of, pem_of, root_certificate


class Mark(msgspec.Struct, frozen=True):
    """What the page itself says of the signature. `at` is in milliseconds."""

    signer_code: str
    at: int
    root_fingerprint: str


class SignedFile(msgspec.Struct, frozen=True):
    """A signed file: who signed (USCC), when in milliseconds, and under which root (SHA-256 of its certificate)."""

    content: bytes
    issuer: str
    signed_at: int
    root_sha256: str


class Document(msgspec.Struct, frozen=True):
    """Which document is asked for. The caller has checked who may read it."""

    case_id: str
    subject_id: str
    sequence: int
    language: str


Draw = Callable[[Mark], bytes]
"""Draws the unsigned PDF with its mark; runs in a thread."""


async def kept_file(house: House, document: Document) -> SignedFile | None:
    """The file that was signed before, or None. Raises Erased."""
    rows = await house.database.read(tables.file_of(document.case_id, document.sequence, document.language))
    return await _opened(house, rows[0]) if rows else None


async def sign_file(
    house: House, keys: SigningKeys, document: Document, department: str, reason: str, draw: Draw
) -> SignedFile:
    """Draws, signs and keeps a document's file in the department's (USCC) name.

    Of two that ask at once both get the file that was kept first. Raises SigningKeyMissing, Erased, and what `draw`
    raises.
    """
    city, now = house.city, house.time.now()
    name = city.departments[department].name.zh
    authority = authority_of(keys, department, name, city.name.zh, now // 1000)
    mark = Mark(department, now, fingerprint_of(authority.root))
    content = await asyncio.to_thread(_drawn_and_signed, draw, mark, authority, reason)
    file_id = new_id()
    sealed = await house.vault.seal(document.subject_id, tables.file_place(file_id), content)
    root_sha256 = authority.root.fingerprint(hashes.SHA256()).hex()
    try:
        await house.database.commit(
            [
                tables.add_file(
                    file_id=file_id,
                    case_id=document.case_id,
                    sequence=document.sequence,
                    language=document.language,
                    subject_id=document.subject_id,
                    issuer=department,
                    signed_at=now,
                    root_sha256=root_sha256,
                    sha256=hashlib.sha256(content).hexdigest(),
                    size=len(content),
                    file_sealed=sealed,
                )
            ]
        )
    except UniqueViolation:
        kept = await kept_file(house, document)
        if kept is None:
            raise
        return kept
    return SignedFile(content, department, now, root_sha256)


def root_of(house: House, keys: SigningKeys) -> bytes:
    """The root's certificate as PEM, for anyone who checks a document. Raises SigningKeyMissing."""
    return pem_of(root_certificate(keys, house.time.now() // 1000))


def _drawn_and_signed(draw: Draw, mark: Mark, authority: Authority, reason: str) -> bytes:
    # Half a second to load, and many a process never signs.
    from backend.signatures.pades import sign

    return sign(draw(mark), authority, mark.at, reason)


async def _opened(house: House, row: Row) -> SignedFile:
    content = await house.vault.open(row["subject_id"], tables.file_place(row["id"]), bytes(row["file_sealed"]))
    return SignedFile(content, row["issuer"], row["signed_at"], row["root_sha256"])
