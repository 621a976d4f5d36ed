"""What each guard costs on a read: the product with one guard taken out beside the product whole, in turn.

The guards are taken out here, by putting something that does nothing in their place within this process; there is no
setting for it. Requests go to the ASGI application without a server or a network, so that the shares are of the
product's own time: of CPU time where the guard only computes, of the clock's where it waits for the disk.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AbstractContextManager, asynccontextmanager, contextmanager
from typing import Any
from unittest.mock import patch

import httpx
from litestar import Litestar

from backend.app import create_app
from backend.cases import desk
from backend.foundation import gate as gate_module
from backend.foundation.gate import Gate
from backend.foundation.rate_limits import Limiter, Rate, Window
from tests.api.case_builders import CLERK
from tests.bench.houses import House
from tests.harness.served import API, enter

Switch = Callable[[Gate], AbstractContextManager[Any]]
REQUESTS = 150


class _Unlimited(Limiter):
    """Admits everything and counts nothing."""

    async def hit(self, key: str, rate: Rate | Window, *, strict: bool = False) -> float:
        """See Limiter."""
        return 0.0

    async def close(self) -> None:
        """Nothing to give back."""


def _no_headers(_gate: Gate) -> AbstractContextManager[Any]:
    return patch.object(gate_module, "security_headers", lambda _path, *, https: ())


@contextmanager
def _no_limits(gate: Gate) -> Iterator[None]:
    # Of the account as well as of the address: both ask the limiter that the gate and its judge hold.
    free = _Unlimited()
    with patch.object(gate, "_limiter", free), patch.object(gate._judge, "_limiter", free):
        yield


@contextmanager
def _no_session_read(gate: Gate) -> Iterator[None]:
    reader, known = gate.session_reader, {}
    assert reader is not None

    async def remembered(token: str) -> object | None:
        if token not in known:
            known[token] = await reader(token)
        return known[token]

    with patch.object(gate, "session_reader", remembered):
        yield


@contextmanager
def _no_permissions(gate: Gate) -> Iterator[None]:
    async def admitted(_method: str, _path: str, _user: object | None, _address: str) -> None:
        return None

    with patch.object(gate, "_judge", admitted):
        yield


def _no_audit(_gate: Gate) -> AbstractContextManager[Any]:
    async def unrecorded(*_: object) -> None:
        return None

    return patch.object(desk, "_on_record", unrecorded)


RESIDENT_GUARDS: dict[str, Switch] = {
    "security headers": _no_headers,
    "rate limits of address and account": _no_limits,
    "session read": _no_session_read,
    "permission table and the account's limit": _no_permissions,
}
STAFF_GUARDS: dict[str, Switch] = {"audit line of a staff read, committed": _no_audit}


async def guard_shares(house: House, rounds: int) -> dict[str, float]:
    """For each guard the share of a read's time that goes when it is taken out; noise can make a small one negative."""
    app = create_app(house.settings)
    async with app.lifespan():
        resident = await _shares(app, RESIDENT_GUARDS, house.cookie, f"{API}/cases/{house.case_id}", rounds, cpu=True)
        async with _signed_in(app, CLERK) as cookie:
            path = f"{API}/desk/cases/{house.case_id}"
            staff = await _shares(app, STAFF_GUARDS, cookie, path, rounds, cpu=False)
    return {**resident, **staff}


@asynccontextmanager
async def _signed_in(app: Litestar, phone: str) -> AsyncIterator[str]:
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as browser:
        await enter(browser, phone)
        yield f"zhangban={browser.cookies['zhangban']}"


async def _shares(
    app: Litestar, switches: dict[str, Switch], cookie: str, path: str, rounds: int, *, cpu: bool
) -> dict[str, float]:
    gate = app.asgi_handler
    assert isinstance(gate, Gate)
    clock = time.process_time if cpu else time.perf_counter

    async def spent() -> float:
        started = clock()
        for _ in range(REQUESTS):
            await _ask(app, path, cookie)
        return clock() - started

    await spent()
    found: dict[str, list[float]] = {name: [] for name in switches}
    for number in range(rounds):
        for name, switch in switches.items():
            whole, without = await _in_turn(spent, switch, gate, whole_first=bool(number % 2))
            found[name].append(1 - without / whole)
    return {name: statistics.median(shares) for name, shares in found.items()}


async def _in_turn(
    spent: Callable[[], Awaitable[float]], switch: Switch, gate: Gate, *, whole_first: bool
) -> tuple[float, float]:
    whole = await spent() if whole_first else 0.0
    with switch(gate):
        without = await spent()
    return (whole if whole_first else await spent()), without


async def _ask(app: Litestar, path: str, cookie: str) -> None:
    scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": b"",
        "headers": [(b"host", b"127.0.0.1"), (b"cookie", cookie.encode())],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 2),
    }

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        assert message.get("status", 200) == 200, message

    await app(scope, receive, send)  # type: ignore[arg-type]
