"""Sealed parts in files on a disk of this machine."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Collection
from pathlib import Path
from typing import ParamSpec, TypeVar

from backend.files.errors import FileStoreUnavailable
from backend.foundation.identifiers import new_id

Given = ParamSpec("Given")
Gives = TypeVar("Gives")


class DiskParts:
    """Files of ciphertext under one directory, one folder an upload. As `PartStore` says."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    async def write(self, storage: str, sealed: bytes) -> str:
        """Stores one sealed part so that it survives a crash from here on, and gives its name."""
        name = new_id()
        await self._attempt(self._write, self._folder(storage), name, sealed)
        return name

    async def read(self, storage: str, name: str) -> bytes:
        """One sealed part."""
        return await self._attempt((self._folder(storage) / name).read_bytes)

    async def remove(self, storage: str, names: Collection[str]) -> None:
        """Removes the named parts."""
        folder = self._folder(storage)
        await self._attempt(_unlink, [folder / name for name in names])

    async def keep_only(self, storage: str, names: Collection[str]) -> None:
        """Removes every part but the named ones, and the folder when none is left."""
        await self._attempt(self._keep_only, self._folder(storage), frozenset(names))

    async def close(self) -> None:
        """Nothing is open between two calls."""

    async def _attempt(self, work: Callable[Given, Gives], *args: Given.args, **kwargs: Given.kwargs) -> Gives:
        try:
            return await asyncio.to_thread(work, *args, **kwargs)
        except FileNotFoundError:
            raise
        except OSError as error:
            # Full, read-only or failing: what was sent is still with whoever sent it.
            raise FileStoreUnavailable from error

    def _folder(self, storage: str) -> Path:
        # The tail of a UUIDv7 is random: folders spread evenly.
        return self._directory / storage[-2:] / storage

    def _write(self, folder: Path, name: str, sealed: bytes) -> None:
        fresh = not folder.is_dir()
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            descriptor = os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileNotFoundError as error:
            # The folder was empty and went a moment ago: what is sent once more finds one.
            raise FileStoreUnavailable from error
        with os.fdopen(descriptor, "wb") as file:
            file.write(sealed)
            file.flush()
            os.fsync(file.fileno())
        _sync(folder)
        if fresh:
            _sync(folder.parent)
            _sync(folder.parent.parent)

    def _keep_only(self, folder: Path, names: frozenset[str]) -> None:
        if not folder.is_dir():
            return
        _unlink([path for path in folder.iterdir() if path.name not in names])
        if not names:
            folder.rmdir()


def _unlink(paths: Collection[Path]) -> None:
    for path in paths:
        path.unlink(missing_ok=True)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
