"""Erasing an account: closed at once, emptied and shredded whatever interrupts it; kept records stay readable."""

from __future__ import annotations

import base64
import uuid
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from backend.cases import tables as case_tables
from backend.cases.records import PrivateSubmission
from backend.certificates.service import certificate_place
from backend.city.city import City
from backend.files import tables as file_tables
from backend.files.disk_parts import DiskParts
from backend.foundation import events
from backend.foundation.database import Row, sql
from backend.foundation.encryption import Erased, Place, UnknownSubject
from backend.foundation.worker import Worker
from backend.house import House
from backend.privacy import erasure
from tests.api.case_builders import APPROVER, CLERK, OTHER, RESIDENT, application, key
from tests.api.conftest import API, Client, SignIn
from tests.api.test_drafts import body as draft_body
from tests.api.test_notify import subscribe
from tests.api.test_passkeys import added, device_for
from tests.api.test_privacy import command, linked, subject_of, uploaded
from tests.harness.contents import contents_of
from tests.harness.erased import leaf_holds, private_events, rows_about
from tests.push_service import StandIn

pytestmark = pytest.mark.anyio

CONFIRM = {"confirm": "删除我的账号"}
YEAR = 366 * 24 * 3_600_000


async def carry_out(house: House) -> int:
    """Lets the grace pass and does what is due, as the worker does."""
    house.time.set(house.time.now() + 11_000)
    return await due(house)


async def due(house: House) -> int:
    """Does what is due now."""
    worker = Worker(house.database, house.time, house.settings.outbox, house.wake)
    erasure.register(worker, house)
    rows = await house.database.read(sql("SELECT id FROM outbox WHERE kind NOT LIKE 'privacy.%' AND done_at IS NULL"))
    done = [sql("UPDATE outbox SET done_at = 1 WHERE id = {}", row["id"]) for row in rows]
    if done:
        await house.database.commit(done)
    return await worker.run_due()


async def apply(house: House, browser: Client, city: City) -> str:
    """A case with two real pictures."""
    body = await application(house, browser, city)
    photo, proof = (await uploaded(browser))[0], (await uploaded(browser))[0]
    await house.database.commit([sql("DELETE FROM file WHERE size = 10")])
    reply = await browser.post(
        f"{API}/cases", json={**body, "files": {"photo": [photo], "proof": [proof]}}, headers=key()
    )
    assert reply.status_code == 201, reply.text
    return str(reply.json()["case"]["id"])


async def bind(browser: Client) -> str:
    """A phone that may show certificates, with a credential for each view of the one certificate."""
    numbers = ec.generate_private_key(ec.SECP256R1()).public_key().public_numbers()
    jwk = {"kty": "EC", "crv": "P-256"} | {
        name: base64.urlsafe_b64encode(value.to_bytes(32, "big")).rstrip(b"=").decode()
        for name, value in (("x", numbers.x), ("y", numbers.y))
    }
    device = str(uuid.uuid4())
    assert (await browser.put(f"{API}/devices/{device}", json={"key": jwk, "name": "我的手机"})).is_success
    (certificate,) = (await browser.get(f"{API}/certificates")).json()["certificates"]
    for view in certificate["views"]:
        asked = {"device_id": device, "view": view["key"]}
        assert (await browser.post(f"{API}/certificates/{certificate['id']}/credentials", json=asked)).is_success
    return str(certificate["id"])


class Life(msgspec.Struct):
    """A person with something of every kind: a granted and a declined case, a draft, a loose file, a link, a phone."""

    browser: Client
    clerk: Client
    subject: str
    account: str
    granted: str
    declined: str
    certificate: str
    loose: str


