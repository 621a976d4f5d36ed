"""What the registers hold is not asked for; what they do not hold is uploaded; an instant item ends in one act."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from backend.cases.materials import Asked, is_found
from backend.city.city import City
from backend.foundation.database import sql
from backend.house import House
from tests.api.case_builders import CLERK, RESIDENT, acting_for, key, stored_file
from tests.api.conftest import API, Client, SignIn
from tests.forms.overlay import ITEM, VALUES, pack_at

pytestmark = pytest.mark.anyio
LIN = Asked("person", "林晓舟", "990321199508162421")
TINGTAO = Asked("organisation", "云海听涛软件有限公司", "91990102MA1YH0010J")
HE = "13900000003"


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> City:
    return City.load(pack_at(tmp_path_factory.mktemp("packs") / "city"))


async def application(house: House, browser: Client, **changes: Any) -> dict[str, Any]:
    me = (await browser.get(f"{API}/me/applicant")).json()
    known = {name: me[name] for name in ("name", "id_number", "phone")}
    guide = house.city.items[ITEM].guide
    return {
        "item": ITEM,
        "guide_hash": guide.hash,
        "form_hash": guide.form_hash,
        "values": {**known, **VALUES},
        "files": {},
        **changes,
    }


@pytest.mark.parametrize(
    ("asked", "key", "day", "found"),
    [
        (LIN, "id-card", "2026-11-27", True),
        (Asked("person", "林小舟", LIN.code), "id-card", "2026-11-27", False),
        (TINGTAO, "id-card", "2026-11-27", True),
        (Asked("organisation", "听涛", TINGTAO.code), "id-card", "2026-11-27", False),
        (LIN, "home", "2026-11-27", True),
        (TINGTAO, "home", "2026-11-27", True),
        (Asked("person", "吴海燕", "990522200104123648"), "home", "2026-11-27", False),
        (LIN, "household", "2026-11-27", True),
        (LIN, "driving", "2026-12-20", True),
        (LIN, "driving", "2026-12-21", False),
        (LIN, "credit", "2026-11-27", True),
        (LIN, "tuition", "2026-11-27", False),
        (Asked("person", "", ""), "credit", "2026-11-27", False),
    ],
)
def test_a_material_is_found_in_its_register(city: City, asked: Asked, key: str, day: str, *, found: bool) -> None:
    material = next(one for one in city.items[ITEM].guide.materials if one.key == key)
    assert is_found(city, material, asked, date.fromisoformat(day)) is found


async def test_an_applicant_sees_what_is_known_of_them(house: House, sign_in: SignIn) -> None:
    resident = await sign_in(RESIDENT)
    reply = await resident.get(f"{API}/items/{ITEM}/known")
    found = {one["key"]: one["found"] for one in reply.json()["materials"]}
    assert found == {
        "id-card": True,
        "home": True,
        "household": True,
        "driving": True,
        "credit": True,
        "tuition": False,
    }
    first = reply.json()["materials"][0]
    assert (first["register"], first["source"]["zh"]) == ("population", "云海市人口信息库")
    assert (await resident.get(f"{API}/items/nothing/known")).status_code == 404
    me = (await resident.get(f"{API}/me/applicant")).json()
    assert (me["birth_date"], me["sex"], me["home"], me["representative"]) == ("1995-08-16", "女", "静川省安平县", None)


async def test_what_is_known_of_a_party_is_put_on_record(house: House, sign_in: SignIn) -> None:
    resident = await sign_in(RESIDENT)
    name, code = TINGTAO.name, TINGTAO.code
    party = (await resident.post(f"{API}/me/parties/organisations", json={"uscc": code, "name": name})).json()
    header = acting_for(party["mandate_id"])
    reply = await resident.get(f"{API}/items/{ITEM}/known", headers=header)
    assert {one["key"]: one["found"] for one in reply.json()["materials"]}["household"] is False
    rows = await house.database.read(sql("SELECT target FROM audit WHERE action = 'acting.applicant'"))
    assert [row["target"] for row in rows] == [party["party_id"]]
    me = (await resident.get(f"{API}/me/applicant", headers=header)).json()
    assert (me["name"], me["representative"], me["birth_date"]) == (name, "林晓舟", None)


async def test_what_no_register_holds_is_uploaded(house: House, sign_in: SignIn) -> None:
    resident = await sign_in(RESIDENT)
    body = await application(house, resident)
    reply = await resident.post(f"{API}/cases", json=body, headers=key())
    assert (reply.status_code, reply.json()["materials"]) == (422, ["tuition"])
    assert "在读证明" in reply.json()["detail"]
    picture = await stored_file(house, resident, "tuition")
    # A picture of what a register holds is not kept.
    files = {"tuition": [picture], "home": [picture]}
    reply = await resident.post(f"{API}/cases", json={**body, "files": files}, headers=key())
    assert reply.status_code == 201, reply.text
    case = reply.json()["case"]["id"]
    seen = (await resident.get(f"{API}/cases/{case}")).json()
    sources = {one["key"]: one["source"] for one in seen["materials"]}
    assert sources["tuition"] == "upload"
    assert {sources[name] for name in ("id-card", "home", "household", "driving", "credit")} == {"share"}
    linked = await house.database.read(sql("SELECT material FROM case_file WHERE case_id = {}", case))
    assert [row["material"] for row in linked] == ["tuition"]


async def test_answers_out_of_place_are_named(house: House, sign_in: SignIn) -> None:
    resident = await sign_in(RESIDENT)
    body = await application(house, resident)
    wrong = {
        **body["values"],
        "sex": "男",
        "agent": {"name": "周志远", "id_number": "990321198802031170"},
        "members": [{"name": "何建军", "relation": "other"}, {"name": "何", "relation": "child", "employer": "云海"}],
        "promise": False,
    }
    reply = await resident.post(f"{API}/cases", json={**body, "values": wrong}, headers=key())
    assert [(one["path"], one["keyword"]) for one in reply.json()["errors"]] == [
        ("/agent/id_number", "when"),
        ("/agent/name", "when"),
        ("/members/0/which", "required"),
        ("/members/1/employer", "when"),
        ("/promise", "const"),
        ("/sex", "const"),
    ]


async def test_an_instant_item_is_finished_by_one_act_of_one_person(house: House, sign_in: SignIn) -> None:
    resident, clerk = await sign_in(RESIDENT), await sign_in(CLERK)
    values = {
        **(await application(house, resident))["values"],
        "agent_needed": "friend",
        "agent": {"name": "周志远", "id_number": "99032119880203117X"},
        "sex": "女",
    }
    files = {"tuition": [await stored_file(house, resident, "tuition")]}
    body = await application(house, resident, values=values, files=files)
    reply = await resident.post(f"{API}/cases", json=body, headers=key())
    assert reply.status_code == 201, reply.text
    assert reply.json()["due"]["date"] == house.time.today().isoformat()
    case = reply.json()["case"]["id"]
    seen = (await clerk.get(f"{API}/desk/cases/{case}")).json()
    words = {one["pointer"]: (one["label"]["zh"], one["value_text"]["zh"]) for one in seen["schema_labels"]}
    assert words["/members/0/name"] == ("家人 1 姓名", "何建军")
    assert words["/agent/name"] == ("代办人姓名", "周志远")
    assert words["/helped"] == ("要哪些帮助？", "房租")
    assert words["/promise"] == ("承诺", "是")
    assert "****" in words["/id_number"][1]
    allowed = {one["command"] for one in seen["allowed"] if one["allowed"]}
    assert {"grant", "refuse", "decline"} <= allowed
    granted = await clerk.post(
        f"{API}/desk/cases/{case}/commands", json={"command": "grant", "version": seen["version"]}, headers=key()
    )
    assert granted.status_code == 200, granted.text
    seen = (await resident.get(f"{API}/cases/{case}")).json()
    # No acceptance, so no clock ever ran: it was decided on the spot.
    assert (seen["state"], seen["stage"], seen["clock"]) == ("granted", "issue", None)
    listed = await clerk.get(f"{API}/desk/queue", params={"state": "closed"})
    assert listed.status_code == 200, listed.text
    queue = listed.json()["cases"]
    assert [one["id"] for one in queue] == [case]
    rows = await house.database.read(sql("SELECT ended_at FROM case_record WHERE id = {}", case))
    assert rows[0]["ended_at"] is not None


async def test_nobody_finishes_their_own_instant_case(house: House, sign_in: SignIn) -> None:
    resident, clerk = await sign_in(CLERK, as_resident=True), await sign_in(CLERK)
    files = {name: [await stored_file(house, resident, name)] for name in ("tuition", "home", "household")}
    body = await application(house, resident, files=files)
    reply = await resident.post(f"{API}/cases", json=body, headers=key())
    assert reply.status_code == 201, reply.text
    case = reply.json()["case"]["id"]
    reply = await clerk.post(
        f"{API}/desk/cases/{case}/commands", json={"command": "grant", "version": 1}, headers=key()
    )
    assert reply.status_code in (403, 404, 409), reply.text
    rows = await house.database.read(sql("SELECT state FROM case_record WHERE id = {}", case))
    assert rows[0]["state"] == "submitted"


def test_the_overlay_is_a_sound_pack(tmp_path: Path) -> None:
    loaded = City.load(pack_at(tmp_path / "city"))
    assert loaded.items[ITEM].guide.fillable
