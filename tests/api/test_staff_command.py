"""`zhangban staff`: a house in production gets its first administrators from whoever runs the server."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest
import yaml

from backend.cli import main
from backend.foundation.settings import Settings


@pytest.fixture
def given(house_settings: Settings, tmp_path: Path) -> list[str]:
    """The options that name a house of no personas."""
    plain: dict[str, Any] = msgspec.to_builtins(house_settings)
    file = tmp_path / "zhangban.yaml"
    file.write_text(yaml.safe_dump(plain, allow_unicode=True), encoding="utf-8")
    return ["--settings", str(file), "staff"]


def create(given: list[str], **changed: str) -> int:
    """Asks for an administrator."""
    options = {
        "number": "A001",
        "name": "何志明",
        "phone": "13912345678",
        "department": "public-security",
        "role": "system_administrator",
        **changed,
    }
    return main([*given, "create", *(part for name, value in options.items() for part in (f"--{name}", value))])


def test_the_first_of_a_kind_is_made_and_its_secrets_are_printed_once(
    given: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert create(given) == 0
    told = capsys.readouterr().out
    assert ("A001" in told, "otpauth://totp/" in told, "initial password" in told) == (True, True, True)
    assert create(given, number="A002", phone="13912345679") == 2
    assert "last-administrator" in capsys.readouterr().err
    assert create(given, number="A003", phone="13912345680", role="audit_administrator") == 0


def test_what_cannot_be_is_refused_in_one_line(given: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert create(given, department="nowhere") == 2
    assert create(given, phone="12345") == 2
    assert create(given, number="?") == 2
    assert len(capsys.readouterr().err.splitlines()) == 3


def test_an_administrator_whom_nobody_can_help_gets_new_secrets(
    given: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    create(given)
    before = capsys.readouterr().out
    assert main([*given, "reset", "--number", "a001"]) == 0
    after = capsys.readouterr().out
    assert ("A001" in after, after != before) == (True, True)
    assert main([*given, "reset", "--number", "A009"]) == 2
