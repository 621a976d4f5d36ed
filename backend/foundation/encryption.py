"""Field encryption: personal data is sealed under a key of its subject, bound to the place it is stored in.

AES-256-GCM with table, column and row as associated data. Subject keys live in a store of their own, wrapped by a
master key from a key ring, so that shredding one key erases one person and an old backup of the data cannot bring them
back. A sealed value is: format (1), generation of the subject's key, nonce (12 bytes), ciphertext with tag.
"""

from __future__ import annotations

from typing import Protocol

import msgspec


class Place(msgspec.Struct, frozen=True):
    """Where a sealed value is stored; a value moved to another place does not open."""

    table: str
    column: str
    row: str


class Erased(Exception):
    """The subject's key was shredded: the value cannot be read any more, by anyone."""


class UnknownSubject(LookupError):
    """The key store has never heard of the subject: an older key store was restored, or the wrong one is open."""


class Vault(Protocol):
    """Seals and opens personal fields."""

    async def create_subject(self) -> str:
        """Makes a key for a new subject, durable before this returns, and gives the subject's identifier."""
        ...

    async def seal(self, subject_id: str, place: Place, plain: bytes) -> bytes:
        """Encrypts `plain` for its subject and place. Raises Erased, UnknownSubject."""
        ...

    async def open(self, subject_id: str, place: Place, sealed: bytes) -> bytes:
        """Decrypts what `seal` gave for the same subject and place.

        Raises Erased, UnknownSubject, or ValueError when it was altered or belongs elsewhere.
        """
        ...

    async def shred(self, subject_id: str) -> None:
        """Erases a person: destroys the subject's keys for good. Doing it again is a no-op."""
        ...

    def blind_index(self, purpose: str, value: str) -> str:
        """An exact-match index of a normalised value: keyed, so that it cannot be reversed by trying all values."""
        ...
