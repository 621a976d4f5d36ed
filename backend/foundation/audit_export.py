"""The audit trail as a file that an auditor verifies with nothing else: lines, hashes and a signed head.

A text file of JSON lines: a header with the hash that the first line follows; one line for each audit line with its
position and hash; at the end a head with the SHA-256 of everything above it, signed with Ed25519 by a key that only
this purpose uses. Whoever knows the key's fingerprint (`zhangban keys` prints it) also knows which house signed.
"""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Annotated, BinaryIO, TypeVar

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from backend.foundation.audit import COLUMNS
from backend.foundation.audit_chain import FIRST, NAME, link
from backend.foundation.database import Database, sql
from backend.foundation.key_files import write_once
from backend.foundation.settings import Settings

FILE_NAME = "audit-head.pem"
FORMAT = "zhangban-audit@1"
_BATCH = 500
_LONGEST_LINE = 1_000_000

Struct = TypeVar("Struct", bound=msgspec.Struct)
_Hash = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}$")]
_Signature = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{128}$")]


class AuditKeyMissing(Exception):
    """There is no key to sign exports with and this mode does not make one; the message says how to make it."""


class FileNotWhole(Exception):
    """A file is not what was exported; the message says where it first differs."""


class _Header(msgspec.Struct, forbid_unknown_fields=True):
    format: str
    after: Annotated[int, msgspec.Meta(ge=0)]
    previous: _Hash


class _Line(msgspec.Struct, forbid_unknown_fields=True):
    position: int
    hash: _Hash
    id: str
    at: int
    actor: str
    action: str
    subject: str | None
    target: str
    reason: str
    result: str
    address: str


class SignedHead(msgspec.Struct, forbid_unknown_fields=True):
    """The end of a file: how many lines, the last position and hash, when (milliseconds), and what was signed."""

    lines: int
    position: int
    hash: _Hash
    at: int
    digest: _Hash
    public_key: _Hash
    signature: _Signature | None = None


def create_audit_key(directory: Path) -> None:
    """Makes the signing key, readable by its owner only; one that is there stays."""
    write_once(directory / FILE_NAME, _new_key)


def _new_key() -> bytes:
    return Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def audit_key(settings: Settings) -> Ed25519PrivateKey:
    """The key that signs exports; demo and test make one when there is none. Raises AuditKeyMissing, ValueError."""
    directory = Path(settings.keys.directory)
    if settings.mode != "production":
        create_audit_key(directory)
    try:
        key = serialization.load_pem_private_key((directory / FILE_NAME).read_bytes(), None)
    except FileNotFoundError:
        raise AuditKeyMissing(f"{directory / FILE_NAME} is missing: make it with `zhangban keys`") from None
    if not isinstance(key, Ed25519PrivateKey):
        raise ValueError(f"{directory / FILE_NAME} is not an Ed25519 key")
    return key


def fingerprint(key: Ed25519PrivateKey | Ed25519PublicKey) -> str:
    """What tells one signing key from another: the SHA-256 of its public half, 64 hexadecimal digits."""
    public = key.public_key() if isinstance(key, Ed25519PrivateKey) else key
    return hashlib.sha256(public.public_bytes_raw()).hexdigest()


