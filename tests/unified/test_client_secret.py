"""The client's secret: from a file of its own, whole or not at all, and never in a message."""

from __future__ import annotations

from pathlib import Path

import pytest

from backend.foundation.settings import Settings, SettingsError, UnifiedIdentitySettings
from backend.identity.unified.client import build_relying_party


def settings_of(file: str) -> Settings:
    return Settings(
        mode="test",
        unified_identity=UnifiedIdentitySettings(issuer="https://id.example", client_id="us", client_secret_file=file),
    )


def test_without_an_issuer_there_is_no_relying_party() -> None:
    assert build_relying_party(Settings(mode="test"), lambda: 0) is None


def test_a_secret_is_read_without_the_line_end_of_its_file(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text("one secret\n", encoding="utf-8")
    party = build_relying_party(settings_of(str(file)), lambda: 0)
    assert party is not None
    assert party.issuer == "https://id.example"


@pytest.mark.parametrize("content", [b"", b"\n", b"\xff\xfe secret", b"x" * 5000])
def test_a_file_that_holds_no_secret_is_refused_without_quoting_it(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "secret"
    file.write_bytes(content)
    with pytest.raises(SettingsError) as caught:
        build_relying_party(settings_of(str(file)), lambda: 0)
    assert "secret" not in str(caught.value).replace("client_secret_file", "").replace("the secret and", "")


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="client_secret_file"):
        build_relying_party(settings_of(str(tmp_path / "none")), lambda: 0)
