"""How a secret comes to lie in a file: whole or not at all, and readable by its owner only."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable
from pathlib import Path


def write_draft(file: Path, content: bytes) -> Path:
    """A durable file beside `file`, to be linked or moved to its name. Raises OSError."""
    draft = file.with_name(f"{file.name}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as opened:
        opened.write(content)
        opened.flush()
        os.fsync(opened.fileno())
    return draft


def write_once(file: Path, make: Callable[[], bytes]) -> bool:
    """Stores what `make` gives at `file`, durable before this returns; what lies there already is left alone.

    False when it was there, or another process was faster. Raises OSError.
    """
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if file.exists():
        return False
    draft = write_draft(file, make())
    try:
        # A link, not a rename: of two processes that start at once the second keeps the first one's secret.
        os.link(draft, file)
    except FileExistsError:
        return False
    finally:
        draft.unlink()
    sync(file.parent)
    return True


def replace(file: Path, content: bytes) -> None:
    """Puts `content` in the place of what lies at `file`, durable before this returns. Raises OSError."""
    write_draft(file, content).replace(file)
    sync(file.parent)


def sync(directory: Path) -> None:
    """Makes the names in a directory durable. Raises OSError."""
    descriptor = os.open(directory, os.O_RDONLY)
    os.fsync(descriptor)
    os.close(descriptor)
