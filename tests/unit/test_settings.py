"""litestar.yaml, docs/settings.md and the settings say the same; nothing misspelt or unsafe gets by."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from backend.foundation.settings import Settings, SettingsError, load_settings, refuse_unsafe, setting_names

ROOT = Path(__file__).parents[2]
KEYS = sorted(".".join(key) for key in setting_names().values())


def write(directory: Path, text: str) -> Path:
    path = directory / "litestar.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_file_that_comes_with_the_product_states_every_key_with_its_default(tmp_path: Path) -> None:
    shipped = load_settings(write(tmp_path, (ROOT / "litestar.yaml").read_text(encoding="utf-8")), {})
    assert shipped == load_settings(write(tmp_path, ""), {})
    stated = yaml.safe_load((ROOT / "litestar.yaml").read_text(encoding="utf-8"))
    flat = [
        f"{section}.{key}" if isinstance(value, dict) else section
        for section, value in stated.items()
        for key in (value if isinstance(value, dict) else [""])
    ]
    assert sorted(flat) == KEYS


def test_every_key_of_the_file_has_a_comment_above_it() -> None:
    lines = (ROOT / "litestar.yaml").read_text(encoding="utf-8").splitlines()
    bare = [
        line
        for above, line in zip(["", *lines], lines, strict=False)
        if re.match(r"(  |mode)\w+:", line) and not above.lstrip().startswith("#") and not line.startswith("  tls_key")
    ]
    assert bare == []


@pytest.mark.parametrize("key", KEYS)
def test_every_key_is_in_the_table_of_settings(key: str) -> None:
    assert f"| `{key}` |" in (ROOT / "docs/settings.md").read_text(encoding="utf-8")


def test_the_environment_overrides_the_file(tmp_path: Path) -> None:
    file = write(tmp_path, "server: {port: 8000}\n")
    settings = load_settings(
        file,
        {
            "ZHANGBAN_MODE": "test",
            "ZHANGBAN_SERVER__PORT": "9000",
            "ZHANGBAN_PUSH__ALLOWED_HOSTS": "push.example.com, 127.0.0.1",
            "PATH": "/bin",
        },
    )
    assert settings.mode == "test"
    assert settings.server.port == 9000
    assert settings.push.allowed_hosts == ("push.example.com", "127.0.0.1")


def test_relative_paths_start_at_the_settings_file(tmp_path: Path) -> None:
    settings = load_settings(write(tmp_path, "database: {url: 'sqlite:///data/city.db'}\n"), {})
    assert settings.database.url == f"sqlite:///{tmp_path}/data/city.db"
    assert settings.database.keys_url == f"sqlite:///{tmp_path}/data/city-keys.db"
    assert settings.keys.directory == f"{tmp_path}/var/keys"


def test_the_keys_of_a_postgresql_database_lie_in_another_one_of_the_same_server(tmp_path: Path) -> None:
    settings = load_settings(write(tmp_path, ""), {"ZHANGBAN_DATABASE__URL": "postgresql://a:b@db:5432/city?ssl=1"})
    assert settings.database.keys_url == "postgresql://a:b@db:5432/city_keys?ssl=1"


@pytest.mark.parametrize(
    ("text", "environment", "words"),
    [
        ("serverr: {}", {}, "serverr"),
        ("server: {prot: 1}", {}, "prot"),
        ("server: {port: 70000}", {}, "65535"),
        ("server: {port: abc}", {}, "port"),
        ("mode: live", {}, "mode"),
        ("server: [1]", {}, "server"),
        ("a: [", {}, "litestar.yaml"),
        ("just words", {}, "sections"),
        ("", {"ZHANGBAN_SERVER__PROT": "1"}, "ZHANGBAN_SERVER__PROT"),
    ],
)
def test_what_cannot_be_meant_is_refused_by_name(
    tmp_path: Path, text: str, environment: dict[str, str], words: str
) -> None:
    with pytest.raises(SettingsError, match=words):
        load_settings(write(tmp_path, text), environment)


def test_a_named_file_that_is_missing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="does not exist"):
        load_settings(tmp_path / "none.yaml", {})


def test_production_refuses_what_only_a_demonstration_may_have_and_names_all_of_it(tmp_path: Path) -> None:
    settings = load_settings(write(tmp_path, "mode: production"), {})
    with pytest.raises(SettingsError, match=r"public_origin.*push\.subject"):
        refuse_unsafe(settings)


def test_a_complete_production_configuration_is_accepted(tmp_path: Path) -> None:
    text = "mode: production\nserver: {public_origin: 'https://z.example'}\npush: {subject: 'mailto:it@z.example'}\n"
    refuse_unsafe(load_settings(write(tmp_path, text), {}))


@pytest.mark.parametrize(
    "text",
    [
        "server: {host: 0.0.0.0}",
        "database: {url: 'sqlite:////a.db', keys_url: 'sqlite:////a.db'}",
        "outbox: {handler_seconds: 60}",
    ],
)
def test_a_demonstration_too_refuses_what_would_break_a_promise(tmp_path: Path, text: str) -> None:
    with pytest.raises(SettingsError):
        refuse_unsafe(load_settings(write(tmp_path, text), {}))


@pytest.mark.parametrize(
    ("unified", "words"),
    [
        ("issuer: 'http://id.example', client_id: us", "https"),
        ("issuer: 'https://id.example'", "client_id"),
        ("issuer: 'https://id.example/?a=b', client_id: us", "exactly"),
        ("issuer: 'https://me@id.example', client_id: us", "exactly"),
        ("issuer: 'id.example', client_id: us", "exactly"),
        ("issuer: 'https://id.example', client_id: us, trusts_real_name: true", "id_number_claim"),
        ("issuer: 'https://id.example', client_id: us, client_secret_file: none", "not there"),
    ],
)
def test_a_provider_of_identity_that_could_not_be_trusted_is_refused_at_the_start(
    tmp_path: Path, unified: str, words: str
) -> None:
    with pytest.raises(SettingsError, match=words):
        refuse_unsafe(load_settings(write(tmp_path, f"unified_identity: {{{unified}}}"), {}))


def test_a_provider_on_loopback_is_for_demonstrations_only(tmp_path: Path) -> None:
    unified = "unified_identity: {issuer: 'http://127.0.0.1:9000', client_id: us}\n"
    refuse_unsafe(load_settings(write(tmp_path, unified), {}))
    production = (
        "mode: production\nserver: {public_origin: 'https://z.example'}\npush: {subject: 'mailto:it@z.example'}\n"
    )
    with pytest.raises(SettingsError, match="https"):
        refuse_unsafe(load_settings(write(tmp_path, production + unified), {}))


def test_the_defaults_are_a_demonstration_that_may_start(tmp_path: Path) -> None:
    settings = load_settings(write(tmp_path, ""), {})
    refuse_unsafe(settings)
    assert isinstance(settings, Settings)


@pytest.mark.parametrize(
    "window",
    [
        "{starts: '2026-12-05T22:00+08:00'}",
        "{ends: '2026-12-05T22:00+08:00'}",
        "{starts: '2026-12-05T22:00', ends: '2026-12-05T23:00'}",
        "{starts: tonight, ends: tomorrow}",
        "{starts: '2026-12-05T22:00+08:00', ends: '2026-12-05T22:00+08:00'}",
    ],
)
def test_a_window_of_maintenance_that_is_not_clear_is_refused(tmp_path: Path, window: str) -> None:
    with pytest.raises(SettingsError, match=r"maintenance\."):
        load_settings(write(tmp_path, f"maintenance: {window}\n"), {})