async def lived(house: House, sign_in: SignIn, city: City) -> Life:
    """Makes such a person."""
    browser, clerk, approver = await sign_in(RESIDENT), await sign_in(CLERK), await sign_in(APPROVER)
    granted, declined = await apply(house, browser, city), await apply(house, browser, city)
    await command(clerk, granted, "accept", 1)
    await command(approver, granted, "grant", 2)
    await command(clerk, declined, "decline", 1, "材料看不清")
    certificate, (loose, _) = await bind(browser), await uploaded(browser)
    draft = f"{API}/drafts/{uuid.uuid4()}"
    assert (await browser.put(draft, json=draft_body(), headers={"If-Match": '"0"'})).is_success
    for maker in (browser, clerk):
        assert (await maker.post(f"{API}/cases/{granted}/links", json={"days": 7}, headers=key())).is_success
    async with StandIn() as service:
        await subscribe(browser, service)
    version = (await browser.get(f"{API}/me/consents")).json()["consents"][0]["purpose"]["version"]
    assert (await browser.put(f"{API}/me/consents/reminders", json={"version": version})).is_success
    await linked(house, browser)
    await added(browser, device_for(house))
    account = (await browser.get(f"{API}/session")).json()["account"]["id"]
    subject = await subject_of(house, browser)
    return Life(browser, clerk, subject, account, granted, declined, certificate, loose)


def folders(house: House) -> set[str]:
    """The names under which files are stored."""
    return {path.name for path in Path(house.settings.files.directory).glob("*/*")}


async def test_the_preview_names_what_goes_and_what_the_law_keeps_with_basis_and_day(
    house: House, sign_in: SignIn, city: City
) -> None:
    life = await lived(house, sign_in, city)
    told = (await life.browser.get(f"{API}/me/erasure/preview")).json()
    assert told["confirm"] == CONFIRM["confirm"]
    assert told["blocked_by"] == []
    assert {each["key"] for each in told["erased"]} >= {"account", "drafts", "files", "inbox", "links", "devices"}
    cases = [each for each in told["kept"] if each["key"] == "cases"]
    assert len(cases) == 2
    assert all("档案法" in each["basis"]["zh"] and each["query_code"] for each in cases)
    years = house.settings.retention.case_years
    assert {each["until"][:4] for each in cases} == {str(house.time.today().year + years)}
    assert [each["key"] for each in told["kept"] if each["key"] != "cases"] == ["audit", "consents"]
    assert (await life.browser.get(f"{API}/session")).json()["account"] is not None


async def test_an_account_with_an_open_case_is_not_erased_until_it_is_withdrawn(
    house: House, sign_in: SignIn, city: City
) -> None:
    browser = await sign_in(RESIDENT)
    case = await apply(house, browser, city)
    refused = await browser.post(f"{API}/me/erasure", json=CONFIRM)
    assert (refused.status_code, refused.json()["reason"]) == (409, "open-cases")
    assert [each["id"] for each in refused.json()["cases"]] == [case]
    assert await house.database.read(sql("SELECT 1 FROM erasure")) == []
    await browser.post(f"{API}/cases/{case}/commands", json={"command": "withdraw"}, headers=key())
    assert (await browser.post(f"{API}/me/erasure", json=CONFIRM)).status_code == 202


async def test_an_erasure_needs_its_exact_words_a_recent_proof_and_no_place_in_an_office(
    house: House, sign_in: SignIn
) -> None:
    browser = await sign_in(RESIDENT)
    for wrong in ({"confirm": "删除"}, {}, {**CONFIRM, "more": 1}):
        assert (await browser.post(f"{API}/me/erasure", json=wrong)).status_code == 400
    staff = await sign_in(CLERK, as_resident=True)
    refused = await staff.post(f"{API}/me/erasure", json=CONFIRM)
    assert (refused.status_code, refused.json()["reason"]) == (409, "staff")
    house.time.set(house.time.now() + 11 * 60_000)
    late = await browser.post(f"{API}/me/erasure", json=CONFIRM)
    assert (late.status_code, late.json()["type"]) == (403, "urn:zhangban:problem:sign-in-again")


