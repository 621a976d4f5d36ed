"""Small broken packs: a few lines changed in `tests/packs/tiny`, and what `city check` says of them.

A folder below `tests/packs/broken` is named by the rule it breaks, with `--` and a word where a rule has several. Its
`change.yaml` is a list; each entry names a `file` of the tiny pack (or of what every city shares) and either

* `old` and `new`: the text that is replaced, found exactly once;
* `new` alone: the whole file, `times` over if that is said; with `encoding` other than UTF-8;
* `gone: yes`: the file is not there; `file: "*"` means all.

Its `expected.yaml` lists every finding by file, line and rule.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import msgspec
import yaml

from backend.city.pack import STANDARD

PACKS = Path(__file__).resolve().parents[1] / "packs"
TINY = PACKS / "tiny"
BROKEN = PACKS / "broken"


class Change(msgspec.Struct, forbid_unknown_fields=True):
    """One change of one file."""

    file: str
    old: str | None = None
    new: str | None = None
    gone: bool = False
    times: int = 1
    encoding: str = "utf-8"


class Expected(msgspec.Struct, forbid_unknown_fields=True, frozen=True, order=True):
    """One finding."""

    file: str
    line: int
    rule: str
    severity: str = "error"


def _read(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def changes_of(folder: Path) -> list[Change]:
    """What a broken pack changes."""
    return msgspec.convert(_read(folder / "change.yaml"), list[Change])


def expected_of(folder: Path) -> list[Expected]:
    """What is to be found in it, sorted."""
    return sorted(msgspec.convert(_read(folder / "expected.yaml"), list[Expected]))


def lay_out(folder: Path, target: Path) -> Path:
    """The broken pack itself, written to `target`. Raises AssertionError when an `old` is not there exactly once."""
    shutil.copytree(TINY, target)
    for change in changes_of(folder):
        file = target / change.file
        if change.gone:
            for each in list(target.rglob("*.yaml")) if change.file == "*" else [file]:
                each.unlink()
            continue
        assert change.new is not None
        text = change.new * change.times
        if change.old is not None:
            before = (file if file.exists() else STANDARD / change.file).read_text(encoding="utf-8")
            assert before.count(change.old) == 1, f"{folder.name}: {before.count(change.old)} times {change.old!r}"
            text = before.replace(change.old, change.new)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode(change.encoding))
    return target
