"""Audit lines are only added, and whatever is done to them behind the database's back is found where it was done."""

from __future__ import annotations

import asyncio

import pytest

from backend.foundation import audit, security_events
from backend.foundation.audit_chain import FIRST, AuditChain, link
from backend.foundation.audit_check import AuditCheck, Break, Head, check, last_checkpoint, verify
from backend.foundation.database import Database, StatementRefused, UnexpectedRowCount, open_database, sql
from backend.foundation.time_source import TimeSource
from tests.harness.tampering import tamper

pytestmark = pytest.mark.anyio

DAY = 86_400_000


def line(number: int, **changed: str):  # type: ignore[no-untyped-def]
    given = {"actor": "clerk", "action": "desk.read", "subject": f"s{number}", "target": f"case-{number}"} | changed
    return audit.record(at=1000 + number, reason="核对材料", address="192.0.2.1", **given)  # type: ignore[arg-type]


async def chained(database: Database, many: int) -> AuditChain:
    """A chain of so many lines, each in a pass of its own so that their order is known."""
    chain = AuditChain(database)
    for number in range(1, many + 1):
        await database.commit([line(number)])
        assert await chain.run_pass() == 1
    return chain


async def reached(database: Database, position: int) -> None:
    """Waits until the chain has this position."""
    for _try in range(1500):
        if (await verify(database)).head.position >= position:
            return
        await asyncio.sleep(0.02)
    raise AssertionError(f"position {position} is not there")


async def test_a_line_carries_who_when_what_result_and_address(database: Database) -> None:
    await database.commit([line(1, result="permission-denied")])
    (row,) = await database.read(sql("SELECT * FROM audit"))
    assert (row["actor"], row["at"], row["result"], row["address"]) == ("clerk", 1001, "permission-denied", "192.0.2.1")
    await database.commit([audit.record(at=1, actor="a", action="b", subject=None, target="c")])
    (row,) = await database.read(sql("SELECT result, address FROM audit WHERE at = 1"))
    assert row == {"result": "done", "address": ""}


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit SET reason = 'nothing to see'",
        "DELETE FROM audit",
        "UPDATE audit_chain SET position = 7",
        "DELETE FROM audit_chain",
        "UPDATE audit_checkpoint SET position = 0",
        "DELETE FROM audit_checkpoint",
    ],
)
async def test_the_database_itself_refuses_to_change_or_delete_a_line(database: Database, statement: str) -> None:
    await chained(database, 2)
    await check(database, 1, whole=True)
    with pytest.raises(StatementRefused):
        await database.commit([sql(statement)])
    assert len(await database.read(sql("SELECT 1 AS there FROM audit"))) == 2


@pytest.mark.postgresql
async def test_postgresql_refuses_to_empty_the_trail(database: Database) -> None:
    if database.kind == "postgresql":
        for table in ("audit", "audit_chain", "audit_checkpoint"):
            with pytest.raises(StatementRefused):
                await database.commit([sql(f"TRUNCATE {table} CASCADE")])


async def test_each_hash_holds_the_one_before(database: Database) -> None:
    await chained(database, 3)
    lines = await database.read(sql("SELECT * FROM audit ORDER BY id"))
    hashes = await database.read(sql("SELECT hash FROM audit_chain ORDER BY position"))
    expected = FIRST
    for row, stored in zip(lines, hashes, strict=True):
        expected = link(expected, row)
        assert bytes(stored["hash"]) == expected
    verdict = await verify(database)
    assert (verdict.head, verdict.lines, verdict.broken) == (Head(3, expected), 3, None)


async def test_an_empty_trail_and_lines_that_wait_are_whole(database: Database) -> None:
    assert (await verify(database)).broken is None
    await database.commit([line(1)])
    assert (await verify(database)).broken is None


