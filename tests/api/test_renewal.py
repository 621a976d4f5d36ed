"""Renewal of a certificate over HTTP (行政许可法第五十条): applied for in time, decided in time or deemed renewed."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta
from typing import Any

import msgspec
import pytest

from backend.cases.timers import register
from backend.certificates.renewing import days_before
from backend.city.city import City
from backend.foundation.database import sql
from backend.foundation.identifiers import check_certificate_identifier
from backend.foundation.wake import Wake
from backend.foundation.worker import Worker
from backend.house import House
from tests.api.case_builders import OTHER, RESIDENT
from tests.api.conftest import API, Client, SignIn
from tests.api.renewal_builders import NURSE_APPROVER, NURSE_CLERK, held, renewal
from tests.api.test_procedure import answer, say

pytestmark = pytest.mark.anyio
DAY = 86_400_000


async def certificates(browser: Client) -> dict[str, Any]:
    """The person's certificates by id."""
    reply = await browser.get(f"{API}/certificates")
    return {each["id"]: each for each in reply.json()["certificates"]}


async def filed(house: House, city: City, browser: Client, certificate: str) -> str:
    reply = await renewal(house, city, browser, certificate)
    assert reply.status_code == 201, reply.text
    return str(reply.json()["case"]["id"])


def worker_of(house: House) -> Worker:
    worker = Worker(house.database, house.time, house.settings.outbox, Wake())
    register(worker, house)
    return worker


def go_to(house: House, day: date) -> None:
    house.time.set(house.time.now() + (day - house.time.today()).days * DAY)


async def state_of(house: House, case: str) -> str:
    rows = await house.database.read(sql("SELECT state FROM case_record WHERE id = {}", case))
    return str(rows[0]["state"])


async def test_a_certificate_says_until_when_its_renewal_is_applied_for_and_in_which_matter(
    house: House, sign_in: SignIn, city: City
) -> None:
    resident = await sign_in(RESIDENT)
    early = await held(house, resident, ends_in=200)
    offer = (await certificates(resident))[early]["renewal"]
    ends = house.time.today() + timedelta(days=200)
    closes = days_before(ends, 30, "workday", house.calendar)
    assert (offer["state"], offer["item"]) == ("early", "nurse-registration")
    assert (offer["opens"], offer["closes"]) == ((ends - timedelta(days=90)).isoformat(), closes.isoformat())
    assert offer["article"]["zh"] == "护士条例第十条"
    refused = await renewal(house, city, resident, early)
    assert (refused.status_code, refused.json()["refusal"]["code"]) == (409, "early")
    for day, state in ((closes, "open"), (closes + timedelta(days=1), "late")):
        go_to(house, day)
        resident = await sign_in(RESIDENT)
        assert (await certificates(resident))[early]["renewal"]["state"] == state


async def test_a_late_application_is_refused_with_its_article_and_a_new_one_is_still_taken(
    house: House, sign_in: SignIn, city: City
) -> None:
    resident = await sign_in(RESIDENT)
    late = await held(house, resident, ends_in=20)
    refused = await renewal(house, city, resident, late)
    refusal = refused.json()["refusal"]
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:zhangban:problem:renewal-refused")
    assert (refusal["code"], refusal["article"]["zh"]) == ("late", "护士条例第十条")
    assert refusal["closes"] < house.time.today().isoformat()
    assert (await renewal(house, city, resident, None)).status_code == 201


