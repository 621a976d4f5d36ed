"""A bundle filed over HTTP: several cases at once or none, then one after the other; whose it is, and what is lost."""

from __future__ import annotations

import asyncio
import json
import uuid
from typing import Any, cast

import msgspec
import pytest

from backend.bundles import rules, service
from backend.bundles.keeping import files_named
from backend.bundles.moving import moved
from backend.cases.errors import CommitmentClosed, MaterialMissing
from backend.cases.retention import sweep
from backend.cases.schemas import Submission
from backend.files.rules import DAY
from backend.files.service import sweep_statement
from backend.foundation.database import sql
from backend.foundation.encryption import Erased
from backend.foundation.wake import Wake
from backend.foundation.worker import Worker
from backend.house import House
from backend.opening import HANDLERS
from backend.projects.errors import ProjectNotYours
from tests.api.case_builders import acting_for, key, stored_file
from tests.api.conftest import API, Client, SignIn
from tests.api.filing_builders import continued, file, mover, say, states, submission
from tests.api.mandate_builders import CHILD, ENTERPRISE, HE, accepted
from tests.api.test_erasure import CONFIRM, carry_out
from tests.api.test_privacy import opened as opened_archive

pytestmark = pytest.mark.anyio
LIN, ZHOU = "13900000001", "13900000002"
HEALTH_CLERK, HEALTH_APPROVER, POLICE = "13900000029", "13900000030", "13900000011"
SUBDISTRICT = "13900000028"


async def count(house: House, table: str) -> int:
    return int((await house.database.read(sql(f"SELECT COUNT(*) AS n FROM {table}")))[0]["n"])


async def of_lin(house: House, sign_in: SignIn) -> tuple[Client, dict[str, Any]]:
    """The newborn bundle, filed by its mother: her browser and the receipt."""
    browser = await sign_in(LIN)
    reply = await file(browser, await submission(house, browser))
    assert reply.status_code == 201, reply.text
    return browser, reply.json()


def case_of(filing: dict[str, Any], item: str) -> str:
    return str(next(each["case"]["id"] for each in filing["members"] if each["item"]["key"] == item))


async def grant_birth(sign_in: SignIn, case: str) -> None:
    await say(await sign_in(HEALTH_CLERK), case, "accept")
    await say(await sign_in(HEALTH_APPROVER), case, "grant")


async def test_what_waits_for_nothing_is_filed_at_once_and_the_rest_waits(house: House, sign_in: SignIn) -> None:
    browser, receipt = await of_lin(house, sign_in)
    filing = (await browser.get(f"{API}/filings/{receipt['filing']['id']}")).json()
    assert states(filing) == [
        ("fertility-registration", "filed"),
        ("birth-certificate", "filed"),
        ("birth-household-registration", "waiting"),
        ("resident-medical-insurance", "waiting"),
        ("social-security-card", "waiting"),
    ]
    numbers = {each["case"]["number"] for each in filing["members"] if each["case"]}
    assert len(numbers) == 2
    assert receipt["case"]["number"] in numbers
    assert filing["due"]["date"] >= filing["members"][1]["due"]
    case = (await browser.get(f"{API}/cases/{case_of(filing, 'birth-certificate')}")).json()
    assert case["filing"] == filing["id"]
    assert [each["id"] for each in (await browser.get(f"{API}/filings")).json()["filings"]] == [filing["id"]]
    assert await count(house, "case_record") == 2


async def test_the_same_key_files_once(house: House, sign_in: SignIn) -> None:
    browser = await sign_in(LIN)
    body, once = await submission(house, browser), key()
    first, *others = await asyncio.gather(*(file(browser, body, **once) for _ in range(4)))
    assert {reply.status_code for reply in (first, *others)} == {201}
    assert len({reply.json()["filing"]["id"] for reply in (first, *others)}) == 1
    assert await count(house, "filing") == 1
    assert await count(house, "case_record") == 2


