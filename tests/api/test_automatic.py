"""Decisions by an item's own table over HTTP: with reasons and version, no refusals, and always a way to a person."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from backend.cases.automatic import hold_table, register
from backend.cases.automatic_rules import version_of
from backend.cases.submission import CaseRuleJob
from backend.city.city import City
from backend.foundation.database import UnexpectedRowCount, UniqueViolation, sql
from backend.foundation.wake import Wake
from backend.foundation.worker import Worker
from backend.house import House
from tests.api.case_builders import key, stored_file
from tests.api.conftest import API, Client, SignIn
from tests.api.mandate_builders import identify

pytestmark = pytest.mark.anyio
OLD, YOUNG = ("孙桂芳", "990102194508110266"), ("许静", "99010219900315248X")
PHONE = "13911110077"
WANGCHAO = "13900000028"


async def applicant(sign_in: SignIn, who: tuple[str, str] = OLD) -> Client:
    browser = await sign_in(PHONE)
    reply = await identify(browser, *who)
    assert reply.status_code == 200, reply.text
    return browser


async def asked(house: House, city: City, browser: Client, *, by_person: bool = False, **changes: Any) -> str:
    """The id of the case of a senior card."""
    me = (await browser.get(f"{API}/me/applicant")).json()
    guide = city.items["senior-card"].guide
    values = {
        "name": me["name"],
        "id_number": me["id_number"],
        "phone": me["phone"],
        "residence": "household",
        "district": "990102",
        "street": "990102001000",
        "card": "electronic",
        **changes,
    }
    body = {
        "draft": None,
        "item": "senior-card",
        "guide_hash": guide.hash,
        "form_hash": guide.form_hash,
        "values": values,
        "files": {"photo": [await stored_file(house, browser, "photo")]},
        "by_person": by_person,
    }
    reply = await browser.post(f"{API}/cases", json=body, headers=key())
    assert reply.status_code == 201, reply.text
    return str(reply.json()["case"]["id"])


def worker_of(house: House) -> Worker:
    worker = Worker(house.database, house.time, house.settings.outbox, Wake())
    register(worker, house)
    return worker


async def view_of(browser: Client, case: str) -> Any:
    return (await browser.get(f"{API}/cases/{case}")).json()


async def test_who_meets_every_condition_has_the_card_at_once_with_the_reasons_and_whom_to_ask(
    house: House, sign_in: SignIn, city: City
) -> None:
    browser = await applicant(sign_in)
    case = await asked(house, city, browser)
    assert (await view_of(browser, case))["state"] == "submitted"
    await worker_of(house).run_due()
    view = await view_of(browser, case)
    assert (view["state"], view["version"], view["reason"]) == ("granted", 2, None)
    entry = view["timeline"][-1]
    assert (entry["role"], entry["type"]) == ("rule", "case-granted-automatically@1")
    table = city.items["senior-card"].guide.automatic
    assert table is not None
    told = entry["data"]["automatic"]
    assert told["outcome"] == "granted"
    assert told["reasons"] == [msgspec.to_builtins(each.says) for each in table.grant]
    assert (told["rule"], bool(told["phone"])) == (version_of(table), True)
    assert "系统" in entry["data"]["document"]["zh"]
    certificates = (await browser.get(f"{API}/certificates")).json()["certificates"]
    assert [(each["case_id"], each["by_rule"]) for each in certificates] == [(case, True)]


async def test_the_event_keeps_version_and_reason_codes_and_nothing_personal(
    house: House, sign_in: SignIn, city: City
) -> None:
    browser = await applicant(sign_in)
    case = await asked(house, city, browser)
    await worker_of(house).run_due()
    rows = await house.database.read(sql("SELECT data, actor FROM event WHERE case_id = {} AND sequence = 2", case))
    table = city.items["senior-card"].guide.automatic
    assert table is not None
    assert rows[0]["actor"] == "rule"
    assert msgspec.json.decode(rows[0]["data"]) == {
        "command": "grant-automatically",
        "rule": version_of(table),
        "reasons": ["of-age", "registered-here", "household", "electronic-only"],
    }
    read = await house.database.read(sql("SELECT actor, reason FROM audit WHERE action = 'register-read'"))
    assert ("system", f"population {version_of(table)[:12]}") in {(row["actor"], row["reason"]) for row in read}


@pytest.mark.parametrize(
    ("who", "changes", "unmet"),
    [(YOUNG, {}, "of-age"), (OLD, {"card": "post", "post_to": "云海市临江区听涛路 18 号"}, "electronic-only")],
)
async def test_what_the_table_cannot_decide_lies_in_the_queue_and_the_desk_sees_why(
    house: House, sign_in: SignIn, city: City, who: tuple[str, str], changes: dict[str, str], unmet: str
) -> None:
    browser = await applicant(sign_in, who)
    case = await asked(house, city, browser, **changes)
    await worker_of(house).run_due()
    view = await view_of(browser, case)
    assert (view["state"], view["version"]) == ("submitted", 2)
    rows = await house.database.read(sql("SELECT data FROM event WHERE case_id = {}", case))
    assert unmet not in repr([row["data"] for row in rows])
    clerk = await sign_in(WANGCHAO)
    seen = (await clerk.get(f"{API}/desk/cases/{case}")).json()
    table = city.items["senior-card"].guide.automatic
    assert table is not None
    told = seen["timeline"][-1]["data"]["automatic"]
    expected = [msgspec.to_builtins(each.otherwise) for each in table.grant if each.key == unmet]
    assert (told["outcome"], told["reasons"]) == ("left", expected)
    granted = await clerk.post(
        f"{API}/desk/cases/{case}/commands", json={"command": "grant", "version": 2}, headers=key()
    )
    assert (granted.status_code, granted.json()["state"]) == (200, "granted"), granted.text
    await worker_of(house).run_due()
    assert (await view_of(browser, case))["version"] == 3


async def test_what_was_left_to_a_person_stays_with_a_person_through_a_correction(
    house: House, sign_in: SignIn, city: City
) -> None:
    browser = await applicant(sign_in)
    case = await asked(house, city, browser, card="post", post_to="云海市临江区听涛路 18 号")
    await worker_of(house).run_due()
    assert (await view_of(browser, case))["version"] == 2
    clerk = await sign_in(WANGCHAO)
    asks = {
        "command": "request-correction",
        "version": 2,
        "defects": [{"material": "photo", "problem": "背景不是白色", "example": None}],
    }
    sent_back = await clerk.post(f"{API}/desk/cases/{case}/commands", json=asks, headers=key())
    assert sent_back.status_code == 200, sent_back.text
    body = {"command": "correct", "files": {"photo": [await stored_file(house, browser, "another photo")]}}
    corrected = await browser.post(f"{API}/cases/{case}/commands", json=body, headers=key())
    assert corrected.status_code == 200, corrected.text
    await worker_of(house).run_due()
    assert (corrected.json()["version"], (await view_of(browser, case))["version"]) == (4, 4)


async def test_who_asks_for_a_person_gets_one(house: House, sign_in: SignIn, city: City) -> None:
    browser = await applicant(sign_in)
    case = await asked(house, city, browser, by_person=True)
    await worker_of(house).run_due()
    view = await view_of(browser, case)
    assert (view["state"], view["version"]) == ("submitted", 1)


async def test_a_table_does_nothing_where_somebody_acted_first(house: House, sign_in: SignIn, city: City) -> None:
    browser = await applicant(sign_in)
    case = await asked(house, city, browser)
    reply = await browser.post(f"{API}/cases/{case}/commands", json={"command": "withdraw"}, headers=key())
    assert reply.status_code == 200
    await worker_of(house).run_due()
    assert (await view_of(browser, case))["state"] == "withdrawn"


async def test_of_two_who_hold_the_table_at_once_one_decides_and_nothing_is_done_twice(
    house: House, sign_in: SignIn, city: City
) -> None:
    browser = await applicant(sign_in)
    case = await asked(house, city, browser)
    first = await hold_table(house, CaseRuleJob(case, 1))
    second = await hold_table(house, CaseRuleJob(case, 1))
    await house.database.commit(first)
    with pytest.raises((UnexpectedRowCount, UniqueViolation)):
        await house.database.commit(second)
    assert await hold_table(house, CaseRuleJob(case, 1)) == ()
    await worker_of(house).run_due()
    assert (await view_of(browser, case))["version"] == 2
    found = await house.database.read(sql("SELECT COUNT(*) AS found FROM certificate WHERE case_id = {}", case))
    assert found[0]["found"] == 1


async def test_a_submission_holds_its_job_so_that_nothing_is_lost_between_the_two(
    house: House, sign_in: SignIn, city: City
) -> None:
    browser = await applicant(sign_in)
    case = await asked(house, city, browser)
    waiting = await house.database.read(sql("SELECT kind FROM outbox WHERE kind = 'case.rule'"))
    assert len(waiting) == 1
    # A process that has never heard of the submission finds it.
    await worker_of(house).run_due()
    assert (await view_of(browser, case))["state"] == "granted"


async def test_an_erased_applicant_is_not_decided_about(house: House, sign_in: SignIn, city: City) -> None:
    browser = await applicant(sign_in)
    case = await asked(house, city, browser)
    subject = (await house.database.read(sql("SELECT subject_id FROM case_record WHERE id = {}", case)))[0]
    await house.vault.shred(subject["subject_id"])
    assert await hold_table(house, CaseRuleJob(case, 1)) == ()
