"""People take their data with them and erase their accounts while others submit, the desk works, keys rotate."""

from __future__ import annotations

import asyncio
import io
import json
import sys
import time
import uuid
import zipfile
from collections.abc import Callable, Coroutine, Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
import yaml

from backend.cases.records import PrivateSubmission
from backend.foundation.database import open_database, sql
from backend.foundation.encryption import Erased, Place
from backend.foundation.settings import Settings
from backend.foundation.stored_vault import open_vault
from tests.faults.applicants import Applicant, Journal
from tests.faults.test_kill import REPEATED, acknowledged, applicants, numbered
from tests.harness.erased import leaf_holds, private_events, private_part, rows_about
from tests.harness.served import API, ROOT, ServedProduct

CLERK = "13900000011"
LEAVING = {
    "13711110001": "吴海燕",
    "13711110002": "马强",
    "13711110003": "赵明",
}


class Gone(msgspec.Struct):
    """Somebody who left: their name, and the ids of what was theirs."""

    name: str
    account: str
    cases: list[str]


def id_number_of(name: str) -> str:
    """A person's number in the demo's population register."""
    register = yaml.safe_load((ROOT / "city" / "registers" / "population.yaml").read_text(encoding="utf-8"))
    return str(next(person["id_number"] for person in register["persons"] if person["name"] == name))


async def browser_of(stack: AsyncExitStack, served: ServedProduct, phone: str) -> httpx.AsyncClient:
    """A browser in which an account is signed in."""
    client = await stack.enter_async_context(httpx.AsyncClient(base_url=served.url, timeout=30))
    await served.sign_in_as(client, phone)
    return client


async def desk_work(_served: ServedProduct, clerk: httpx.AsyncClient, stop: asyncio.Event) -> None:
    """Reads the queue and its cases, and accepts what it meets, until told to stop."""
    while not stop.is_set():
        queue = (await clerk.get(f"{API}/desk/queue", params={"limit": 20})).json()["cases"]
        for entry in queue:
            seen = await clerk.get(f"{API}/desk/cases/{entry['id']}")
            assert seen.status_code == 200, seen.text
            waits = entry["step"] is not None and entry["step"]["key"] == "acceptance"
            if waits and seen.json()["applicant"]["name"] not in LEAVING.values():
                await give(clerk, entry["id"], "accept", seen.json()["version"])
        await asyncio.sleep(0.05)


async def closed_cases(_served: ServedProduct, clerk: httpx.AsyncClient, stop: asyncio.Event) -> None:
    """Reads closed cases again and again: those that are being sealed anew too, and none of them may fail."""
    while not stop.is_set():
        queue = (await clerk.get(f"{API}/desk/queue", params={"limit": 50, "state": "closed"})).json()["cases"]
        for entry in queue:
            seen = await clerk.get(f"{API}/desk/cases/{entry['id']}")
            assert seen.status_code == 200, seen.text
        await asyncio.sleep(0.02)


async def rotated_keys(served: ServedProduct, _clerk: httpx.AsyncClient, stop: asyncio.Event) -> None:
    """Gives the house a new master key again and again; every data key is wrapped anew while it is used."""
    settings = str(served.log.with_name("litestar.yaml"))
    while not stop.is_set():
        run = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "backend.cli", "--settings", settings, "keys", "rotate",
            cwd=ROOT, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
        )  # fmt: skip
        said, _ = await run.communicate()
        assert run.returncode == 0, said.decode()
        await asyncio.sleep(2)


# What goes on meanwhile.
MEANWHILE: Sequence[Callable[[ServedProduct, httpx.AsyncClient, asyncio.Event], Coroutine[Any, Any, None]]] = (
    desk_work,
    closed_cases,
    rotated_keys,
)


async def give(clerk: httpx.AsyncClient, case: str, command: str, version: int, reason: str | None = None) -> None:
    """A command of the desk; another hand may have been faster."""
    body: dict[str, Any] = {"command": command, "version": version, "reason": reason}
    if command == "decline":
        body["ground"] = "not-lawful"
    headers = {"Idempotency-Key": str(uuid.uuid4())}
    reply = await clerk.post(f"{API}/desk/cases/{case}/commands", json=body, headers=headers)
    assert reply.status_code in (200, 409), reply.text