@pytest.mark.parametrize(
    ("values", "path"),
    [
        ({"birth_certificate_hospital": "云海"}, "/birth_certificate_hospital"),
        ({"fertility_registration_birth_order": None}, "/fertility_registration_birth_order"),
    ],
)
async def test_one_fault_in_one_member_and_nothing_is_stored(
    house: House, sign_in: SignIn, values: dict[str, Any], path: str
) -> None:
    browser = await sign_in(LIN)
    reply = await file(browser, await submission(house, browser, **values))
    assert reply.status_code == 422
    assert path in [each["path"] for each in reply.json()["errors"]]
    assert await count(house, "filing") == await count(house, "case_record") == await count(house, "event") == 0


async def test_a_filing_of_an_older_guide_is_refused_whole(house: House, sign_in: SignIn) -> None:
    browser = await sign_in(LIN)
    reply = await file(browser, {**await submission(house, browser), "guide_hash": "0" * 64})
    assert (reply.status_code, reply.json()["type"].rsplit(":", 1)[-1]) == (422, "guide-unknown")
    assert await count(house, "filing") == 0


async def test_what_is_granted_files_the_next_with_the_number_of_its_certificate(house: House, sign_in: SignIn) -> None:
    browser, receipt = await of_lin(house, sign_in)
    filing = receipt["filing"]
    await grant_birth(sign_in, case_of(filing, "birth-certificate"))
    await mover(house).run_due()
    filing = (await browser.get(f"{API}/filings/{filing['id']}")).json()
    assert states(filing)[2] == ("birth-household-registration", "filed"), filing["members"][2]
    case = case_of(filing, "birth-household-registration")
    police = await sign_in(POLICE)
    seen = (await police.get(f"{API}/desk/cases/{case}")).json()
    assert seen["values"]["birth_certificate_number"].startswith("1.2.156.")
    assert {each["key"]: each["source"] for each in seen["materials"]}["birth-certificate"] == "share"
    assert await count(house, "case_record") == 3
    # The job comes again, as after a crash: nothing is filed twice.
    assert await moved(house, case_of(filing, "birth-certificate")) == []


async def test_the_child_s_own_members_wait_for_who_acts_for_the_child(house: House, sign_in: SignIn) -> None:
    browser, receipt = await of_lin(house, sign_in)
    filing = receipt["filing"]["id"]
    await grant_birth(sign_in, case_of(receipt["filing"], "birth-certificate"))
    await mover(house).run_due()
    seen = (await browser.get(f"{API}/filings/{filing}")).json()
    household = case_of(seen, "birth-household-registration")
    too_early = await continued(browser, filing, "resident-medical-insurance", None)
    assert (too_early.status_code, too_early.json()["type"].rsplit(":", 1)[-1]) == (409, "member-not-ready")
    await say(await sign_in(POLICE), household, "grant")
    await mover(house).run_due()
    seen = (await browser.get(f"{API}/filings/{filing}")).json()
    insurance = seen["members"][3]
    assert (insurance["state"], insurance["applicant"]) == ("ready", "child")
    assert (await continued(browser, filing, "resident-medical-insurance", None)).status_code == 409
    added = await browser.post(f"{API}/me/parties/children", json=CHILD)
    assert added.status_code in (200, 201), added.text
    mandate = added.json()["mandate_id"]
    done = await continued(browser, filing, "resident-medical-insurance", mandate)
    assert done.status_code == 204, done.text
    seen = (await browser.get(f"{API}/filings/{filing}")).json()
    assert states(seen)[3] == ("resident-medical-insurance", "filed")
    assert (await browser.get(f"{API}/filings")).json()["filings"][0]["members"] == 5


async def test_a_refused_member_takes_along_what_waits_for_it_and_says_so(house: House, sign_in: SignIn) -> None:
    browser, receipt = await of_lin(house, sign_in)
    case = case_of(receipt["filing"], "birth-certificate")
    reply = await browser.post(f"{API}/cases/{case}/commands", json={"command": "withdraw"}, headers=key())
    assert reply.status_code == 200, reply.text
    worker = mover(house)
    await worker.run_due()
    await worker.run_due()
    seen = (await browser.get(f"{API}/filings/{receipt['filing']['id']}")).json()
    assert [state for _, state in states(seen)] == ["filed", "filed", "dropped", "dropped", "dropped"]
    rows = await house.database.read(sql("SELECT sealed FROM filing_member WHERE state = 'dropped'"))
    assert [row["sealed"] for row in rows] == [None] * 3
    kinds = [each["kind"] for each in (await browser.get(f"{API}/inbox")).json()["messages"]]
    assert "filing-part-dropped" in kinds


