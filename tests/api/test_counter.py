"""Filing at the counter: a clerk enters the form for whoever stands there, and whose case it is then."""

from __future__ import annotations

import hashlib
import io
import zipfile
from typing import Any

import msgspec
import pytest

from backend.cases.retention import register as register_retention
from backend.city.city import City
from backend.files.service import register as register_uploads
from backend.foundation.database import sql
from backend.foundation.encryption import Erased, Place
from backend.foundation.worker import Worker
from backend.house import House
from backend.notify.delivery import Delivery
from backend.privacy import erasure
from tests.api.case_builders import APPROVER, CLERK, ELSEWHERE, RESIDENT, acting_for, key
from tests.api.conftest import API, ROOT, Client, SignIn
from tests.api.mandate_builders import FOR_ENTERPRISES, documents_of, identify
from tests.api.test_cases import count, give
from tests.api.test_uploads import picture

pytestmark = pytest.mark.anyio
VISITS = f"{API}/desk/counter/visits"
LIN = {"name": "林晓舟", "id_number": "990321199508162421", "phone": "139 1234 0077"}
WU = {"name": "吴海燕", "id_number": "990522200104123648", "phone": "13912340088"}
COMPANY = {"name": "云海听涛软件有限公司", "uscc": "91990102MA1YH0010J"}
ANSWERS = {
    "ground": "housing",
    "moved_in": "2026-03-02",
    "district": "990102",
    "street": "990102001000",
    "detail": "听涛路 18 号海棠苑 3 栋 502 室",
    "proof_kind": "lease",
    "card": "electronic",
}


@pytest.fixture(scope="session")
def city() -> City:
    """The demo city with items for organisations."""
    return City.assemble(documents_of(ROOT / "city"))


def kind_of(reply: Any) -> tuple[int, str]:
    return reply.status_code, reply.json()["type"].rpartition(":")[2]


async def visit(clerk: Client, item: str = "residence-permit", **person: Any) -> Any:
    return await clerk.post(VISITS, json={"item": item, **(person or LIN)})


async def papers(clerk: Client, visit_id: str) -> dict[str, list[str]]:
    """Sends two photographed papers; gives them by material."""
    sent = {}
    for material, size in (("photo", (40, 30)), ("proof", (42, 30))):
        content = picture(size=size)
        reply = await clerk.post(
            f"{VISITS}/{visit_id}/files", content=content, headers={"Content-Type": "application/octet-stream"}
        )
        assert (reply.status_code, reply.json()) == (201, {"sha256": hashlib.sha256(content).hexdigest()}), reply.text
        sent[material] = [reply.json()["sha256"]]
    return sent


async def body_of(city: City, clerk: Client, visit_id: str, item: str = "residence-permit", **values: Any) -> Any:
    guide = city.items[item].guide
    return {
        "guide_hash": guide.hash,
        "form_hash": guide.form_hash,
        "values": {**ANSWERS, **values},
        "files": await papers(clerk, visit_id),
    }


async def entered(clerk: Client, city: City, item: str = "residence-permit", **person: Any) -> str:
    """The id of a case that a clerk entered."""
    opened = await visit(clerk, item, **person)
    assert opened.status_code == 201, opened.text
    body = await body_of(city, clerk, opened.json()["id"], item)
    reply = await clerk.post(f"{VISITS}/{opened.json()['id']}/cases", json=body, headers=key())
    assert reply.status_code == 201, reply.text
    return str(reply.json()["case"]["id"])


async def deliver(house: House) -> None:
    worker = Worker(house.database, house.time, house.settings.outbox, house.wake)
    delivery = Delivery(house)
    delivery.register(worker)
    await worker.run_due()
    await delivery.close()


