"""One whole matter of a person with unmistakable data, and then a search for that data everywhere it must not be."""

from __future__ import annotations

import base64
import contextlib
import io
import itertools
import json
import shutil
import uuid
import zipfile
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import anyio
import httpx
import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from backend.foundation.database import Row, open_database, sql
from backend.foundation.encryption import Place, UnknownSubject
from backend.foundation.identifiers import check_resident_id
from backend.foundation.settings import CitySettings, LoggingSettings, Settings
from backend.foundation.stored_vault import open_vault
from backend.foundation.time_source import TimeSource
from tests.api.case_builders import APPROVER, CLERK, OTHER, key
from tests.api.conftest import API, ROOT
from tests.api.test_uploads import PART, TUS, metadata, picture, sha256
from tests.harness.contents import contents_of
from tests.harness.served import ServedProduct, enter
from tests.push_service import Browser, StandIn

pytestmark = pytest.mark.anyio

NAME, PHONE = "鲸井琥珀", "13977712345"
ID_NUMBER = next(
    number
    for number in (f"99032119910713{serial}" for serial in range(1000, 10_000))
    if check_resident_id(number, TimeSource().today()) is None
)
ADDRESS = "鲸落湾路 777 号蓝鲨苑 9 栋 1203 室"
REASON = "蓝鲨苑的租赁备案已于上月注销"
DEVICE, FILE = "琥珀的手机", "琥珀的租约.jpg"
# Whole values, and the parts of them that would give the person away.
CANARIES = (NAME, NAME[1:], PHONE, ID_NUMBER, ADDRESS, "鲸落湾", "蓝鲨苑", REASON, DEVICE, FILE, "琥珀")
BEHIND = "urn:zhangban:problem:draft-behind"
# The demo's population register is part of the published pack: a source that cases share from, not their data.
PACK_TABLES = {"city_object", "city_publication"}


def found_in(content: bytes | str) -> list[str]:
    """The canaries that lie in clear in some text or bytes, also as escaped JSON."""
    whole = content.encode() if isinstance(content, str) else content
    return [
        canary
        for canary in CANARIES
        if canary.encode() in whole or json.dumps(canary)[1:-1].encode() in whole or canary.encode("utf-16-le") in whole
    ]


@pytest.fixture
def settings(settings: Settings, tmp_path: Path) -> Settings:
    """The demo pack with one more person in its population register; every request is logged."""
    pack = tmp_path / "pack"
    shutil.copytree(ROOT / "city", pack)
    register = pack / "registers" / "population.yaml"
    person = f'  - {{name: {NAME}, id_number: "{ID_NUMBER}", home: {{zh: 静川省安平县, en: Anping}}}}\n'
    register.write_text(register.read_text(encoding="utf-8") + person, encoding="utf-8")
    return msgspec.structs.replace(
        settings,
        city=CitySettings(pack=str(pack), store=str(tmp_path / "city")),
        logging=LoggingSettings(access="all"),
    )


class Visitors:
    """Browsers at a live server; every problem that any of them is told is kept."""

    def __init__(self, live: ServedProduct, stack: AsyncExitStack) -> None:
        self._live = live
        self._stack = stack
        self.problems: list[httpx.Response] = []
        self.urls: list[str] = []

    async def _watch(self, reply: httpx.Response) -> None:
        self.urls.append(str(reply.request.url))
        if reply.status_code >= 400:
            await reply.aread()
            self.problems.append(reply)

    async def stranger(self) -> httpx.AsyncClient:
        """A browser in which nobody is signed in."""
        hooks: dict[str, list[Any]] = {"response": [self._watch]}
        made = httpx.AsyncClient(base_url=self._live.url, timeout=30, event_hooks=hooks)
        return await self._stack.enter_async_context(made)

    async def sign_in(self, phone: str) -> httpx.AsyncClient:
        """A browser in which the account of `phone` is signed in."""
        browser = await self.stranger()
        await enter(browser, phone)
        return browser


@asynccontextmanager
async def visitors_of(live: ServedProduct) -> AsyncIterator[Visitors]:
    """People who visit a server."""
    async with AsyncExitStack() as stack:
        yield Visitors(live, stack)


async def uploaded(browser: httpx.AsyncClient) -> str:
    """Sends a picture under a name that gives its owner away; its SHA-256."""
    content = picture()
    named = metadata(filename=FILE, filetype="image/jpeg", sha256=sha256(content))
    begun = await browser.post(
        f"{API}/uploads", headers=TUS | {"Upload-Length": str(len(content)), "Upload-Metadata": named}
    )
    sent = await browser.patch(begun.headers["location"], content=content, headers=PART | {"Upload-Offset": "0"})
    assert sent.status_code == 204
    return sha256(content)


