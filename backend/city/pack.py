"""Reads the YAML files of a pack and remembers the line of every value, so that a finding can point at it."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import msgspec
import yaml

STANDARD = Path(__file__).parent / "standard"
"""What every city shares."""
MAXIMUM_FILE = 1_048_576
MAXIMUM_FILES = 40_000
MAXIMUM_DEPTH = 40


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


def _walk(node: yaml.Node, pointer: str, lines: dict[str, int], depth: int) -> Any:
    if depth > MAXIMUM_DEPTH:
        raise ValueError(f"more than {MAXIMUM_DEPTH} levels")
    lines[pointer] = node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        mapping: dict[str, Any] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, yaml.ScalarNode) or key_node.tag == "tag:yaml.org,2002:merge":
                raise ValueError(f"line {key_node.start_mark.line + 1}: a key must be plain text")
            # `on:` or `1:` as keys would lose their spelling if YAML's types were applied to keys.
            key = key_node.value
            if key in mapping:
                raise ValueError(f"line {key_node.start_mark.line + 1}: {key} is given twice")
            mapping[key] = _walk(value_node, f"{pointer}/{key}", lines, depth + 1)
        return mapping
    if isinstance(node, yaml.SequenceNode):
        return [_walk(each, f"{pointer}/{index}", lines, depth + 1) for index, each in enumerate(node.value)]
    value = yaml.SafeLoader("").construct_object(node)
    if value is not None and not isinstance(value, str | int | bool):
        raise ValueError(f"line {node.start_mark.line + 1}: {node.value} must be text, a whole number or yes/no")
    return value


def parse(path: str, text: str) -> Document:
    """A document from YAML text: plain values only, no repeated keys, no aliases. Raises PackInvalid."""
    try:
        if any(isinstance(token, yaml.AliasToken) for token in yaml.scan(text)):
            raise ValueError("aliases (*name) are not used in a pack")
        node = yaml.compose(text, yaml.SafeLoader)
        if node is None:
            raise ValueError("the file is empty")
        lines: dict[str, int] = {}
        return Document(path, _walk(node, "", lines, 0), lines)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise PackInvalid([Finding(path, line, "yaml", str(error.problem), "Correct the YAML.")]) from error
    except (yaml.YAMLError, ValueError) as error:
        raise PackInvalid([Finding(path, 1, "yaml", str(error), "Correct the YAML.")]) from error


def read(root: Path) -> dict[str, Document]:
    """All `*.yaml` files below `root`, by path with forward slashes, over what every city shares. Raises PackInvalid.

    What every city shares (`standard/`: regimes, lifecycles, messages, topics) comes with the product; a pack replaces
    a file of it by one of the same path.
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
