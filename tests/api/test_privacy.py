"""A resident's rights: who has read my data, what I agreed to, everything about me in one archive."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import replace
from typing import Any

import msgspec
import pytest

from backend.city.city import City
from backend.foundation.database import sql
from backend.house import House
from backend.identity.actor import Acting, Actor
from backend.identity.unified.tables import add_identity, subject_place
from backend.privacy import consents, service
from backend.privacy.errors import ConsentNotYours
from tests.api.case_builders import APPROVER, CLERK, OTHER, RESIDENT, application, key
from tests.api.conftest import API, Client, SignIn
from tests.api.test_drafts import body as draft_body
from tests.api.test_passkeys import added, device_for
from tests.api.test_uploads import begin, picture, send, sha256

pytestmark = pytest.mark.anyio


async def uploaded(browser: Client) -> tuple[str, bytes]:
    """A picture of the signed-in person's own."""
    content = picture()
    assert (await send(browser, await begin(browser, len(content)), 0, content)).status_code == 204
    return sha256(content), content


async def submitted(house: House, browser: Client, city: City) -> str:
    """A case of the signed-in person."""
    reply = await browser.post(f"{API}/cases", json=await application(house, browser, city), headers=key())
    assert reply.status_code == 201, reply.text
    return str(reply.json()["case"]["id"])


async def command(browser: Client, case: str, given: str, version: int, reason: str | None = None) -> None:
    """A command of the desk."""
    body: dict[str, Any] = {"command": given, "version": version, "reason": reason}
    if given == "decline":
        body["ground"] = "not-lawful"
    reply = await browser.post(f"{API}/desk/cases/{case}/commands", json=body, headers=key())
    assert reply.status_code == 200, reply.text


async def subject_of(house: House, browser: Client) -> str:
    """The signed-in person's subject."""
    account = (await browser.get(f"{API}/session")).json()["account"]["id"]
    rows = await house.database.read(sql("SELECT subject_id FROM account WHERE id = {}", account))
    return str(rows[0]["subject_id"])


async def linked(house: House, browser: Client) -> None:
    """Links the signed-in person to a provider, as signing in there would."""
    account, subject = (await browser.get(f"{API}/session")).json()["account"]["id"], await subject_of(house, browser)
    sealed = await house.vault.seal(subject, subject_place("link"), b"province-4711")
    await house.database.commit([add_identity("link", "https://province.example", "index", account, sealed, 1)])


async def test_a_resident_sees_who_read_their_data_by_department_and_role_and_never_by_name(
    house: House, sign_in: SignIn, city: City
) -> None:
    resident, other, clerk = await sign_in(RESIDENT), await sign_in(OTHER), await sign_in(CLERK)
    case = await submitted(house, resident, city)
    await clerk.get(f"{API}/desk/queue")
    await clerk.get(f"{API}/desk/cases/{case}")
    page = (await resident.get(f"{API}/me/reads")).json()
    assert [line["action"] for line in page["reads"]] == ["desk.read", "desk.list", "register-read"]
    code = (await resident.get(f"{API}/cases/{case}")).json()["query_code"]
    assert {line["query_code"] for line in page["reads"]} == {code}
    read, _listed, looked = page["reads"]
    assert read["reader"]["kind"] == "staff"
    assert read["reader"]["roles"] == ["clerk"]
    assert read["reader"]["department"]["zh"] == "云海市公安局临江分局"
    assert looked["reader"] == {"kind": "system", "department": None, "roles": []}
    assert looked["register"]["source"] == msgspec.to_builtins(city.population.source)
    assert looked["reason"] is None
    assert "许静" not in json.dumps(page, ensure_ascii=False)
    assert (await other.get(f"{API}/me/reads")).json() == {"reads": [], "next": None}