async def test_a_case_entered_at_the_counter_is_the_applicants_in_list_inbox_and_reads(
    house: House, sign_in: SignIn, city: City
) -> None:
    clerk, resident = await sign_in(CLERK), await sign_in(RESIDENT)
    opened = (await visit(clerk)).json()
    assert opened["kind"] == "person"
    assert opened["facts"] == {
        "name": "林**",
        "id_number": "990***********2421",
        "phone": "139****0077",
        "birth_date": "1995-**-**",
        "sex": "女",
        "home": "静川省***",
        "representative": None,
    }
    assert [(each["key"], each["found"]) for each in opened["materials"]] == [("id-card", True)]
    case = await entered(clerk, city)
    listed = (await resident.get(f"{API}/cases")).json()["cases"]
    assert [each["id"] for each in listed] == [case]
    view = (await resident.get(f"{API}/cases/{case}")).json()
    assert (view["channel"], view["timeline"][0]["by"]["zh"]) == ("counter", "申请人（窗口代为录入）")
    assert view["commands"] == ["withdraw"]
    await deliver(house)
    assert [each["case_id"] for each in (await resident.get(f"{API}/inbox")).json()["messages"]] == [case]
    as_person = await sign_in(CLERK, as_resident=True)
    assert (await as_person.get(f"{API}/inbox")).json()["messages"] == []
    assert (await as_person.get(f"{API}/cases")).json()["cases"] == []
    assert (await as_person.get(f"{API}/cases/{case}")).status_code == 404
    actions = [each["action"] for each in (await resident.get(f"{API}/me/reads")).json()["reads"]]
    assert actions.count("desk.counter-filed") == 1
    assert actions.count("desk.counter-opened") == 2
    lines = await house.database.read(sql("SELECT target, reason FROM audit WHERE action LIKE 'desk.counter%'"))
    assert not any(personal in repr(lines) for personal in ("林", "990321", "0077"))


async def test_what_is_known_is_put_in_by_the_server_and_the_papers_are_the_applicants(
    house: House, sign_in: SignIn, city: City
) -> None:
    clerk = await sign_in(CLERK)
    case = await entered(clerk, city)
    shown = (await clerk.get(f"{API}/desk/cases/{case}")).json()
    assert shown["applicant"] == {
        "name": "林晓舟",
        "id_number_masked": "990***********2421",
        "phone_masked": "139****0077",
        "representative": None,
    }
    assert shown["values"]["name"] == "林晓舟"
    assert [(each["key"], each["source"], len(each["files"])) for each in shown["materials"]] == [
        ("photo", "upload", 1),
        ("proof", "upload", 1),
        ("id-card", "share", 0),
    ]
    photo = shown["materials"][0]["files"][0]["sha256"]
    assert (await clerk.get(f"{API}/desk/cases/{case}/files/{photo}")).status_code == 200
    resident = await sign_in(RESIDENT)
    assert (await resident.get(f"{API}/files/{photo}")).status_code == 200
    as_person = await sign_in(CLERK, as_resident=True)
    assert (await as_person.get(f"{API}/files/{photo}")).status_code == 404


async def test_whoever_entered_a_case_may_accept_it_and_another_decides(
    house: House, sign_in: SignIn, city: City
) -> None:
    await house.database.commit([sql("UPDATE staff SET roles = {}", '["clerk","approver"]')])
    clerk, approver = await sign_in(CLERK), await sign_in(APPROVER)
    case = await entered(clerk, city)
    assert (await give(approver, case, "accept", 1)).status_code == 200
    # Somebody else accepted it: whoever entered it still does not decide.
    assert kind_of(await give(clerk, case, "grant", 2)) == (403, "same-person")
    own = await entered(clerk, city, **WU)
    assert (await give(clerk, own, "accept", 1)).status_code == 200
    reply = await give(clerk, own, "grant", 2)
    assert kind_of(reply) == (403, "same-person")
    assert (await give(approver, own, "grant", 2)).status_code == 200


