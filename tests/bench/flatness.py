"""Whether submitting, reading, queueing and handling cases stay as quick when there are many more of them."""

from __future__ import annotations

import asyncio
import random
import statistics
import time
from collections.abc import Iterator

import msgspec

from backend.cases.rebuild import rebuild
from backend.cases.tables import private_place, summary_place
from backend.city.store import CityInForce
from backend.foundation.calendar import CalendarInForce
from backend.foundation.database import Database, Row, Statement, open_database, sql
from backend.foundation.identifiers import new_id
from backend.foundation.stored_vault import open_vault
from tests.bench.houses import PRODUCT, House, Running
from tests.bench.load import Load, Outcome, measure
from tests.harness.served import API

_OWN_EVERY = 20
_COMMANDED, _A_ROUND = 8_000, 900
_BATCH = 500
_TABLES = ("event", "event_private", "outbox", "case_record", "case_file", "idempotency")


class Filled(msgspec.Struct):
    """Ids of some of the resident's cases, and of cases that nobody has accepted yet."""

    own: list[str]
    waiting: list[str]


async def fill(house: House, cases: int) -> Filled:
    """Brings the house to `cases` cases, rows of every table that a submission writes."""
    database = await open_database(house.settings.database.url, bind=False)
    vault = await open_vault(house.settings)
    try:
        model = {name: await _rows_of(database, name, house.case_id) for name in _TABLES}
        await database.commit([sql("UPDATE event SET position = 1 WHERE position IS NULL")])
        subject, event = model["case_record"][0]["subject_id"], model["event"][0]["id"]
        told = await vault.open(subject, private_place(event), bytes(model["event_private"][0]["sealed"]))
        summary = await vault.open(
            subject, summary_place(house.case_id), bytes(model["case_record"][0]["summary_sealed"])
        )
        own, waiting = list[str](), list[str]()
        for first in range(1, cases, _BATCH):
            copied: dict[str, list[Row]] = {name: [] for name in _TABLES}
            for number in range(first, min(first + _BATCH, cases)):
                _copy(model, number, copied, own if number % _OWN_EVERY == 0 else None)
                # What is sealed is sealed for its row: the desk opens it.
                record, private = copied["case_record"][-1], copied["event_private"][-1]
                record["summary_sealed"] = await vault.seal(subject, summary_place(record["id"]), summary)
                private["sealed"] = await vault.seal(subject, private_place(private["event_id"]), told)
                waiting.append(record["id"])
            await database.commit([_insert(table, rows) for table, rows in copied.items() if rows])
        await database.commit([sql("UPDATE lease SET position = {} WHERE name = 'sequencer'", cases)])
        if database.kind == "postgresql":
            # Its own autovacuum would do so within minutes; on SQLite nothing does.
            await database.commit([sql("ANALYZE")])
        return Filled(random.sample(own, min(300, len(own))), random.sample(waiting, min(_COMMANDED, len(waiting))))
    finally:
        await vault.close()
        await database.close()


async def _rows_of(database: Database, table: str, case_id: str) -> list[Row]:
    where = {
        "event": "case_id = {}",
        "event_private": "event_id IN (SELECT id FROM event WHERE case_id = {})",
        "outbox": "unique_key = 'case.event:' || {} || ':1'",
        "case_record": "id = {}",
        "case_file": "case_id = {}",
        "idempotency": "reply LIKE '%' || {} || '%'",
    }[table]
    return await database.read(sql(f"SELECT * FROM {table} WHERE {where}", case_id))