async def export(database: Database, key: Ed25519PrivateKey, *, at: int, after: int = 0) -> AsyncIterator[bytes]:
    """The file, line by line: every audit line with a position above `after` that is chained now.

    Nothing is checked here, so that a chain that was tampered with can be handed to an auditor too. Raises LookupError
    when the chain does not reach to `after`.
    """
    end = (await database.read(sql("SELECT position FROM lease WHERE name = {}", NAME)))[0]["position"]
    last = FIRST.hex()
    if after:
        before = await database.read(sql("SELECT hash FROM audit_chain WHERE position = {}", after))
        if not before:
            raise LookupError(f"the audit chain has no position {after}")
        last = bytes(before[0]["hash"]).hex()
    digest = hashlib.sha256()
    header = msgspec.json.encode(_Header(FORMAT, after, last)) + b"\n"
    digest.update(header)
    yield header
    position, lines = after, 0
    while rows := await database.read(
        sql(
            f"SELECT audit_chain.position, audit_chain.hash, {', '.join(f'audit.{name}' for name in COLUMNS)}"  # noqa: S608 fixed text
            " FROM audit_chain JOIN audit ON audit.id = audit_chain.audit_id"
            " WHERE audit_chain.position > {} AND audit_chain.position <= {} ORDER BY audit_chain.position LIMIT {}",
            position,
            end,
            _BATCH,
        )
    ):
        for row in rows:
            last, position, lines = bytes(row["hash"]).hex(), row["position"], lines + 1
            text = msgspec.json.encode(_Line(**{**row, "hash": last})) + b"\n"
            digest.update(text)
            yield text
    head = SignedHead(lines, position, last, at, digest.hexdigest(), key.public_key().public_bytes_raw().hex())
    head.signature = key.sign(_signed(head)).hex()
    yield msgspec.json.encode(head) + b"\n"


def verify_file(file: BinaryIO) -> tuple[SignedHead, str]:
    """Verifies an exported file with nothing but itself; gives its head and the signing key's fingerprint.

    Each line's hash is computed anew from the line before, and the head's signature covers every byte. Raises
    FileNotWhole, which names the first position that is wrong.
    """
    header, digest = _header(file), hashlib.sha256()
    digest.update(msgspec.json.encode(header) + b"\n")
    position, previous, lines = header.after, bytes.fromhex(header.previous), 0
    above: bytes | None = None
    for text in _lines(file):
        if above is not None:
            digest.update(above)
            line = _following(above, position, previous)
            position, previous, lines = line.position, bytes.fromhex(line.hash), lines + 1
        above = text
    if above is None:
        raise FileNotWhole("the signed head is missing: the file was cut off")
    head = _decoded(above, SignedHead)
    if head is None:
        raise FileNotWhole(f"the signed head after position {position} is missing or altered")
    if (head.lines, head.position, head.hash, head.digest) != (lines, position, previous.hex(), digest.hexdigest()):
        raise FileNotWhole(f"the signed head does not fit the {lines} lines above it")
    public = Ed25519PublicKey.from_public_bytes(bytes.fromhex(head.public_key))
    try:
        public.verify(bytes.fromhex(head.signature or ""), _signed(head))
    except InvalidSignature:
        raise FileNotWhole("the signature of the head is wrong") from None
    return head, fingerprint(public)


def _signed(head: SignedHead) -> bytes:
    return FORMAT.encode() + b"\n" + msgspec.json.encode(msgspec.structs.replace(head, signature=None))


def _header(file: BinaryIO) -> _Header:
    header = _decoded(file.readline(_LONGEST_LINE), _Header)
    if header is None or header.format != FORMAT:
        raise FileNotWhole(f"the header of a {FORMAT} file is missing or altered")
    return header


def _lines(file: BinaryIO) -> Iterator[bytes]:
    while text := file.readline(_LONGEST_LINE):
        yield text


def _following(text: bytes, position: int, previous: bytes) -> _Line:
    """The line that rightly follows the one at `position` with hash `previous`. Raises FileNotWhole."""
    line = _decoded(text, _Line)
    if line is None:
        raise FileNotWhole(f"position {position + 1}: the line cannot be read")
    if line.position != position + 1:
        raise FileNotWhole(f"position {position + 1}: the line is missing")
    if link(previous, msgspec.structs.asdict(line)).hex() != line.hash:
        raise FileNotWhole(f"position {position + 1}: the line was altered")
    return line


def _decoded(text: bytes, kind: type[Struct]) -> Struct | None:
    """A line of the file, or None when it is not byte for byte as it would be written."""
    try:
        found = msgspec.json.decode(text, type=kind)
        return found if msgspec.json.encode(found) + b"\n" == text else None
    except (msgspec.MsgspecError, UnicodeError):
        return None
