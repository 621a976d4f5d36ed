"""Everything an operator sets: `litestar.yaml`, each key of it overridable as ZHANGBAN_<SECTION>__<KEY>.

What each key means is said beside it in litestar.yaml and in docs/settings.md. Unknown keys are refused, so that a
misspelt one is not silently the default. Relative paths are relative to the settings file.
"""

from __future__ import annotations

import os
import re
import types
import typing
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

import msgspec
import yaml
from msgspec import Meta

Port = Annotated[int, Meta(ge=1, le=65535)]
Seconds = Annotated[int, Meta(ge=1, le=86_400)]
Minutes = Annotated[int, Meta(ge=1, le=525_600)]


class SettingsError(Exception):
    """The settings cannot be used; the message names the key, what is wrong and where it was set."""


class Section(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One section of litestar.yaml."""


class ServerSettings(Section, frozen=True):
    host: str = "127.0.0.1"
    port: Port = 8000
    public_origin: str = "http://127.0.0.1:8000"
    trusted_proxies: tuple[str, ...] = ()
    tls_certificate: str = ""
    tls_key: str = ""


class DatabaseSettings(Section, frozen=True):
    url: str = "sqlite:///var/zhangban.db"
    keys_url: str = ""
    readers: Annotated[int, Meta(ge=1, le=16)] = 2
    pool_size: Annotated[int, Meta(ge=1, le=200)] = 8
    statement_cache: Annotated[int, Meta(ge=0, le=10_000)] = 512


class KeysSettings(Section, frozen=True):
    directory: str = "var/keys"


class FilesSettings(Section, frozen=True):
    store: Literal["disk", "s3"] = "disk"
    directory: str = "var/files"
    s3_endpoint: Annotated[str, Meta(max_length=500)] = ""
    s3_bucket: Annotated[str, Meta(max_length=63)] = ""
    s3_region: Annotated[str, Meta(max_length=63)] = "us-east-1"
    s3_access_key: Annotated[str, Meta(max_length=200)] = ""
    s3_secret_key_file: str = ""
    unused_days: Annotated[int, Meta(ge=30, le=3_650)] = 90


class RedisSettings(Section, frozen=True):
    url: str = ""


class CitySettings(Section, frozen=True):
    pack: str = "city"
    store: str = "var/city"


class PushSettings(Section, frozen=True):
    subject: str = "mailto:push@example.org"
    allowed_hosts: tuple[str, ...] = (
        "fcm.googleapis.com",
        "updates.push.services.mozilla.com",
        "*.push.apple.com",
        "*.notify.windows.com",
    )


class LimitsSettings(Section, frozen=True):
    body_bytes: Annotated[int, Meta(ge=1024, le=16_777_216)] = 262_144
    upload_bytes: Annotated[int, Meta(ge=1024, le=104_857_600)] = 10_485_760
    export_bytes: Annotated[int, Meta(ge=1_048_576, le=2_147_483_648)] = 419_430_400
    sign_in_tries: Annotated[int, Meta(ge=1, le=20)] = 5
    sign_in_per_minute: Annotated[int, Meta(ge=1, le=100_000)] = 20
    requests_per_minute: Annotated[int, Meta(ge=1, le=100_000_000)] = 1_200
    requests_burst: Annotated[int, Meta(ge=1, le=10_000_000)] = 200
    account_per_minute: Annotated[int, Meta(ge=1, le=100_000_000)] = 600
    link_opens_per_minute: Annotated[int, Meta(ge=1, le=100_000_000)] = 30
    changes_per_minute: Annotated[int, Meta(ge=1, le=100_000_000)] = 60
    identity_checks_per_day: Annotated[int, Meta(ge=1, le=1_000_000)] = 60
    recoveries_per_day: Annotated[int, Meta(ge=1, le=1_000_000)] = 20
    unmask_per_hour: Annotated[int, Meta(ge=1, le=100_000)] = 120
    cases_per_day: Annotated[int, Meta(ge=0, le=100_000)] = 50


class SessionsSettings(Section, frozen=True):
    idle_minutes: Minutes = 10_080
    total_minutes: Minutes = 43_200
    shared_idle_minutes: Minutes = 10
    shared_total_minutes: Minutes = 60
    staff_idle_minutes: Minutes = 30
    staff_total_minutes: Minutes = 720
    fresh_minutes: Annotated[int, Meta(ge=1, le=60)] = 10


class StaffSettings(Section, frozen=True):
    password_length: Annotated[int, Meta(ge=8, le=64)] = 10
    password_days: Annotated[int, Meta(ge=1, le=365)] = 90
    password_memory: Annotated[int, Meta(ge=1, le=24)] = 5
    tries: Annotated[int, Meta(ge=3, le=10)] = 5
    lock_minutes: Annotated[int, Meta(ge=10, le=1440)] = 15


class UnifiedIdentitySettings(Section, frozen=True):
    issuer: Annotated[str, Meta(max_length=500)] = ""
    client_id: Annotated[str, Meta(max_length=500)] = ""
    client_secret_file: str = ""
    name_zh: Annotated[str, Meta(max_length=40)] = "统一身份认证"
    name_en: Annotated[str, Meta(max_length=80)] = "Unified identity"
    scopes: tuple[str, ...] = ("openid", "profile", "phone")
    clock_skew_seconds: Annotated[int, Meta(ge=0, le=300)] = 30
    phone_claim: Annotated[str, Meta(max_length=100)] = "phone_number"
    name_claim: Annotated[str, Meta(max_length=100)] = "name"
    id_number_claim: Annotated[str, Meta(max_length=100)] = ""
    trusts_real_name: bool = False


class SecuritySettings(Section, frozen=True):
    keep_events_days: Annotated[int, Meta(ge=180, le=3_650)] = 400


class RetentionSettings(Section, frozen=True):
    case_years: Annotated[int, Meta(ge=1, le=100)] = 10


class MaintenanceSettings(Section, frozen=True):
    starts: str = ""
    ends: str = ""


class LoggingSettings(Section, frozen=True):
    access: Literal["all", "errors"] = "errors"


class OutboxSettings(Section, frozen=True):
    concurrency: Annotated[int, Meta(ge=1, le=256)] = 16
    lease_seconds: Seconds = 60
    handler_seconds: Seconds = 30
    first_delay_seconds: Seconds = 2
    longest_delay_seconds: Seconds = 3_600
    tries: Annotated[int, Meta(ge=1, le=100)] = 15
    keep_done_days: Annotated[int, Meta(ge=1, le=3_650)] = 30


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The settings in force; immutable while the process lives."""

    mode: Literal["demo", "test", "production"] = "demo"
    server: ServerSettings = ServerSettings()
    database: DatabaseSettings = DatabaseSettings()
    keys: KeysSettings = KeysSettings()
    files: FilesSettings = FilesSettings()
    redis: RedisSettings = RedisSettings()
    city: CitySettings = CitySettings()
    push: PushSettings = PushSettings()
    limits: LimitsSettings = LimitsSettings()
    sessions: SessionsSettings = SessionsSettings()
    staff: StaffSettings = StaffSettings()
    unified_identity: UnifiedIdentitySettings = UnifiedIdentitySettings()
    retention: RetentionSettings = RetentionSettings()
    outbox: OutboxSettings = OutboxSettings()
    security: SecuritySettings = SecuritySettings()
    maintenance: MaintenanceSettings = MaintenanceSettings()
    logging: LoggingSettings = LoggingSettings()


_PATHS = (
    ("server", "tls_certificate"),
    ("server", "tls_key"),
    ("keys", "directory"),
    ("files", "directory"),
    ("files", "s3_secret_key_file"),
    ("city", "pack"),
    ("city", "store"),
    ("unified_identity", "client_secret_file"),
)
_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_URLS = (("database", "url"), ("database", "keys_url"))


def load_settings(path: Path | None = None, environment: Mapping[str, str] = os.environ) -> Settings:
    """Reads the file (or the one ZHANGBAN_SETTINGS names, or litestar.yaml here) and the environment over it.

    Without a file every key has its default. Raises SettingsError.
    """
    file = path or Path(environment.get("ZHANGBAN_SETTINGS") or "litestar.yaml")
    if not file.exists() and (path is not None or "ZHANGBAN_SETTINGS" in environment):
        raise SettingsError(f"{file} does not exist")
    values = _read(file) if file.exists() else {}
    for name, key in setting_names().items():
        if name in environment:
            _put(values, key, environment[name])
    unknown = [name for name in environment if _is_override(name) and name not in setting_names()]
    if unknown:
        raise SettingsError(f"no such setting: {', '.join(sorted(unknown))} (docs/settings.md lists them all)")
    try:
        settings = msgspec.convert(values, Settings, strict=False)
    except msgspec.ValidationError as error:
        raise SettingsError(f"{file}: {error}") from None
    _refuse_unclear_maintenance(settings.maintenance)
    return _anchored(settings, file.absolute().parent)


def setting_names() -> dict[str, tuple[str, ...]]:
    """Every environment variable that overrides a key, with the key: `ZHANGBAN_DATABASE__URL` → (database, url)."""
    names: dict[str, tuple[str, ...]] = {}
    for section, kind in typing.get_type_hints(Settings).items():
        if isinstance(kind, type) and issubclass(kind, Section):
            for key in kind.__struct_fields__:
                names[f"ZHANGBAN_{section}__{key}".upper()] = (section, key)
        else:
            names[f"ZHANGBAN_{section}".upper()] = (section,)
    return names


def refuse_unsafe(settings: Settings) -> None:
    """Raises SettingsError, naming every reason, when production would run with what only a demonstration may have."""
    if settings.database.keys_url == settings.database.url:
        raise SettingsError("database.keys_url must be another database than database.url: shredding would be undone")
    if settings.outbox.handler_seconds >= settings.outbox.lease_seconds:
        raise SettingsError("outbox.handler_seconds must be below outbox.lease_seconds: two workers would do one thing")
    _refuse_unfit_issuer(settings)
    _refuse_unfit_store(settings)
    if settings.mode != "production":
        if settings.server.host not in ("127.0.0.1", "localhost", "::1") and not settings.server.tls_certificate:
            raise SettingsError("demo and test serve on loopback only, or with TLS: set server.tls_certificate")
        return
    origin = urlsplit(settings.server.public_origin)
    reasons = []
    if origin.scheme != "https" or not origin.hostname:
        reasons.append("server.public_origin must be https://…: the session cookie is sent over TLS only")
    if settings.push.subject.endswith("@example.org"):
        reasons.append("push.subject must be an address of your own: push services write to it")
    if (Path(settings.keys.directory) / "demo").exists():
        reasons.append("keys.directory holds demo keys: make your own with `zhangban keys`")
    if reasons:
        raise SettingsError("not safe for production: " + "; ".join(reasons))


def _refuse_unfit_issuer(settings: Settings) -> None:
    """Raises SettingsError when unified identity is switched on and could not be trusted or could not work."""
    of = settings.unified_identity
    if not of.issuer:
        return
    issuer = urlsplit(of.issuer)
    loopback = settings.mode != "production" and issuer.hostname in ("127.0.0.1", "localhost", "::1")
    if not issuer.hostname or issuer.query or issuer.fragment or "@" in issuer.netloc:
        raise SettingsError("unified_identity.issuer must be the provider's address, exactly as it names itself")
    if issuer.scheme != "https" and not (loopback and issuer.scheme == "http"):
        raise SettingsError("unified_identity.issuer must be https://…: its keys are believed because of TLS")
    if not of.client_id:
        raise SettingsError("unified_identity.client_id is missing: the provider gives it when you register")
    if of.trusts_real_name and not (of.name_claim and of.id_number_claim):
        raise SettingsError("unified_identity.trusts_real_name needs name_claim and id_number_claim")
    if of.client_secret_file and not Path(of.client_secret_file).is_file():
        raise SettingsError(f"unified_identity.client_secret_file: {of.client_secret_file} is not there")


def _refuse_unclear_maintenance(of: MaintenanceSettings) -> None:
    """Raises SettingsError when the window of maintenance is half set, has no time zone, or ends before it starts."""
    if not of.starts and not of.ends:
        return
    unclear = "maintenance.starts and maintenance.ends must both be instants with their zone: '2026-12-05T22:00+08:00'"
    try:
        starts, ends = datetime.fromisoformat(of.starts), datetime.fromisoformat(of.ends)
    except ValueError:
        raise SettingsError(unclear) from None
    if starts.tzinfo is None or ends.tzinfo is None:
        raise SettingsError(unclear)
    if ends <= starts:
        raise SettingsError("maintenance.ends must be after maintenance.starts")


def _refuse_unfit_store(settings: Settings) -> None:
    """Raises SettingsError when files are to lie in an S3-compatible store that could not be reached or believed."""
    of = settings.files
    if of.store != "s3":
        return
    endpoint = urlsplit(of.s3_endpoint)
    loopback = endpoint.hostname in ("127.0.0.1", "localhost", "::1")
    if not endpoint.hostname or endpoint.query or endpoint.fragment or "@" in endpoint.netloc:
        raise SettingsError("files.s3_endpoint must be the store's address, as https://s3.example.cn")
    if endpoint.scheme != "https" and not (loopback and endpoint.scheme == "http"):
        raise SettingsError("files.s3_endpoint must be https://…, or http on this machine")
    if not _BUCKET.fullmatch(of.s3_bucket):
        raise SettingsError("files.s3_bucket must be a bucket's name: small letters, digits, dots and hyphens")
    if not of.s3_access_key:
        raise SettingsError("files.s3_access_key is missing: the store gives it with the secret key")
    if not Path(of.s3_secret_key_file).is_file():
        raise SettingsError("files.s3_secret_key_file must name a file that holds the secret key and nothing else")


def _read(file: Path) -> dict[str, Any]:
    try:
        values = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeError, yaml.YAMLError) as error:
        raise SettingsError(f"{file}: {error}") from None
    if values is None:
        return {}
    if not isinstance(values, dict):
        raise SettingsError(f"{file}: sections are expected, as in the litestar.yaml that comes with the product")
    return {name: {} if value is None else value for name, value in values.items()}


