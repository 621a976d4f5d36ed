"""Reads the YAML files of a pack and remembers the line of every value, so that a finding can point at it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Literal

import msgspec
import yaml

STANDARD = Path(__file__).parent / "standard"
"""What every city shares."""
MAXIMUM_FILE = 1_048_576
MAXIMUM_FILES = 40_000
MAXIMUM_DEPTH = 40
# libyaml's parser where PyYAML was built with it: the same events, many times as fast.
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_NOTHING = object()
_LINE = re.compile(r"line (?P<line>\d{1,9}):")


class Document(msgspec.Struct, frozen=True):
    """One file: its path inside the pack, its data, and the line (from 1) of each value by JSON Pointer."""

    path: str
    data: Any
    lines: dict[str, int]

    def line(self, pointer: str) -> int:
        """The line of the value at `pointer`, or of the nearest value around it."""
        while pointer and pointer not in self.lines:
            pointer = pointer.rpartition("/")[0]
        return self.lines.get(pointer, 1)


class Finding(msgspec.Struct, frozen=True):
    """What is wrong with a pack, where, by which rule and article, and what cures it."""

    file: str
    line: int
    rule: str
    detail: str
    cure: str
    article: str | None = None
    severity: Literal["error", "warning"] = "error"


class PackInvalid(Exception):
    """The pack cannot be read as one; `findings` say where and why."""

    def __init__(self, findings: list[Finding]) -> None:
        super().__init__("; ".join(f"{each.file}:{each.line}: {each.detail}" for each in findings))
        self.findings = findings


def _line_of(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark is not None else 1


def _refused(event: yaml.Event, words: str) -> ValueError:
    return ValueError(f"line {_line_of(event)}: {words}")


class _Scalars:
    """Values of scalars by the rules of YAML's safe loader."""

    def __init__(self) -> None:
        self._loader = yaml.SafeLoader("")

    def value(self, event: yaml.ScalarEvent) -> Any:
        """The text, whole number, yes/no or null that a scalar says. Raises ValueError."""
        tag = event.tag
        if tag is None or tag == "!":
            tag = self._loader.resolve(yaml.ScalarNode, event.value, event.implicit)
        if tag == "tag:yaml.org,2002:str":
            return event.value
        node = yaml.ScalarNode(tag, event.value)
        try:
            value = self._loader.construct_object(node)
        except (yaml.MarkedYAMLError, ValueError) as error:
            raise _refused(event, getattr(error, "problem", None) or str(error)) from error
        # The loader remembers every node it has constructed.
        self._loader.constructed_objects.clear()
        if value is not None and not isinstance(value, str | int | bool):
            raise _refused(event, f"{event.value} must be text, a whole number or yes/no")
        return value


class _Open:
    """A mapping or list that has begun and not ended; `key` is the one whose value comes next."""

    __slots__ = ("data", "key", "pointer")

    def __init__(self, data: dict[str, Any] | list[Any], pointer: str) -> None:
        self.data = data
        self.pointer = pointer
        self.key: str | None = None

    def place(self) -> str:
        """The pointer of the value that comes next."""
        return f"{self.pointer}/{len(self.data) if isinstance(self.data, list) else self.key}"

    def add(self, value: Any) -> None:
        """Takes the value that came."""
        if isinstance(self.data, list):
            self.data.append(value)
        elif self.key is not None:
            self.data[self.key] = value
            self.key = None

    def awaits_key(self) -> bool:
        """Whether the next scalar is a key."""
        return isinstance(self.data, dict) and self.key is None


def _read_events(text: str) -> tuple[Any, dict[str, int]]:
    """The data of YAML text and the line of every value. Events nest without recursion, however deep a text is."""
    scalars, lines = _Scalars(), {}
    data: Any = _NOTHING
    around: list[_Open] = []
    for event in yaml.parse(text, Loader=_LOADER):
        if isinstance(event, yaml.AliasEvent):
            raise _refused(event, "aliases (*name) are not used in a pack")
        if isinstance(event, yaml.DocumentStartEvent) and data is not _NOTHING:
            raise _refused(event, "a file is one document")
        if isinstance(event, yaml.CollectionEndEvent):
            around.pop()
        if not isinstance(event, yaml.NodeEvent):
            continue
        inner = around[-1] if around else None
        if inner is not None and inner.awaits_key():
            if not isinstance(event, yaml.ScalarEvent) or (event.implicit[0] and event.value == "<<"):
                raise _refused(event, "a key must be plain text")
            # `on:` or `1:` as keys would lose their spelling if YAML's types were applied to keys.
            if event.value in inner.data:
                raise _refused(event, f"{event.value} is given twice")
            inner.key = event.value
            continue
        pointer = inner.place() if inner is not None else ""
        lines[pointer] = _line_of(event)
        value: Any
        if isinstance(event, yaml.ScalarEvent):
            value = scalars.value(event)
        else:
            value = {} if isinstance(event, yaml.MappingStartEvent) else []
        if len(around) > MAXIMUM_DEPTH:
            raise _refused(event, f"more than {MAXIMUM_DEPTH} levels")
        if inner is not None:
            inner.add(value)
        else:
            data = value
        if not isinstance(event, yaml.ScalarEvent):
            around.append(_Open(value, pointer))
    if data is _NOTHING:
        raise ValueError("the file is empty")
    return data, lines


def parse(path: str, text: str) -> Document:
    """A document from YAML text: plain values only, no repeated keys, no aliases. Raises PackInvalid."""
    try:
        data, lines = _read_events(text)
        return Document(path, data, lines)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise PackInvalid([Finding(path, line, "yaml", str(error.problem), "Correct the YAML.")]) from error
    except (yaml.YAMLError, ValueError) as error:
        found = _LINE.match(str(error))
        line = int(found["line"]) if found else 1
        raise PackInvalid([Finding(path, line, "yaml", str(error), "Correct the YAML.")]) from error


def read(root: Path) -> dict[str, Document]:
    """All `*.yaml` files below `root`, by path with forward slashes, over what every city shares. Raises PackInvalid.

    What every city shares (`standard/`: regimes, lifecycles, messages, topics, privacy) comes with the product; a pack
    replaces a file of it by one of the same path.
    """
    return {**read_folder(STANDARD), **read_folder(root)}


def read_folder(root: Path) -> dict[str, Document]:
    """All `*.yaml` files below `root`, by path with forward slashes. Raises PackInvalid."""
    documents: dict[str, Document] = {}
    findings: list[Finding] = []
    files = sorted(root.rglob("*.yaml"))
    if not files or len(files) > MAXIMUM_FILES:
        cure = f"Name a folder with city.yaml in it (at most {MAXIMUM_FILES} files)."
        raise PackInvalid([Finding(str(root), 1, "pack", f"{len(files)} YAML files found", cure)])
    for file in files:
        path = file.relative_to(root).as_posix()
        if file.stat().st_size > MAXIMUM_FILE:
            findings.append(Finding(path, 1, "size", f"over {MAXIMUM_FILE} bytes", "Split the file."))
            continue
        try:
            documents[path] = parse(path, file.read_text(encoding="utf-8"))
        except PackInvalid as error:
            findings.extend(error.findings)
        except UnicodeDecodeError:
            findings.append(Finding(path, 1, "yaml", "not UTF-8", "Save the file as UTF-8."))
    if findings:
        raise PackInvalid(findings)
    return documents
