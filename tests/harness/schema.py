"""The schema as the database has it and as the rooms' Piccolo tables say it, in one form to compare."""

from __future__ import annotations

import importlib
import pkgutil

from piccolo.columns import Column
from piccolo.table import Table

import backend
from backend.foundation.database import Database, sql

Columns = dict[str, tuple[str, bool]]
"""Column name → (type, may be null)."""


async def schema_of(database: Database) -> dict[str, Columns]:
    """All tables with their columns."""
    if database.kind == "sqlite":
        rows = await database.read(
            sql(
                'SELECT m.name AS tab, c.name AS col, c.type AS type, c."notnull" AS required'
                " FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.type = 'table'"
            )
        )
        found = [(row["tab"], row["col"], row["type"], not row["required"]) for row in rows]
    else:
        rows = await database.read(
            sql(
                "SELECT table_name AS tab, column_name AS col, data_type AS type, is_nullable AS nullable"
                " FROM information_schema.columns WHERE table_schema = 'public'"
            )
        )
        found = [(row["tab"], row["col"], row["type"].upper(), row["nullable"] == "YES") for row in rows]
    schema: dict[str, Columns] = {}
    for table, column, kind, nullable in found:
        schema.setdefault(table, {})[column] = (kind, nullable)
    return schema


def columns_of_piccolo_tables() -> dict[str, Columns]:
    """What backend/*/tables.py declare."""
    declared: dict[str, Columns] = {}
    for module_info in pkgutil.walk_packages(backend.__path__, "backend."):
        if module_info.name.endswith(".tables"):
            module = importlib.import_module(module_info.name)
            for table in vars(module).values():
                if isinstance(table, type) and issubclass(table, Table) and table.__module__ == module.__name__:
                    declared[table._meta.tablename] = {
                        column._meta.db_column_name: (_type_name(column), column._meta.null)
                        for column in table._meta.columns
                    }
    return declared


def _type_name(column: Column) -> str:
    return {"Text": "TEXT", "Varchar": "TEXT", "BigInt": "BIGINT", "Bytea": "BYTEA"}.get(
        type(column).__name__, f"{type(column).__name__} is not one of Text, BigInt, Bytea"
    )
