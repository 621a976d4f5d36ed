"""Everything that a database holds, table by table, to compare before with after or to search through."""

from __future__ import annotations

from backend.foundation.database import Database, Row, sql
from tests.harness.schema import schema_of


async def contents_of(database: Database) -> dict[str, list[Row]]:
    """All rows of all tables."""
    tables = sorted(name for name in await schema_of(database) if not name.startswith("sqlite_"))
    return {table: await database.read(sql(f'SELECT * FROM "{table}"')) for table in tables}


def changed_tables(before: dict[str, list[Row]], after: dict[str, list[Row]]) -> dict[str, int]:
    """The tables whose rows differ, each with how many rows it has more (0: only changed ones)."""
    return {
        table: len(after[table]) - len(rows)
        for table, rows in before.items()
        if sorted(map(repr, rows)) != sorted(map(repr, after[table]))
    }