async def test_of_a_person_without_an_account_the_case_waits_for_the_account_of_the_phone_that_was_given(
    house: House, sign_in: SignIn, city: City
) -> None:
    clerk = await sign_in(CLERK)
    case = await entered(clerk, city, **WU)
    await deliver(house)
    assert await count(house, "inbox_message") == 0
    link = await clerk.post(f"{API}/cases/{case}/links", json={"days": 7}, headers=key())
    assert link.status_code == 201
    # Name and number are known to others, too: that alone shows nothing.
    other = await sign_in("13912340099")
    assert (await identify(other, WU["name"], WU["id_number"])).status_code == 200
    assert (await other.get(f"{API}/cases")).json()["cases"] == []
    own = await sign_in(WU["phone"])
    assert (await own.get(f"{API}/cases")).json()["cases"] == []
    assert (await identify(own, WU["name"], WU["id_number"])).status_code == 200
    assert [each["id"] for each in (await own.get(f"{API}/cases")).json()["cases"]] == [case]
    assert (await own.get(f"{API}/cases/{case}")).json()["channel"] == "counter"
    actions = {each["action"] for each in (await own.get(f"{API}/me/reads")).json()["reads"]}
    assert {"desk.counter-opened", "desk.counter-filed"} <= actions
    assert (await other.get(f"{API}/cases")).json()["cases"] == []


async def test_an_organisations_case_is_entered_for_it_and_seen_by_its_representative(
    house: House, sign_in: SignIn, city: City
) -> None:
    clerk, resident = await sign_in(CLERK), await sign_in(RESIDENT)
    opened = await visit(clerk, FOR_ENTERPRISES, **LIN, organisation=COMPANY)
    assert opened.status_code == 201, opened.text
    assert (opened.json()["kind"], opened.json()["facts"]["representative"]) == ("organisation", "林**")
    case = await entered(clerk, city, FOR_ENTERPRISES, **LIN, organisation=COMPANY)
    party = await resident.post(f"{API}/me/parties/organisations", json=COMPANY)
    listed = await resident.get(f"{API}/cases", headers=acting_for(party.json()["mandate_id"]))
    assert [each["id"] for each in listed.json()["cases"]] == [case]
    assert (await resident.get(f"{API}/cases")).json()["cases"] == []


@pytest.mark.parametrize(
    ("changed", "status", "code"),
    [
        ({"name": "林小舟"}, 422, "identity-not-matched"),
        ({"id_number": "990321199508162422"}, 422, "id-number-invalid"),
        ({"phone": "12"}, 422, "phone-invalid"),
        ({"organisation": {**COMPANY, "name": "云海望潮贸易有限公司"}}, 422, "party-not-matched"),
        ({"organisation": {**COMPANY, "uscc": "91990102MA1YH0010K"}}, 422, "uscc-invalid"),
        ({"name": "周志远", "id_number": "99032119880203117X", "organisation": COMPANY}, 422, "party-not-matched"),
        ({"name": "林安然", "id_number": "990321201806140247"}, 422, "guardian-consent-needed"),
        ({"organisation": COMPANY}, 422, "applicant-kind-wrong"),
        ({"item": "no-such-item"}, 404, "not-found"),
        ({"name": "许静", "id_number": "99010219900315248X"}, 403, "own-case"),
    ],
)
async def test_whom_the_registers_do_not_know_or_who_may_not_apply_gets_no_visit(
    house: House, sign_in: SignIn, changed: dict[str, Any], status: int, code: str
) -> None:
    clerk = await sign_in(CLERK)
    reply = await clerk.post(VISITS, json={"item": "residence-permit", **LIN, **changed})
    assert kind_of(reply) == (status, code)
    assert await count(house, "counter_visit") == 0


