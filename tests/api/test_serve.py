"""The real server, as `zhangban serve` starts it."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from backend.cli import main
from tests.harness.live_server import API, LiveServer


def test_a_person_signs_in_at_the_running_server_and_is_still_signed_in_after_it_was_killed(live: LiveServer) -> None:
    browser = live.sign_in("13900000001")
    own = browser.get(f"{API}/me").json()
    assert own["phone"] == "13900000001"
    assert browser.get("/health/ready").json() == {"database": "ok", "outbox": "ok", "sequencer": "ok"}
    live.kill()
    live.start()
    assert browser.get(f"{API}/me").json() == own


def test_the_clock_of_the_running_server_is_set(live: LiveServer) -> None:
    browser = live.sign_in("13900000001")
    live.set_clock("2036-01-01T00:00:00Z")
    assert browser.get(f"{API}/session").json()["account"] is None


def test_no_personal_data_is_in_the_log(live: LiveServer) -> None:
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


def test_production_refuses_a_database_with_demo_personas(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pack = Path(__file__).resolve().parents[2] / "city"
    file = settings_file(tmp_path, f"mode: demo\ncity: {{pack: {pack}}}\n")
    assert main(["--settings", file, "demo"]) == 0
    assert main(["--settings", file, "demo"]) == 0
    (tmp_path / "var" / "keys" / "demo").unlink()
    safe = "mode: production\nserver: {public_origin: https://example.cn}\npush: {subject: mailto:it@example.cn}\n"
    assert main(["--settings", settings_file(tmp_path, safe), "serve"]) == 2
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