def _copy(model: dict[str, list[Row]], number: int, copied: dict[str, list[Row]], own: list[str] | None) -> None:
    """Adds the rows of one more case, the resident's where `own` takes its id, else a stranger's."""
    case_id, event_id = new_id(), new_id()
    changes: dict[str, Row] = {
        "event": {"id": event_id, "case_id": case_id, "position": number + 1},
        "event_private": {"event_id": event_id},
        "outbox": {
            "id": new_id(),
            "unique_key": f"case.event:{case_id}:1",
            "done_at": 1,
            "payload": "",
            "lease_token": None,
            "lease_until": None,
        },
        # Counted, not drawn: of a million drawn codes some are alike.
        "case_record": {"id": case_id, "number": f"BENCH{number:040d}", "query_code": f"{number:08d}"},
        "case_file": {"case_id": case_id},
        "idempotency": {"key": case_id},
    }
    if own is None:
        account = new_id()
        changes["case_record"]["account_id"] = changes["idempotency"]["account_id"] = account
        changes["event"]["actor"] = account
    else:
        own.append(case_id)
    for table, rows in model.items():
        copied[table] += [{**row, **changes[table]} for row in rows]


def _insert(table: str, rows: list[Row]) -> Statement:
    marks = f"({', '.join(['{}'] * len(rows[0]))})"
    values = tuple(value for row in rows for value in row.values())
    return Statement(f"INSERT INTO {table} ({', '.join(rows[0])}) VALUES {', '.join([marks] * len(rows))}", values)


def flatness(
    small: House, large: House, sizes: tuple[int, int], rounds: int, seconds: float
) -> Iterator[tuple[str, float, str]]:
    """What, how many times as long it takes on the large house, and the figures behind it."""
    cases = [asyncio.run(fill(house, size)) for house, size in zip((small, large), sizes, strict=True)]
    with Running(small, PRODUCT) as first_server, Running(large, PRODUCT) as second_server:
        for what in ("status", "queue", "command", "submit"):
            found: list[list[Outcome]] = [[], []]
            for number in range(rounds + 1):
                for place, server in enumerate((first_server, second_server)):
                    outcome = measure(_load(what, server.house, cases[place], seconds))
                    assert not outcome.refused, f"{what}: {outcome.refused} refused"
                    if what in ("command", "submit"):
                        asyncio.run(server.delivered())
                    if number:
                        found[place].append(outcome)
            growth = statistics.median(
                first.per_second / second.per_second for first, second in zip(*found, strict=True)
            )
            rates = [statistics.median(outcome.per_second for outcome in outcomes) for outcomes in found]
            yield what, growth, f"{rates[0]:.0f}/s then {rates[1]:.0f}/s"
    anew = [asyncio.run(rebuilt(house)) for house in (small, large)]
    yield "rebuild from events, a case", anew[0] / anew[1], f"{anew[0]:.0f}/s then {anew[1]:.0f}/s"


async def rebuilt(house: House) -> float:
    """How many cases a second are compared with their events, in this process."""
    database = await open_database(house.settings.database.url, bind=False)
    try:
        city, calendar = CityInForce(database), CalendarInForce(database)
        await city.refresh()
        await calendar.refresh()
        began = time.perf_counter()
        found = await rebuild(database, city(), calendar(), write=False)
        return found.cases / (time.perf_counter() - began)
    finally:
        await database.close()


def _load(what: str, house: House, cases: Filled, seconds: float) -> Load:
    if what == "queue":
        return msgspec.structs.replace(house.load(f"{API}/desk/queue?limit=20", seconds), cookie=house.desk_cookie)
    if what == "command":
        accepted = [cases.waiting.pop() for _ in range(min(_A_ROUND, len(cases.waiting)))]
        paths = [f"{API}/desk/cases/{case_id}/commands" for case_id in accepted]
        load = house.load(paths[0], seconds, body='{"command": "accept", "version": 1}')
        return msgspec.structs.replace(load, paths=paths, cookie=house.desk_cookie, once=True)
    if what == "submit":
        return house.load(f"{API}/cases", seconds, body=house.body)
    paths = [f"{API}/cases/{case_id}" for case_id in cases.own]
    return msgspec.structs.replace(house.load(paths[0], seconds), paths=paths)