async def test_a_filing_is_seen_by_whoever_filed_it_and_by_the_desk_in_the_lead(house: House, sign_in: SignIn) -> None:
    _, receipt = await of_lin(house, sign_in)
    filing = receipt["filing"]["id"]
    stranger = await sign_in(ZHOU)
    assert (await stranger.get(f"{API}/filings/{filing}")).status_code == 404
    assert (await continued(stranger, filing, "social-security-card", None)).status_code == 404
    assert (await stranger.get(f"{API}/filings")).json() == {"filings": []}
    health = await sign_in(HEALTH_CLERK)
    case = case_of(receipt["filing"], "birth-certificate")
    seen = await health.get(f"{API}/desk/cases/{case}/filing")
    assert seen.status_code == 200, seen.text
    # The office sees how far all of it has come, and of what others handle neither the number nor the way in.
    members = {each["item"]["key"]: each for each in seen.json()["members"]}
    assert [each["item"]["key"] for each in receipt["filing"]["members"]] == list(members)
    assert members["birth-certificate"]["case"] == case
    assert members["birth-certificate"]["state_name"]["zh"]
    waiting = members["birth-household-registration"]
    assert (waiting["state"], waiting["case"], waiting["waits_for"]) == ("waiting", None, ["birth-certificate"])
    assert waiting["due"] >= members["birth-certificate"]["due"]
    others = [each for each in receipt["filing"]["members"] if each["case"] and each["case"]["id"] != case]
    assert not [each for each in others if each["case"]["number"] in seen.text or each["case"]["id"] in seen.text]
    police = await sign_in(POLICE)
    assert (await police.get(f"{API}/desk/cases/{case}/filing")).status_code == 404
    reads = await house.database.read(sql("SELECT target FROM audit WHERE action = 'desk.read'"))
    assert filing in [row["target"] for row in reads]


async def test_the_questionnaire_decides_what_is_filed(house: House, sign_in: SignIn) -> None:
    browser = await sign_in(LIN)
    chosen = {"about_registered": "yes", "about_insurance": "no", "about_card": "no"}
    unasked = {name: None for name in ("married", "birth_order", "district", "street", "detail")}
    fewer = {f"fertility_registration_{name}": value for name, value in unasked.items()}
    body = await submission(house, browser, **chosen, **fewer)
    reply = await file(browser, body)
    assert reply.status_code == 201, reply.text
    assert states(reply.json()["filing"]) == [
        ("birth-certificate", "filed"),
        ("birth-household-registration", "waiting"),
    ]


async def test_without_the_picture_that_a_later_member_needs_the_resident_is_asked_then(
    house: House, sign_in: SignIn
) -> None:
    browser = await sign_in(PARENT, as_resident=True)
    body = await submission(house, browser)
    reply = await file(browser, {**body, "files": {}})
    assert reply.status_code == 201, reply.text
    await grant_birth(sign_in, case_of(reply.json()["filing"], "birth-certificate"))
    await mover(house).run_due()
    seen = (await browser.get(f"{API}/filings/{reply.json()['filing']['id']}")).json()
    assert (seen["members"][2]["state"], seen["members"][2]["problem"]) == ("ready", "material-missing")


LIN_HERSELF = {"name": "林晓舟", "id_number": "990321199508162421"}
COMPANY = {
    "about_seals": "yes",
    "about_staff": "no",
    "company_registration_business_name": "云海听涛软件有限公司",
    "company_registration_business_scope": "软件开发",
    "company_registration_capital": 100,
    "company_registration_term": "long",
    "company_registration_district": "990102",
    "company_registration_street": "990102001000",
    "company_registration_detail": "听涛路 18 号 502 室",
    "company_registration_proof_kind": "lease",
    "company_registration_shareholders": [
        {"kind": "person", **LIN_HERSELF, "amount": 100, "paid_by": "2030-11-02"},
    ],
    "company_registration_representative": {**LIN_HERSELF, "phone": LIN, "post": "manager"},
    "company_registration_officers": [{**LIN_HERSELF, "post": "finance"}],
    "company_registration_paper": "electronic",
    "seal_filing_handler": "representative",
    "seal_filing_seals": [{"kind": "official", "quantity": 1}],
    "seal_filing_maker": "听涛刻章店",
}