async def submit(browser: httpx.AsyncClient) -> str:
    """Draft and application of the person; the case's id."""
    guide = (await browser.get(f"{API}/items/residence-permit")).json()
    pinned = {"item": "residence-permit", "guide_hash": guide["hash"], "form_hash": guide["form_hash"]}
    values = {
        "name": NAME, "id_number": ID_NUMBER, "phone": PHONE, "ground": "housing", "moved_in": "2026-03-02",
        "district": "990102", "street": "990102001000", "detail": ADDRESS, "proof_kind": "lease", "card": "electronic",
    }  # fmt: skip
    files = {"photo": [await uploaded(browser)], "proof": [await uploaded(browser)]}
    draft = str(uuid.uuid4())
    named = {each: [{"sha256": one, "name": FILE, "size": 9, "media_type": "image/jpeg"} for one in hashes]
             for each, hashes in files.items()}  # fmt: skip
    kept = {**pinned, "operation": str(uuid.uuid4()), "values": values, "files": named, "step": 1, "device": DEVICE}
    for revision in ('"0"', '"7"'):
        change = {**kept, "operation": str(uuid.uuid4())}
        await browser.put(f"{API}/drafts/{draft}", json=change, headers={"If-Match": revision})
    body = {**pinned, "draft": draft, "values": values, "files": files}
    wrong = {**body, "values": {**values, "detail": "蓝鲨苑", "hobby": ADDRESS, NAME: PHONE}}
    assert (await browser.post(f"{API}/cases", json=wrong, headers=key())).status_code == 422
    sent = await browser.post(f"{API}/cases", json=body, headers=key())
    assert sent.status_code == 201, sent.text
    return str(sent.json()["case"]["id"])


async def decide(visitors: Visitors, case: str, *commands: tuple[str, str]) -> None:
    """Commands of the desk in turn, each by a persona; the case is read and its files are looked at."""
    for version, (phone, command) in enumerate(commands, 1):
        staff = await visitors.sign_in(phone)
        await staff.get(f"{API}/desk/queue")
        seen = (await staff.get(f"{API}/desk/cases/{case}")).json()
        assert seen["applicant"]["name"] == NAME
        for material in seen["materials"]:
            for file in material["files"]:
                assert (await staff.get(f"{API}/desk/cases/{case}/files/{file['sha256']}")).status_code == 200
        said = {"reason": REASON, "ground": "not-lawful"} if command == "decline" else {}
        body = {"command": command, "version": version, **said}
        reply = await staff.post(f"{API}/desk/cases/{case}/commands", json=body, headers=key())
        assert reply.status_code == 200, reply.text


async def entrust(visitors: Visitors, browser: httpx.AsyncClient, case: str) -> None:
    """The person acts for another and lets the other act for them; then both mandates end, and some go wrong."""
    other = await visitors.sign_in(OTHER)
    terms: dict[str, Any] = {"party_id": None, "capacity": "agent", "items": [], "cases": [], "days": 9}
    to_other, to_person = {**terms, "phone": OTHER, "name": "周志远"}, {**terms, "phone": PHONE, "name": NAME}
    for giver, holder, body in ((browser, other, to_other), (other, browser, to_person)):
        made = await giver.post(f"{API}/mandates", json=body, headers=key())
        assert made.status_code == 201, made.text
        mandate = made.json()["id"]
        assert (await holder.post(f"{API}/mandates/{mandate}/acceptance")).status_code == 200
        header = {"Acting-For": mandate}
        assert (await holder.get(f"{API}/me/applicant", headers=header)).status_code == 200
        if holder is other:
            assert NAME in (await holder.get(f"{API}/mandates")).text
            assert (await holder.get(f"{API}/cases/{case}", headers=header)).status_code == 200
            withdraw = {"command": "withdraw"}
            assert (
                await holder.post(f"{API}/cases/{case}/commands", json=withdraw, headers=key() | header)
            ).status_code == 200
        assert (await giver.delete(f"{API}/mandates/{mandate}")).status_code == 204
        assert (await holder.get(f"{API}/cases/{case}", headers=header)).status_code == 403
    for wrong in ({"phone": PHONE + "9"}, {"items": [ADDRESS]}, {"name": NAME * 30}, {NAME: PHONE}, {"phone": PHONE}):
        assert (await browser.post(f"{API}/mandates", json={**to_person, **wrong}, headers=key())).status_code >= 400
    child = {"name": NAME, "id_number": ID_NUMBER, "consent": None}
    assert (await browser.post(f"{API}/me/parties/children", json=child)).status_code == 422


