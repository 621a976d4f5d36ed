"""The key ring: master keys that wrap people's data keys, and the key of the blind indexes, in one file.

The file is the one secret that must be kept apart from both databases and their backups.
"""

from __future__ import annotations

import contextlib
import os
import secrets
from pathlib import Path
from typing import Annotated

import msgspec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

FILE_NAME = "data-keys.json"
DEMO_MARK = "demo"
"""An empty file beside keys that were made without being asked for; production refuses the directory."""
_KEY_BYTES = 32
_NONCE_BYTES = 12

_Key = Annotated[bytes, msgspec.Meta(min_length=_KEY_BYTES, max_length=_KEY_BYTES)]


class KeyRingError(Exception):
    """The key ring is missing, unreadable, damaged or readable by others; the message names the file and the cure."""


class _Stored(msgspec.Struct, forbid_unknown_fields=True):
    current: str
    master: dict[str, _Key]
    index: _Key


class KeyRing:
    """Wraps with the current master key, unwraps with any; never hands a master key out."""

    def __init__(self, stored: _Stored) -> None:
        self._stored = stored
        self._masters = {name: AESGCM(key) for name, key in stored.master.items()}

    @property
    def index_key(self) -> bytes:
        """The HMAC key of the blind indexes. It never rotates: every index would have to be made anew."""
        return self._stored.index

    def wrap(self, key: bytes, context: bytes) -> tuple[str, bytes]:
        """Encrypts a data key for storage; returns the name of the master key and the wrapped key."""
        nonce = os.urandom(_NONCE_BYTES)
        return self._stored.current, nonce + self._masters[self._stored.current].encrypt(nonce, key, context)

    def unwrap(self, name: str, wrapped: bytes, context: bytes) -> bytes:
        """The data key. Raises KeyRingError for an unknown master key, InvalidTag for altered bytes."""
        if name not in self._masters:
            raise KeyRingError(f"master key {name} is not in the key ring: restore the key ring of this database")
        return self._masters[name].decrypt(wrapped[:_NONCE_BYTES], wrapped[_NONCE_BYTES:], context)


def load_key_ring(directory: Path, *, create: bool) -> KeyRing:
    """Reads the ring; with `create` (demo and test) makes one when there is none. Raises KeyRingError."""
    file = directory / FILE_NAME
    if create and not file.exists():
        create_key_ring(directory, demo=True)
    try:
        mode = file.stat().st_mode
        stored = msgspec.json.decode(file.read_bytes(), type=_Stored)
    except FileNotFoundError:
        raise KeyRingError(f"{file} is missing: make it with `zhangban keys`, or restore it") from None
    except (OSError, msgspec.MsgspecError) as error:
        raise KeyRingError(f"{file} cannot be read: {type(error).__name__}") from None
    if mode & 0o077:
        raise KeyRingError(f"{file} can be read by others: chmod 600")
    if stored.current not in stored.master:
        raise KeyRingError(f"{file} names a current master key that it does not hold")
    return KeyRing(stored)


def create_key_ring(directory: Path, *, demo: bool) -> None:
    """Makes a ring, readable by its owner only; leaves one that is there alone. `demo` marks the directory."""
    directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    name = secrets.token_hex(4)
    ring = _Stored(current=name, master={name: os.urandom(_KEY_BYTES)}, index=os.urandom(_KEY_BYTES))
    draft = directory / f"{FILE_NAME}.{secrets.token_hex(4)}"
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(msgspec.json.format(msgspec.json.encode(ring)) + b"\n")
        file.flush()
        os.fsync(file.fileno())
    # A link, not a rename: of two processes that start together the second must not replace the first one's keys.
    with contextlib.suppress(FileExistsError):
        os.link(draft, directory / FILE_NAME)
        if demo:
            (directory / DEMO_MARK).touch()
    draft.unlink()
    descriptor = os.open(directory, os.O_RDONLY)
    os.fsync(descriptor)
    os.close(descriptor)