@pytest.mark.parametrize(
    ("statements", "what", "position"),
    [
        (["UPDATE audit SET reason = 'x' WHERE subject = 's4'"], "altered", 4),
        (["UPDATE audit SET address = '192.0.2.9' WHERE subject = 's1'"], "altered", 1),
        (["UPDATE audit SET at = at + 1 WHERE subject = 's6'"], "altered", 6),
        (["DELETE FROM audit WHERE subject = 's3'"], "line-missing", 3),
        (["DELETE FROM audit_chain WHERE position = 5"], "link-missing", 5),
        (
            ["DELETE FROM audit_chain WHERE position >= 5", "DELETE FROM audit WHERE subject IN ('s5', 's6')"],
            "link-missing",
            5,
        ),
        # Someone closes the gap that a deletion left.
        (
            [
                "DELETE FROM audit_chain WHERE position = 2",
                "DELETE FROM audit WHERE subject = 's2'",
                "UPDATE audit_chain SET position = position - 10 WHERE position > 2",
                "UPDATE audit_chain SET position = position + 9 WHERE position < 0",
            ],
            "altered",
            2,
        ),
        # Someone puts a line in between.
        (
            [
                "UPDATE audit_chain SET position = position + 10 WHERE position > 2",
                "UPDATE audit_chain SET position = position - 9 WHERE position > 10",
                "INSERT INTO audit (id, at, actor, action, subject, target, reason) VALUES ('x',1,'y','z',NULL,'t','')",
                "INSERT INTO audit_chain (position, audit_id, hash)"
                " SELECT 3, 'x', hash FROM audit_chain WHERE position = 2",
            ],
            "altered",
            3,
        ),
        # Someone exchanges two lines.
        (
            [
                "UPDATE audit_chain SET position = -2 WHERE position = 2",
                "UPDATE audit_chain SET position = 2 WHERE position = 5",
                "UPDATE audit_chain SET position = 5 WHERE position = -2",
            ],
            "altered",
            2,
        ),
        (
            ["INSERT INTO audit (id, at, actor, action, subject, target, reason) VALUES ('x',1,'y','z',NULL,'t','')"],
            "never-chained",
            None,
        ),
    ],
)
async def test_tampering_is_found_at_its_first_position(
    database: Database, database_url: str, statements: list[str], what: str, position: int | None
) -> None:
    await chained(database, 6)
    await tamper(database_url, statements)
    broken = (await verify(database)).broken
    assert broken is not None
    assert (broken.what, broken.position) == (what, position)


async def test_a_line_deleted_before_it_was_chained_is_missed(database: Database, database_url: str) -> None:
    await database.commit([line(1)])
    await tamper(database_url, ["DELETE FROM audit"])
    assert str((await verify(database)).broken).startswith("beside the chain: never-chained (line ")


async def test_a_chain_made_anew_from_its_start_differs_from_earlier_checks(
    database: Database, database_url: str
) -> None:
    await chained(database, 4)
    assert (await check(database, 1, whole=True)).broken is None
    await tamper(
        database_url,
        [
            "UPDATE audit SET reason = 'x' WHERE subject = 's2'",
            "DELETE FROM audit_chain",
            "INSERT INTO audit_waiting (audit_id) SELECT id FROM audit",
            "UPDATE lease SET position = 0",
        ],
    )
    await database.commit([sql("UPDATE lease SET until = 0")])
    assert await AuditChain(database).run_pass() == 4
    assert (await verify(database)).broken == Break("rewritten", 4)
    assert (await verify(database, await last_checkpoint(database))).broken == Break("rewritten", 4)


async def test_writers_at_once_and_two_chainers_make_one_chain(database: Database, database_url: str) -> None:
    other = await open_database(database_url, bind=False)
    chains = [AuditChain(database), AuditChain(other)]
    writing = True

    async def write(writer: int) -> None:
        for number in range(20):
            batch = [line(1000 * writer + number)]
            if database.kind == "postgresql" and number % 5 == 0:
                batch.append(sql("SELECT pg_sleep(0.02)"))
            await (database if writer % 2 else other).commit(batch)

    async def chain(loop: AuditChain) -> None:
        rounds = 0
        while writing or await database.read(sql("SELECT audit_id FROM audit_waiting")):
            rounds += 1
            try:
                await loop.run_pass()
            except UnexpectedRowCount:
                loop._lease.lost()
            if rounds % 3 == 0:
                # Takes the lease away in the middle, so that both chain in turn.
                await database.commit([sql("UPDATE lease SET until = 0 WHERE name = 'audit-chain'")])
            await asyncio.sleep(0.001)

    chaining = [asyncio.create_task(chain(loop)) for loop in chains]
    await asyncio.gather(*(write(writer) for writer in range(8)))
    writing = False
    await asyncio.gather(*chaining)
    verdict = await verify(database)
    assert (verdict.lines, verdict.broken) == (160, None)
    await other.close()