async def test_a_renewal_granted_in_time_makes_the_next_version_and_ends_the_old_one(
    house: House, sign_in: SignIn, city: City
) -> None:
    resident = await sign_in(RESIDENT)
    old = await held(house, resident, ends_in=80)
    before = (await certificates(resident))[old]
    case = await filed(house, city, resident, old)
    assert (await certificates(resident))[old]["renewal"]["state"] == "filed"
    view = (await resident.get(f"{API}/cases/{case}")).json()
    assert view["renews"]["identifier"] == before["identifier"]
    assert (view["renews"]["until"], view["renews"]["deemed"]) == (before["valid_until"], True)
    assert view["renews"]["article"]["zh"] == "行政许可法第五十条"
    clerk, approver = await sign_in(NURSE_CLERK), await sign_in(NURSE_APPROVER)
    assert (await say(clerk, case, "accept", 1)).status_code == 200
    granted = await say(approver, case, "grant", 2)
    assert granted.status_code == 200, granted.text
    held_now = await certificates(resident)
    (new,) = [each for each in held_now.values() if each["case_id"] == case]
    assert (held_now[old]["state"], held_now[old]["renewed_by"], held_now[old]["renewal"]) == (
        "superseded",
        new["id"],
        None,
    )
    assert (new["state"], new["version"], new["replaces"]) == ("valid", 2, old)
    stem, again = before["identifier"].split("."), new["identifier"].split(".")
    assert (again[:8], again[8]) == (stem[:8], "002")
    assert check_certificate_identifier(new["identifier"]) is None
    ended = date.fromisoformat(before["valid_until"])
    assert new["valid_until"] == ended.replace(year=ended.year + 5).isoformat()
    shown = await resident.post(
        f"{API}/certificates/{old}/credentials",
        json={"device_id": "00000000-0000-4000-8000-000000000000", "view": "full"},
    )
    assert shown.status_code == 404
    document = (await resident.get(f"{API}/cases/{case}/documents")).json()["documents"][-1]
    paper = (await resident.get(f"{API}/cases/{case}/documents/{document['sequence']}")).json()
    assert any("准予延续" in each["zh"] for each in paper["paragraphs"])


async def test_what_is_not_decided_before_the_certificate_ends_is_renewed_the_day_after_and_not_a_day_before(
    house: House, sign_in: SignIn, city: City
) -> None:
    resident = await sign_in(RESIDENT)
    old = await held(house, resident, ends_in=80)
    ends = house.time.today() + timedelta(days=80)
    case = await filed(house, city, resident, old)
    clerk = await sign_in(NURSE_CLERK)
    assert (await say(clerk, case, "accept", 1)).status_code == 200
    worker = worker_of(house)
    go_to(house, ends)
    await worker.run_due()
    assert await state_of(house, case) == "accepted"
    go_to(house, ends + timedelta(days=1))
    await worker.run_due()
    assert await state_of(house, case) == "granted"
    await worker.run_due()
    resident = await sign_in(RESIDENT)
    view = (await resident.get(f"{API}/cases/{case}")).json()
    entry = view["timeline"][-1]
    assert (entry["type"], entry["role"]) == ("case-deemed-renewed@1", "timer")
    assert "视为准予延续" in entry["data"]["says"]["zh"]
    found = await certificates(resident)
    (new,) = [each for each in found.values() if each["replaces"] == old]
    assert (found[old]["state"], new["state"]) == ("superseded", "valid")
    assert new["valid_until"] == valid_after(ends)
    assert view["certificate"]["id"] == new["id"]
    paper = (await resident.get(f"{API}/cases/{case}/documents/{entry['sequence']}")).json()
    assert paper["title"]["zh"] == "视为准予延续告知书"
    assert "行政许可法第五十条" in [each["zh"] for each in paper["basis"]]
    assert any(str(ends.year) in each["zh"] for each in paper["paragraphs"])


def valid_after(ends: date) -> str:
    return ends.replace(year=ends.year + 5).isoformat()


async def test_the_decision_is_due_on_the_certificates_last_day_at_the_latest(
    house: House, sign_in: SignIn, city: City
) -> None:
    resident = await sign_in(RESIDENT)
    old = await held(house, resident, ends_in=80)
    ends = house.time.today() + timedelta(days=80)
    case = await filed(house, city, resident, old)
    clerk, approver = await sign_in(NURSE_CLERK), await sign_in(NURSE_APPROVER)
    assert (await say(clerk, case, "accept", 1)).status_code == 200
    until = (house.time.today() + timedelta(days=200)).isoformat()
    stopped = await say(approver, case, "suspend", 2, procedure="testing", until=until)
    assert stopped.status_code == 200, stopped.text
    view = (await resident.get(f"{API}/cases/{case}")).json()
    assert (view["clock"]["state"], view["clock"]["due"]) == ("stopped", ends.isoformat())
    assert stopped.json()["next_due"]["due"] == ends.isoformat()
    worker = worker_of(house)
    go_to(house, ends + timedelta(days=1))
    await worker.run_due()
    assert await state_of(house, case) == "granted"


