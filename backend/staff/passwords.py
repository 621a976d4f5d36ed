"""Staff passwords: argon2id (RFC 9106), hashed in a thread of its own so that requests go on meanwhile."""

from __future__ import annotations

import asyncio
import secrets
from concurrent.futures import ThreadPoolExecutor
from typing import Literal

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from backend.staff.rules import normalise_password

# One at a time: each takes 19 MiB, and a flood of sign-ins must not take the machine's memory.
_THREAD = ThreadPoolExecutor(max_workers=1, thread_name_prefix="passwords")


class Passwords:
    """Hashes and verifies. Test mode spends almost nothing on it; the parameters are part of each hash."""

    def __init__(self, mode: Literal["demo", "test", "production"]) -> None:
        cheap = mode == "test"
        self._hasher = PasswordHasher(time_cost=1 if cheap else 2, memory_cost=64 if cheap else 19_456, parallelism=1)
        # After how long a refused sign-in is answered, so that its time tells nothing.
        self.refusal_seconds = 0.05 if cheap else 0.5
        # What is compared when nobody has the number that was given: it takes as long.
        self._nobody = self._hasher.hash(secrets.token_urlsafe(16))

    async def hash(self, password: str) -> str:
        """The hash to store, with its parameters and salt."""
        return await asyncio.get_running_loop().run_in_executor(
            _THREAD, self._hasher.hash, normalise_password(password)
        )

    async def verify(self, hashed: str | None, password: str) -> bool:
        """Whether the password is the one of the hash; for None as slowly as for a wrong one."""
        return await asyncio.get_running_loop().run_in_executor(_THREAD, self._verify, hashed, password)

    def outdated(self, hashed: str) -> bool:
        """Whether the hash was made with other parameters than today's."""
        return self._hasher.check_needs_rehash(hashed)

    def _verify(self, hashed: str | None, password: str) -> bool:
        try:
            return self._hasher.verify(hashed or self._nobody, normalise_password(password)) and hashed is not None
        except (VerificationError, InvalidHashError):
            return False