async def leave(stack: AsyncExitStack, served: ServedProduct, clerk: httpx.AsyncClient, phone: str, name: str) -> Gone:
    """Signs up, files two cases, one declined and one withdrawn, exports everything, and erases the account."""
    browser = await browser_of(stack, served, phone)
    claim = {"name": name, "id_number": id_number_of(name)}
    assert (await browser.put(f"{API}/me/identity", json=claim)).status_code == 200
    journal = Journal()
    person = Applicant(browser, journal)
    await person.prepare()
    await person.submit(with_draft=True)
    await person.submit()
    declined, withdrawn = (json.loads(receipt)["case"]["id"] for receipt in journal.receipts.values())
    await give(clerk, declined, "decline", 1, "材料看不清")
    body, headers = {"command": "withdraw"}, {"Idempotency-Key": str(uuid.uuid4())}
    assert (await browser.post(f"{API}/cases/{withdrawn}/commands", json=body, headers=headers)).status_code == 200
    account = (await browser.get(f"{API}/session")).json()["account"]["id"]
    archive = await browser.post(f"{API}/me/export")
    assert archive.status_code == 200, archive.text
    with zipfile.ZipFile(io.BytesIO(archive.content)) as opened:
        told = json.loads(opened.read("data.json"))["chapters"]
        assert len([entry for entry in opened.namelist() if entry.startswith("files/")]) == 2
    assert (told["account"]["name"], {case["id"] for case in told["cases"]}) == (name, {declined, withdrawn})
    erased = await browser.post(f"{API}/me/erasure", json={"confirm": "删除我的账号"})
    assert erased.status_code == 202, erased.text
    assert (await browser.get(f"{API}/me")).status_code == 401
    return Gone(name, account, [declined, withdrawn])


async def all_done(settings: Settings, many: int) -> None:
    """Returns when that many erasures are carried out."""
    database = await open_database(settings.database.url, bind=False)
    try:
        end = time.monotonic() + 90
        while len(await database.read(sql("SELECT id FROM erasure WHERE state = 'done'"))) < many:
            assert time.monotonic() < end, await database.read(sql("SELECT kind, attempts, last_error FROM outbox"))
            await asyncio.sleep(0.25)
    finally:
        await database.close()


async def leaving_under_load(served: ServedProduct, journal: Journal) -> list[Gone]:
    """Applications and desk work all the time, while some people leave."""
    stop = asyncio.Event()
    async with AsyncExitStack() as stack:
        people = await applicants(stack, served, journal)
        clerk = await browser_of(stack, served, CLERK)
        working = [asyncio.create_task(applicant.submit_until(stop)) for applicant in people]
        working += [asyncio.create_task(work(served, clerk, stop)) for work in MEANWHILE]
        gone = await asyncio.gather(*(leave(stack, served, clerk, phone, name) for phone, name in LEAVING.items()))
        await all_done(served.settings, len(gone))
        await acknowledged(journal, len(journal.receipts) + 10)
        stop.set()
        await asyncio.gather(*working)
        for applicant in people:
            await applicant.check_repeats(REPEATED)
        for person, phone in zip(gone, LEAVING, strict=True):
            anew = await browser_of(stack, served, phone)
            assert (await anew.get(f"{API}/session")).json()["account"]["id"] != person.account
            assert (await anew.get(f"{API}/cases")).json()["cases"] == []
            for case in person.cases:
                assert (await clerk.get(f"{API}/desk/cases/{case}")).json()["applicant"]["name"] == person.name
    await numbered(served.settings)
    return gone


async def check(settings: Settings, journal: Journal, gone: list[Gone]) -> None:
    """Every acknowledged application of the others is whole; of those who left only the kept cases can be read."""
    database, vault = await open_database(settings.database.url, bind=False), await open_vault(settings)
    try:
        cases = {row["id"]: row for row in await database.read(sql("SELECT * FROM case_record"))}
        kept = {case for person in gone for case in person.cases}
        assert len(cases) == len(journal.receipts) + len(kept)
        replies = {row["key"]: row["reply"] for row in await database.read(sql("SELECT key, reply FROM idempotency"))}
        for key, receipt in journal.receipts.items():
            assert replies[key].encode() == receipt
            told: dict[str, Any] = msgspec.json.decode(receipt)["case"]
            assert (cases[told["id"]]["number"], cases[told["id"]]["query_code"]) == (
                told["number"],
                told["query_code"],
            )
        for case, row in cases.items():
            private = await private_events(database, case)
            assert private
            for event in private:
                assert event["subject_id"] == row["subject_id"]
                assert await leaf_holds(vault, event)
        for person in gone:
            (erasure,) = await database.read(sql("SELECT * FROM erasure WHERE account_id = {}", person.account))
            assert erasure["state"] == "done"
            assert await rows_about(database, erasure["subject_id"]) == {}
            with pytest.raises(Erased):
                await vault.seal(erasure["subject_id"], Place("a", "b", "c"), b"")
            for case in person.cases:
                first = (await private_events(database, case))[0]
                submitted = msgspec.json.decode(await private_part(vault, first), type=PrivateSubmission)
                assert submitted.name == person.name
    finally:
        await vault.close()
        await database.close()


def test_accounts_exported_and_erased_under_load_cost_nobody_else_anything(
    house_settings: Settings, tmp_path: Path
) -> None:
    journal = Journal()
    with ServedProduct(house_settings, tmp_path / "a house") as served:
        gone = asyncio.run(leaving_under_load(served, journal))
        served.stop()
        assert journal.statuses[500] == 0
        asyncio.run(check(served.settings, journal, gone))