async def test_a_company_s_seals_are_filed_in_its_own_name_once_it_has_its_licence(
    house: House, sign_in: SignIn
) -> None:
    browser = await sign_in(LIN)
    body = await submission(house, browser, "company-opening")
    known = {name: body["values"][name] for name in ("name", "id_number", "phone")}
    papers = ("articles", "appointments", "premises")
    files = {f"company-registration-{each}": [await stored_file(house, browser, each)] for each in papers}
    reply = await file(browser, {**body, "values": {**known, **COMPANY}, "files": files}, "company-opening")
    assert reply.status_code == 201, reply.text
    filing = reply.json()["filing"]
    assert states(filing) == [("company-registration", "filed"), ("seal-filing", "waiting")]
    case = case_of(filing, "company-registration")
    await say(await sign_in("13900000024"), case, "accept")
    await say(await sign_in("13900000025"), case, "grant")
    await mover(house).run_due()
    parties = (await browser.get(f"{API}/me/parties")).json()["parties"]
    added = await browser.post(f"{API}/me/parties/organisations", json=ENTERPRISE)
    assert added.status_code in (200, 201), (added.text, parties)
    done = await continued(browser, filing["id"], "seal-filing", added.json()["mandate_id"])
    assert done.status_code == 204, done.text
    seen = (await browser.get(f"{API}/filings/{filing['id']}")).json()
    assert states(seen)[1] == ("seal-filing", "filed")


PARENT = "13900000025"
HOUSEHOLD = "birth-household-registration"
NEWBORN_ITEMS = [
    "fertility-registration",
    "birth-certificate",
    HOUSEHOLD,
    "resident-medical-insurance",
    "social-security-card",
]


async def by_agent(house: House, sign_in: SignIn, *, files: bool = True, **terms: Any) -> tuple[Client, str, Any]:
    """The newborn bundle of a parent whose papers no register holds, filed by Zhou: his browser, mandate, and reply."""
    parent, zhou = await sign_in(PARENT, as_resident=True), await sign_in(ZHOU)
    mandate = await accepted(parent, zhou, ZHOU, **terms)
    body = await submission(house, zhou, mandate=mandate)
    if not files:
        body = {**body, "files": {}}
    return zhou, mandate, await file(zhou, body, **acting_for(mandate))


async def waiting_for_its_picture(house: House, sign_in: SignIn) -> tuple[Client, str, str]:
    """A filing by an agent, its third member ready but without its picture: his browser, mandate and filing."""
    zhou, mandate, reply = await by_agent(house, sign_in, files=False)
    assert reply.status_code == 201, reply.text
    filing = reply.json()["filing"]
    await grant_birth(sign_in, case_of(filing, "birth-certificate"))
    await mover(house).run_due()
    return zhou, mandate, filing["id"]


async def kinds_told(browser: Client) -> list[str]:
    return [each["kind"] for each in (await browser.get(f"{API}/inbox")).json()["messages"]]


async def test_whose_mandate_has_ended_or_is_of_another_continues_nothing(house: House, sign_in: SignIn) -> None:
    zhou, mandate, filing = await waiting_for_its_picture(house, sign_in)
    of_he = await accepted(await sign_in(HE), zhou, ZHOU)
    for wrong in (of_he, None):
        assert (await continued(zhou, filing, HOUSEHOLD, wrong)).status_code == 404
        assert (await continued(zhou, filing, "social-security-card", wrong)).status_code == 404
    parent = await sign_in(PARENT, as_resident=True)
    assert (await parent.delete(f"{API}/mandates/{mandate}")).status_code == 204
    assert (await continued(zhou, filing, HOUSEHOLD, mandate)).status_code == 403
    assert (await continued(zhou, filing, HOUSEHOLD, None)).status_code == 404
    assert await count(house, "case_record") == 2
    picture = [await stored_file(house, parent, "register")]
    done = await continued(parent, filing, HOUSEHOLD, None, files={"household-register": picture})
    assert done.status_code == 204, done.text