async def test_one_that_lost_the_lease_stores_nothing(database: Database) -> None:
    old, new = AuditChain(database), AuditChain(database)
    assert await old.run_pass() == 0
    await database.commit([sql("UPDATE lease SET until = 0"), line(1)])
    assert await new.run_pass() == 1
    await database.commit([line(2)])
    with pytest.raises(UnexpectedRowCount):
        await old.run_pass()
    assert await new.run_pass() == 1
    assert (await verify(database)).head.position == 2


async def test_the_loop_chains_what_was_left_over_goes_on_and_lets_go(database: Database) -> None:
    await database.commit([line(1)])
    chain = AuditChain(database)
    chain.start()
    await reached(database, 1)
    await database.commit([line(2)])
    await reached(database, 2)
    assert chain.health().alive
    assert chain.health().leading
    await chain.stop()
    await database.commit([line(3)])
    assert await AuditChain(database).run_pass() == 1


async def test_the_daily_check_keeps_its_head_and_tells_a_broken_chain(database: Database, database_url: str) -> None:
    chain = await chained(database, 5)
    time = TimeSource()
    checking = AuditCheck(database, time, chain, keep_days=400)
    first = await checking.run_due()
    assert first is not None
    assert (first.lines, first.broken) == (5, None)
    assert await last_checkpoint(database) == first.head
    assert await checking.run_due() is None
    await database.commit([line(6)])
    await chain.run_pass()
    # Another start within a day looks at what is new only.
    again = await AuditCheck(database, time, chain, keep_days=400).run_due()
    assert again is not None
    assert (again.lines, again.head.position) == (1, 6)
    await tamper(database_url, ["UPDATE audit SET actor = 'nobody' WHERE subject = 's2'"])
    verdict = await check(database, time.now() + DAY, whole=True)
    assert verdict.broken is not None
    (event,) = await database.read(security_events.page(limit=10))
    assert (event["kind"], event["severity"]) == ("chain-broken", "critical")
    assert event["details"].startswith("position 2: altered (line ")
    assert (await last_checkpoint(database)).position == 6


async def test_a_process_that_does_not_chain_does_not_check(database: Database) -> None:
    assert await AuditCheck(database, TimeSource(), AuditChain(database), keep_days=400).run_due() is None


async def test_the_trail_is_read_by_pages_newest_first_and_by_who_what_and_whom(database: Database) -> None:
    await chained(database, 5)
    await database.commit([line(2, actor="reviewer", action="unmasked"), line(2, actor="own", action="sign-in")])
    first = await database.read(audit.page(limit=3))
    rest = await database.read(audit.page(limit=10, before=first[-1]["id"]))
    # Lines of one millisecond have no order among themselves, so it is the ids that go down.
    assert [row["id"] for row in first + rest] == sorted((row["id"] for row in first + rest), reverse=True)
    assert sum(row["position"] is None for row in first + rest) == 2
    assert {row["position"] for row in first + rest} == {None, 1, 2, 3, 4, 5}
    assert [row["subject"] for row in await database.read(audit.page(limit=9, actor="reviewer"))] == ["s2"]
    assert len(await database.read(audit.page(limit=9, action="desk.read", subject="s2"))) == 1
    assert len(await database.read(audit.page(limit=9, target="case-3"))) == 1
    reads = await database.read(audit.reads_of("s2", "own", limit=9))
    assert [row["actor"] for row in reads] == ["reviewer", "clerk"]
    narrow = audit.reads_of("s2", "own", limit=9, before=reads[0]["id"], actions=("desk.read", "unmasked"))
    assert [row["actor"] for row in await database.read(narrow)] == ["clerk"]