async def hold(browser: httpx.AsyncClient) -> None:
    """Binds a phone named after its owner and has both views minted."""
    numbers = ec.generate_private_key(ec.SECP256R1()).public_key().public_numbers()
    jwk = {"kty": "EC", "crv": "P-256"} | {
        name: base64.urlsafe_b64encode(value.to_bytes(32, "big")).rstrip(b"=").decode()
        for name, value in (("x", numbers.x), ("y", numbers.y))
    }
    device = str(uuid.uuid4())
    assert (await browser.put(f"{API}/devices/{device}", json={"key": jwk, "name": DEVICE})).json()["name"] == DEVICE
    (certificate,) = (await browser.get(f"{API}/certificates")).json()["certificates"]
    assert certificate["holder_name"] == NAME
    for view in certificate["views"]:
        asked = {"device_id": device, "view": view["key"]}
        assert (await browser.post(f"{API}/certificates/{certificate['id']}/credentials", json=asked)).is_success


async def share(visitors: Visitors, browser: httpx.AsyncClient, case: str) -> None:
    """A link, opened by a stranger both ways, and then ended."""
    link = (await browser.post(f"{API}/cases/{case}/links", json={"days": 7}, headers=key())).json()
    token = link["url"].removeprefix("/s#")
    stranger = await visitors.stranger()
    for shown in (
        await stranger.post(f"{API}/links/open", json={"token": token}),
        await stranger.post("/status", data={"token": token}),
    ):
        assert shown.status_code == 200
        assert found_in(shown.content) == []
    await browser.delete(f"{API}/links/{link['id']}")
    await stranger.post(f"{API}/links/open", json={"token": token})


async def go_wrong(visitors: Visitors, browser: httpx.AsyncClient, case: str) -> None:
    """What others ask of the case, and mistakes that quote the person."""
    other, stranger = await visitors.sign_in(OTHER), await visitors.stranger()
    for reader in (other, stranger):
        await reader.get(f"{API}/cases/{case}")
        await reader.get(f"{API}/desk/cases/{case}")
    claim = {"name": NAME, "id_number": ID_NUMBER}
    await other.put(f"{API}/me/identity", json=claim)
    await other.put(f"{API}/me/identity", json={**claim, "id_number": ID_NUMBER[:-1] + "?"})
    await stranger.post(f"{API}/sign-in", json={"phone": PHONE, "code": "000000"})
    await stranger.post(f"{API}/sign-in", content=f'{{"phone": "{PHONE}", "code": "{NAME}'.encode())
    await stranger.get(f"{API}/items/{NAME}")
    await stranger.get(f"{API}/{PHONE}", params={"q": ADDRESS})
    await browser.post(f"{API}/cases/{case}/commands", json={"command": ADDRESS}, headers=key())
    await browser.post(f"{API}/cases/{case}/commands", json={"command": "withdraw"}, headers=key())


async def use_rights(browser: httpx.AsyncClient) -> None:
    """Looks who has read their data, agrees to something, and takes everything with them."""
    assert (await browser.get(f"{API}/me/reads")).json()["reads"]
    asked = (await browser.get(f"{API}/me/consents")).json()["consents"][0]["purpose"]
    given = await browser.put(f"{API}/me/consents/{asked['key']}", json={"version": asked["version"]})
    assert given.json()["holds"]
    archive = await browser.post(f"{API}/me/export")
    with zipfile.ZipFile(io.BytesIO(archive.content)) as opened:
        assert set(CANARIES) <= set(found_in(opened.read("index.html")))


async def until(settings: Settings, question: str) -> None:
    """Waits until a question to the database has no answer."""
    database = await open_database(settings.database.url, bind=False)
    try:
        for _ in range(900):
            if not await database.read(sql(question)):
                return
            await anyio.sleep(0.1)
        raise AssertionError(question)
    finally:
        await database.close()


async def opened_by_any_key(settings: Settings) -> set[str]:
    """The columns in which a canary is found once everything that any key opens is open."""
    rows, vault = await stored(settings), await open_vault(settings)
    subjects = [row["subject_id"] for row in rows["subject_key"] if row["wrapped"] is not None]
    found = set()
    for table, held in rows.items():
        for row in held:
            names = [value for value in row.values() if isinstance(value, str)]
            names += [f"{name}/{value}" for name in names for value in row.values() if isinstance(value, int)]
            for column, value in row.items():
                sealed = bytes(value) if isinstance(value, bytes | bytearray | memoryview) else b""
                for subject, name in itertools.product(subjects if sealed else (), names):
                    # A hash may begin like a sealed value; it names a generation of the key that never was.
                    with contextlib.suppress(ValueError, UnknownSubject):
                        plain = await vault.open(subject, Place(table, column, name), sealed)
                        found |= {f"{table}.{column}"} if found_in(plain) else set()
    await vault.close()
    return found