async def test_reads_come_in_pages_that_meet_without_gap_or_repeat(house: House, sign_in: SignIn, city: City) -> None:
    resident, clerk = await sign_in(RESIDENT), await sign_in(CLERK)
    case = await submitted(house, resident, city)
    for _ in range(4):
        await clerk.get(f"{API}/desk/cases/{case}")
    whole = (await resident.get(f"{API}/me/reads", params={"limit": 100})).json()["reads"]
    pages: list[Any] = []
    after: dict[str, Any] = {}
    while True:
        page = (await resident.get(f"{API}/me/reads", params={"limit": 2, **after})).json()
        pages += page["reads"]
        if page["next"] is None:
            break
        after = {"after": page["next"]}
    assert pages == whole
    assert len(whole) == 5
    assert (await resident.get(f"{API}/me/reads", params={"after": "nonsense"})).status_code == 400


async def test_a_look_into_the_population_register_is_on_record_once_for_each_submission(
    house: House, sign_in: SignIn, city: City
) -> None:
    resident = await sign_in(RESIDENT)
    case = await submitted(house, resident, city)
    rows = await house.database.read(
        sql("SELECT actor, subject, target, reason FROM audit WHERE action = 'register-read'")
    )
    subject = await subject_of(house, resident)
    assert rows == [{"actor": "system", "subject": subject, "target": case, "reason": "population name-and-id-number"}]


async def test_the_notice_is_open_to_everyone_and_names_rights_purposes_and_what_stays(client: Client) -> None:
    notice = (await client.get(f"{API}/privacy")).json()
    rights = {right["key"] for right in notice["notice"]["rights"]}
    assert rights == {"know", "copy", "correct", "delete", "withdraw", "explain", "complain"}
    assert {each["key"] for each in notice["notice"]["holdings"] if each["stays"]} == {"cases", "audit", "consents"}
    assert [each["key"] for each in notice["purposes"]] == [
        "reminders",
        "dossier-reuse",
        "child-data",
        "sensitive-data",
    ]
    assert len({each["version"] for each in notice["purposes"]} | {notice["version"]}) == 5


