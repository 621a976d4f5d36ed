"""Writes the items of an import into a pack in one step: before it the pack is as it was, after it whole."""

from __future__ import annotations

import ctypes
import errno
import os
import shutil
from collections.abc import Mapping
from pathlib import Path

from backend.city.files import readable
from backend.city.importing.rules import Taken

_EXCHANGE = 2
_HERE = -100


class NotWritten(Exception):
    """Nothing was written; the message says why."""


def write_items(root: Path, taken: list[Taken]) -> None:
    """Puts the items among those of the pack at `root`, replacing folders of the same key.

    The folder `items` is made anew beside the pack, with everything it has, and takes the old one's place in one step;
    a process killed at any moment leaves one or the other. Raises NotWritten.
    """
    items, aside = root / "items", root.parent / f".{root.name}.importing"
    try:
        # What an import that was killed has left; nothing reads it.
        shutil.rmtree(aside, ignore_errors=True)
        if items.is_dir():
            shutil.copytree(items, aside, symlinks=True)
        else:
            aside.mkdir()
        for each in taken:
            folder = aside / each.key
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            _write(folder / "base.yaml", each.key, each.base)
            _write(folder / "office.yaml", each.key, each.office)
        _replace(aside, items)
    except OSError as error:
        shutil.rmtree(aside, ignore_errors=True)
        raise NotWritten(f"{error.strerror}: {error.filename}") from None


def _write(path: Path, key: str, data: Mapping[str, object]) -> None:
    with path.open("x", encoding="utf-8") as file:
        file.write(readable(f"items/{key}/{path.name}", data))
        file.flush()
        os.fsync(file.fileno())


def _replace(new: Path, old: Path) -> None:
    if not old.exists():
        new.rename(old)
        return
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.renameat2(_HERE, os.fsencode(new), _HERE, os.fsencode(old), _EXCHANGE) != 0:
        code = ctypes.get_errno()
        if code in (errno.EINVAL, errno.ENOSYS):
            raise OSError(code, "the file system cannot swap two folders in one step; import on another one", str(old))
        raise OSError(code, os.strerror(code), str(old))
    shutil.rmtree(new, ignore_errors=True)
