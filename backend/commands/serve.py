"""`zhangban serve` and `zhangban worker`: the process that listens, and the one that delivers."""

from __future__ import annotations

import argparse
import asyncio
import logging
import signal
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
from granian.constants import HTTPModes, Interfaces
from granian.server import Server
from litestar import Litestar

from backend.app import PWA, create_app
from backend.commands.refusal import Refusal, settings_of
from backend.commands.setup import check_opening
from backend.foundation.local_authority import TlsFiles, local_names, make_tls_files
from backend.foundation.logging import configure_logging
from backend.foundation.settings import Settings, SettingsError, refuse_unsafe
from backend.opening import open_house

_LOOPBACK = ("127.0.0.1", "localhost", "::1")


def load_application(settings: Settings, _target: str = "") -> Litestar:
    """The application of one serving process, with its logs set up."""
    configure_logging(json_lines=settings.mode == "production")
    return create_app(settings)


def serving_settings(settings: Settings, arguments: argparse.Namespace) -> Settings:
    """The settings with what the command line says put over them."""
    server = settings.server
    if arguments.host:
        server = msgspec.structs.replace(server, host=arguments.host)
    elif arguments.tls:
        # The point of --tls is that a phone nearby can reach the server.
        server = msgspec.structs.replace(server, host="0.0.0.0")  # noqa: S104  # nosec B104
    if arguments.port:
        if not 1 <= arguments.port <= 65535:
            raise Refusal("--port must be 1 to 65535")
        server = msgspec.structs.replace(server, port=arguments.port)
    return msgspec.structs.replace(settings, server=server)


def _tls(settings: Settings, wanted: bool) -> tuple[Settings, TlsFiles | None]:
    if not wanted:
        return settings, None
    files = make_tls_files(Path(settings.keys.directory) / "tls", local_names())
    server = msgspec.structs.replace(
        settings.server,
        tls_certificate=str(files.certificate),
        tls_key=str(files.key),
        public_origin=f"https://127.0.0.1:{settings.server.port}",
    )
    return msgspec.structs.replace(settings, server=server), files


def start_message(settings: Settings, files: TlsFiles | None) -> str:
    """One screen: where it is, what it is, and what to do next."""
    server = settings.server
    scheme = "https" if server.tls_certificate else "http"
    everywhere = server.host == "0.0.0.0"  # noqa: S104  # nosec B104
    hosts = [name for name in local_names() if ":" not in name] if everywhere else [server.host]
    lines = ["", "  掌上办 Zhangban", ""]
    lines += [f"    {scheme}://{host}:{server.port}" for host in hosts]
    kind = "SQLite" if settings.database.url.startswith("sqlite") else "PostgreSQL"
    lines += ["", f"  mode {settings.mode} · {kind} · API /schema"]
    if files is not None:
        lines += ["", f"  Install this authority on the phone to trust the address: {files.authority}"]
    if not (PWA / "index.html").is_file():
        lines += ["", "  The app is not built: run `make`. The API answers meanwhile."]
    if settings.mode != "production":
        lines += ["", "  Sign in as a demo persona: they are listed on the sign-in page. Not for real data."]
    return "\n".join([*lines, "", "  Ctrl+C stops it.", ""])


def serve(arguments: argparse.Namespace) -> int:
    """Serves until it is told to stop. Raises Refusal."""
    settings = serving_settings(settings_of(arguments), arguments)
    workers = arguments.workers or 1
    if not 1 <= workers <= 64:
        raise Refusal("--workers must be 1 to 64")
    if workers > 1 and settings.database.url.startswith("sqlite"):
        raise Refusal(
            "SQLite has one writer, so one process serves and delivers. For --workers 2 set database.url to PostgreSQL."
        )
    settings, files = _tls(settings, arguments.tls)
    try:
        refuse_unsafe(settings)
    except SettingsError as error:
        raise Refusal(str(error)) from None
    asyncio.run(check_opening(settings))
    print(start_message(settings, files), flush=True)
    logging.getLogger("_granian").setLevel(logging.WARNING)
    certificate, key = settings.server.tls_certificate, settings.server.tls_key
    server = Server(
        "backend.commands.serve",
        address=settings.server.host,
        port=settings.server.port,
        interface=Interfaces.ASGI,
        http=HTTPModes.auto,
        websockets=False,
        workers=workers,
        log_enabled=False,
        ssl_cert=Path(certificate) if certificate else None,
        ssl_key=Path(key) if key else None,
        workers_kill_timeout=10,
    )
    server.serve(target_loader=partial(load_application, settings))
    return 0


def work(arguments: argparse.Namespace) -> int:
    """Delivers the outbox and runs timers until it is told to stop. Raises Refusal on SQLite."""
    settings = settings_of(arguments)
    if settings.database.url.startswith("sqlite"):
        raise Refusal(
            "SQLite has one writer, so `serve` delivers itself. A worker of its own needs PostgreSQL (database.url)."
        )
    try:
        refuse_unsafe(settings)
    except SettingsError as error:
        raise Refusal(str(error)) from None
    configure_logging(json_lines=settings.mode == "production")

    async def run() -> None:
        await check_opening(settings)
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        on_stop: Callable[..., Any] = stop.set
        for name in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(name, on_stop)
        async with open_house(settings):
            print("zhangban worker: delivering. Ctrl+C stops it.", flush=True)
            await stop.wait()

    asyncio.run(run())
    return 0
