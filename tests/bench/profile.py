"""Where the product's time goes: the ASGI application in this process under cProfile, without a server or a network.

`.venv/bin/python -m tests.bench.profile submit --count 1000` prints the functions with the most time of their own.
"""

from __future__ import annotations

import argparse
import asyncio
import cProfile
import pstats
import tempfile
import time
import uuid
from pathlib import Path
from typing import Any

from backend.app import create_app
from tests.bench.houses import ITEM, House, prepare
from tests.bench.raw_app import RawApplication
from tests.harness.served import API, served_settings


def _request(what: str, house: House) -> tuple[dict[str, Any], bytes]:
    path = {"read": f"/items/{ITEM}", "status": f"/cases/{house.case_id}", "submit": "/cases"}[what]
    body = house.body.encode() if what == "submit" else b""
    headers = [(b"host", b"127.0.0.1")]
    if what != "read":
        headers.append((b"cookie", house.cookie.encode()))
    if body:
        headers += [
            (b"content-type", b"application/json"),
            (b"content-length", str(len(body)).encode()),
            (b"idempotency-key", str(uuid.uuid4()).encode()),
        ]
    scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": "POST" if body else "GET",
        "scheme": "http",
        "path": API + path,
        "raw_path": (API + path).encode(),
        "root_path": "",
        "query_string": b"",
        "headers": headers,
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 2),
    }
    return scope, body


async def _ask(application: Any, what: str, house: House) -> None:
    scope, body = _request(what, house)

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        assert message.get("status", 200) < 300, message

    await application(scope, receive, send)


async def _many(application: Any, what: str, house: House, count: int) -> float:
    async def one_after_the_other() -> None:
        for _ in range(count // 16):
            await _ask(application, what, house)

    started = time.process_time()
    await asyncio.gather(*(one_after_the_other() for _ in range(16)))
    return time.process_time() - started


async def _profile(what: str, house: House, count: int, *, raw: bool, sort: str, plain: bool) -> None:
    if raw:
        application = RawApplication(house.settings)
        async with application.opened():
            seconds = await _measured(application, what, house, count, sort, plain)
    else:
        litestar = create_app(house.settings)
        async with litestar.lifespan():
            seconds = await _measured(litestar, what, house, count, sort, plain)
    print(f"{what} {'raw' if raw else 'ours'}: {1e6 * seconds / count:.0f} us of CPU each")


async def _measured(application: Any, what: str, house: House, count: int, sort: str, plain: bool) -> float:
    await _many(application, what, house, 200)
    if plain:
        return await _many(application, what, house, count)
    with cProfile.Profile() as profile:
        seconds = await _many(application, what, house, count)
    pstats.Stats(profile).sort_stats(sort).print_stats(45)
    return seconds


def main() -> None:
    """Profiles one kind of request on SQLite."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=("read", "status", "submit"), nargs="+")
    parser.add_argument("--count", type=int, default=1600)
    parser.add_argument("--raw", action="store_true", help="the raw application instead of the product")
    parser.add_argument("--plain", action="store_true", help="only the time, without the profiler's own cost")
    parser.add_argument("--sort", default="tottime", choices=("tottime", "cumtime"))
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as directory:
        house = prepare(served_settings(Path(directory)), Path(directory))
        for what in given.what:
            asyncio.run(_profile(what, house, given.count, raw=given.raw, sort=given.sort, plain=given.plain))


if __name__ == "__main__":
    main()