async def stored(settings: Settings) -> dict[str, list[Row]]:
    """The rows of both stores, without the published pack."""
    rows: dict[str, list[Row]] = {}
    for url in (settings.database.url, settings.database.keys_url):
        database = await open_database(url, bind=False)
        contents = await contents_of(database)
        await database.close()
        rows |= {table: found for table, found in contents.items() if table not in PACK_TABLES}
    return rows


async def arrived(phone: Browser, many: int) -> None:
    """Waits until so many pushes reached a phone."""
    for _ in range(600):
        if len(phone.messages) >= many:
            return
        await anyio.sleep(0.1)
    raise AssertionError(f"{len(phone.messages)} pushes arrived")


def values_of(rows: dict[str, list[Row]]) -> Iterator[tuple[str, str, str | bytes]]:
    """Every text and blob with its table and column."""
    for table, found in rows.items():
        for row in found:
            for column, value in row.items():
                if isinstance(value, str):
                    yield table, column, value
                elif isinstance(value, bytes | bytearray | memoryview):
                    yield table, column, bytes(value)


def kept_files(settings: Settings) -> dict[str, bytes]:
    """The stored files; the settings' own database files lie elsewhere."""
    return {str(path): path.read_bytes() for path in Path(settings.files.directory).rglob("*") if path.is_file()}


async def test_nothing_of_a_persons_data_is_in_logs_rows_files_pushes_problems_or_addresses(
    live: ServedProduct,
) -> None:
    async with visitors_of(live) as visitors, StandIn() as service:
        resident = await visitors.sign_in(PHONE)
        confirmed = await resident.put(f"{API}/me/identity", json={"name": NAME, "id_number": ID_NUMBER})
        assert confirmed.status_code == 200, confirmed.text
        phone, subscription = service.subscribe()
        await resident.put(f"{API}/push/subscriptions", json=subscription | {"language": "zh"})
        granted, declined = await submit(resident), await submit(resident)
        await decide(visitors, granted, (CLERK, "accept"), (APPROVER, "grant"))
        await decide(visitors, declined, (CLERK, "decline"))
        assert REASON in (await resident.get(f"{API}/cases/{declined}")).text
        await entrust(visitors, resident, await submit(resident))
        await hold(resident)
        await share(visitors, resident, granted)
        await go_wrong(visitors, resident, granted)
        await arrived(phone, 4)
        told = (await resident.get(f"{API}/inbox")).content
        await use_rights(resident)
    live.stop()
    rows = await stored(live.settings)
    assert all(rows[table] for table in ("outbox", "event_private", "device", "idempotency", "subject_key", "audit"))
    assert {(table, column) for table, column, value in values_of(rows) if found_in(value)} == set()
    files = kept_files(live.settings)
    assert len(files) >= 4
    assert [path for path, content in files.items() if found_in(content) or found_in(path)] == []
    assert [found for message in phone.messages for found in found_in(message)] == []
    assert found_in(told) == []
    assert len(visitors.problems) >= 12
    # Whoever wrote the draft on another device must see its text to join the two.
    problems = [reply for reply in visitors.problems if reply.json()["type"] != BEHIND]
    assert [reply.text for reply in problems if found_in(reply.content)] == []
    log = live.log.read_text(encoding="utf-8")
    assert len(log.splitlines()) > 60
    assert found_in(log) == []


async def test_after_an_erasure_no_key_opens_a_persons_data_but_in_kept_records_and_then_nowhere(
    live: ServedProduct,
) -> None:
    async with visitors_of(live) as visitors:
        resident = await visitors.sign_in(PHONE)
        await resident.put(f"{API}/me/identity", json={"name": NAME, "id_number": ID_NUMBER})
        granted, declined = await submit(resident), await submit(resident)
        await decide(visitors, granted, (CLERK, "accept"), (APPROVER, "grant"))
        await decide(visitors, declined, (CLERK, "decline"))
        await hold(resident)
        await use_rights(resident)
        assert {"account.phone_sealed", "device.name_sealed"} <= await opened_by_any_key(live.settings)
        erased = await resident.post(f"{API}/me/erasure", json={"confirm": "删除我的账号"})
        assert erased.status_code == 202
        assert found_in(erased.content) == []
    await until(live.settings, "SELECT 1 FROM erasure WHERE state <> 'done'")
    kept = {"event_private.sealed", "case_record.summary_sealed", "certificate.sealed"}
    assert await opened_by_any_key(live.settings) == kept
    live.set_clock("2045-01-01T00:00:00+08:00")
    await until(live.settings, "SELECT 1 FROM kept_record WHERE ended_at IS NULL")
    live.stop()
    assert await opened_by_any_key(live.settings) == set()
    assert {
        (table, column) for table, column, value in values_of(await stored(live.settings)) if found_in(value)
    } == set()
    assert kept_files(live.settings) == {}
    assert found_in(live.log.read_text(encoding="utf-8")) == []
