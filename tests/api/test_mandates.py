"""Acting for others: every capacity from submission to revocation, and all that a mandate does not reach."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from backend.city.city import City
from backend.foundation.database import sql
from backend.foundation.identifiers import new_id
from backend.foundation.worker import Worker
from backend.house import House
from backend.notify.delivery import Delivery
from tests.api.case_builders import CLERK, acting_for, application, key, stored_file
from tests.api.conftest import API, ROOT, Client, SignIn
from tests.api.mandate_builders import (
    DAY,
    ENTERPRISE,
    FOR_ENTERPRISES,
    FOR_PERSONS,
    FOR_THE_WELL_KNOWN,
    HE,
    LIN,
    LIN_NUMBER,
    NAMES,
    ZHOU,
    ZHOU_NUMBER,
    accepted,
    documents_of,
    filed,
    identify,
    invite,
    matter,
)

pytestmark = pytest.mark.anyio
STRANGER = "13911110001"
CAPACITIES = {
    "legal_representative": ("法定代表人", "legal representative"),
    "guardian": ("监护人", "guardian"),
    "agent": ("代理人", "agent"),
    "helper": ("代办人", "helper"),
}


@pytest.fixture(scope="session")
def city() -> City:
    """The demo city with items for organisations and for the well known."""
    return City.assemble(documents_of(ROOT / "city"))


def kind_of(reply: Any) -> tuple[int, str]:
    return reply.status_code, reply.json()["type"].rpartition(":")[2]


async def deliver(house: House) -> None:
    """Delivers what is due."""
    worker = Worker(house.database, house.time, house.settings.outbox, house.wake)
    delivery = Delivery(house)
    delivery.register(worker)
    await worker.run_due()
    await delivery.close()


async def inbox(browser: Client) -> list[tuple[str, str, str | None]]:
    messages = (await browser.get(f"{API}/inbox")).json()["messages"]
    return [(each["case_id"], each["kind"], each["params"].get("mandate")) for each in messages]


@pytest.mark.parametrize("capacity", CAPACITIES)
async def test_a_matter_in_each_capacity_from_submission_to_the_end_of_the_mandate(
    house: House, sign_in: SignIn, city: City, capacity: str
) -> None:
    of = await matter(sign_in, capacity)
    header = acting_for(of.mandate)
    case = await filed(house, city, of.holder, of.mandate, of.item)
    chinese, english = CAPACITIES[capacity]

    clerk = await sign_in(CLERK)
    queue = (await clerk.get(f"{API}/desk/queue")).json()["cases"]
    assert [each["applicant_masked"][0] for each in queue] == [of.represented[0]]
    desk = (await clerk.get(f"{API}/desk/cases/{case}")).json()
    assert desk["applicant"]["name"] == of.represented
    assert desk["applicant"]["representative"] == {"name": of.representative, "capacity": capacity}
    by = {
        "zh": f"{of.representative}（{chinese}），代{of.represented}",
        "en": f"{of.representative} ({english}) for {of.represented}",
    }
    assert desk["timeline"][0]["by"] == by
    accept = {"command": "accept", "version": 1}
    assert (await clerk.post(f"{API}/desk/cases/{case}/commands", json=accept, headers=key())).status_code == 200

    await deliver(house)
    told = [(case, "case-accepted", of.mandate), (case, "case-submitted", of.mandate)]
    assert await inbox(of.holder) == told
    if of.party is not None:
        assert await inbox(of.party) == [(case, "case-accepted", None), (case, "case-submitted", None)]
        assert (await of.party.get(f"{API}/cases/{case}")).json()["timeline"][0]["by"] == by

    withdrawn = await of.holder.post(
        f"{API}/cases/{case}/commands", json={"command": "withdraw"}, headers=key() | header
    )
    assert withdrawn.status_code == 200, withdrawn.text
    assert withdrawn.json()["timeline"][-1]["by"] == by
    assert (await of.holder.get(f"{API}/cases/{case}")).status_code == 404, "nothing of theirs without the header"

    giver = of.party or of.holder
    assert (await giver.delete(f"{API}/mandates/{of.mandate}")).status_code == 204
    for path in ("cases", f"cases/{case}", "drafts", "me/applicant", f"cases/{case}/links"):
        assert kind_of(await of.holder.get(f"{API}/{path}", headers=header)) == (403, "mandate-invalid"), path
    assert (await of.holder.get(f"{API}/cases")).json()["cases"] == []
    await deliver(house)
    assert await inbox(of.holder) == told, "whose mandate ended hears nothing more"


async def test_events_say_under_which_mandate_and_keep_both_names_sealed(
    house: House, sign_in: SignIn, city: City
) -> None:
    of = await matter(sign_in, "agent")
    case = await filed(house, city, of.holder, of.mandate)
    header = key() | acting_for(of.mandate)
    await of.holder.post(f"{API}/cases/{case}/commands", json={"command": "withdraw"}, headers=header)
    rows = await house.database.read(
        sql(
            "SELECT event.data, event_private.sealed FROM event JOIN event_private ON event_private.event_id = event.id"
        )
    )
    assert len(rows) == 2
    for row in rows:
        assert f'"on_behalf":{{"mandate":"{of.mandate}","capacity":"agent"}}' in row["data"]
        assert of.represented not in repr(row)


async def test_unknown_foreign_ended_and_malformed_mandates_get_one_answer(
    house: House, sign_in: SignIn, city: City
) -> None:
    he, zhou, lin = await sign_in(HE), await sign_in(ZHOU), await sign_in(LIN)
    pending = (await invite(he, ZHOU, NAMES[ZHOU])).json()["id"]
    ended, mine = await accepted(he, zhou, ZHOU), await accepted(he, zhou, ZHOU)
    await zhou.delete(f"{API}/mandates/{ended}")
    asked = [(zhou, new_id()), (zhou, pending), (zhou, ended), (lin, mine), (he, mine), (zhou, "x"), (zhou, "")]
    replies = [await browser.get(f"{API}/cases", headers={"Acting-For": mandate}) for browser, mandate in asked]
    assert {reply.status_code for reply in replies} == {403}
    assert len({reply.content for reply in replies}) == 1
    assert replies[0].json()["type"] == "urn:zhangban:problem:mandate-invalid"
    assert (await zhou.get(f"{API}/cases", headers=acting_for(mine))).status_code == 200


async def test_a_staff_session_acts_for_nobody(sign_in: SignIn) -> None:
    he, clerk = await sign_in(HE), await sign_in(CLERK, as_resident=True)
    mandate = (await invite(he, CLERK, "许静")).json()["id"]
    assert (await clerk.post(f"{API}/mandates/{mandate}/acceptance")).status_code == 200
    desk = await sign_in(CLERK)
    reply = await desk.get(f"{API}/cases/{new_id()}/links", headers=acting_for(mandate))
    assert kind_of(reply) == (403, "mandate-invalid")


async def test_staff_do_not_handle_a_case_of_a_party_they_act_for_or_once_filed_for(
    house: House, sign_in: SignIn, city: City
) -> None:
    he, clerk = await sign_in(HE), await sign_in(CLERK, as_resident=True)
    mandate = (await invite(he, CLERK, "许静")).json()["id"]
    await clerk.post(f"{API}/mandates/{mandate}/acceptance")
    own, filed_by_clerk = await filed(house, city, he, None), await filed(house, city, clerk, mandate)
    desk = await sign_in(CLERK)
    body = {"command": "accept", "version": 1}
    for case in (own, filed_by_clerk):
        reply = await desk.post(f"{API}/desk/cases/{case}/commands", json=body, headers=key())
        assert kind_of(reply) == (403, "own-case")
    await he.delete(f"{API}/mandates/{mandate}")
    reply = await desk.post(f"{API}/desk/cases/{filed_by_clerk}/commands", json=body, headers=key())
    assert kind_of(reply) == (403, "own-case")
    reply = await desk.post(f"{API}/desk/cases/{own}/commands", json=body, headers=key())
    assert reply.status_code == 200


async def test_a_helper_reaches_only_the_items_that_were_named(house: House, sign_in: SignIn, city: City) -> None:
    he, zhou = await sign_in(HE), await sign_in(ZHOU)
    actor = (await he.get(f"{API}/session")).json()["account"]["id"]
    await house.database.commit([sql("UPDATE account SET in_person_at = 1 WHERE id = {}", actor)])
    other = await filed(house, city, he, None, FOR_THE_WELL_KNOWN)
    mandate = await accepted(he, zhou, ZHOU, capacity="helper", items=[FOR_PERSONS])
    header = acting_for(mandate)
    case = await filed(house, city, zhou, mandate)
    listed = (await zhou.get(f"{API}/cases", headers=header)).json()["cases"]
    assert [each["id"] for each in listed] == [case]
    for path in (f"cases/{other}", f"cases/{other}/links"):
        assert (await zhou.get(f"{API}/{path}", headers=header)).status_code == 404
    withdraw = {"command": "withdraw"}
    reply = await zhou.post(f"{API}/cases/{other}/commands", json=withdraw, headers=key() | header)
    assert reply.status_code == 404
    body = await application(house, zhou, city, mandate=mandate, item=FOR_THE_WELL_KNOWN)
    assert kind_of(await zhou.post(f"{API}/cases", json=body, headers=key() | header)) == (403, "mandate-scope")
    assert kind_of(await zhou.put(f"{API}/drafts/{new_id()}", json=draft(body), headers=FIRST | header)) == (
        403,
        "mandate-scope",
    )
    assert kind_of(await zhou.get(f"{API}/certificates", headers=header)) == (403, "mandate-scope")


async def test_a_helper_for_one_case_sees_that_case_only(house: House, sign_in: SignIn, city: City) -> None:
    he, zhou = await sign_in(HE), await sign_in(ZHOU)
    named, other = await filed(house, city, he, None), await filed(house, city, he, None)
    foreign = await filed(house, city, zhou, None)
    mandate = await accepted(he, zhou, ZHOU, capacity="helper", cases=[named, foreign])
    header = acting_for(mandate)
    assert [each["id"] for each in (await zhou.get(f"{API}/cases", headers=header)).json()["cases"]] == [named]
    statuses = [(await zhou.get(f"{API}/cases/{each}", headers=header)).status_code for each in (named, other, foreign)]
    assert statuses == [200, 404, 404]
    made = await zhou.post(f"{API}/cases/{named}/links", json={"days": 3}, headers=key() | header)
    assert made.status_code == 201
    body = await application(house, zhou, city, mandate=mandate)
    assert kind_of(await zhou.post(f"{API}/cases", json=body, headers=key() | header)) == (403, "mandate-scope")
    await he.delete(f"{API}/mandates/{mandate}")
    assert (await zhou.delete(f"{API}/links/{made.json()['id']}")).status_code == 404
    assert (await he.delete(f"{API}/links/{made.json()['id']}")).status_code == 204


FIRST = {"If-Match": '"0"'}


def draft(body: dict[str, Any], operation: str | None = None) -> dict[str, Any]:
    kept = {name: body[name] for name in ("item", "guide_hash", "form_hash", "values")}
    return {**kept, "operation": operation or new_id(), "files": {}, "step": 0, "device": ""}


async def test_drafts_of_oneself_and_of_others_do_not_mix(house: House, sign_in: SignIn, city: City) -> None:
    of = await matter(sign_in, "agent")
    header = acting_for(of.mandate)
    theirs, mine = new_id(), new_id()
    for name, mandate in ((theirs, of.mandate), (mine, None)):
        body = draft(await application(house, of.holder, city, mandate=mandate))
        reply = await of.holder.put(f"{API}/drafts/{name}", json=body, headers=FIRST | acting_for(mandate))
        assert reply.status_code == 200, reply.text
    listed = [
        [each["id"] for each in (await of.holder.get(f"{API}/drafts", headers=each)).json()["drafts"]]
        for each in (header, {})
    ]
    assert listed == [[theirs], [mine]]
    assert (await of.holder.get(f"{API}/drafts/{theirs}")).status_code == 404
    assert (await of.holder.get(f"{API}/drafts/{mine}", headers=header)).status_code == 404
    assert of.party is not None
    assert (await of.party.get(f"{API}/drafts")).json()["drafts"] == [], "what an agent types is not filed yet"
    # A submission for the party does not take one's own draft with it, and takes the party's.
    body = await application(house, of.holder, city, mandate=of.mandate)
    for name in (mine, theirs):
        reply = await of.holder.post(f"{API}/cases", json={**body, "draft": name}, headers=key() | header)
        assert reply.status_code == 201
    assert [each["id"] for each in (await of.holder.get(f"{API}/drafts")).json()["drafts"]] == [mine]
    assert (await of.holder.get(f"{API}/drafts", headers=header)).json()["drafts"] == []
    rows = await house.database.read(sql("SELECT DISTINCT subject_id FROM case_record"))
    party = await house.database.read(sql("SELECT subject_id FROM account WHERE id = {}", await account_of(of.party)))
    assert [row["subject_id"] for row in rows] == [party[0]["subject_id"]]


async def account_of(browser: Client) -> str:
    account: str = (await browser.get(f"{API}/session")).json()["account"]["id"]
    return account


async def test_an_idempotency_key_and_an_operation_belong_to_one_applicant(
    house: House, sign_in: SignIn, city: City
) -> None:
    of = await matter(sign_in, "agent")
    header, same = acting_for(of.mandate), key()
    body = await application(house, of.holder, city, mandate=of.mandate)
    assert (await of.holder.post(f"{API}/cases", json=body, headers=same | header)).status_code == 201
    reply = await of.holder.post(f"{API}/cases", json=body, headers=same)
    assert kind_of(reply) == (422, "idempotency-key-reused")
    name, stored = new_id(), draft(body)
    assert (await of.holder.put(f"{API}/drafts/{name}", json=stored, headers=FIRST | header)).status_code == 200
    reply = await of.holder.put(f"{API}/drafts/{name}", json=stored, headers=FIRST)
    assert kind_of(reply) == (422, "idempotency-key-reused")


async def test_files_sent_for_a_party_are_the_partys(house: House, sign_in: SignIn) -> None:
    of = await matter(sign_in, "agent")
    header = acting_for(of.mandate)
    tus = {"Tus-Resumable": "1.0.0", "Upload-Length": "10"}
    begun = await of.holder.post(f"{API}/uploads", headers=tus | header)
    assert begun.status_code == 201, begun.text
    place = begun.headers["location"]
    version = {"Tus-Resumable": "1.0.0"}
    statuses = [(await of.holder.head(place, headers=version | each)).status_code for each in (header, {})]
    assert statuses == [200, 404]
    sha256 = await stored_file(house, of.holder, "theirs", of.mandate)
    assert [(await of.holder.head(f"{API}/files/{sha256}", headers=each)).status_code for each in (header, {})] == [
        200,
        404,
    ]
    assert of.party is not None
    assert (await of.party.head(f"{API}/files/{sha256}")).status_code == 200


async def test_reading_for_a_party_is_on_record_under_the_party(house: House, sign_in: SignIn, city: City) -> None:
    of = await matter(sign_in, "agent")
    case = await filed(house, city, of.holder, of.mandate)
    assert of.party is not None
    await of.holder.get(f"{API}/cases/{case}", headers=acting_for(of.mandate))
    await of.party.get(f"{API}/cases/{case}")
    rows = await house.database.read(
        sql(
            "SELECT audit.action, audit.actor, audit.target FROM audit"
            " JOIN account ON account.subject_id = audit.subject WHERE account.id = {} ORDER BY audit.id",
            await account_of(of.party),
        )
    )
    reads = [row for row in rows if row["action"].startswith("acting.")]
    assert {row["actor"] for row in reads} == {await account_of(of.holder)}
    assert [row["action"] for row in reads] == ["acting.applicant", "acting.read"]
    assert reads[-1]["target"] == case


async def test_an_invitation_tells_nothing_of_who_has_an_account(sign_in: SignIn) -> None:
    he = await sign_in(HE)
    known, unknown = await invite(he, ZHOU, "周志远"), await invite(he, "13922223333", "周志远")
    views = []
    for reply in (known, unknown):
        assert reply.status_code == 201
        view = reply.json()
        for own in ("id", "created_at", "starts_at", "ends_at", "invited_until", "holder"):
            del view[own]
        views.append(view)
    assert views[0] == views[1]
    assert (views[0]["state"], views[0]["accepted_at"]) == ("pending", None)


async def test_an_invitation_is_seen_and_accepted_by_its_phone_and_name_only(house: House, sign_in: SignIn) -> None:
    he, lin, stranger = await sign_in(HE), await sign_in(LIN), await sign_in(STRANGER)
    mandate = (await invite(he, STRANGER, "周志远")).json()["id"]
    address = f"{API}/mandates/{mandate}/acceptance"
    assert kind_of(await lin.post(address)) == (404, "not-found")
    assert (await lin.get(f"{API}/mandates")).json()["mandates"] == []
    seen = (await stranger.get(f"{API}/mandates")).json()["mandates"]
    assert [(each["party"]["name"], each["holder"]["name"]) for each in seen] == [("何**", "周**")]
    assert kind_of(await stranger.post(address)) == (403, "level-needed")
    await identify(stranger, "林晓舟", LIN_NUMBER)
    assert kind_of(await stranger.post(address)) == (409, "mandate-name-differs")
    right = (await invite(he, ZHOU, "周志远")).json()["id"]
    zhou = await sign_in(ZHOU)
    seen = (await zhou.get(f"{API}/mandates")).json()["mandates"]
    assert [(each["id"], each["party"]["name"], each["direction"]) for each in seen] == [(right, "何秀兰", "received")]
    twins = await asyncio.gather(*(zhou.post(f"{API}/mandates/{right}/acceptance") for _ in range(4)))
    assert {(reply.status_code, reply.json()["state"]) for reply in twins} == {(200, "active")}
    given = (await he.get(f"{API}/mandates")).json()["mandates"]
    assert [(each["direction"], each["state"], each["holder"]["name"]) for each in given] == [
        ("given", "active", "周志远"),
        ("given", "pending", "周志远"),
    ]
    assert {each["holder"]["phone_masked"] for each in given} == {"139****0002", "139****0001"}


async def test_an_invitation_expires_after_seven_days(house: House, sign_in: SignIn) -> None:
    he = await sign_in(HE)
    mandate = (await invite(he, ZHOU, NAMES[ZHOU])).json()["id"]
    house.time.set(house.time.now() + 7 * DAY + 1000)
    zhou, he = await sign_in(ZHOU), await sign_in(HE)
    assert (await zhou.get(f"{API}/mandates")).json()["mandates"] == []
    assert (await zhou.post(f"{API}/mandates/{mandate}/acceptance")).status_code == 404
    assert [each["state"] for each in (await he.get(f"{API}/mandates")).json()["mandates"]] == ["expired"]


async def test_a_mandate_ends_by_the_clock(house: House, sign_in: SignIn, city: City) -> None:
    he, zhou = await sign_in(HE), await sign_in(ZHOU)
    mandate = await accepted(he, zhou, ZHOU, capacity="helper", items=[FOR_PERSONS], days=2)
    case = await filed(house, city, zhou, mandate)
    house.time.set(house.time.now() + 2 * DAY)
    reply = await zhou.get(f"{API}/cases/{case}", headers=acting_for(mandate))
    assert kind_of(reply) == (403, "mandate-invalid")
    assert (await zhou.get(f"{API}/me/parties")).json()["parties"][1:] == []
    assert [each["state"] for each in (await zhou.get(f"{API}/mandates")).json()["mandates"]] == ["ended"]


@pytest.mark.parametrize(
    ("terms", "reason"),
    [
        ({"capacity": "helper"}, "scope"),
        ({"capacity": "helper", "items": [FOR_PERSONS], "days": 91}, "days"),
        ({"items": ["no-such-item"]}, "items"),
        ({"phone": HE}, "own-phone"),
    ],
)
async def test_terms_that_cannot_be_given_are_refused_with_their_reason(
    sign_in: SignIn, terms: dict[str, Any], reason: str
) -> None:
    he = await sign_in(HE)
    rest = {name: value for name, value in terms.items() if name != "phone"}
    reply = await invite(he, terms.get("phone", ZHOU), NAMES[ZHOU], **rest)
    assert (*kind_of(reply), reply.json()["reason"]) == (422, "mandate-terms-wrong", reason)


async def test_the_same_grant_sent_twice_invites_once(house: House, sign_in: SignIn) -> None:
    he, same = await sign_in(HE), key()
    body = {
        "party_id": None,
        "capacity": "agent",
        "phone": ZHOU,
        "name": "周志远",
        "items": [],
        "cases": [],
        "days": 5,
    }
    replies = await asyncio.gather(*(he.post(f"{API}/mandates", json=body, headers=same) for _ in range(5)))
    assert {reply.status_code for reply in replies} == {201}
    assert len({reply.json()["id"] for reply in replies}) == 1
    rows = await house.database.read(sql("SELECT reply FROM idempotency"))
    assert "周志远" not in repr(rows)


async def test_a_mandate_is_given_only_with_a_recent_proof(house: House, sign_in: SignIn) -> None:
    he = await sign_in(HE)
    house.time.set(house.time.now() + 11 * 60_000)
    assert kind_of(await invite(he, ZHOU, NAMES[ZHOU])) == (403, "sign-in-again")


async def test_nobody_gives_a_mandate_for_a_party_they_do_not_speak_for(sign_in: SignIn) -> None:
    lin, he, zhou = await sign_in(LIN), await sign_in(HE), await sign_in(ZHOU)
    party = (await lin.post(f"{API}/me/parties/organisations", json=ENTERPRISE)).json()["party_id"]
    own = (await he.get(f"{API}/me/parties")).json()["parties"][0]["party_id"]
    for browser, named in ((he, party), (lin, own), (lin, new_id())):
        assert kind_of(await invite(browser, ZHOU, NAMES[ZHOU], party_id=named)) == (404, "not-found")
    # An agent does not pass the mandate on.
    await accepted(lin, zhou, ZHOU, party_id=party)
    assert kind_of(await invite(zhou, HE, NAMES[HE], party_id=party)) == (404, "not-found")


async def test_an_agent_of_an_enterprise_applies_for_it(house: House, sign_in: SignIn, city: City) -> None:
    lin, zhou = await sign_in(LIN), await sign_in(ZHOU)
    party = (await lin.post(f"{API}/me/parties/organisations", json=ENTERPRISE)).json()
    helper = await invite(
        lin, ZHOU, NAMES[ZHOU], party_id=party["party_id"], capacity="helper", items=[FOR_ENTERPRISES]
    )
    assert (*kind_of(helper), helper.json()["reason"]) == (422, "mandate-terms-wrong", "capacity")
    mandate = await accepted(lin, zhou, ZHOU, party_id=party["party_id"], items=[FOR_ENTERPRISES])
    case = await filed(house, city, zhou, mandate, FOR_ENTERPRISES)
    await deliver(house)
    assert await inbox(zhou) == [(case, "case-submitted", mandate)]
    assert await inbox(lin) == [(case, "case-submitted", party["mandate_id"])]
    seen = await lin.get(f"{API}/cases/{case}", headers=acting_for(party["mandate_id"]))
    assert seen.json()["timeline"][0]["by"]["zh"] == f"周志远（代理人），代{ENTERPRISE['name']}"
    assert seen.json()["materials"][-1]["note"]["zh"].endswith("取自云海市人口信息库，姓名与公民身份号码一致")
    assert (await lin.get(f"{API}/cases/{case}")).status_code == 404


async def test_only_the_two_sides_see_and_end_a_mandate(sign_in: SignIn) -> None:
    he, zhou, lin = await sign_in(HE), await sign_in(ZHOU), await sign_in(LIN)
    by_giver, by_holder = await accepted(he, zhou, ZHOU), await accepted(he, zhou, ZHOU)
    declined = (await invite(he, ZHOU, NAMES[ZHOU])).json()["id"]
    for mandate in (by_giver, by_holder, declined, new_id()):
        assert kind_of(await lin.delete(f"{API}/mandates/{mandate}")) == (404, "not-found")
        assert kind_of(await lin.post(f"{API}/mandates/{mandate}/acceptance")) == (404, "not-found")
    assert (await lin.get(f"{API}/mandates")).json()["mandates"] == []
    for browser, mandate in ((he, by_giver), (zhou, by_holder), (zhou, declined)):
        for _ in range(2):
            # An invitation that was declined is nobody's but the giver's.
            status = (await browser.delete(f"{API}/mandates/{mandate}")).status_code
            assert status in (204, 404)
    states = {each["id"]: each["state"] for each in (await he.get(f"{API}/mandates")).json()["mandates"]}
    assert states == {by_giver: "revoked", by_holder: "revoked", declined: "revoked"}


async def test_an_account_with_the_givers_name_and_number_cannot_end_the_mandate(sign_in: SignIn) -> None:
    lin, zhou, second = await sign_in(LIN), await sign_in(ZHOU), await sign_in(STRANGER)
    mandate = await accepted(lin, zhou, ZHOU)
    await identify(second, "林晓舟", LIN_NUMBER)
    assert (await second.delete(f"{API}/mandates/{mandate}")).status_code == 404
    assert (await zhou.get(f"{API}/cases", headers=acting_for(mandate))).status_code == 200


async def test_a_mandate_is_the_accounts_that_accepted_it(sign_in: SignIn) -> None:
    he, zhou, second = await sign_in(HE), await sign_in(ZHOU), await sign_in(STRANGER)
    mandate = await accepted(he, zhou, ZHOU)
    await identify(second, "周志远", ZHOU_NUMBER)
    assert (await second.get(f"{API}/cases", headers=acting_for(mandate))).status_code == 403


async def test_nothing_is_done_for_a_person_who_was_erased(house: House, sign_in: SignIn, city: City) -> None:
    of = await matter(sign_in, "agent")
    assert of.party is not None
    rows = await house.database.read(sql("SELECT subject_id FROM account WHERE id = {}", await account_of(of.party)))
    await house.vault.shred(rows[0]["subject_id"])
    reply = await of.holder.get(f"{API}/cases", headers=acting_for(of.mandate))
    assert kind_of(reply) == (403, "mandate-invalid")
    assert (await of.holder.get(f"{API}/me/parties")).json()["parties"][1:] == []
    listed = (await of.holder.get(f"{API}/mandates")).json()["mandates"]
    assert [(each["party"]["name"], each["holder"]["name"]) for each in listed] == [("*", None)]


async def test_the_inbox_and_sessions_stay_ones_own_while_acting(sign_in: SignIn) -> None:
    of = await matter(sign_in, "agent")
    header = acting_for(of.mandate)
    for path in ("inbox", "me/sessions", "me", "me/parties", "mandates"):
        replies = [await of.holder.get(f"{API}/{path}", headers=each) for each in (header, {})]
        assert replies[0].json() == replies[1].json(), path


async def test_a_party_gives_no_more_mandates_than_it_can_watch_over(house: House, sign_in: SignIn) -> None:
    he = await sign_in(HE)
    assert (await invite(he, ZHOU, NAMES[ZHOU])).status_code == 201
    template = (await house.database.read(sql("SELECT * FROM mandate")))[0]
    columns = ", ".join(template)
    marks = ", ".join("{}" for _ in template)
    await house.database.commit(
        [
            sql(f"INSERT INTO mandate ({columns}) VALUES ({marks})", *{**template, "id": new_id()}.values())
            for _ in range(49)
        ]
    )
    reply = await invite(he, ZHOU, NAMES[ZHOU])
    assert (*kind_of(reply), reply.json()["limit"]) == (409, "too-many-mandates", 50)


async def test_a_case_filed_for_somebody_else_goes_on_when_the_account_that_filed_it_is_erased(
    house: House, sign_in: SignIn, city: City
) -> None:
    made = await matter(sign_in, "helper")
    assert made.party is not None
    case = await filed(house, city, made.holder, made.mandate)
    assert (await made.holder.get(f"{API}/me/erasure/preview")).json()["blocked_by"] == []
    assert (await made.holder.post(f"{API}/me/erasure", json={"confirm": "删除我的账号"})).status_code == 202
    assert (await made.party.get(f"{API}/cases/{case}")).json()["state"] == "submitted"
