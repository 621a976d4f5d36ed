"""`zhangban city publish`: at once where nobody works yet or it is a demo, else only after a second person."""

from __future__ import annotations

import asyncio
import io
import secrets
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
import yaml

from backend.certificates.keys import SigningKeys, needed_keys
from backend.city.city import City
from backend.city.store import last
from backend.cli import main
from backend.commands.setup import prepare_demo
from backend.foundation.audit_export import create_audit_key
from backend.foundation.database import open_database, sql
from backend.foundation.key_ring import create_key_ring
from backend.foundation.settings import Settings
from backend.identity.service import account_for
from backend.notify.push_keys import create_push_key
from backend.opening import open_house
from backend.staff import tables
from backend.staff.demo import DEMO_PASSWORD, demo_totp_secret
from backend.staff.passwords import Passwords
from backend.staff.rules import step_of, totp_code
from backend.staff.service import secret_statements
from tests.harness.served import ROOT

PASSWORD = secrets.token_urlsafe(12) + "aA1-"
SECRET = secrets.token_bytes(20)
Run = Callable[..., int]


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    """A pack that differs from the demo city in one sentence."""
    made = tmp_path / "pack"
    shutil.copytree(ROOT / "city", made)
    base = made / "items" / "residence-permit" / "base.yaml"
    base.write_text(base.read_text(encoding="utf-8").replace("在云海住满半年", "在云海住满六个月"), encoding="utf-8")
    return made


@pytest.fixture
def run(house_settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """`run(mode, *arguments, typed=…)` runs the command with a settings file of that mode."""

    def started(mode: str, *arguments: str, typed: str = "") -> int:
        settings = msgspec.structs.replace(house_settings, mode=mode)
        file = tmp_path / f"{mode}.yaml"
        file.write_text(yaml.safe_dump(msgspec.to_builtins(settings), allow_unicode=True), encoding="utf-8")
        monkeypatch.setattr("sys.stdin", io.StringIO(typed))
        return main(["--settings", str(file), "city", "publish", *arguments])

    return started


def in_force(settings: Settings) -> tuple[int, str | None]:
    async def read() -> tuple[int, str | None]:
        database = await open_database(settings.database.url, bind=False)
        try:
            return await last(database)
        finally:
            await database.close()

    return asyncio.run(read())


def proposals(settings: Settings) -> list[str]:
    async def read() -> list[str]:
        database = await open_database(settings.database.url, bind=False)
        try:
            return [row["subject_hash"] for row in await database.read(sql("SELECT * FROM publication_review"))]
        finally:
            await database.close()

    return asyncio.run(read())


def code(secret: bytes) -> str:
    return totp_code(secret, step_of(time.time_ns() // 1_000_000))


def prepare_production(settings: Settings, role: str) -> Settings:
    """Keys, and one staff member, as an operator would have made them."""
    production = msgspec.structs.replace(settings, mode="production")
    directory = Path(settings.keys.directory)
    create_key_ring(directory, demo=False)
    create_push_key(directory)
    create_audit_key(directory)
    SigningKeys(directory, create=False).make(needed_keys(City.load(ROOT / "city")), 1_700_000_000)

    async def place() -> None:
        async with open_house(production, loops=False) as (house, _loops):
            account_id = await account_for(house, "13711112222")
            department = next(iter(house.city.departments))
            batch = [tables.put_staff(account_id, "E1", department, [role], "甲")]
            batch += await secret_statements(house, Passwords("production"), account_id, PASSWORD, SECRET, first=False)
            await house.database.commit(batch)

    asyncio.run(place())
    return production


def test_the_first_pack_of_a_production_house_is_in_force_at_once(
    run: Run, house_settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("production", str(ROOT / "city")) == 0
    assert in_force(house_settings) == (1, City.load(ROOT / "city").hash)
    assert "reviewed by another person" in capsys.readouterr().out


def test_a_further_pack_of_production_only_waits_for_review(
    run: Run, house_settings: Settings, pack: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run("production", str(ROOT / "city"))
    prepare_production(house_settings, "editor")
    assert run("production", str(pack), "--by", "e1", typed=f"{PASSWORD}\n{code(SECRET)}\n") == 0
    assert in_force(house_settings)[0] == 1
    assert proposals(house_settings) == [City.load(pack).hash]
    assert "It is not in force" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("role", "arguments", "typed", "words"),
    [
        ("editor", (), "", "--by STAFF_NUMBER"),
        ("editor", ("--by", "E1"), "", "two lines"),
        ("editor", ("--by", "E1"), "wrong\n000000\n", "密码"),
        ("clerk", ("--by", "E1"), "right", "no editor"),
    ],
    ids=["nobody named", "no proof", "wrong proof", "not an editor"],
)
def test_without_an_editors_proof_nothing_is_proposed(
    run: Run,
    house_settings: Settings,
    pack: Path,
    capsys: pytest.CaptureFixture[str],
    role: str,
    arguments: tuple[str, ...],
    typed: str,
    words: str,
) -> None:
    run("production", str(ROOT / "city"))
    prepare_production(house_settings, role)
    given = f"{PASSWORD}\n{code(SECRET)}\n" if typed == "right" else typed
    assert run("production", str(pack), *arguments, typed=given) == 2
    assert words in capsys.readouterr().err
    assert (in_force(house_settings)[0], proposals(house_settings)) == (1, [])


def test_a_demo_is_published_at_once_and_says_that_nobody_reviewed_it(
    run: Run, house_settings: Settings, pack: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asyncio.run(prepare_demo(house_settings))
    assert run("test", str(pack)) == 0
    assert in_force(house_settings) == (2, City.load(pack).hash)
    assert "nobody reviewed it" in capsys.readouterr().out


def test_a_demo_can_ask_for_the_review_too(run: Run, house_settings: Settings, pack: Path) -> None:
    asyncio.run(prepare_demo(house_settings))
    typed = f"{DEMO_PASSWORD}\n{code(demo_totp_secret('YH0018'))}\n"
    assert run("test", str(pack), "--review", "--by", "YH0018", typed=typed) == 0
    assert in_force(house_settings)[0] == 1
    assert proposals(house_settings) == [City.load(pack).hash]


def test_a_pack_with_errors_is_neither_published_nor_proposed(run: Run, house_settings: Settings, pack: Path) -> None:
    asyncio.run(prepare_demo(house_settings))
    (pack / "items" / "residence-permit" / "base.yaml").write_text("key: x\n", encoding="utf-8")
    assert run("test", str(pack)) == 1
    assert run("test", str(pack), "--review", "--by", "YH0018") == 1
    assert (in_force(house_settings)[0], proposals(house_settings)) == (1, [])