async def test_nobody_but_its_guardian_files_what_is_the_child_s(house: House, sign_in: SignIn) -> None:
    lin, receipt = await of_lin(house, sign_in)
    filing = receipt["filing"]["id"]
    await grant_birth(sign_in, case_of(receipt["filing"], "birth-certificate"))
    await mover(house).run_due()
    seen = (await lin.get(f"{API}/filings/{filing}")).json()
    await say(await sign_in(POLICE), case_of(seen, HOUSEHOLD), "grant")
    await mover(house).run_due()
    of_he = await accepted(await sign_in(HE), lin, LIN)
    reply = await continued(lin, filing, "resident-medical-insurance", of_he)
    assert (reply.status_code, reply.json()["type"].rsplit(":", 1)[-1]) == (409, "member-not-ready")


async def test_what_an_agent_continues_is_on_record_and_carries_what_the_earlier_result_gave(
    house: House, sign_in: SignIn
) -> None:
    zhou, mandate, filing = await waiting_for_its_picture(house, sign_in)
    reads = sql("SELECT COUNT(*) AS n FROM audit WHERE action = 'acting.read' AND target = {}", filing)
    before = (await house.database.read(reads))[0]["n"]
    without = await continued(zhou, filing, HOUSEHOLD, mandate)
    assert (without.status_code, without.json()["type"].rsplit(":", 1)[-1]) == (422, "material-missing")
    assert (await house.database.read(reads))[0]["n"] == before + 1
    picture = [await stored_file(house, zhou, "register", mandate)]
    done = await continued(zhou, filing, HOUSEHOLD, mandate, files={"household-register": picture})
    assert done.status_code == 204, done.text
    shown = (await zhou.get(f"{API}/filings/{filing}", headers=acting_for(mandate))).json()
    police = await sign_in(POLICE)
    seen = (await police.get(f"{API}/desk/cases/{case_of(shown, HOUSEHOLD)}")).json()
    assert seen["values"]["birth_certificate_number"].startswith("1.2.156.")
    assert {each["key"]: each["source"] for each in seen["materials"]}["birth-certificate"] == "share"


async def test_whoever_continues_a_member_reads_what_is_wrong_with_it_and_mends_that_alone(
    house: House, sign_in: SignIn
) -> None:
    zhou, mandate, filing = await waiting_for_its_picture(house, sign_in)
    address = f"{API}/filings/{filing}/members/{HOUSEHOLD}"
    assert (await zhou.get(address)).status_code == 404
    assert (await (await sign_in(LIN)).get(address)).status_code == 404
    told = (await zhou.get(address, headers=acting_for(mandate))).json()
    assert (told["materials"], told["errors"], told["detail"]) == (["household-register"], [], None)
    assert told["values"]["household_head"] == "林国栋"
    assert told["values"]["birth_certificate_number"].startswith("1.2.156.")
    files = {"household-register": [await stored_file(house, zhou, "register", mandate)]}
    refused = await continued(
        zhou, filing, HOUSEHOLD, mandate, files=files, values={"household_head": None, "district": "1"}
    )
    assert refused.status_code == 422
    assert {each["path"] for each in refused.json()["errors"]} >= {"/household_head", "/district"}
    done = await continued(zhou, filing, HOUSEHOLD, mandate, files=files, values={"household_head": "赵国强"})
    assert done.status_code == 204, done.text
    assert (await zhou.get(address, headers=acting_for(mandate))).status_code == 409
    shown = (await zhou.get(f"{API}/filings/{filing}", headers=acting_for(mandate))).json()
    seen = (await (await sign_in(POLICE)).get(f"{API}/desk/cases/{case_of(shown, HOUSEHOLD)}")).json()
    assert (seen["values"]["household_head"], seen["values"]["relation"]) == ("赵国强", "grandchild")


async def test_of_two_who_continue_a_member_at_once_one_does_and_the_other_is_told(
    house: House, sign_in: SignIn
) -> None:
    zhou, mandate, filing = await waiting_for_its_picture(house, sign_in)
    parent = await sign_in(PARENT, as_resident=True)
    own = {"household-register": [await stored_file(house, parent, "register")]}
    theirs = {"household-register": [await stored_file(house, zhou, "register", mandate)]}
    replies = await asyncio.gather(
        continued(parent, filing, HOUSEHOLD, None, files=own), continued(zhou, filing, HOUSEHOLD, mandate, files=theirs)
    )
    assert sorted(reply.status_code for reply in replies) == [204, 409]
    assert await count(house, "case_record") == 3


