"""Houses to measure: a database with the demo city, one signed-in resident with files, and either server over it."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
import uuid
from pathlib import Path
from types import TracebackType
from typing import Any

import httpx
import msgspec

from backend.foundation.database import open_database, sql
from backend.foundation.settings import Settings
from tests.bench.load import ROOT, Load
from tests.faults.applicants import Applicant, Journal
from tests.harness.served import API, ServedProduct

RESIDENT, CLERK = "13900000001", "13900000011"
ITEM = "residence-permit"


class House(msgspec.Struct):
    """A prepared house: where its server listens, whose cookie asks, what is submitted, which case is read; a clerk's
    cookie.
    """

    settings: Settings
    directory: Path
    cookie: str
    body: str
    case_id: str
    view: dict[str, Any]
    desk_cookie: str

    def load(self, path: str, seconds: float, *, body: str = "") -> Load:
        """A load on this house's server, signed in unless the guide is read."""
        cookie = "" if path == f"{API}/items/{ITEM}" else self.cookie
        server = self.settings.server
        return Load(server.host, server.port, [path], seconds, cookie=cookie, body=body)


def prepare(settings: Settings, directory: Path) -> House:
    """Serves the product once to sign in, upload and submit one application as a resident does."""
    with ServedProduct(settings, directory) as served:
        return asyncio.run(_prepared(served, directory))


async def _prepared(served: ServedProduct, directory: Path) -> House:
    async with httpx.AsyncClient(base_url=served.url, timeout=30) as client:
        await served.sign_in_as(client, RESIDENT)
        journal = Journal()
        applicant = Applicant(client, journal)
        await applicant.prepare()
        await applicant.submit()
        case_id: str = msgspec.json.decode(next(iter(journal.receipts.values())))["case"]["id"]
        body = next(iter(journal.applications.values())).body.decode()
        view = (await client.get(f"{API}/cases/{case_id}")).json()
        cookie = f"zhangban={client.cookies['zhangban']}"
        async with httpx.AsyncClient(base_url=served.url, timeout=30) as desk:
            await served.sign_in_as(desk, CLERK)
            desk_cookie = f"zhangban={desk.cookies['zhangban']}"
        return House(served.settings, directory, cookie, body, case_id, view, desk_cookie)


PRODUCT, RAW, RAW_ALONE = "the product", "raw ASGI", "raw ASGI that delivers nothing"


class Running:
    """One of the three servers over a prepared house; ends with the block."""

    def __init__(self, house: House, server: str) -> None:
        self.house = house
        self.delivers = server != RAW_ALONE
        file = str(house.directory / "litestar.yaml")
        arguments = {
            PRODUCT: ["backend.cli", "--settings", file, "serve"],
            RAW: ["tests.bench.raw_app", file],
            RAW_ALONE: ["tests.bench.raw_app", file, "--alone"],
        }[server]
        self._log = (house.directory / "bench.log").open("ab")
        self._process = subprocess.Popen(
            [sys.executable, "-m", *arguments], cwd=ROOT, stdout=self._log, stderr=self._log, start_new_session=True
        )

    def __enter__(self) -> Running:
        server = self.house.settings.server
        end = time.monotonic() + 60
        while time.monotonic() < end:
            try:
                if httpx.get(f"http://{server.host}:{server.port}/health/live", timeout=2).status_code == 200:
                    return self
            except httpx.TransportError:
                time.sleep(0.1)
        raise RuntimeError((self.house.directory / "bench.log").read_text()[-3000:])

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _traceback: TracebackType | None
    ) -> None:
        self._process.terminate()
        try:
            self._process.wait(15)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._log.close()

    async def delivered(self, seconds: float = 60) -> None:
        """Returns when nothing due waits in the outbox and every event has its position, or after `seconds`."""
        database = await open_database(self.house.settings.database.url, bind=False)
        try:
            end = time.monotonic() + seconds
            while time.monotonic() < end:
                now = time.time_ns() // 1_000_000
                rows = await database.read(
                    sql(
                        "SELECT (SELECT COUNT(*) FROM outbox WHERE done_at IS NULL AND dead_at IS NULL AND due <= {})"
                        " + (SELECT COUNT(*) FROM event WHERE position IS NULL) AS open",
                        now,
                    )
                )
                if not rows[0]["open"]:
                    return
                await asyncio.sleep(0.2)
        finally:
            await database.close()

    def same_answers(self) -> None:
        """Asserts that this server shows the case as the product did, submits, and repeats a receipt."""
        server, house = self.house.settings.server, self.house
        headers = {"Cookie": house.cookie}
        with httpx.Client(base_url=f"http://{server.host}:{server.port}", headers=headers, timeout=30) as client:
            shown = client.get(f"{API}/cases/{house.case_id}").json()
            assert shown == house.view, [name for name in house.view if shown.get(name) != house.view[name]]
            sent = {"Idempotency-Key": str(uuid.uuid4()), "Content-Type": "application/json"}
            first = client.post(f"{API}/cases", content=house.body, headers=sent)
            again = client.post(f"{API}/cases", content=house.body, headers=sent)
            assert (first.status_code, again.content) == (201, first.content), first.text
            shown = client.get(f"{API}/cases/{first.json()['case']['id']}").json()
            # The day's counter grows by one with each application.
            assert int(shown["number"][-4:]) == int(house.view["number"][-4:]) + 1
            fresh = {**shown, **{name: house.view[name] for name in ("id", "number", "query_code")}}
            assert _without_instants(fresh) == _without_instants(house.view)
            assert client.get(f"{API}/cases/{house.case_id}", headers={"Cookie": ""}).status_code in (401, 404)


def _without_instants(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without_instants(each) for name, each in value.items() if not name.endswith("at")}
    return [_without_instants(each) for each in value] if isinstance(value, list) else value
