"""Parties: who applies, and for whom a register lets one act."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Any

import pytest

from backend.city.city import City
from backend.foundation.database import sql
from backend.house import House
from backend.identity.actor import Actor
from backend.parties import service
from tests.api.case_builders import APPROVER, CLERK, acting_for, application, key
from tests.api.conftest import API, ROOT, Client, SignIn
from tests.api.mandate_builders import (
    CHILD,
    CHILD_NOTICE,
    ENTERPRISE,
    FOR_ENTERPRISES,
    FOR_PERSONS,
    FOR_THE_WELL_KNOWN,
    HE,
    LIN,
    LIN_NUMBER,
    NAMES,
    TEENAGER,
    ZHOU,
    documents_of,
    filed,
    identify,
)

pytestmark = pytest.mark.anyio
SECOND = "13911110001"


@pytest.fixture(scope="session")
def city() -> City:
    """The demo city with items for organisations and for the well known."""
    return City.assemble(documents_of(ROOT / "city"))


def kind_of(reply: Any) -> tuple[int, str]:
    return reply.status_code, reply.json()["type"].rpartition(":")[2]


async def actor_of(house: House, browser: Client) -> Actor:
    account = (await browser.get(f"{API}/session")).json()["account"]["id"]
    row = (await house.database.read(sql("SELECT subject_id, party_id FROM account WHERE id = {}", account)))[0]
    return Actor(account, row["subject_id"], "", party_id=row["party_id"])


async def parties(browser: Client) -> list[tuple[str, str, str]]:
    listed = (await browser.get(f"{API}/me/parties")).json()["parties"]
    return [(each["capacity"], each["name"], each["code_masked"]) for each in listed]


async def test_a_confirmed_person_is_a_party_and_a_stranger_is_none(sign_in: SignIn) -> None:
    assert await parties(await sign_in(LIN)) == [("self", "林晓舟", "990***********2421")]
    assert await parties(await sign_in(SECOND)) == []


async def test_of_accounts_that_become_one_person_at_once_one_is_the_party(house: House, sign_in: SignIn) -> None:
    person = house.city.population.persons[3]
    browsers = [await sign_in(f"1391111000{digit}") for digit in range(4)]
    replies = await asyncio.gather(*(identify(each, person.name, person.id_number) for each in browsers))
    assert [reply.status_code for reply in replies] == [200] * 4
    listed = [(await each.get(f"{API}/me/parties")).json()["parties"] for each in browsers]
    assert sorted(len(each) for each in listed) == [0, 0, 0, 1]


async def test_whoever_knows_a_name_and_a_number_comes_to_nothing_of_the_person(
    house: House, sign_in: SignIn, city: City
) -> None:
    first, second = await sign_in(LIN), await sign_in(SECOND)
    case = await filed(house, city, first, None)
    clerk, approver = await sign_in(CLERK), await sign_in(APPROVER)
    for staff, command, version in ((clerk, "accept", 1), (approver, "grant", 2)):
        body = {"command": command, "version": version}
        await staff.post(f"{API}/desk/cases/{case}/commands", json=body, headers=key())
    assert (await first.post(f"{API}/me/parties/organisations", json=ENTERPRISE)).status_code == 200
    assert (await identify(second, "林晓舟", LIN_NUMBER)).status_code == 200
    assert (await second.get(f"{API}/cases/{case}")).status_code == 404
    assert (await second.get(f"{API}/cases")).json()["cases"] == []
    assert (await second.get(f"{API}/certificates")).json()["certificates"] == []
    assert (await second.get(f"{API}/me/reads")).json()["reads"] == []
    assert await parties(second) == []
    for path, claim in (("organisations", ENTERPRISE), ("children", CHILD)):
        assert kind_of(await second.post(f"{API}/me/parties/{path}", json=claim)) == (403, "level-needed")
    own = await filed(house, city, second, None)
    assert [each["id"] for each in (await second.get(f"{API}/cases")).json()["cases"]] == [own]
    assert [each["id"] for each in (await first.get(f"{API}/cases")).json()["cases"]] == [case]
    assert len((await first.get(f"{API}/certificates")).json()["certificates"]) == 1


async def test_a_check_at_the_window_lifts_the_account_that_holds_the_persons_matters_and_no_other(
    house: House, sign_in: SignIn
) -> None:
    first, second, clerk = await sign_in(LIN), await sign_in(SECOND), await sign_in(CLERK)
    await identify(second, "林晓舟", LIN_NUMBER)
    seen = {"name": "林晓舟", "id_number": LIN_NUMBER, "reason": "本人持身份证到窗口"}
    assert (await clerk.post(f"{API}/desk/identity-checks", json=seen)).status_code == 200
    levels = [(await each.get(f"{API}/session")).json()["account"]["level"] for each in (first, second)]
    assert levels == [3, 2]
    assert await parties(second) == []


async def test_the_legal_representative_of_the_register_acts_for_the_enterprise(sign_in: SignIn) -> None:
    lin, zhou = await sign_in(LIN), await sign_in(ZHOU)
    spelled = {"uscc": " 91990102ma1yh0010j ", "name": ENTERPRISE["name"]}
    replies = [await lin.post(f"{API}/me/parties/organisations", json=each) for each in (ENTERPRISE, spelled)]
    assert [reply.status_code for reply in replies] == [200, 200]
    assert len({reply.json()["mandate_id"] for reply in replies}) == 1
    assert (await parties(lin))[1:] == [("legal_representative", ENTERPRISE["name"], ENTERPRISE["uscc"])]
    refused = await zhou.post(f"{API}/me/parties/organisations", json=ENTERPRISE)
    assert kind_of(refused) == (422, "party-not-matched")
    wrong = await lin.post(f"{API}/me/parties/organisations", json={**ENTERPRISE, "uscc": "91990102MA1YH0010K"})
    assert (*kind_of(wrong), wrong.json()["error"]) == (422, "uscc-invalid", "check-character")


@pytest.mark.parametrize(
    "claim",
    [
        {"uscc": "91990103MA1YH0029X", "name": "云海东港餐饮管理有限公司"},
        {"uscc": "91990102MA1YH0010J", "name": "云海听涛软件公司"},
        {"uscc": "91990102MA1YH00455", "name": "云海望潮贸易有限公司"},
    ],
    ids=["another's", "another name", "struck off"],
)
async def test_the_register_tells_nothing_but_that_it_does_not_agree(sign_in: SignIn, claim: dict[str, str]) -> None:
    lin = await sign_in(LIN)
    reply = await lin.post(f"{API}/me/parties/organisations", json=claim)
    assert kind_of(reply) == (422, "party-not-matched")
    assert "林" not in reply.text


async def test_who_has_not_confirmed_an_identity_acts_for_nobody(sign_in: SignIn) -> None:
    stranger = await sign_in(SECOND)
    for path, body in (("organisations", ENTERPRISE), ("children", CHILD)):
        reply = await stranger.post(f"{API}/me/parties/{path}", json=body)
        assert kind_of(reply) == (403, "level-needed")
        assert (reply.json()["level"], reply.json()["actual"]) == (2, 1)


async def test_a_representative_whom_the_register_no_longer_names_is_refused_at_once(
    house: House, sign_in: SignIn, city: City
) -> None:
    lin = await sign_in(LIN)
    mandate = (await lin.post(f"{API}/me/parties/organisations", json=ENTERPRISE)).json()["mandate_id"]
    case = await filed(house, city, lin, mandate, FOR_ENTERPRISES)
    assert (await lin.get(f"{API}/cases/{case}", headers=acting_for(mandate))).status_code == 200
    changed = documents_of(ROOT / "city")
    register = changed["registers/enterprises.yaml"].data["enterprises"]
    register[0]["representative"] = register[1]["representative"]
    object.__setattr__(house, "current_city", lambda: City.assemble(changed))
    reply = await lin.get(f"{API}/cases/{case}", headers=acting_for(mandate))
    assert kind_of(reply) == (403, "mandate-invalid")
    assert await parties(lin) == [("self", "林晓舟", "990***********2421")]


async def test_an_organisation_is_refused_where_only_persons_are_served_and_the_other_way_round(
    house: House, sign_in: SignIn, city: City
) -> None:
    lin = await sign_in(LIN)
    mandate = (await lin.post(f"{API}/me/parties/organisations", json=ENTERPRISE)).json()["mandate_id"]
    for mine, item, kind in ((mandate, FOR_PERSONS, "organisation"), (None, FOR_ENTERPRISES, "person")):
        body = await application(house, lin, city, mandate=mine, item=item)
        reply = await lin.post(f"{API}/cases", json=body, headers=key() | acting_for(mine))
        assert (*kind_of(reply), reply.json()["kind"]) == (422, "applicant-kind-wrong", kind)


async def test_a_guardians_consent_is_needed_under_fourteen_and_kept_with_the_mandate(
    house: House, sign_in: SignIn
) -> None:
    lin = await sign_in(LIN)
    for other in (None, "f" * 64):
        refused = await lin.post(f"{API}/me/parties/children", json={**CHILD, "consent": other})
        assert (*kind_of(refused), refused.json()["age"]) == (422, "guardian-consent-needed", 14)
    added = (await lin.post(f"{API}/me/parties/children", json=CHILD)).json()
    assert (added["capacity"], added["ends_at"]) == ("guardian", "2036-06-13T16:00:00.000Z")
    rows = await house.database.read(sql("SELECT consent_version, consented_at, created_at FROM mandate"))
    assert [(row["consent_version"], row["consented_at"] == row["created_at"]) for row in rows] == [
        (CHILD_NOTICE, True)
    ]


async def test_a_child_of_fifteen_needs_no_consent_and_has_an_account_beside_the_guardians(
    house: House, sign_in: SignIn, city: City
) -> None:
    zhou, child = await sign_in(ZHOU), await sign_in(SECOND)
    added = await zhou.post(f"{API}/me/parties/children", json=TEENAGER)
    assert added.status_code == 200, added.text
    assert (await identify(child, TEENAGER["name"] or "", TEENAGER["id_number"] or "")).status_code == 200
    mandate = added.json()["mandate_id"]
    by_guardian = await filed(house, city, zhou, mandate)
    assert (await child.get(f"{API}/cases/{by_guardian}")).status_code == 404, "a name and a number are no proof"
    clerk = await sign_in(CLERK)
    seen_at_window = {"name": TEENAGER["name"], "id_number": TEENAGER["id_number"], "reason": "本人持身份证到窗口"}
    assert (await clerk.post(f"{API}/desk/identity-checks", json=seen_at_window)).status_code == 200
    by_child = await filed(house, city, child, None)
    listed = [each["id"] for each in (await child.get(f"{API}/cases")).json()["cases"]]
    assert listed == [by_child, by_guardian]
    seen = (await zhou.get(f"{API}/cases", headers=acting_for(mandate))).json()["cases"]
    assert [each["id"] for each in seen] == listed
    # The form was filled with the child's own phone, and the guardian's own cases are not there.
    assert (await zhou.get(f"{API}/me/applicant", headers=acting_for(mandate))).json()["phone"] == SECOND
    assert (await zhou.get(f"{API}/cases")).json()["cases"] == []
    refused = await child.delete(f"{API}/mandates/{mandate}")
    assert refused.status_code == 404, "what a register says only its holder lays down"


async def test_only_a_guardian_of_the_register_adds_a_child(sign_in: SignIn) -> None:
    he = await sign_in(HE)
    assert kind_of(await he.post(f"{API}/me/parties/children", json=CHILD)) == (422, "party-not-matched")
    grown = {"name": NAMES[LIN], "id_number": LIN_NUMBER, "consent": None}
    assert kind_of(await he.post(f"{API}/me/parties/children", json=grown)) == (422, "party-not-matched")


async def test_a_child_under_fourteen_does_not_confirm_an_identity_alone(sign_in: SignIn) -> None:
    child = await sign_in(SECOND)
    reply = await identify(child, CHILD["name"] or "", CHILD["id_number"] or "")
    assert (*kind_of(reply), reply.json()["age"]) == (403, "guardian-needed", 14)
    assert "监护人" in reply.json()["detail"]
    assert (await child.get(f"{API}/session")).json()["account"]["level"] == 1


async def test_a_guardian_acts_until_the_child_is_of_age(house: House, sign_in: SignIn, city: City) -> None:
    zhou = await sign_in(ZHOU)
    mandate = (await zhou.post(f"{API}/me/parties/children", json=TEENAGER)).json()["mandate_id"]
    birthday = int(datetime.fromisoformat("2029-01-20T00:00:00+08:00").timestamp() * 1000)
    for instant, status in ((birthday - 60_000, 200), (birthday, 403)):
        house.time.set(instant)
        later = await sign_in(ZHOU)
        assert (await later.get(f"{API}/cases", headers=acting_for(mandate))).status_code == status


async def test_an_item_may_ask_for_more_than_a_real_name(house: House, sign_in: SignIn, city: City) -> None:
    lin = await sign_in(LIN)
    assert (await lin.get(f"{API}/items/{FOR_THE_WELL_KNOWN}")).json()["level"] == 3
    body = await application(house, lin, city, item=FOR_THE_WELL_KNOWN)
    reply = await lin.post(f"{API}/cases", json=body, headers=key())
    assert (*kind_of(reply), reply.json()["level"], reply.json()["actual"]) == (403, "level-needed", 3, 2)
    actor = await actor_of(house, lin)
    await house.database.commit([sql("UPDATE account SET in_person_at = 1 WHERE id = {}", actor.account_id)])
    assert (await lin.post(f"{API}/cases", json=body, headers=key())).status_code == 201


async def test_guardians_hold_the_childs_certificate_on_their_own_phone(
    house: House, sign_in: SignIn, city: City
) -> None:
    lin = await sign_in(LIN)
    mandate = (await lin.post(f"{API}/me/parties/children", json=CHILD)).json()["mandate_id"]
    case = await filed(house, city, lin, mandate)
    clerk, approver = await sign_in(CLERK), await sign_in(APPROVER)
    for staff, command, version in ((clerk, "accept", 1), (approver, "grant", 2)):
        body = {"command": command, "version": version}
        reply = await staff.post(f"{API}/desk/cases/{case}/commands", json=body, headers=key())
        assert reply.status_code == 200, reply.text
    held = (await lin.get(f"{API}/certificates", headers=acting_for(mandate))).json()["certificates"]
    assert [(each["case_id"], each["holder_name"]) for each in held] == [(case, "林安然")]
    assert (await lin.get(f"{API}/certificates")).json()["certificates"] == []


async def test_staff_step_aside_from_a_case_of_another_account_of_theirs(
    house: House, sign_in: SignIn, city: City
) -> None:
    private = await sign_in(SECOND)
    clerk_person = next(each for each in city.population.persons if each.name == "许静")
    assert (await identify(private, clerk_person.name, clerk_person.id_number)).status_code == 200
    case = await filed(house, city, private, None)
    clerk = await sign_in(CLERK)
    body = {"command": "accept", "version": 1}
    reply = await clerk.post(f"{API}/desk/cases/{case}/commands", json=body, headers=key())
    assert kind_of(reply) == (403, "own-case")
    allowed = (await clerk.get(f"{API}/desk/cases/{case}")).json()["allowed"]
    assert {each["rule"]["code"] for each in allowed if each["command"] == "accept"} == {"own-case"}


async def test_a_person_erased_in_one_account_goes_on_in_the_other(house: House, sign_in: SignIn, city: City) -> None:
    first, second = await sign_in(LIN), await sign_in(SECOND)
    await identify(second, "林晓舟", LIN_NUMBER)
    actor = await actor_of(house, first)
    await house.database.commit(
        [
            *await service.close(house, actor, house.time.now()),
            sql("UPDATE account SET erased_at = 1, party_id = NULL WHERE id = {}", actor.account_id),
        ]
    )
    await house.vault.shred(actor.subject_id)
    assert await parties(second) == [("self", "林晓舟", "990***********2421")]


async def test_a_person_who_comes_back_after_erasure_begins_anew(house: House, sign_in: SignIn, city: City) -> None:
    first = await sign_in(LIN)
    await filed(house, city, first, None)
    actor = await actor_of(house, first)
    statements = await service.close(house, actor, house.time.now())
    await house.database.commit([*statements, sql("UPDATE account SET erased_at = 1 WHERE id = {}", actor.account_id)])
    await house.vault.shred(actor.subject_id)
    again = await sign_in(SECOND)
    assert (await identify(again, "林晓舟", LIN_NUMBER)).status_code == 200
    assert await parties(again) == [("self", "林晓舟", "990***********2421")]
    assert (await again.get(f"{API}/cases")).json()["cases"] == []


async def test_a_party_whose_key_was_shredded_takes_the_key_of_whoever_comes_back(
    house: House, sign_in: SignIn
) -> None:
    actor = await actor_of(house, await sign_in(LIN))
    await house.database.commit([sql("UPDATE account SET erased_at = 1 WHERE id = {}", actor.account_id)])
    await house.vault.shred(actor.subject_id)
    again = await sign_in(SECOND)
    assert (await identify(again, "林晓舟", LIN_NUMBER)).status_code == 200
    assert await parties(again) == [("self", "林晓舟", "990***********2421")]


async def test_names_and_numbers_of_parties_lie_sealed(house: House, sign_in: SignIn) -> None:
    lin = await sign_in(LIN)
    await lin.post(f"{API}/me/parties/organisations", json=ENTERPRISE)
    await lin.post(f"{API}/me/parties/children", json=CHILD)
    text = ""
    for table in ("party", "mandate", "audit"):
        text += repr(await house.database.read(sql(f"SELECT * FROM {table}")))
    for personal in ("林晓舟", "林安然", "990321201806140247", ENTERPRISE["uscc"], "13900000001"):
        assert personal not in text
        assert repr(personal.encode())[2:-1] not in text