async def test_what_is_asked_for_with_the_bundle_holds_for_every_member(house: House, sign_in: SignIn) -> None:
    browser = await sign_in(LIN)
    reply = await file(browser, {**await submission(house, browser), "by_person": True})
    assert reply.status_code == 201, reply.text
    await grant_birth(sign_in, case_of(reply.json()["filing"], "birth-certificate"))
    await mover(house).run_due()
    rows = await house.database.read(sql("SELECT data FROM event WHERE sequence = 1"))
    assert [msgspec.json.decode(row["data"]).get("by_person") for row in rows] == [True] * 3


@pytest.mark.parametrize("problem", [CommitmentClosed("x"), ProjectNotYours("x"), Erased("x")])
async def test_whatever_keeps_a_member_from_being_filed_the_applicant_is_asked(
    house: House, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch, problem: Exception
) -> None:
    browser, receipt = await of_lin(house, sign_in)
    await grant_birth(sign_in, case_of(receipt["filing"], "birth-certificate"))

    async def refused(*_: Any) -> None:
        raise problem

    monkeypatch.setattr("backend.bundles.moving.prepare", refused)
    worker = mover(house)
    await worker.run_due()
    await worker.run_due()
    seen = (await browser.get(f"{API}/filings/{receipt['filing']['id']}")).json()
    assert (seen["members"][2]["state"], seen["members"][2]["problem"]) == ("ready", getattr(problem, "code", "erased"))
    assert "filing-asks" in await kinds_told(browser)


async def test_the_principal_is_told_what_a_filing_asks_and_not_whose_mandate_has_ended(
    house: House, sign_in: SignIn
) -> None:
    zhou, mandate, reply = await by_agent(house, sign_in, files=False)
    assert reply.status_code == 201, reply.text
    await grant_birth(sign_in, case_of(reply.json()["filing"], "birth-certificate"))
    parent = await sign_in(PARENT, as_resident=True)
    assert (await parent.delete(f"{API}/mandates/{mandate}")).status_code == 204
    worker = mover(house)
    await worker.run_due()
    await worker.run_due()
    assert "filing-asks" in await kinds_told(parent)
    assert "filing-asks" not in await kinds_told(zhou)


async def test_a_mandate_for_every_item_of_a_filing_reads_it_and_one_for_fewer_files_nothing(
    house: House, sign_in: SignIn
) -> None:
    zhou, mandate, reply = await by_agent(house, sign_in, items=NEWBORN_ITEMS)
    assert reply.status_code == 201, reply.text
    filing = reply.json()["filing"]["id"]
    headers = acting_for(mandate)
    assert (await zhou.get(f"{API}/filings/{filing}", headers=headers)).status_code == 200
    assert [each["id"] for each in (await zhou.get(f"{API}/filings", headers=headers)).json()["filings"]] == [filing]
    fewer = await accepted(await sign_in(PARENT, as_resident=True), zhou, ZHOU, items=NEWBORN_ITEMS[:2])
    assert (await zhou.get(f"{API}/filings/{filing}", headers=acting_for(fewer))).status_code == 404
    assert (await zhou.get(f"{API}/filings", headers=acting_for(fewer))).json()["filings"] == []
    body = await submission(house, zhou, mandate=fewer)
    assert (await file(zhou, body, **acting_for(fewer))).status_code == 403
    assert await count(house, "filing") == 1


async def test_the_picture_of_a_member_that_waits_for_months_is_still_there_when_its_turn_comes(
    house: House, sign_in: SignIn
) -> None:
    browser = await sign_in(PARENT, as_resident=True)
    reply = await file(browser, await submission(house, browser))
    assert reply.status_code == 201, reply.text
    subject = (await house.database.read(sql("SELECT subject_id FROM filing")))[0]["subject_id"]
    for _ in range(8):
        house.time.set(house.time.now() + 30 * DAY)
        await mover(house).run_due()
        await sweep(house, subject, [files_named])
    assert await count(house, "file") == 1
    again = await sign_in(PARENT, as_resident=True)
    case = case_of(reply.json()["filing"], "birth-certificate")
    gone = await again.post(f"{API}/cases/{case}/commands", json={"command": "withdraw"}, headers=key())
    assert gone.status_code == 200, gone.text
    for _ in range(5):
        house.time.set(house.time.now() + 30 * DAY)
        await mover(house).run_due()
        await sweep(house, subject, [files_named])
    assert await count(house, "file") == 0


