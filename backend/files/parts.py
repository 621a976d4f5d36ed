"""Where the sealed parts of files lie: the one interface, and which store the settings choose."""

from __future__ import annotations

from collections.abc import Collection
from functools import lru_cache
from pathlib import Path
from typing import Protocol

from backend.files.disk_parts import DiskParts
from backend.files.s3_parts import S3Parts
from backend.foundation.settings import FilesSettings


class PartStore(Protocol):
    """Holds ciphertext under a name of the store's own, by the upload that brought it (`storage`, a UUID).

    The database says which parts count; any other is left over. A part never changes once it is written. Every method
    raises FileStoreUnavailable where the store does not answer or is full; nothing of before is lost then.
    """

    async def write(self, storage: str, sealed: bytes) -> str:
        """Stores one sealed part so that it survives a crash from here on, and gives its name."""

    async def read(self, storage: str, name: str) -> bytes:
        """One sealed part. Raises FileNotFoundError."""

    async def remove(self, storage: str, names: Collection[str]) -> None:
        """Removes the named parts; what is gone already is passed over."""

    async def keep_only(self, storage: str, names: Collection[str]) -> None:
        """Removes every part of an upload but the named ones."""

    async def close(self) -> None:
        """Closes its connections; the next call opens new ones."""


@lru_cache(maxsize=16)
def part_store(of: FilesSettings) -> PartStore:
    """The store that the settings choose; the same one each time, so that its connections are used again."""
    if of.store == "s3":
        secret = Path(of.s3_secret_key_file).read_text(encoding="utf-8").strip()
        return S3Parts(of.s3_endpoint, of.s3_bucket, of.s3_region, of.s3_access_key, secret)
    return DiskParts(Path(of.directory))