async def test_a_clerk_who_acts_for_the_applicant_steps_aside(house: House, sign_in: SignIn, city: City) -> None:
    clerk = await sign_in(CLERK)
    body = await body_of(city, clerk, (opened := (await visit(clerk)).json()["id"]))
    rows = await house.database.read(sql("SELECT party_id FROM counter_visit"))
    account = (await clerk.get(f"{API}/session")).json()["account"]["id"]
    await house.database.commit(
        [
            sql(
                "INSERT INTO mandate (id, party_id, capacity, account_id, items, cases, basis, granted_by, created_at,"
                " starts_at, accepted_at) VALUES ({}, {}, 'agent', {}, '[]', '[]', 'given', {}, 1, 1, 1)",
                opened,
                rows[0]["party_id"],
                account,
                account,
            )
        ]
    )
    assert kind_of(await visit(clerk)) == (403, "own-case")
    reply = await clerk.post(f"{VISITS}/{opened}/cases", json=body, headers=key())
    assert kind_of(reply) == (403, "own-case")


async def test_a_department_that_does_not_handle_the_item_or_the_place_enters_nothing(
    house: House, sign_in: SignIn, city: City
) -> None:
    market, elsewhere, clerk = await sign_in("13900000024"), await sign_in(ELSEWHERE), await sign_in(CLERK)
    assert kind_of(await visit(market)) == (403, "not-handled-here")
    opened = (await visit(elsewhere)).json()["id"]
    body = await body_of(city, elsewhere, opened)
    reply = await elsewhere.post(f"{VISITS}/{opened}/cases", json=body, headers=key())
    assert kind_of(reply) == (403, "not-handled-here")
    # A visit is its clerk's own.
    assert kind_of(await clerk.post(f"{VISITS}/{opened}/cases", json=body, headers=key())) == (404, "not-found")
    sent = await clerk.post(f"{VISITS}/{opened}/files", content=picture())
    assert kind_of(sent) == (404, "not-found")
    assert await count(house, "case_record") == 0


async def test_what_the_registers_know_cannot_be_typed_over(house: House, sign_in: SignIn, city: City) -> None:
    clerk = await sign_in(CLERK)
    opened = (await visit(clerk)).json()["id"]
    body = await body_of(city, clerk, opened, name="林大舟", phone="13912345678")
    reply = await clerk.post(f"{VISITS}/{opened}/cases", json=body, headers=key())
    assert kind_of(reply) == (422, "form-invalid")
    assert {(each["path"], each["keyword"]) for each in reply.json()["errors"]} == {
        ("/name", "const"),
        ("/phone", "const"),
    }


async def test_answers_nested_beyond_any_form_are_refused_like_anyones(
    house: House, sign_in: SignIn, city: City
) -> None:
    clerk = await sign_in(CLERK)
    opened = (await visit(clerk)).json()["id"]
    body = await body_of(city, clerk, opened)
    deep: Any = "x"
    for _ in range(300):
        deep = [deep]
    for name in ("street", "name", "detail"):
        sent = {**body, "values": {**body["values"], name: deep}}
        reply = await clerk.post(f"{VISITS}/{opened}/cases", json=sent, headers=key())
        assert kind_of(reply) == (422, "form-invalid")


async def test_a_visit_becomes_one_case_and_the_same_key_gives_the_same_receipt(
    house: House, sign_in: SignIn, city: City
) -> None:
    clerk, headers = await sign_in(CLERK), key()
    opened = (await visit(clerk)).json()["id"]
    body = await body_of(city, clerk, opened)
    first = await clerk.post(f"{VISITS}/{opened}/cases", json=body, headers=headers)
    again = await clerk.post(f"{VISITS}/{opened}/cases", json=body, headers=headers)
    assert (first.content, again.headers["idempotency-replayed"]) == (again.content, "true")
    assert kind_of(await clerk.post(f"{VISITS}/{opened}/cases", json=body, headers=key())) == (409, "draft-submitted")
    other = {**body, "values": {**body["values"], "card": "paper"}}
    assert kind_of(await clerk.post(f"{VISITS}/{opened}/cases", json=other, headers=headers)) == (
        422,
        "idempotency-key-reused",
    )
    assert [await count(house, table) for table in ("case_record", "event")] == [1, 1]