async def test_a_pack_from_before_notices_still_serves_and_asks_for_no_consent(
    sign_in: SignIn, city: City, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    resident = await sign_in(RESIDENT)
    older = City.assemble({path: each for path, each in city.documents.items() if path != "privacy.yaml"})
    monkeypatch.setattr(type(house), "city", property(lambda _self: older))
    assert (await resident.get(f"{API}/privacy")).status_code == 404
    assert (await resident.get(f"{API}/me/consents")).json() == {"consents": []}
    assert (await resident.get(f"{API}/me/erasure/preview")).status_code == 200


async def test_a_consent_is_given_withdrawn_and_given_again_and_every_record_stays(
    house: House, sign_in: SignIn
) -> None:
    resident = await sign_in(RESIDENT)
    subject = await subject_of(house, resident)
    asked = (await resident.get(f"{API}/me/consents")).json()["consents"]
    assert [each["holds"] for each in asked] == [False] * 4
    address, version = f"{API}/me/consents/reminders", asked[0]["purpose"]["version"]
    assert not await service.has_consent(house, subject, "reminders")
    for _ in range(2):
        given = (await resident.put(address, json={"version": version})).json()
        assert (given["holds"], len(given["records"])) == (True, 1)
    assert given["records"][0] | {"given_at": ""} == {
        "version": version, "given_at": "", "withdrawn_at": None, "channel": "app", "given_by": "self",
    }  # fmt: skip
    assert await service.has_consent(house, subject, "reminders")
    for _ in range(2):
        assert (await resident.delete(address)).status_code == 204
    assert not await service.has_consent(house, subject, "reminders")
    again = (await resident.put(address, json={"version": version})).json()
    assert [record["withdrawn_at"] is None for record in again["records"]] == [True, False]
    assert await service.has_consent(house, subject, "reminders")
    assert not await service.has_consent(house, subject, "never-asked")


async def test_a_consent_to_other_words_is_refused_with_the_words_in_force_and_an_old_one_holds_no_more(
    house: House, sign_in: SignIn, city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    resident = await sign_in(RESIDENT)
    subject = await subject_of(house, resident)
    address = f"{API}/me/consents/reminders"
    before = (await resident.get(f"{API}/me/consents")).json()["consents"][0]["purpose"]["version"]
    await resident.put(address, json={"version": before})
    assert city.privacy is not None
    first = msgspec.structs.replace(city.privacy.purposes[0], says=city.privacy.purposes[1].says)
    changed = msgspec.structs.replace(city.privacy, purposes=[first, *city.privacy.purposes[1:]])
    monkeypatch.setattr(type(house), "city", property(lambda _self: _with(city, changed)))
    assert not await service.has_consent(house, subject, "reminders")
    refused = await resident.put(address, json={"version": before})
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:zhangban:problem:consent-outdated")
    current = refused.json()["current"]
    assert current["says"] == msgspec.to_builtins(first.says)
    given = (await resident.put(address, json={"version": current["version"]})).json()
    assert [record["version"] for record in given["records"]] == [current["version"], before]
    assert [record["withdrawn_at"] is None for record in given["records"]] == [True, False]


def _with(city: City, privacy: Any) -> City:
    return replace(city, privacy=privacy)


async def test_a_childs_consent_is_the_guardians_and_a_helper_consents_for_nobody(
    house: House, sign_in: SignIn
) -> None:
    resident = await sign_in(RESIDENT)
    listed = (await resident.get(f"{API}/me/consents")).json()["consents"]
    version = next(each["purpose"]["version"] for each in listed if each["purpose"]["key"] == "child-data")
    refused = await resident.put(f"{API}/me/consents/child-data", json={"version": version})
    assert (refused.status_code, refused.json()["who"]) == (403, "guardian")
    child = await house.vault.create_subject()
    subject = await subject_of(house, resident)

    def acting(capacity: Any) -> Actor:
        return Actor("guardian", subject, "s", acting=Acting("m", "p", child, capacity))

    given = await consents.give(house, acting("guardian"), "child-data", version)
    assert given.records[0].given_by == "guardian"
    assert await service.has_consent(house, child, "child-data")
    assert not await service.has_consent(house, subject, "child-data")
    with pytest.raises(ConsentNotYours):
        await consents.give(house, acting("helper"), "reminders", listed[0]["purpose"]["version"])
    with pytest.raises(ConsentNotYours):
        await consents.withdraw(house, acting("helper"), "child-data")


async def test_an_unknown_purpose_is_not_found(sign_in: SignIn) -> None:
    resident = await sign_in(RESIDENT)
    assert (await resident.put(f"{API}/me/consents/unknown", json={"version": "0" * 64})).status_code == 404


def opened(content: bytes) -> dict[str, bytes]:
    """The files of an archive by name; each name is a plain one."""
    archive = zipfile.ZipFile(io.BytesIO(content))
    assert archive.testzip() is None
    assert not [name for name in archive.namelist() if name.startswith("/") or ".." in name or "\\" in name]
    return {name: archive.read(name) for name in archive.namelist()}


async def test_the_export_holds_everything_of_the_caller_and_nothing_of_others(
    house: House, sign_in: SignIn, city: City
) -> None:
    resident, other = await sign_in(RESIDENT), await sign_in(OTHER)
    clerk, approver = await sign_in(CLERK), await sign_in(APPROVER)
    mine, content = await uploaded(resident)
    theirs, _ = await uploaded(other)
    case, others_case = await submitted(house, resident, city), await submitted(house, other, city)
    await command(clerk, case, "accept", 1)
    await command(approver, case, "grant", 2)
    declined = await submitted(house, resident, city)
    await command(clerk, declined, "decline", 1, "材料看不清")
    draft = draft_body(values={"detail": "<script>alert(1)</script>"})
    await resident.put(f"{API}/drafts/018f0000-0000-7000-8000-000000000001", json=draft, headers={"If-Match": '"0"'})
    link = (await resident.post(f"{API}/cases/{case}/links", json={"days": 7}, headers=key())).json()
    await house.database.commit([sql("DELETE FROM file WHERE size = 10")])
    await linked(house, resident)
    await added(resident, device_for(house))

    reply = await resident.post(f"{API}/me/export")
    assert reply.status_code == 200, reply.text
    assert reply.headers["content-type"] == "application/zip"
    assert reply.headers["cache-control"] == "no-store"
    assert reply.headers["content-disposition"].startswith('attachment; filename="zhangban-')
    files = opened(reply.content)
    data = json.loads(files["data.json"])
    assert data["format"] == "zhangban-export@1"
    chapters = data["chapters"]
    assert list(chapters) == [
        "account", "sessions", "passkeys", "unified_identities", "mandates", "cases", "filings", "projects",
        "documents", "certificates", "devices", "drafts", "files", "inbox", "push", "links", "consents", "reads",
    ]  # fmt: skip
    assert chapters["account"]["name"] == "林晓舟"
    assert chapters["account"]["id_number"] == "990321199508162421"
    assert [each["id"] for each in chapters["cases"]] == [declined, case]
    assert {"label": "公民身份号码", "value": "990321199508162421"} in chapters["cases"][0]["values"]
    assert files[f"files/{mine[:16]}.jpg"] == content
    assert f"files/{theirs[:16]}.jpg" not in files
    assert [each["name"] for each in chapters["passkeys"]] == ["我的手机"]
    assert chapters["unified_identities"][0]["subject"] == "province-4711"
    (certificate,) = chapters["certificates"]
    assert "林晓舟" in files[certificate["file"]].decode()
    (told,) = chapters["links"]
    assert told["case_id"] == case
    whole = b"".join(files.values()).decode("utf-8", "replace")
    assert link["url"].removeprefix("/s#") not in whole
    assert "周志远" not in whole
    assert others_case not in whole
    page = files["index.html"].decode()
    assert "材料看不清" in page
    assert "听涛路 18 号海棠苑 3 栋 502 室" in page
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert "src=" not in page
    assert "href=" not in page
    lines = await house.database.read(sql("SELECT address FROM audit WHERE action = 'export'"))
    told = await house.database.read(sql("SELECT address FROM security_event WHERE kind = 'export-made'"))
    assert lines == told == [{"address": "127.0.0.1"}]


async def test_one_export_in_ten_minutes_and_a_recent_proof_are_asked_for(house: House, sign_in: SignIn) -> None:
    resident, other = await sign_in(RESIDENT), await sign_in(OTHER)
    assert (await resident.post(f"{API}/me/export")).status_code == 200
    again = await resident.post(f"{API}/me/export")
    assert again.status_code == 429
    assert int(again.headers["retry-after"]) > 500
    assert (await other.post(f"{API}/me/export")).status_code == 200
    house.time.set(house.time.now() + 11 * 60_000)
    stale = await resident.post(f"{API}/me/export")
    assert (stale.status_code, stale.json()["type"]) == (403, "urn:zhangban:problem:sign-in-again")


async def test_an_export_beyond_the_limit_is_refused_with_what_to_do_and_costs_no_turn(
    house: House, sign_in: SignIn
) -> None:
    resident = await sign_in(RESIDENT)
    subject, size = await subject_of(house, resident), house.settings.limits.export_bytes
    big = sql(
        "INSERT INTO file (subject_id, sha256, storage, media_type, size, width, height, created_at)"
        " VALUES ({}, 'big', 'big', 'image/jpeg', {}, 1, 1, 1)",
        subject,
        size + 1,
    )
    await house.database.commit([big])
    refused = await resident.post(f"{API}/me/export")
    assert (refused.status_code, refused.json()["actual"], refused.json()["limit"]) == (413, size + 1, size)
    await house.database.commit([sql("DELETE FROM file WHERE sha256 = 'big'")])
    assert (await resident.post(f"{API}/me/export")).status_code == 200
