"""A resident shows their draft at the counter: by whose code it opens, once, and that it becomes one case."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from backend.cases.counter_codes import CODE_LIFE, code_in
from backend.city.city import City
from backend.foundation.database import sql
from backend.house import House
from tests.api.case_builders import APPROVER, CLERK, ELSEWHERE, OTHER, RESIDENT, application, key
from tests.api.conftest import API, Client, SignIn
from tests.api.test_cases import count
from tests.api.test_drafts import code, put

pytestmark = pytest.mark.anyio
SHOWN = f"{API}/desk/counter/drafts"


async def drawn(house: House, resident: Client, city: City) -> tuple[str, dict[str, Any]]:
    """A whole draft on the server, as the application that it would be."""
    body = await application(house, resident, city)
    draft = str(uuid4())
    files = {
        material: [{"sha256": each, "name": "照片.jpg", "size": 10, "media_type": "image/jpeg"} for each in named]
        for material, named in body["files"].items()
    }
    part = {name: body[name] for name in ("item", "guide_hash", "form_hash", "values")}
    stored = await put(resident, draft, 0, **part, files=files)
    assert stored.status_code == 200, stored.text
    return draft, body


async def show(resident: Client, draft: str) -> str:
    reply = await resident.post(f"{API}/drafts/{draft}/counter-code")
    assert reply.status_code == 201, reply.text
    return str(reply.json()["code"])


async def test_the_clerk_who_scans_a_draft_files_it_and_the_phone_is_told_that_it_is_filed(
    house: House, sign_in: SignIn, city: City
) -> None:
    resident, clerk = await sign_in(RESIDENT), await sign_in(CLERK)
    draft, body = await drawn(house, resident, city)
    opened = (await clerk.post(SHOWN, json={"code": f"ZBC:{await show(resident, draft)}"})).json()
    assert opened["visit"]["facts"]["name"] == "林**"
    # What the registers know is on the server only, and nothing of it in clear in the answer.
    assert {"name", "id_number", "phone"}.isdisjoint(opened["values"])
    assert opened["values"]["detail"] == body["values"]["detail"]
    assert opened["files_missing"] == 0
    filing = {
        "guide_hash": body["guide_hash"],
        "form_hash": body["form_hash"],
        "values": opened["values"],
        "files": {material: [each["sha256"] for each in files] for material, files in opened["files"].items()},
    }
    address = f"{API}/desk/counter/visits/{opened['visit']['id']}/cases"
    filed = await clerk.post(address, json=filing, headers=key())
    assert filed.status_code == 201, filed.text
    case = filed.json()["case"]["id"]
    gone = await put(resident, draft, 1)
    assert (gone.status_code, code(gone), gone.json()["case_id"]) == (409, "draft-submitted", case)
    again = await resident.post(f"{API}/cases", json={**body, "draft": draft}, headers=key())
    assert (again.status_code, code(again)) == (409, "draft-submitted")
    assert await count(house, "case_record") == 1
    assert (await resident.get(f"{API}/cases/{case}")).json()["channel"] == "counter"
    actions = [each["action"] for each in (await resident.get(f"{API}/me/reads")).json()["reads"]]
    assert "desk.counter-draft" in actions


async def test_a_draft_that_the_phone_submitted_meanwhile_is_not_filed_again(
    house: House, sign_in: SignIn, city: City
) -> None:
    resident, clerk = await sign_in(RESIDENT), await sign_in(CLERK)
    draft, body = await drawn(house, resident, city)
    opened = (await clerk.post(SHOWN, json={"code": await show(resident, draft)})).json()
    sent = await resident.post(f"{API}/cases", json={**body, "draft": draft}, headers=key())
    assert sent.status_code == 201, sent.text
    filing = {name: body[name] for name in ("guide_hash", "form_hash", "files")} | {"values": opened["values"]}
    late = await clerk.post(f"{API}/desk/counter/visits/{opened['visit']['id']}/cases", json=filing, headers=key())
    assert (late.status_code, code(late), late.json()["case_id"]) == (409, "draft-submitted", sent.json()["case"]["id"])
    assert await count(house, "case_record") == 1


async def test_a_code_works_once_for_ten_minutes_and_an_earlier_one_of_the_draft_never(
    house: House, sign_in: SignIn, city: City
) -> None:
    resident, clerk = await sign_in(RESIDENT), await sign_in(CLERK)
    draft, _ = await drawn(house, resident, city)
    first, second = await show(resident, draft), await show(resident, draft)
    assert (await clerk.post(SHOWN, json={"code": first})).status_code == 404
    assert (await clerk.post(SHOWN, json={"code": second.lower().replace("-", " ")})).status_code == 201
    used = await clerk.post(SHOWN, json={"code": second})
    assert (used.status_code, code(used)) == (404, "counter-code-unknown")
    third = await show(resident, draft)
    await house.database.commit([sql("UPDATE counter_code SET ends_at = ends_at - {}", CODE_LIFE)])
    assert (await clerk.post(SHOWN, json={"code": third})).status_code == 404
    stored = await house.database.read(sql("SELECT code_hash FROM counter_code"))
    assert all(third.replace("-", "") not in row["code_hash"] for row in stored)


async def test_nobody_but_its_owner_shows_a_draft_and_nobody_but_a_competent_clerk_opens_it(
    house: House, sign_in: SignIn, city: City
) -> None:
    resident, other = await sign_in(RESIDENT), await sign_in(OTHER)
    draft, _ = await drawn(house, resident, city)
    assert (await other.post(f"{API}/drafts/{draft}/counter-code")).status_code == 404
    assert (await other.post(SHOWN, json={"code": "7K3M-Q2XH-9PAD"})).status_code == 403
    shown = await show(resident, draft)
    assert (await (await sign_in(APPROVER)).post(SHOWN, json={"code": shown})).status_code == 403
    opened = (await (await sign_in(CLERK)).post(SHOWN, json={"code": shown})).json()
    sha256 = next(each["sha256"] for files in opened["files"].values() for each in files)
    address = f"{API}/desk/counter/visits/{opened['visit']['id']}/files/{sha256}"
    assert (await (await sign_in(ELSEWHERE)).get(address)).status_code == 404


async def test_a_draft_of_an_account_that_has_not_said_who_it_is_is_not_shown(house: House, sign_in: SignIn) -> None:
    stranger = await sign_in("13900000077")
    draft = str(uuid4())
    await put(stranger, draft, 0)
    reply = await stranger.post(f"{API}/drafts/{draft}/counter-code")
    assert (reply.status_code, code(reply)) == (409, "identity-needed")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("ZBC:7K3M-Q2XH-9PAD", "7K3MQ2XH9PAD"),
        (" zbc:7k3mq2xh9pad\n", "7K3MQ2XH9PAD"),
        ("7K3M Q2XH 9PAO", "7K3MQ2XH9PA0"),
        ("ZP1:7K3MQ2XH9PAD", None),
        ("7K3MQ2XH9PA", None),
        ("", None),
    ],
)
def test_a_code_is_read_however_it_was_typed(text: str, found: str | None) -> None:
    assert code_in(text) == found