async def test_a_visit_ends_after_two_hours_and_the_next_one_clears_it_away(
    house: House, sign_in: SignIn, city: City
) -> None:
    clerk, other = await sign_in(CLERK), await sign_in(ELSEWHERE)
    opened = (await visit(clerk)).json()["id"]
    body = await body_of(city, clerk, opened)
    await house.database.commit([sql("UPDATE counter_visit SET ends_at = {}", house.time.now())])
    assert kind_of(await clerk.post(f"{VISITS}/{opened}/cases", json=body, headers=key())) == (404, "not-found")
    assert (await visit(other)).status_code == 201
    assert [row["id"] == opened for row in await house.database.read(sql("SELECT id FROM counter_visit"))] == [False]


async def test_an_own_file_of_the_applicant_or_a_missing_one_is_judged_as_for_anyone(
    house: House, sign_in: SignIn, city: City
) -> None:
    clerk = await sign_in(CLERK)
    opened = (await visit(clerk)).json()["id"]
    body = await body_of(city, clerk, opened)
    lacking = {**body, "files": {"photo": body["files"]["photo"]}}
    reply = await clerk.post(f"{VISITS}/{opened}/cases", json=lacking, headers=key())
    assert kind_of(reply) == (422, "material-missing")
    unknown = {**body, "files": {**body["files"], "proof": ["0" * 64]}}
    reply = await clerk.post(f"{VISITS}/{opened}/cases", json=unknown, headers=key())
    assert kind_of(reply) == (409, "files-missing")
    damaged = await clerk.post(f"{VISITS}/{opened}/files", content=b"no picture")
    assert damaged.status_code == 422
    assert msgspec.json.decode(damaged.content)["type"].endswith("file-refused")


async def test_what_was_entered_before_there_was_an_account_is_exported_and_erased_with_it(
    house: House, sign_in: SignIn, city: City
) -> None:
    clerk = await sign_in(CLERK)
    case = await entered(clerk, city, **WU)
    party = (await house.database.read(sql("SELECT subject_id FROM case_record")))[0]["subject_id"]
    own = await sign_in(WU["phone"])
    assert (await identify(own, WU["name"], WU["id_number"])).status_code == 200
    exported = await own.post(f"{API}/me/export")
    assert exported.status_code == 200, exported.text
    with zipfile.ZipFile(io.BytesIO(exported.content)) as archive:
        assert case in archive.read("data.json").decode()
        assert any(name.endswith(".jpg") for name in archive.namelist())
    row = (await house.database.read(sql("SELECT subject_id FROM case_record")))[0]
    account = (await own.get(f"{API}/session")).json()["account"]["id"]
    mine = (await house.database.read(sql("SELECT subject_id FROM account WHERE id = {}", account)))[0]["subject_id"]
    assert (row["subject_id"], mine == party) == (mine, False)
    assert [each["id"] for each in (await own.get(f"{API}/cases")).json()["cases"]] == [case]
    refused = await own.post(f"{API}/me/erasure", json={"confirm": "删除我的账号"})
    assert kind_of(refused)[1] == "erasure-refused"
    await own.post(f"{API}/cases/{case}/commands", json={"command": "withdraw"}, headers=key())
    assert (await own.post(f"{API}/me/erasure", json={"confirm": "删除我的账号"})).status_code == 202
    house.time.set(house.time.now() + 11_000)
    worker = Worker(house.database, house.time, house.settings.outbox, house.wake)
    erasure.register(worker, house)
    register_retention(worker, house)
    register_uploads(worker, house)
    delivery = Delivery(house)
    delivery.register(worker)
    await worker.run_due()
    await delivery.close()
    for subject in (party, mine):
        with pytest.raises(Erased):
            await house.vault.seal(subject, Place("party", "name_sealed", "x"), b"x")
