"""What tests of mandates are made of: a city with items for every kind of applicant, people, and mandates."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from backend.city.canonical import content_hash
from backend.city.city import City
from backend.city.pack import Document, read
from backend.city.structures import Privacy
from backend.foundation.database import sql
from backend.foundation.identifiers import new_id
from backend.house import House
from backend.identity.service import account_for
from backend.parties.tables import add_mandate
from tests.api.case_builders import acting_for, application, key
from tests.api.conftest import API, ROOT, Client, SignIn

LIN, ZHOU, HE = "13900000001", "13900000002", "13900000003"
NAMES = {LIN: "林晓舟", ZHOU: "周志远", HE: "何秀兰"}
LIN_NUMBER, ZHOU_NUMBER = "990321199508162421", "99032119880203117X"
ENTERPRISE = {"uscc": "91990102MA1YH0010J", "name": "云海听涛软件有限公司"}
CHILD_NOTICE = content_hash(
    next(
        each
        for each in msgspec.convert(read(ROOT / "city")["privacy.yaml"].data, Privacy).purposes
        if each.key == "child-data"
    )
)
CHILD = {"name": "林安然", "id_number": "990321201806140247", "consent": CHILD_NOTICE}
TEENAGER = {"name": "周子墨", "id_number": "990321201101201150", "consent": None}
FOR_PERSONS, FOR_ENTERPRISES, FOR_THE_WELL_KNOWN = "residence-permit", "enterprise-permit", "careful-permit"
DAY = 24 * 3600 * 1000


def documents_of(pack: Path) -> dict[str, Document]:
    """The demo pack with two more items: one for organisations only, one that asks for level 3."""
    found = read(pack)

    def copied(path: str, to: str, changes: Mapping[str, Any]) -> None:
        found[to] = Document(to, {**copy.deepcopy(found[path].data), **changes}, {})

    form = copy.deepcopy(found["forms/residence-permit.yaml"].data["schema"])
    form["properties"]["id_number"]["pattern"] = "^[0-9A-Z]{18}$"
    copied("forms/residence-permit.yaml", "forms/enterprise.yaml", {"key": "enterprise", "schema": form})
    for item, changes in (
        (FOR_ENTERPRISES, {"service_objects": ["2"], "form": "enterprise"}),
        (FOR_THE_WELL_KNOWN, {"level": 3}),
    ):
        copied("items/residence-permit/base.yaml", f"items/{item}/base.yaml", {"key": item, **changes})
        copied("items/residence-permit/office.yaml", f"items/{item}/office.yaml", {"item": item})
    return found


async def identify(browser: Client, name: str, id_number: str) -> Any:
    """Confirms a signed-in account as a person."""
    return await browser.put(f"{API}/me/identity", json={"name": name, "id_number": id_number})


async def invite(browser: Client, phone: str, name: str, **terms: Any) -> Any:
    """Invites an agent for everything, or whatever `terms` say."""
    body = {
        "party_id": None,
        "capacity": "agent",
        "phone": phone,
        "name": name,
        "items": [],
        "cases": [],
        "days": 30,
        **terms,
    }
    return await browser.post(f"{API}/mandates", json=body, headers=key())


async def accepted(giver: Client, holder: Client, phone: str, **terms: Any) -> str:
    """A mandate that its holder, a persona, has accepted."""
    made = await invite(giver, phone, NAMES[phone], **terms)
    assert made.status_code == 201, made.text
    mandate: str = made.json()["id"]
    reply = await holder.post(f"{API}/mandates/{mandate}/acceptance")
    assert reply.status_code == 200, reply.text
    return mandate


async def held_mandate(house: House, account_id: str) -> str:
    """A mandate that an account holds, for a party that is nobody else's of these tests."""
    giver = await account_for(house, HE)
    mandate, now = new_id(), house.time.now()
    party = (await house.database.read(sql("SELECT party_id FROM account WHERE id = {}", giver)))[0]["party_id"]
    added = add_mandate(
        mandate,
        party,
        "agent",
        basis="consent:principal",
        granted_by=giver,
        at=now,
        ends_at=now + DAY,
        account_id=account_id,
        accepted_at=now,
    )
    await house.database.commit([added])
    return mandate


class Matter:
    """A mandate of a capacity: who holds it, whom it is for, and the account that this one has, if any."""

    def __init__(self, holder: Client, mandate: str, names: tuple[str, str], item: str, party: Client | None) -> None:
        self.holder = holder
        self.mandate = mandate
        self.representative, self.represented = names
        self.item = item
        self.party = party


async def matter(sign_in: SignIn, capacity: str) -> Matter:
    """A matter in each capacity, of the demo city's people."""
    if capacity == "legal_representative":
        lin = await sign_in(LIN)
        reply = await lin.post(f"{API}/me/parties/organisations", json=ENTERPRISE)
        return Matter(lin, reply.json()["mandate_id"], (NAMES[LIN], ENTERPRISE["name"]), FOR_ENTERPRISES, None)
    if capacity == "guardian":
        lin = await sign_in(LIN)
        reply = await lin.post(f"{API}/me/parties/children", json=CHILD)
        return Matter(lin, reply.json()["mandate_id"], (NAMES[LIN], CHILD["name"] or ""), FOR_PERSONS, None)
    he, zhou = await sign_in(HE), await sign_in(ZHOU)
    terms = {"capacity": "helper", "items": [FOR_PERSONS]} if capacity == "helper" else {}
    mandate = await accepted(he, zhou, ZHOU, **terms)
    return Matter(zhou, mandate, (NAMES[ZHOU], NAMES[HE]), FOR_PERSONS, he)


async def filed(house: House, city: City, browser: Client, mandate: str | None, item: str = FOR_PERSONS) -> str:
    """The id of a case filed by the signed-in person, for whom a mandate names."""
    body = await application(house, browser, city, mandate=mandate, item=item)
    reply = await browser.post(f"{API}/cases", json=body, headers=key() | acting_for(mandate))
    assert reply.status_code == 201, reply.text
    case: str = reply.json()["case"]["id"]
    return case