async def test_the_account_is_closed_at_once_everywhere_and_its_phone_may_begin_anew(
    house: House, sign_in: SignIn, city: City
) -> None:
    life = await lived(house, sign_in, city)
    elsewhere = await sign_in(RESIDENT)
    reply = await life.browser.post(f"{API}/me/erasure", json=CONFIRM)
    assert reply.status_code == 202
    assert {each["key"] for each in reply.json()["kept"]} == {"cases", "audit", "consents"}
    for browser in (life.browser, elsewhere):
        assert (await browser.get(f"{API}/me")).status_code == 401
    (account,) = await house.database.read(sql("SELECT * FROM account WHERE id = {}", life.account))
    assert account["phone_index"] == f"erased:{life.account}"
    assert (bytes(account["phone_sealed"]), account["name_sealed"], account["id_number_index"]) == (b"", None, None)
    assert await house.database.read(sql("SELECT 1 FROM push_subscription")) == []
    assert await house.database.read(sql("SELECT 1 FROM status_link WHERE revoked_at IS NULL")) == []
    anew = await sign_in(RESIDENT)
    assert (await anew.get(f"{API}/session")).json()["account"]["id"] != life.account
    assert (await anew.get(f"{API}/cases")).json()["cases"] == []


async def test_afterwards_the_desk_reads_the_closed_case_every_leaf_holds_and_nothing_else_is_left(
    house: House, sign_in: SignIn, city: City
) -> None:
    life = await lived(house, sign_in, city)
    before = (await life.clerk.get(f"{API}/desk/cases/{life.declined}")).json()
    await life.browser.post(f"{API}/me/erasure", json=CONFIRM)
    assert await carry_out(house) == 1
    assert (await life.clerk.get(f"{API}/desk/cases/{life.declined}")).json() == before
    files = [file for material in before["materials"] for file in material["files"]]
    assert len(files) == 2
    for file in files:
        picture = await life.clerk.get(f"{API}/desk/cases/{life.declined}/files/{file['sha256']}")
        assert (picture.status_code, picture.headers["content-type"]) == (200, "image/jpeg")
    for case, many in ((life.granted, 1), (life.declined, 2)):
        private = await private_events(house.database, case)
        assert len(private) == many
        assert all([await leaf_holds(house.vault, row) for row in private])
    (certificate,) = await house.database.read(sql("SELECT * FROM certificate"))
    plain = await house.vault.open(
        certificate["subject_id"], certificate_place(certificate["id"]), bytes(certificate["sealed"])
    )
    assert b"990321199508162421" in plain
    assert certificate["state"] == "valid"

    assert await rows_about(house.database, life.subject) == {}
    contents = await contents_of(house.database)
    for table in (
        "draft",
        "draft_revision",
        "draft_operation",
        "upload",
        "inbox_message",
        "device",
        "credential",
        "unified_identity",
        "passkey",
        "passkey_holder",
        "webauthn_challenge",
    ):
        assert contents[table] == [], table
    assert [row for row in contents["idempotency"] if row["account_id"] == life.account] == []
    assert life.loose not in {row["sha256"] for row in contents["file"]}
    (erased,) = contents["erasure"]
    assert (erased["state"], erased["done_at"] is not None) == ("done", True)
    named = {row["storage"] for row in contents["file"]}
    assert folders(house) == named
    with pytest.raises(Erased):
        await house.vault.seal(life.subject, Place("a", "b", "c"), b"")


async def test_each_kept_case_has_a_key_of_its_own_and_is_gone_when_its_time_is_over(
    house: House, sign_in: SignIn, city: City
) -> None:
    life = await lived(house, sign_in, city)
    await life.browser.post(f"{API}/me/erasure", json=CONFIRM)
    await carry_out(house)
    records = await house.database.read(sql("SELECT * FROM kept_record"))
    assert len({record["subject_id"] for record in records} | {life.subject}) == 3
    house.time.set(max(record["kept_until"] for record in records) - 60_000)
    assert await due(house) == 0
    house.time.set(max(record["kept_until"] for record in records) + 60_000)
    assert await due(house) == 2
    # Staff of today: nobody's password is that old.
    house.time.set(None)
    gone = await life.clerk.get(f"{API}/desk/cases/{life.declined}")
    assert (gone.status_code, gone.json()["type"]) == (410, "urn:zhangban:problem:erased")
    assert await house.database.read(sql("SELECT 1 FROM file")) == []
    assert await due(house) == 0


