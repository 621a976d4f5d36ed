"""What someone does who owns the database and wants no trace: the triggers go first."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

import asyncpg


async def tamper(url: str, statements: Sequence[str]) -> None:
    """Runs statements with nothing in the database that would refuse them."""
    if url.startswith("sqlite"):
        connection = sqlite3.connect(url.removeprefix("sqlite:///"))
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            connection.execute(statement)
        connection.commit()
        connection.close()
        return
    postgres = await asyncpg.connect(url)
    await postgres.execute("SET session_replication_role = replica")
    for statement in statements:
        await postgres.execute(statement)
    await postgres.close()
