"""Reads the YAML files of a pack and remembers the line of every value, so that a finding can point at it."""

from __future__ import annotations

import gc
import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
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
_NODES = frozenset({yaml.ScalarEvent, yaml.MappingStartEvent, yaml.SequenceStartEvent})
_ENDS = frozenset({yaml.MappingEndEvent, yaml.SequenceEndEvent})
_TEXT = "tag:yaml.org,2002:str"
_LINE = re.compile(r"line (?P<line>\d{1,9}):")


class Lines(Mapping[str, int]):
    """The line of each value of a text by JSON Pointer, read again when it is first asked for: most files have no
    mistake, and the places of everything in a large pack take more memory than the pack."""

    __slots__ = ("_found", "_text")

    def __init__(self, text: str) -> None:
        self._text = text.encode()
        self._found: dict[str, int] | None = None

    def _lines(self) -> dict[str, int]:
        if self._found is None:
            self._found = {}
            _read_events(self._text.decode(), self._found)
        return self._found

    def __getitem__(self, pointer: str) -> int:
        return self._lines()[pointer]

    def __iter__(self) -> Iterator[str]:
        return iter(self._lines())

    def __len__(self) -> int:
        return len(self._lines())


class Document(msgspec.Struct, frozen=True, gc=False):
    """One file: its path inside the pack, its data, and the line (from 1) of each value by JSON Pointer."""

    path: str
    data: Any
    lines: Mapping[str, int]

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
    """Values of scalars by the rules of YAML's safe loader; what was read once is known."""

    def __init__(self) -> None:
        self._loader = yaml.SafeLoader("")
        self._plain: dict[str, Any] = {}

    def value(self, event: yaml.ScalarEvent) -> Any:
        """The text, whole number, yes/no or null that a scalar says. Raises ValueError."""
        text = event.value
        if event.tag is None:
            if not event.implicit[0]:
                return text
            if text in self._plain:
                return self._plain[text]
        tag = event.tag
        if tag is None or tag == "!":
            tag = self._loader.resolve(yaml.ScalarNode, text, event.implicit)
        value = text if tag == _TEXT else self._constructed(event, tag)
        if event.tag is None:
            self._plain[text] = value
        return value

    def _constructed(self, event: yaml.ScalarEvent, tag: str) -> Any:
        try:
            value = self._loader.construct_object(yaml.ScalarNode(tag, event.value))
        except (yaml.MarkedYAMLError, ValueError) as error:
            raise _refused(event, getattr(error, "problem", None) or str(error)) from error
        # The loader remembers every node it has constructed.
        self._loader.constructed_objects.clear()
        if value is not None and not isinstance(value, str | int | bool):
            raise _refused(event, f"{event.value} must be text, a whole number or yes/no")
        return value


def _key(event: Any, known: dict[str, Any]) -> str:
    """The key that an event is. `on:` or `1:` would lose their spelling if YAML's types were applied to keys."""
    if not isinstance(event, yaml.ScalarEvent) or (event.implicit[0] and event.value == "<<"):
        raise _refused(event, "a key must be plain text")
    if event.value in known:
        raise _refused(event, f"{event.value} is given twice")
    # One `zh` for all of a pack, not one a text.
    return sys.intern(event.value)


def _read_events(text: str, lines: dict[str, int] | None = None) -> Any:
    """The data of YAML text; `lines` gets the line of every value. Events nest without recursion, however deep."""
    scalars = _Scalars()
    data: Any = _NOTHING
    # The mapping or list that the next event is in, its pointer, the key whose value comes next; and those around it.
    inner: dict[str, Any] | list[Any] | None = None
    above = ""
    key: Any = None
    around: list[tuple[dict[str, Any] | list[Any] | None, str]] = []
    # Any: what PyYAML says of its events' marks differs between its two parsers.
    event: Any
    for event in yaml.parse(text, Loader=_LOADER):
        kind = type(event)
        if kind in _ENDS:
            inner, above = around.pop()
            key = None
            continue
        if kind not in _NODES:
            if kind is yaml.AliasEvent:
                raise _refused(event, "aliases (*name) are not used in a pack")
            if kind is yaml.DocumentStartEvent and data is not _NOTHING:
                raise _refused(event, "a file is one document")
            continue
        if type(inner) is dict and key is None:
            key = _key(event, inner)
            continue
        pointer = ""
        if lines is not None:
            pointer = "" if inner is None else f"{above}/{key if type(inner) is dict else len(inner)}"
            lines[pointer] = event.start_mark.line + 1
        value = scalars.value(event) if kind is yaml.ScalarEvent else {} if kind is yaml.MappingStartEvent else []
        if type(inner) is dict:
            inner[key] = value
            key = None
        elif type(inner) is list:
            inner.append(value)
        else:
            data = value
        if kind is not yaml.ScalarEvent:
            around.append((inner, above))
            if len(around) > MAXIMUM_DEPTH:
                raise _refused(event, f"more than {MAXIMUM_DEPTH} levels")
            inner, above, key = value, pointer, None
    if data is _NOTHING:
        raise ValueError("the file is empty")
    return data


def parse(path: str, text: str) -> Document:
    """A document from YAML text: plain values only, no repeated keys, no aliases. Raises PackInvalid."""
    try:
        return Document(path, _read_events(text), Lines(text))
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise PackInvalid([Finding(path, line, "yaml", str(error.problem), "Correct the YAML.")]) from error
    except (yaml.YAMLError, ValueError) as error:
        found = _LINE.match(str(error))
        line = int(found["line"]) if found else 1
        raise PackInvalid([Finding(path, line, "yaml", str(error), "Correct the YAML.")]) from error


@contextmanager
def nothing_collected() -> Iterator[None]:
    """Keeps the garbage collector from walking, again and again, through a pack that is being built and stays."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def read(root: Path) -> dict[str, Document]:
    """All `*.yaml` files below `root`, by path with forward slashes, over what every city shares. Raises PackInvalid.

    What every city shares (`standard/`: regimes, lifecycles, messages, topics, privacy) comes with the product; a pack
    replaces a file of it by one of the same path.
    """
    return {**read_folder(STANDARD), **read_folder(root)}


@nothing_collected()
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
