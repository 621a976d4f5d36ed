"""The key that names this house to push services (VAPID): one file, never replaced while subscriptions live."""

from __future__ import annotations

import os
import secrets
from functools import lru_cache
from pathlib import Path

from backend.foundation.settings import Settings
from push.vapid import VapidSigner, new_key

FILE_NAME = "web-push.pem"


class PushKeyMissing(Exception):
    """There is no key for web push and this mode does not make one; the message says how to make it."""


def create_push_key(directory: Path) -> None:
    """Makes the key, readable by its owner only; one that is there stays, or every subscription would end."""
    directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    file = directory / FILE_NAME
    if file.exists():
        return
    draft = directory / f"{FILE_NAME}.{secrets.token_hex(4)}"
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as opened:
        opened.write(new_key())
        opened.flush()
        os.fsync(opened.fileno())
    try:
        # A link, not a rename: of two processes that start at once the second keeps the first one's key.
        os.link(draft, file)
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def push_signer(settings: Settings) -> VapidSigner:
    """The signer of this house; demo and test make a key when there is none. Raises PushKeyMissing, ValueError."""
    directory = Path(settings.keys.directory)
    if settings.mode != "production":
        create_push_key(directory)
    if not (directory / FILE_NAME).exists():
        raise PushKeyMissing(f"{directory / FILE_NAME} is missing: make it with `zhangban keys`")
    return _signer(directory / FILE_NAME, settings.push.subject)


@lru_cache(maxsize=8)
def _signer(file: Path, subject: str) -> VapidSigner:
    return VapidSigner(file.read_bytes(), subject)