async def test_the_server_s_own_worker_lets_no_picture_go_that_a_waiting_member_names(
    house: House, sign_in: SignIn
) -> None:
    browser = await sign_in(PARENT, as_resident=True)
    reply = await file(browser, await submission(house, browser))
    assert reply.status_code == 201, reply.text
    loose = await stored_file(house, browser, "loose")
    worker = Worker(house.database, house.time, house.settings.outbox, Wake())
    for register in HANDLERS:
        register(worker, house)
    subject = (await house.database.read(sql("SELECT subject_id FROM filing")))[0]["subject_id"]
    house.time.set(house.time.now() + 200 * DAY)
    await house.database.commit([sweep_statement(house, subject, 0)])
    await worker.run_due()
    left = {row["sha256"] for row in await house.database.read(sql("SELECT sha256 FROM file"))}
    assert len(left) == 1
    assert loose not in left


async def test_a_project_goes_to_the_members_that_ask_for_one(house: House) -> None:
    bundle = house.city.bundles["restaurant"]
    members = rules.members_of(house.city, bundle, ["outdoor-signage", "fire-safety-inspection"])
    whole = Submission("bundle-restaurant", "0" * 64, "0" * 64, {}, {}, promise=True, project="x", by_person=True)
    own = {each.item: service._submission(each, {}, {}, whole) for each in members}
    assert own["fire-safety-inspection"].project == "x"
    assert own["outdoor-signage"].project is None
    assert {(each.promise, each.by_person) for each in own.values()} == {(True, True)}
    placed = rules.placings(bundle, members)
    assert rules.merged_guide(bundle, members, placed, "0" * 64).project == "optional"