async def test_one_certificate_has_one_open_renewal_however_many_apply_at_once(
    house: House, sign_in: SignIn, city: City
) -> None:
    resident = await sign_in(RESIDENT)
    old = await held(house, resident, ends_in=80)
    replies = await asyncio.gather(*(renewal(house, city, resident, old) for _ in range(5)))
    assert sorted(each.status_code for each in replies) == [201, 409, 409, 409, 409]
    assert {each.json()["refusal"]["code"] for each in replies if each.status_code == 409} == {"filed"}
    case = next(each.json()["case"]["id"] for each in replies if each.status_code == 201)
    refused = await renewal(house, city, resident, old)
    assert refused.json()["refusal"]["case_id"] == case
    withdrawn = await answer(resident, case, "withdraw")
    assert withdrawn.status_code == 200, withdrawn.text
    assert (await renewal(house, city, resident, old)).status_code == 201


async def test_nobody_renews_somebody_elses_certificate_or_one_of_another_matter(
    house: House, sign_in: SignIn, city: City
) -> None:
    resident, other = await sign_in(RESIDENT), await sign_in(OTHER)
    theirs = await held(house, other, ends_in=80)
    assert (await renewal(house, city, resident, theirs)).status_code == 404
    hygiene = await held_of_other_item(house, city, resident)
    refused = await renewal(house, city, resident, hygiene)
    assert (refused.status_code, refused.json()["refusal"]["code"]) == (409, "other-item")
    assert await house.database.read(sql("SELECT id FROM case_record")) == []


async def held_of_other_item(house: House, city: City, browser: Client) -> str:
    certificate = await held(house, browser, ends_in=70)
    other = city.items["residence-permit"].guide.certificate_hash
    await house.database.commit([sql("UPDATE certificate SET type_hash = {} WHERE id = {}", other, certificate)])
    return certificate


async def test_what_was_revoked_meanwhile_is_not_renewed_by_a_person_nor_by_time(
    house: House, sign_in: SignIn, city: City
) -> None:
    resident = await sign_in(RESIDENT)
    old = await held(house, resident, ends_in=80)
    ends = house.time.today() + timedelta(days=80)
    case = await filed(house, city, resident, old)
    clerk, approver = await sign_in(NURSE_CLERK), await sign_in(NURSE_APPROVER)
    assert (await say(clerk, case, "accept", 1)).status_code == 200
    await house.database.commit([sql("UPDATE certificate SET state = 'revoked' WHERE id = {}", old)])
    refused = await say(approver, case, "grant", 2)
    assert (refused.status_code, refused.json()["refusal"]["code"]) == (409, "not-valid")
    worker = worker_of(house)
    go_to(house, ends + timedelta(days=1))
    await worker.run_due()
    assert await state_of(house, case) == "accepted"
    assert len(await house.database.read(sql("SELECT id FROM certificate"))) == 1


async def test_a_revoked_renewal_gives_the_old_certificate_back_and_a_new_one_has_the_next_free_version(
    house: House, sign_in: SignIn, city: City
) -> None:
    resident = await sign_in(RESIDENT)
    old = await held(house, resident, ends_in=80)
    clerk, approver = await sign_in(NURSE_CLERK), await sign_in(NURSE_APPROVER)
    versions = []
    for _ in range(2):
        case = await filed(house, city, resident, old)
        assert (await say(clerk, case, "accept", 1)).status_code == 200
        assert (await say(approver, case, "grant", 2)).status_code == 200
        found = await certificates(resident)
        versions.append(next(each["version"] for each in found.values() if each["case_id"] == case))
        revoked = await say(approver, case, "revoke", 3, reason="体检证明不实")
        assert revoked.status_code == 200, revoked.text
        assert (await certificates(resident))[old]["state"] == "valid"
    assert versions == [2, 3]


async def test_the_event_keeps_which_certificate_is_renewed_and_nothing_personal(
    house: House, sign_in: SignIn, city: City
) -> None:
    resident = await sign_in(RESIDENT)
    old = await held(house, resident, ends_in=80)
    case = await filed(house, city, resident, old)
    rows = await house.database.read(sql("SELECT data FROM event WHERE case_id = {}", case))
    data = msgspec.json.decode(rows[0]["data"])
    ends = (house.time.today() + timedelta(days=80)).isoformat()
    assert data["renews"] == {"certificate": old, "until": ends}
    assert "990321199508162421" not in rows[0]["data"]
