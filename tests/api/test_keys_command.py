"""`zhangban keys rotate` says what it did and what to do next, beside a house that is open."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import pytest

from backend.cli import main
from backend.foundation.audit import page
from backend.foundation.database import Row, open_database
from backend.foundation.key_ring import changing_ring, load_key_ring
from backend.foundation.settings import load_settings
from backend.foundation.stored_vault import open_vault
from tests.harness.served import API, ServedProduct


@pytest.fixture
def file(tmp_path: Path) -> str:
    """The settings file of a house with three sealed people."""
    (tmp_path / "litestar.yaml").write_text("mode: test\n", encoding="utf-8")

    async def seal() -> None:
        vault = await open_vault(load_settings(tmp_path / "litestar.yaml", {}))
        for _person in range(3):
            await vault.create_subject()
        await vault.close()

    asyncio.run(seal())
    return str(tmp_path / "litestar.yaml")


def test_rotating_wraps_everything_anew_and_retiring_ends_it(file: str, capsys: pytest.CaptureFixture[str]) -> None:
    keys = Path(file).parent / "var" / "keys"
    first = load_key_ring(keys, create=False).current
    assert main(["--settings", file, "keys", "rotate"]) == 0
    second = load_key_ring(keys, create=False).current
    said = capsys.readouterr()
    assert (
        f"master key {second} is new and in use; 3 wrapped anew; kept for reading {first}.\nBack up the key store now"
        in said.out
    )
    assert "3 of 3\n" in said.err
    assert main(["--settings", file, "keys", "rotate", "--status"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == f"{second}  wraps 3 data keys, in use"
    assert lines[1].startswith(f"{first}  wraps 0 data keys, replaced 20")
    assert lines[1].endswith("can be retired")
    assert main(["--settings", file, "keys", "rotate", "--retire"]) == 0
    assert capsys.readouterr().out == f"master key {second} in use; 0 wrapped anew; retired {first}.\n"
    assert load_key_ring(keys, create=False).replaced == {}


def test_a_rotation_beside_another_is_one_clear_line(file: str, capsys: pytest.CaptureFixture[str]) -> None:
    with changing_ring(Path(file).parent / "var" / "keys"):
        assert main(["--settings", file, "keys", "rotate"]) == 2
    assert capsys.readouterr().err == "zhangban: another process is rotating the keys: wait for it to end\n"


def test_without_a_ring_nothing_is_rotated(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "litestar.yaml").write_text("mode: test\n", encoding="utf-8")
    (tmp_path / "var" / "keys").mkdir(parents=True)
    assert main(["--settings", str(tmp_path / "litestar.yaml"), "keys", "rotate"]) == 2
    assert "make it with `zhangban keys`" in capsys.readouterr().err


def test_keys_are_rotated_and_retired_beside_a_running_server(
    live: ServedProduct, capsys: pytest.CaptureFixture[str]
) -> None:
    own = live.sign_in("13900000001").get(f"{API}/me").json()
    file = str(live.log.parent / "litestar.yaml")
    for options in ([], ["--retire"], [], ["--retire"]):
        assert main(["--settings", file, "keys", "rotate", *options]) == 0
        # Who was there before, and someone whose key is made now.
        assert live.sign_in("13900000001").get(f"{API}/me").json() == own
        newcomer = live.sign_in(f"1380000{int(time.monotonic() * 1000) % 10_000:04d}")
        assert newcomer.get(f"{API}/me").status_code == 200
    assert "retired" in capsys.readouterr().out
    assert [row["action"] for row in on_record(live)].count("keys.rotate") == 4


def on_record(served: ServedProduct) -> list[Row]:
    async def read() -> list[Row]:
        database = await open_database(served.settings.database.url, bind=False)
        rows = await database.read(page(limit=50))
        await database.close()
        return rows

    return asyncio.run(read())