async def test_whether_a_missing_paper_may_be_promised_is_told_of_a_bundle_too(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    bundle = house.city.bundles["newborn"]
    [member] = rules.members_of(house.city, bundle, [HOUSEHOLD])
    placing = rules.placings(bundle, [member])[HOUSEHOLD]

    async def refused(*_: Any) -> None:
        raise MaterialMissing("x", materials=["household-register"], promise="closed")

    monkeypatch.setattr(service, "prepare", refused)
    with pytest.raises(MaterialMissing) as raised:
        await service._prepared(house, cast("Any", None), member, placing, cast("Any", None))
    assert raised.value.members == {"materials": [placing.materials["household-register"]], "promise": "closed"}


async def test_a_helper_drafts_and_files_a_bundle_of_which_the_answers_leave_what_they_may(
    house: House, sign_in: SignIn
) -> None:
    parent, zhou = await sign_in(PARENT, as_resident=True), await sign_in(ZHOU)
    mandate = await accepted(parent, zhou, ZHOU, items=["birth-certificate", HOUSEHOLD])
    headers = acting_for(mandate)
    fewer = {"about_registered": "yes", "about_insurance": "no", "about_card": "no"}
    unasked = {f"fertility_registration_{name}": None for name in ("married", "birth_order", "district", "street")}
    body = await submission(house, zhou, mandate=mandate, fertility_registration_detail=None, **fewer, **unasked)
    draft = {
        "operation": str(uuid.uuid4()),
        "item": body["item"],
        "guide_hash": body["guide_hash"],
        "form_hash": body["form_hash"],
        "values": {},
        "files": {},
        "step": 0,
        "device": "手机",
    }
    draft_id = str(uuid.uuid4())

    async def put(revision: int, acting: dict[str, str], **values: str) -> int:
        changed = {**draft, "operation": str(uuid.uuid4()), "values": values}
        reply = await zhou.put(
            f"{API}/drafts/{draft_id}", json=changed, headers={"If-Match": f'"{revision}"', **acting}
        )
        return int(reply.status_code)

    # Nothing is answered yet: everything that is not entrusted may still be dropped.
    assert await put(0, headers) in (200, 201)
    assert await put(1, headers, about_registered="no") == 403
    assert await put(1, headers, **fewer) == 200
    listed = (await zhou.get(f"{API}/drafts", headers=headers)).json()["drafts"]
    assert [each["id"] for each in listed] == [draft_id]
    less = acting_for(await accepted(parent, zhou, ZHOU, items=["birth-certificate"]))
    assert (await zhou.get(f"{API}/drafts/{draft_id}", headers=less)).status_code == 404
    assert (await zhou.get(f"{API}/drafts", headers=less)).json()["drafts"] == []
    assert await put(2, less, **fewer) == 403
    assert (await file(zhou, {**body, "draft": draft_id}, **less)).status_code == 403
    reply = await file(zhou, {**body, "draft": draft_id}, **headers)
    assert reply.status_code == 201, reply.text
    assert [each[0] for each in states(reply.json()["filing"])] == ["birth-certificate", HOUSEHOLD]
    assert (await zhou.get(f"{API}/drafts", headers=headers)).json()["drafts"] == []


async def test_an_export_tells_a_filing_and_what_its_waiting_members_will_be_filed_with(
    house: House, sign_in: SignIn
) -> None:
    browser, receipt = await of_lin(house, sign_in)
    other = await sign_in(ZHOU)
    files = opened_archive((await browser.post(f"{API}/me/export")).content)
    (told,) = json.loads(files["data.json"])["chapters"]["filings"]
    assert told["id"] == receipt["filing"]["id"]
    waiting = next(each for each in told["members"] if each["item"]["key"] == HOUSEHOLD)
    assert {"label": "户主姓名", "value": "林国栋"} in waiting["values"]
    page = files["index.html"].decode()
    assert "新生儿出生一件事" in page
    assert "等前一项办好" in page
    theirs = json.loads(opened_archive((await other.post(f"{API}/me/export")).content)["data.json"])["chapters"]
    assert theirs["filings"] == []


async def test_an_export_names_the_projects_that_the_account_registered_and_not_what_is_said_of_them(
    house: House, sign_in: SignIn
) -> None:
    browser = await sign_in(LIN)
    added = (await browser.post(f"{API}/me/parties/organisations", json=ENTERPRISE)).json()
    project = {"name": "听涛数据中心", "kind": "01", "industry": "65", "division": "990102", "investment": 5000}
    made = await browser.post(f"{API}/projects", json=project, headers={**key(), **acting_for(added["mandate_id"])})
    assert made.status_code == 201, made.text
    files = opened_archive((await browser.post(f"{API}/me/export")).content)
    (told,) = json.loads(files["data.json"])["chapters"]["projects"]
    assert told["code"] == made.json()["code"]
    assert "听涛数据中心" not in b"".join(files.values()).decode("utf-8", "replace")


async def test_an_erasure_forgets_what_is_not_filed_yet_and_keeps_which_cases_belong_together(
    house: House, sign_in: SignIn
) -> None:
    browser = await sign_in(LIN)
    fewer = {"about_registered": "yes", "about_insurance": "no", "about_card": "no"}
    unasked = {f"fertility_registration_{name}": None for name in ("married", "birth_order", "district", "street")}
    wrong = {"birth_household_registration_household_head": ""}
    body = await submission(house, browser, fertility_registration_detail=None, **fewer, **unasked, **wrong)
    filing = (await file(browser, body)).json()["filing"]
    await grant_birth(sign_in, case_of(filing, "birth-certificate"))
    await mover(house).run_due()
    preview = (await browser.get(f"{API}/me/erasure/preview")).json()
    assert "filings" in {each["key"] for each in preview["erased"]}
    assert (await browser.post(f"{API}/me/erasure", json=CONFIRM)).status_code == 202
    await carry_out(house)
    rows = await house.database.read(sql("SELECT item, state, case_id, sealed FROM filing_member ORDER BY place"))
    assert [(row["item"], row["state"], row["sealed"]) for row in rows] == [
        ("birth-certificate", "filed", None),
        (HOUSEHOLD, "dropped", None),
    ]
    kept = await house.database.read(sql("SELECT filing_id FROM case_record"))
    assert [row["filing_id"] for row in kept] == [filing["id"]]
