"""`zhangban audit` verifies the chain and hands it to an auditor; `zhangban keys` prints who signs."""

from __future__ import annotations

import asyncio
import re
import sqlite3
from pathlib import Path

import pytest

from backend.cli import main
from backend.foundation import security_events
from backend.foundation.audit import record
from backend.foundation.audit_chain import AuditChain
from backend.foundation.database import Row, open_database, sql
from backend.foundation.key_ring import load_key_ring
from backend.foundation.migrations import migrate
from tests.harness.served import ServedProduct
from tests.harness.tampering import tamper

SETTINGS = "mode: test\n"


@pytest.fixture
def file(tmp_path: Path) -> str:
    """The settings file of a house whose chain has four lines."""
    (tmp_path / "litestar.yaml").write_text(SETTINGS, encoding="utf-8")

    async def fill() -> None:
        database = await open_database(f"sqlite:///{tmp_path / 'var' / 'zhangban.db'}", bind=False)
        await migrate(database)
        chain = AuditChain(database)
        for number in range(4):
            await database.commit([record(at=number, actor="clerk", action="desk.read", subject=None, target="t")])
            await chain.run_pass()
        await database.close()

    asyncio.run(fill())
    return str(tmp_path / "litestar.yaml")


def events(file: str) -> list[Row]:
    async def read() -> list[Row]:
        database = await open_database(f"sqlite:///{Path(file).parent / 'var' / 'zhangban.db'}", bind=False)
        rows = await database.read(security_events.page(limit=10))
        await database.close()
        return rows

    return asyncio.run(read())


def test_a_whole_chain_is_said_to_be_and_a_broken_one_at_its_position(
    file: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--settings", file, "audit", "verify"]) == 0
    assert re.fullmatch(r"The audit chain is whole: 4 lines, head [0-9a-f]{64}\.\n", capsys.readouterr().out)
    connection = sqlite3.connect(Path(file).parent / "var" / "zhangban.db")
    connection.execute("DROP TRIGGER audit_refuses_update")
    connection.execute("UPDATE audit SET actor = 'nobody' WHERE at = 2")
    connection.commit()
    connection.close()
    assert main(["--settings", file, "audit", "verify"]) == 1
    said = capsys.readouterr().out
    assert re.match(r"The audit chain is broken at position 3: altered \(line [0-9a-f-]{36}\); 2 lines before it", said)


def test_an_export_verifies_elsewhere_and_is_on_record(
    file: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "audit.jsonl"
    assert main(["--settings", file, "audit", "export", str(out)]) == 0
    found = re.search(r"4 lines, signed by key ([0-9a-f]{64})", capsys.readouterr().out)
    assert found is not None
    assert out.stat().st_mode & 0o077 == 0
    assert [(row["kind"], row["actor"]) for row in events(file)] == [("export-made", "system")]
    # With nothing but the file: no settings, no database.
    nowhere = tmp_path / "elsewhere"
    nowhere.mkdir()
    assert main(["audit", "verify", "--file", str(out), "--key", found[1]]) == 0
    assert "is whole: 4 lines up to position 4" in capsys.readouterr().out
    assert main(["audit", "verify", "--file", str(out), "--key", "0" * 64]) == 1
    assert "another key signed it" in capsys.readouterr().out
    assert main(["--settings", file, "audit", "export", str(out)]) == 2
    assert "exists already" in capsys.readouterr().err
    out.write_bytes(out.read_bytes().replace(b'"position":2', b'"position":7', 1))
    assert main(["audit", "verify", "--file", str(out)]) == 1
    assert "position 2: the line is missing" in capsys.readouterr().out
    assert main(["audit", "verify", "--file", str(tmp_path / "none")]) == 2


def test_an_export_that_cannot_be_made_leaves_no_file(
    file: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "audit.jsonl"
    assert main(["--settings", file, "audit", "export", str(out), "--after", "99"]) == 2
    assert "no position 99" in capsys.readouterr().err
    assert not out.exists()


def test_production_does_not_make_the_signing_key_and_says_what_to_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "litestar.yaml").write_text("mode: production\n", encoding="utf-8")
    assert main(["--settings", str(tmp_path / "litestar.yaml"), "audit", "export", str(tmp_path / "a")]) == 2
    assert "make it with `zhangban keys`" in capsys.readouterr().err


def test_a_rotation_is_on_record(file: str) -> None:
    load_key_ring(Path(file).parent / "var" / "keys", create=True)
    assert main(["--settings", file, "keys", "rotate"]) == 0
    (event,) = [row for row in events(file) if row["kind"] == "key-rotated"]
    assert re.fullmatch(r"current [0-9a-f]{8}, 0 wrapped, retired none", event["details"])


def test_a_server_tells_at_its_start_that_its_trail_was_tampered_with(live: ServedProduct) -> None:
    def found_within(query: str, seconds: int) -> list[Row]:
        async def look() -> list[Row]:
            database = await open_database(live.settings.database.url, bind=False)
            for _try in range(10 * seconds):
                if found := await database.read(sql(query)):
                    break
                await asyncio.sleep(0.1)
            await database.close()
            return found

        return asyncio.run(look())

    assert found_within("SELECT id FROM audit_checkpoint", 60)
    live.sign_in("13900000001")
    # The lines of this sign-in are chained behind what was checked at the start.
    behind = "SELECT position FROM audit_chain WHERE position > (SELECT MAX(position) FROM audit_checkpoint)"
    assert found_within(behind, 60)
    live.stop()
    newest = "(SELECT audit_id FROM audit_chain ORDER BY position DESC LIMIT 1)"
    asyncio.run(tamper(live.settings.database.url, [f"UPDATE audit SET actor = 'nobody' WHERE id = {newest}"]))
    live.start()
    events = found_within("SELECT severity, details FROM security_event WHERE kind = 'chain-broken'", 60)
    assert [event["severity"] for event in events] == ["critical"]
    assert ": altered (line " in events[0]["details"]
    assert "audit-chain-broken" in live.log.read_text(encoding="utf-8")
