"""The key ring: master keys that wrap people's data keys, and the key of the blind indexes, in one file.

The file is the one secret that must be kept apart from both databases and their backups. `zhangban keys rotate` writes
it anew while other processes run: they read it again when it changed, at most once a second, and always before they
call a master key unknown.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import secrets
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import msgspec
import structlog
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from backend.foundation.key_files import replace, write_once

FILE_NAME = "data-keys.json"
LOCK_NAME = "data-keys.lock"
DEMO_MARK = "demo"
"""An empty file beside keys that were made without being asked for; production refuses the directory."""
_KEY_BYTES = 32
_NONCE_BYTES = 12
_LOOK_SECONDS = 1.0

_Key = Annotated[bytes, msgspec.Meta(min_length=_KEY_BYTES, max_length=_KEY_BYTES)]
_Version = tuple[int, int, int]
_log = structlog.get_logger(__name__)


class KeyRingError(Exception):
    """The key ring is missing, unreadable, damaged or readable by others; the message names the file and the cure."""


class _Stored(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """The file. `replaced`: when (milliseconds) a master key that is kept for reading was followed by another."""

    current: str
    master: dict[str, _Key]
    index: _Key
    replaced: dict[str, int] = {}


class KeyRing:
    """Wraps with the current master key, unwraps with any; never hands a master key out."""

    def __init__(self, directory: Path) -> None:
        """Reads the ring. Raises KeyRingError."""
        self._file = directory / FILE_NAME
        self._stored, self._version = _read(self._file)
        self._masters = {name: AESGCM(key) for name, key in self._stored.master.items()}
        self._looked = time.monotonic()

    @property
    def index_key(self) -> bytes:
        """The HMAC key of the blind indexes. It never rotates: every index would have to be made anew."""
        return self._stored.index

    @property
    def current(self) -> str:
        """The name of the master key that new data keys are wrapped with, as this process knows it."""
        return self._stored.current

    @property
    def replaced(self) -> dict[str, int]:
        """The other master keys of the ring, each with the instant (milliseconds) since when it only reads."""
        return {name: self._stored.replaced.get(name, 0) for name in self._stored.master if name != self.current}

    def wrap(self, key: bytes, context: bytes) -> tuple[str, bytes]:
        """Encrypts a data key for storage; returns the name of the master key and the wrapped key."""
        self._look()
        nonce = os.urandom(_NONCE_BYTES)
        return self.current, nonce + self._masters[self.current].encrypt(nonce, key, context)

    def unwrap(self, name: str, wrapped: bytes, context: bytes) -> bytes:
        """The data key. Raises KeyRingError for an unknown master key, InvalidTag for altered bytes."""
        self._look()
        if name not in self._masters:
            self.reload()
        if name not in self._masters:
            raise KeyRingError(f"master key {name} is not in the key ring: restore the key ring of this database")
        return self._masters[name].decrypt(wrapped[:_NONCE_BYTES], wrapped[_NONCE_BYTES:], context)

    def reload(self) -> None:
        """Reads the file again if it changed. A file that cannot be used leaves what is known, and a line in the log.

        A ring with another index key is another house's: nobody would be found any more, so it is not taken.
        """
        self._looked = time.monotonic()
        try:
            if _version(self._file.stat()) == self._version:
                return
            stored, version = _read(self._file)
        except (OSError, KeyRingError) as error:
            _log.error("key-ring-not-reloaded", error=type(error).__name__)
            return
        if stored.index != self._stored.index:
            _log.error("key-ring-not-reloaded", error="another index key")
            return
        self._stored, self._version = stored, version
        self._masters = {name: AESGCM(key) for name, key in stored.master.items()}

    def _look(self) -> None:
        if time.monotonic() - self._looked >= _LOOK_SECONDS:
            self.reload()


def load_key_ring(directory: Path, *, create: bool) -> KeyRing:
    """Reads the ring; with `create` (demo and test) makes one when there is none. Raises KeyRingError."""
    if create and not (directory / FILE_NAME).exists():
        create_key_ring(directory, demo=True)
    return KeyRing(directory)


def create_key_ring(directory: Path, *, demo: bool) -> None:
    """Makes a ring, readable by its owner only; leaves one that is there alone. `demo` marks the directory."""
    if write_once(directory / FILE_NAME, _new_ring) and demo:
        (directory / DEMO_MARK).touch()


def _new_ring() -> bytes:
    name = secrets.token_hex(4)
    ring = _Stored(current=name, master={name: os.urandom(_KEY_BYTES)}, index=os.urandom(_KEY_BYTES))
    return _text(ring)


class RingFile:
    """The file as the one process that may change it sees it; see `changing_ring`."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def new_name(self) -> str:
        """A name for a master key that is still to be added."""
        return secrets.token_hex(4)

    def add(self, name: str, now: int) -> None:
        """Makes a master key and wraps with it from `now` (milliseconds) on; the former one stays for reading.

        Durable when it returns.
        """
        stored, _version = _read(self._directory / FILE_NAME)
        self._replace(
            _Stored(
                name,
                {**stored.master, name: os.urandom(_KEY_BYTES)},
                stored.index,
                {**stored.replaced, stored.current: now},
            )
        )

    def remove(self, name: str) -> None:
        """Forgets a master key for good. Raises ValueError for the current one."""
        stored, _version = _read(self._directory / FILE_NAME)
        if name == stored.current:
            raise ValueError("the current master key cannot be retired")
        masters = {other: key for other, key in stored.master.items() if other != name}
        replaced = {other: at for other, at in stored.replaced.items() if other != name}
        self._replace(_Stored(stored.current, masters, stored.index, replaced))

    def _replace(self, stored: _Stored) -> None:
        replace(self._directory / FILE_NAME, _text(stored))


@contextlib.contextmanager
def changing_ring(directory: Path) -> Iterator[RingFile]:
    """The right to change the ring of a directory, for one process at a time. Raises KeyRingError when it is taken.

    A killed process loses the right at once.
    """
    descriptor = os.open(directory / LOCK_NAME, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        raise KeyRingError("another process is rotating the keys: wait for it to end") from None
    try:
        yield RingFile(directory)
    finally:
        os.close(descriptor)


def _read(file: Path) -> tuple[_Stored, _Version]:
    try:
        with file.open("rb") as opened:
            status = os.fstat(opened.fileno())
            stored = msgspec.json.decode(opened.read(), type=_Stored)
    except FileNotFoundError:
        raise KeyRingError(f"{file} is missing: make it with `zhangban keys`, or restore it") from None
    except (OSError, msgspec.MsgspecError) as error:
        raise KeyRingError(f"{file} cannot be read: {type(error).__name__}") from None
    if status.st_mode & 0o077:
        raise KeyRingError(f"{file} can be read by others: chmod 600")
    if stored.current not in stored.master:
        raise KeyRingError(f"{file} names a current master key that it does not hold")
    return stored, _version(status)


def _version(status: os.stat_result) -> _Version:
    return status.st_mtime_ns, status.st_ino, status.st_size


def _text(stored: _Stored) -> bytes:
    return msgspec.json.format(msgspec.json.encode(stored)) + b"\n"
