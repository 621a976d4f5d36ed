"""The real server, as `zhangban serve` starts it."""

from __future__ import annotations

import asyncio
from pathlib import Path

import msgspec
import pytest

from backend.city.city import City
from backend.cli import main
from backend.commands.refusal import Refusal
from backend.commands.setup import check_opening
from backend.files.service import UploadJob
from backend.foundation import outbox
from backend.foundation.database import open_database, sql
from backend.foundation.settings import load_settings
from tests.harness.served import API, ServedProduct


def test_a_person_signed_in_at_the_running_server_still_is_after_it_was_killed(
    live: ServedProduct,
) -> None:
    browser = live.sign_in("13900000001")
    own = browser.get(f"{API}/me").json()
    assert own["phone"] == "13900000001"
    ready = {"database": "ok", "outbox": "ok", "sequencer": "ok", "audit": "ok", "laid_aside": 0}
    assert browser.get("/health/ready").json() == ready
    asked = browser.head(f"{API}/items")
    assert (asked.status_code, asked.content) == (200, b"")
    assert int(asked.headers["content-length"]) == len(browser.get(f"{API}/items").content)
    live.kill()
    live.start()
    assert browser.get(f"{API}/me").json() == own


def test_the_clock_of_the_running_server_is_set(live: ServedProduct) -> None:
    browser = live.sign_in("13900000001")
    live.set_clock("2036-01-01T00:00:00Z")
    assert browser.get(f"{API}/session").json()["account"] is None


def test_no_personal_data_is_in_the_log(live: ServedProduct) -> None:
    browser = live.sign_in("13900000001")
    own = browser.get(f"{API}/me").json()
    token = browser.cookies["zhangban"]
    browser.get(f"{API}/no/such/{token}?phone=13900000001")
    browser.post(f"{API}/sign-in", json={"phone": "13900000001", "code": "000000"})
    live.stop()
    log = live.log.read_text(encoding="utf-8")
    assert "request" in log
    for secret in (own["phone"], own["name"] or "林晓舟", own["id_number"] or "无", token):
        assert secret not in log


def settings_file(tmp_path: Path, text: str) -> str:
    file = tmp_path / "litestar.yaml"
    file.write_text(text, encoding="utf-8")
    return str(file)


@pytest.mark.parametrize(
    ("settings", "command", "reason"),
    [
        ("mode: test", ["worker"], "SQLite has one writer"),
        ("mode: test", ["serve", "--workers", "2"], "SQLite has one writer"),
        ("mode: test", ["serve", "--host", "0.0.0.0"], "loopback"),
        ("mode: production", ["serve"], "not safe for production"),
        ("mode: production", ["demo"], "production"),
        ("mode: nothing", ["serve"], "mode"),
        ("mode: test", ["serve", "--port", "70000"], "--port"),
    ],
)
def test_a_command_that_must_not_run_says_why_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], settings: str, command: list[str], reason: str
) -> None:
    assert main(["--settings", settings_file(tmp_path, settings), *command]) == 2
    error = capsys.readouterr().err
    assert reason in error
    assert error.count("\n") == 1
    assert not (tmp_path / "var").exists()


SAFE = "mode: production\nserver: {public_origin: https://example.cn}\npush: {subject: mailto:it@example.cn}\n"
PACK = Path(__file__).resolve().parents[2] / "city"


def test_the_keys_command_makes_and_lists_every_key_that_production_asks_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = settings_file(tmp_path, f"{SAFE}city: {{pack: {PACK}}}\n")
    assert main(["--settings", file, "keys"]) == 0
    listed = capsys.readouterr().out
    assert main(["--settings", file, "migrate"]) == 0
    assert main(["--settings", file, "city", "publish", str(PACK)]) == 0
    keys = tmp_path / "var" / "keys"
    settings = load_settings(Path(file), {})
    asyncio.run(check_opening(settings))
    made = [path for path in keys.rglob("*") if path.is_file()]
    # Four of the house, the root, and one of every department that handles an item.
    departments = {office.department.code for item in City.load(PACK).items.values() for office in item.guide.offices}
    assert len(made) == 4 + len(departments)
    for path in made:
        assert str(path) in listed
        assert path.stat().st_mode & 0o077 == 0
        content = path.read_bytes()
        path.unlink()
        with pytest.raises(Refusal, match="zhangban keys"):
            asyncio.run(check_opening(settings))
        path.write_bytes(content)
        path.chmod(0o600)
    before = {path: path.read_bytes() for path in made}
    assert main(["--settings", file, "keys"]) == 0
    assert {path: path.read_bytes() for path in made} == before
    assert "PRIVATE" not in listed


def test_a_laid_aside_delivery_is_shown_and_takes_nothing_out_of_service(live: ServedProduct) -> None:
    async def lay_aside() -> None:
        database = await open_database(live.settings.database.url, bind=False)
        await database.commit([outbox.enqueue("nobody", UploadJob("x"), due=0, key="given up")])
        await database.commit([sql("UPDATE outbox SET dead_at = 1 WHERE unique_key = {}", "given up")])
        await database.close()

    asyncio.run(lay_aside())
    with live.client() as browser:
        reply = browser.get("/health/ready")
    assert (reply.status_code, reply.json()["laid_aside"]) == (200, 1)


def test_production_refuses_a_database_with_demo_personas(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = settings_file(tmp_path, f"mode: demo\ncity: {{pack: {PACK}}}\n")
    assert main(["--settings", file, "demo"]) == 0
    assert main(["--settings", file, "demo"]) == 0
    (tmp_path / "var" / "keys" / "demo").unlink()
    assert main(["--settings", settings_file(tmp_path, SAFE), "serve"]) == 2
    assert "demo personas" in capsys.readouterr().err


def test_the_openapi_command_prints_the_same_document_each_time(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = settings_file(tmp_path, "mode: demo")
    assert main(["--settings", file, "openapi"]) == 0
    first = capsys.readouterr().out
    assert main(["--settings", file, "openapi", "--out", str(tmp_path / "api.json")]) == 0
    assert (tmp_path / "api.json").read_text(encoding="utf-8") == first
    assert "/api/v1/sign-in" in msgspec.json.decode(first)["paths"]
