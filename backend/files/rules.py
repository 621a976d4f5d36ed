"""tus 1.0 headers, and the bounds of uploads: pure."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
from typing import Literal

import msgspec

from backend.files.errors import UploadHeaderInvalid

TUS_VERSION = "1.0.0"
CHECKSUMS: tuple[Literal["sha1", "sha256"], ...] = ("sha1", "sha256")
EXTENSIONS = "creation,checksum,termination,expiration"

PIECE_BYTES = 256 * 1024
UNFINISHED_LIMIT = 10
PARTS_LIMIT = 1000
FILES_LIMIT = 200
BYTES_LIMIT = 300 * 1024 * 1024
DAY = 24 * 3600 * 1000
UPLOAD_LIFETIME = DAY

_METADATA_LIMIT = 2048
_NUMBER = re.compile(r"0|[1-9][0-9]{0,15}")
_SHA256 = re.compile(r"[0-9a-f]{64}")


class Metadata(msgspec.Struct, frozen=True):
    """What the client says of a file: its name, its type (not believed) and its SHA-256 in hex (compared)."""

    filename: str = ""
    filetype: str = ""
    sha256: str | None = None


class Checksum(msgspec.Struct, frozen=True):
    """The digest a part must have."""

    algorithm: Literal["sha1", "sha256"]
    digest: bytes

    def matches(self, content: bytes) -> bool:
        """Whether `content` has this digest."""
        # SHA-1 guards against damage on the way here, which is all tus asks of it.
        actual = hashlib.new(self.algorithm, content, usedforsecurity=False).digest()
        return hmac.compare_digest(actual, self.digest)


def read_number(header: str, text: str | None) -> int:
    """A length or offset in bytes. Raises UploadHeaderInvalid."""
    if text is None or not _NUMBER.fullmatch(text):
        raise UploadHeaderInvalid(f"{header} 应为不带符号的整数。", header=header)
    return int(text)


def read_metadata(text: str | None) -> Metadata:
    """Upload-Metadata: keys with base64 values, parted by commas; unknown keys are passed over.

    Raises UploadHeaderInvalid for what is not that, a key given twice, or a value that is too long.
    """
    values: dict[str, str] = {}
    if text is not None and len(text) > _METADATA_LIMIT:
        raise UploadHeaderInvalid("Upload-Metadata 太长。", header="Upload-Metadata", limit=_METADATA_LIMIT)
    # It is given back as it came, in a header: no line may end in it.
    if text is not None and not (text.isascii() and text.isprintable()):
        raise UploadHeaderInvalid("Upload-Metadata 只能有 ASCII 字符。", header="Upload-Metadata")
    for pair in text.split(",") if text else ():
        key, _, encoded = pair.strip().partition(" ")
        try:
            value = base64.b64decode(encoded.strip(), validate=True).decode()
        except (binascii.Error, ValueError):
            raise UploadHeaderInvalid("Upload-Metadata 的值应为 Base64 编码。", header="Upload-Metadata") from None
        if not key or key in values:
            raise UploadHeaderInvalid("Upload-Metadata 的键为空或重复。", header="Upload-Metadata")
        values[key] = value
    sha256 = values.get("sha256")
    if sha256 is not None and not _SHA256.fullmatch(sha256):
        raise UploadHeaderInvalid("sha256 应为 64 位小写十六进制。", header="Upload-Metadata")
    return Metadata(values.get("filename", "")[:255], values.get("filetype", "")[:100], sha256)


def read_checksum(text: str | None) -> Checksum | None:
    """Upload-Checksum: the algorithm and the base64 digest. Raises UploadHeaderInvalid for another algorithm."""
    if text is None:
        return None
    algorithm, _, encoded = text[:200].partition(" ")
    for known in CHECKSUMS:
        if algorithm == known:
            try:
                return Checksum(known, base64.b64decode(encoded.strip(), validate=True))
            except (binascii.Error, ValueError):
                break
    raise UploadHeaderInvalid("Upload-Checksum 应为 sha1 或 sha256 及其 Base64 值。", header="Upload-Checksum")


def is_sha256(text: str) -> bool:
    """Whether `text` is a SHA-256 in lower-case hex."""
    return _SHA256.fullmatch(text) is not None
