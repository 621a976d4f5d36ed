"""The key that names this house to push services (VAPID): one file, never replaced while subscriptions live."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from backend.foundation.key_files import write_once
from backend.foundation.settings import Settings
from push.vapid import VapidSigner, new_key

FILE_NAME = "web-push.pem"


class PushKeyMissing(Exception):
    """There is no key for web push and this mode does not make one; the message says how to make it."""


def create_push_key(directory: Path) -> None:
    """Makes the key, readable by its owner only; one that is there stays, or every subscription would end."""
    write_once(directory / FILE_NAME, new_key)


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