class Killed(BaseException):
    """Stands for the process dying."""


async def test_killed_before_any_write_an_erasure_goes_on_and_ends_the_same(
    house: House, sign_in: SignIn, city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    life = await lived(house, sign_in, city)
    before = (await life.clerk.get(f"{API}/desk/cases/{life.declined}")).json()
    erasure_id = (await life.browser.post(f"{API}/me/erasure", json=CONFIRM)).json()["id"]
    commit, shred, create = house.database.commit, house.vault.shred, house.vault.create_subject
    allowed, kills = 0, 0

    def counted(real: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
        async def run(*given: Any) -> Any:
            nonlocal left
            if left == 0:
                raise Killed
            left -= 1
            return await real(*given)

        return run

    monkeypatch.setattr(house.database, "commit", counted(commit))
    monkeypatch.setattr(house.vault, "shred", counted(shred))
    monkeypatch.setattr(house.vault, "create_subject", counted(create))
    monkeypatch.setattr(DiskParts, "write", counted(DiskParts.write))
    # Each try gets one write further than all before it together: every gap between two writes is met once.
    while True:
        left = allowed = allowed + 1
        try:
            last = await erasure.carry_out(house, erasure_id)
            left = 1
            await house.database.commit(last)
            break
        except Killed:
            kills += 1
    monkeypatch.undo()
    assert kills >= 4
    assert await erasure.carry_out(house, erasure_id) == []
    assert await rows_about(house.database, life.subject) == {}
    assert (await life.clerk.get(f"{API}/desk/cases/{life.declined}")).json() == before
    for case in (life.granted, life.declined):
        assert all([await leaf_holds(house.vault, row) for row in await private_events(house.database, case)])
    with pytest.raises(Erased):
        await house.vault.seal(life.subject, Place("a", "b", "c"), b"")


async def test_a_case_that_comes_in_while_the_account_closes_is_kept_too_and_outlives_its_handling(
    house: House, sign_in: SignIn, city: City
) -> None:
    browser, clerk = await sign_in(RESIDENT), await sign_in(CLERK)
    case = await apply(house, browser, city)
    subject = await subject_of(house, browser)
    await house.database.commit([sql("UPDATE case_record SET ended_at = 1 WHERE id = {}", case)])
    assert (await browser.post(f"{API}/me/erasure", json=CONFIRM)).status_code == 202
    await house.database.commit([sql("UPDATE case_record SET ended_at = NULL WHERE id = {}", case)])
    await carry_out(house)
    assert await rows_about(house.database, subject) == {}
    assert (await clerk.get(f"{API}/desk/cases/{case}")).json()["applicant"]["name"] == "林晓舟"
    house.time.set(house.time.now() + 11 * YEAR)
    await due(house)
    assert await house.database.read(sql("SELECT 1 FROM kept_record WHERE ended_at IS NOT NULL")) == []
    house.time.set(None)
    assert (await clerk.get(f"{API}/desk/cases/{case}")).status_code == 200


async def test_nothing_of_another_person_is_touched(house: House, sign_in: SignIn, city: City) -> None:
    life = await lived(house, sign_in, city)
    other = await sign_in(OTHER)
    case, (loose, content) = await apply(house, other, city), await uploaded(other)
    draft = f"{API}/drafts/{uuid.uuid4()}"
    await other.put(draft, json=draft_body(), headers={"If-Match": '"0"'})
    shown = [(await other.get(address)).content for address in (f"{API}/cases/{case}", draft, f"{API}/me/consents")]
    subject = await subject_of(house, other)
    before = await rows_about(house.database, subject)
    await life.browser.post(f"{API}/me/erasure", json=CONFIRM)
    await carry_out(house)
    after = [(await other.get(address)).content for address in (f"{API}/cases/{case}", draft, f"{API}/me/consents")]
    assert after == shown
    assert await rows_about(house.database, subject) == before
    assert (await other.get(f"{API}/files/{loose}")).status_code == 200
    assert content


# Where each sealed column is, by which a row of an old backup is tried.
_SEALED: dict[tuple[str, str], Callable[[Row], Place]] = {
    ("account", "phone_sealed"): lambda row: Place("account", "phone_sealed", row["id"]),
    ("account", "name_sealed"): lambda row: Place("account", "name_sealed", row["id"]),
    ("account", "id_number_sealed"): lambda row: Place("account", "id_number_sealed", row["id"]),
    ("event_private", "sealed"): lambda row: case_tables.private_place(row["event_id"]),
    ("case_record", "summary_sealed"): lambda row: case_tables.summary_place(row["id"]),
    ("certificate", "sealed"): lambda row: certificate_place(row["id"]),
    ("device", "name_sealed"): lambda row: Place("device", "name_sealed", row["id"]),
    ("draft", "content"): lambda row: Place("draft", "content", row["id"]),
    ("push_subscription", "content"): lambda row: Place("push_subscription", "content", row["id"]),
    ("upload", "metadata"): lambda row: file_tables.metadata_place(row["id"]),
}


async def opening(house: House, contents: dict[str, list[Row]], subject: str) -> set[tuple[str, str]]:
    """The sealed columns of a person in a backup that open with today's key store."""
    found = set()
    for (table, column), place in _SEALED.items():
        mine = [row for row in contents[table] if row["subject_id"] == subject and row[column] is not None]
        assert mine, f"the person has no {table}.{column} to try"
        for row in mine:
            try:
                await house.vault.open(subject, place(row), bytes(row[column]))
            except (Erased, UnknownSubject):
                continue
            found.add((table, column))
    return found


async def test_an_old_backup_of_the_data_opens_nothing_of_an_erased_person_with_todays_keys(
    house: House, sign_in: SignIn, city: City
) -> None:
    life = await lived(house, sign_in, city)
    backup = await contents_of(house.database)
    assert await opening(house, backup, life.subject) == set(_SEALED)
    first = next(row for row in backup["event_private"] if row["subject_id"] == life.subject)
    place = case_tables.private_place(first["event_id"])
    opened = await house.vault.open(life.subject, place, bytes(first["sealed"]))
    assert msgspec.json.decode(opened[events.SALT_BYTES :], type=PrivateSubmission).name == "林晓舟"

    await life.browser.post(f"{API}/me/erasure", json=CONFIRM)
    await carry_out(house)
    # The data database of before the erasure comes back row by row; the key store is today's.
    restored = ("account", "event_private", "case_record", "certificate", "device", "draft", "push_subscription")
    for table in restored:
        await house.database.commit(
            [sql(f'DELETE FROM "{each}"') for each in _BEFORE.get(table, ())]
            + [
                sql(f'DELETE FROM "{table}" WHERE subject_id = {{}}', life.subject),
            ]
        )
    for table in restored:
        for row in backup[table]:
            if row["subject_id"] == life.subject:
                await _put_back(house, table, row)
    assert await opening(house, backup, life.subject) == set()
    seen = await life.clerk.get(f"{API}/desk/cases/{life.declined}")
    assert (seen.status_code, seen.json()["type"]) == (410, "urn:zhangban:problem:erased")


_BEFORE: dict[str, tuple[str, ...]] = {"device": ("credential",)}


async def _put_back(house: House, table: str, row: Row) -> None:
    """Puts a row of a backup in place of the one with its key."""
    first = next(iter(row))
    columns, marks = ", ".join(row), ", ".join("{}" for _ in row)
    others = [column for column in row if column != first]
    taken = ", ".join(f"{column} = excluded.{column}" for column in others)
    values = [bytes(value) if isinstance(value, memoryview) else value for value in row.values()]
    await house.database.commit(
        [
            sql(
                f'INSERT INTO "{table}" ({columns}) VALUES ({marks}) ON CONFLICT ({first}) DO UPDATE SET {taken}',
                *values,
            )
        ]
    )