def _is_override(name: str) -> bool:
    return name.startswith("ZHANGBAN_") and "__" in name


def _put(values: dict[str, Any], key: tuple[str, ...], text: str) -> None:
    if len(key) == 1:
        values[key[0]] = text
        return
    section = values.setdefault(key[0], {})
    if isinstance(section, dict):
        section[key[1]] = [part.strip() for part in text.split(",") if part.strip()] if _is_list(key) else text


def _is_list(key: tuple[str, ...]) -> bool:
    section = typing.get_type_hints(Settings)[key[0]]
    kind = typing.get_type_hints(section)[key[1]]
    return isinstance(kind, types.GenericAlias) and typing.get_origin(kind) is tuple


def _anchored(settings: Settings, base: Path) -> Settings:
    """Settings whose paths no longer depend on the directory the process was started in."""
    for section, key in _PATHS:
        path = getattr(getattr(settings, section), key)
        settings = _replaced(settings, section, key, str(base / path) if path else "")
    for section, key in _URLS:
        url = getattr(getattr(settings, section), key)
        if url.startswith("sqlite:///"):
            settings = _replaced(settings, section, key, f"sqlite:///{base / url.removeprefix('sqlite:///')}")
    if not settings.database.keys_url:
        settings = _replaced(settings, "database", "keys_url", _keys_url(settings.database.url))
    return settings


def _keys_url(url: str) -> str:
    """The subject-key store beside a database: another file, or another database of the same server."""
    if url.startswith("sqlite:///"):
        path = Path(url.removeprefix("sqlite:///"))
        return f"sqlite:///{path.with_name(path.stem + '-keys' + path.suffix)}"
    parts = urlsplit(url)
    return parts._replace(path=parts.path + "_keys").geturl()


def _replaced(settings: Settings, section: str, key: str, value: str) -> Settings:
    changed = msgspec.structs.replace(getattr(settings, section), **{key: value})
    return msgspec.structs.replace(settings, **{section: changed})
