"""The vault in use: ciphers from the subject-key store, indexes from the key ring."""

from __future__ import annotations

import hashlib
import hmac
import os
from pathlib import Path

import msgspec
from cryptography.exceptions import InvalidTag

from backend.foundation.database import open_database
from backend.foundation.encryption import Place
from backend.foundation.key_ring import KeyRing, load_key_ring
from backend.foundation.migrations import apply_migrations
from backend.foundation.settings import Settings
from backend.foundation.subject_keys import FIRST_GENERATION, MIGRATIONS, SubjectKeys

_FORMAT = 1
_HEADER_BYTES = 2
_NONCE_BYTES = 12
_TAG_BYTES = 16


class StoredVault:
    """See `encryption.Vault` for what each function promises."""

    def __init__(self, keys: SubjectKeys, ring: KeyRing) -> None:
        self._keys = keys
        self._ring = ring

    async def create_subject(self) -> str:
        """See `Vault.create_subject`."""
        return await self._keys.create()

    async def seal(self, subject_id: str, place: Place, plain: bytes) -> bytes:
        """See `Vault.seal`."""
        cipher = await self._keys.find(subject_id, FIRST_GENERATION)
        nonce = os.urandom(_NONCE_BYTES)
        return bytes((_FORMAT, FIRST_GENERATION)) + nonce + cipher.encrypt(nonce, plain, _bound_to(place))

    async def open(self, subject_id: str, place: Place, sealed: bytes) -> bytes:
        """See `Vault.open`."""
        if len(sealed) < _HEADER_BYTES + _NONCE_BYTES + _TAG_BYTES or sealed[0] != _FORMAT:
            raise ValueError("not a sealed value")
        nonce, hidden = sealed[_HEADER_BYTES : _HEADER_BYTES + _NONCE_BYTES], sealed[_HEADER_BYTES + _NONCE_BYTES :]
        cipher = await self._keys.find(subject_id, sealed[1])
        try:
            return cipher.decrypt(nonce, hidden, _bound_to(place))
        except InvalidTag:
            raise ValueError("a sealed value was altered or belongs to another place") from None

    async def shred(self, subject_id: str) -> None:
        """See `Vault.shred`."""
        await self._keys.shred(subject_id)

    def blind_index(self, purpose: str, value: str) -> str:
        """See `Vault.blind_index`."""
        return hmac.new(self._ring.index_key, f"{purpose}\0{value}".encode(), hashlib.sha256).hexdigest()

    async def close(self) -> None:
        """Closes the key store."""
        await self._keys.close()


async def open_vault(settings: Settings) -> StoredVault:
    """Reads the key ring, opens the key store and brings it to this release's schema.

    Demo and test make what is missing; production raises KeyRingError. Raises DatabaseUnavailable.
    """
    ring = load_key_ring(Path(settings.keys.directory), create=settings.mode != "production")
    store = await open_database(
        settings.database.keys_url, readers=1, pool_size=settings.database.pool_size, bind=False
    )
    await apply_migrations(store, MIGRATIONS)
    return StoredVault(SubjectKeys(store, ring), ring)


def _bound_to(place: Place) -> bytes:
    return msgspec.json.encode((place.table, place.column, place.row))
