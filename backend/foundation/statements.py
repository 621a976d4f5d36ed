"""Turns statements and Piccolo queries into what a driver takes: text with the driver's placeholders, and values."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

import msgspec
from piccolo.engine.base import Engine

from backend.foundation.database import AnyQuery, Statement

_WRITES = re.compile(r"\b(INSERT|UPDATE|DELETE)\b", re.IGNORECASE)
_RETURNS = re.compile(r"\bRETURNING\b", re.IGNORECASE)


class Compiled(msgspec.Struct, frozen=True):
    """A statement ready for a driver; `has_rows` tells whether it answers with rows rather than with a count."""

    text: str
    values: Sequence[Any]
    has_rows: bool
    expect: int | None


@lru_cache(maxsize=4096)
def _split(template: str, placeholder: Callable[[int], str]) -> tuple[str, int, bool]:
    parts = template.split("{}")
    text = "".join(part + placeholder(number) for number, part in enumerate(parts[:-1], 1)) + parts[-1]
    return text, len(parts) - 1, _RETURNS.search(text) is not None or _WRITES.search(text) is None


def question_mark(_number: int) -> str:
    """SQLite's placeholder."""
    return "?"


def numbered(number: int) -> str:
    """PostgreSQL's placeholder for value `number`, from 1."""
    return f"${number}"


def compile_statement(query: Statement | AnyQuery, engine: Engine[Any], placeholder: Callable[[int], str]) -> Compiled:
    """The driver's form of a statement, compiled once a text, or of a Piccolo query, which is bound to `engine` first.

    Raises ValueError when the number of values does not match the placeholders, or a query is more than one statement.
    """
    if isinstance(query, Statement):
        text, count, has_rows = _split(query.template, placeholder)
        if count != len(query.values):
            raise ValueError(f"{len(query.values)} values for {count} placeholders in: {query.template}")
        return Compiled(text, query.values, has_rows, query.expect)
    query.table._meta.db = engine
    strings = query.querystrings
    if len(strings) != 1:
        raise ValueError(f"a query of {len(strings)} statements cannot be one statement of a batch")
    text, values = strings[0].compile_string(engine_type=engine.engine_type)
    return Compiled(text, values, _RETURNS.search(text) is not None or _WRITES.search(text) is None, None)
