"""Reads an item list: CSV (UTF-8 with or without BOM, or GB18030) or JSON, as records with their lines. Pure."""

from __future__ import annotations

import csv
import io
from typing import Any

import msgspec

MAXIMUM_BYTES = 64 * 1024 * 1024
MAXIMUM_RECORDS = 50_000


class ListUnreadable(Exception):
    """The file is no item list; the message says why and what to do."""


class Record(msgspec.Struct, frozen=True):
    """One item as it was given; `line` is its line in a CSV file, its number (from 1) in a JSON one."""

    line: int
    values: dict[str, str]
    materials: list[dict[str, str]]
    fault: str = ""


def read_list(content: bytes) -> list[Record]:
    """The records of a file. Raises ListUnreadable."""
    if len(content) > MAXIMUM_BYTES:
        raise ListUnreadable(f"the file has {len(content)} bytes; at most {MAXIMUM_BYTES} are read: split it")
    text = _text(content)
    records = _json(text) if text.lstrip().startswith(("[", "{")) else _csv(text)
    if not records:
        raise ListUnreadable("there is no item in it")
    if len(records) > MAXIMUM_RECORDS:
        raise ListUnreadable(f"{len(records)} items; at most {MAXIMUM_RECORDS} are read at once: split the file")
    return records


def with_materials(records: list[Record], content: bytes) -> list[Record]:
    """The records with the rows of a second file, which name their item by `task_code`. Raises ListUnreadable."""
    of: dict[str, list[dict[str, str]]] = {}
    for row in read_list(content):
        of.setdefault(row.values.get("task_code", ""), []).append(row.values)
    return [
        msgspec.structs.replace(each, materials=[*each.materials, *of.get(each.values.get("task_code", ""), [])])
        for each in records
    ]


def _text(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    try:
        return content.decode("gb18030")
    except UnicodeDecodeError:
        raise ListUnreadable("the text is neither UTF-8 nor GB18030: save it as UTF-8") from None


def _csv(text: str) -> list[Record]:
    reader = csv.reader(io.StringIO(text), strict=True)
    records: list[Record] = []
    try:
        header = [name.strip().lower() for name in next(reader, [])]
        if "task_name" not in header and "material_name" not in header:
            raise ListUnreadable("the first line names no column task_name: name the columns by the exchange fields")
        if len(set(header)) != len(header):
            raise ListUnreadable("a column is named twice")
        line = reader.line_num + 1
        for row in reader:
            if any(cell.strip() for cell in row):
                records.append(_record(line, dict(zip(header, row, strict=False)), len(row), len(header)))
            line = reader.line_num + 1
    except csv.Error as error:
        raise ListUnreadable(f"line {reader.line_num}: {error}") from None
    return records


def _record(line: int, row: dict[str, str], cells: int, columns: int) -> Record:
    values = {name: value.strip() for name, value in row.items()}
    if cells != columns:
        return Record(line, values, [], f"{cells} cells where the first line names {columns}")
    given = values.pop("materials", "")
    if not given:
        return Record(line, values, [])
    try:
        return Record(line, values, _materials(msgspec.json.decode(given)))
    except (msgspec.DecodeError, ValueError) as error:
        return Record(line, values, [], f"materials is no JSON list of objects ({error})")


def _json(text: str) -> list[Record]:
    try:
        data = msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError) as error:
        raise ListUnreadable(f"not JSON: {error}") from None
    if isinstance(data, dict):
        data = data.get("items", [data])
    if not isinstance(data, list):
        raise ListUnreadable("JSON must be a list of items, or an object with a list `items`")
    return [_object(number, each) for number, each in enumerate(data, 1)]


def _object(number: int, item: Any) -> Record:
    if not isinstance(item, dict):
        return Record(number, {}, [], "not an object")
    values = {name.lower(): _cell(value) for name, value in item.items() if name != "materials"}
    try:
        return Record(number, values, _materials(item.get("materials") or []))
    except ValueError as error:
        return Record(number, values, [], f"materials is no list of objects ({error})")


def _materials(given: Any) -> list[dict[str, str]]:
    if not isinstance(given, list) or not all(isinstance(each, dict) for each in given):
        raise ValueError("something else was given")
    return [{name.lower(): _cell(value) for name, value in each.items()} for each in given]


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, list) and all(isinstance(each, str | int) for each in value):
        return ",".join(str(each) for each in value)
    return value.strip() if isinstance(value, str) else msgspec.json.encode(value).decode()
