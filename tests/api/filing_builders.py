"""What tests of bundles are made of: the answers to a merged form, and a worker that moves filings on."""

from __future__ import annotations

from typing import Any

from backend.bundles.moving import register
from backend.foundation.wake import Wake
from backend.foundation.worker import Worker
from backend.house import House
from backend.notify.delivery import register as register_news
from tests.api.case_builders import acting_for, key, stored_file
from tests.api.conftest import API, Client

NEWBORN = {
    "about_registered": "no",
    "about_insurance": "yes",
    "about_card": "yes",
    "fertility_registration_married": "married",
    "birth_certificate_other_name": "赵明",
    "birth_certificate_other_id_number": "990822199107220399",
    "fertility_registration_birth_order": "第一个孩子",
    "birth_certificate_child_name": "林安然",
    "birth_certificate_child_sex": "女",
    "birth_certificate_birth_date": "2026-11-20",
    "birth_certificate_district": "990102",
    "birth_certificate_hospital": "云海市妇幼保健院",
    "birth_household_registration_ethnic_group": "汉族",
    "fertility_registration_district": "990102",
    "fertility_registration_street": "990102001000",
    "fertility_registration_detail": "听涛路 18 号海棠苑 3 栋 502 室",
    "birth_certificate_role": "mother",
    "birth_household_registration_other_parent": "married",
    "birth_certificate_card": "electronic",
    "birth_household_registration_follow": "applicant",
    "birth_household_registration_household_head": "林国栋",
    "birth_household_registration_relation": "grandchild",
    "birth_household_registration_district": "990102",
    "birth_household_registration_street": "990102001000",
    "birth_household_registration_detail": "听涛路 18 号海棠苑 3 栋 502 室",
}
REGISTER = "birth-household-registration-household-register"


async def submission(
    house: House, browser: Client, bundle: str = "newborn", mandate: str | None = None, **values: Any
) -> dict[str, Any]:
    """A complete filing of the signed-in person, or of whom a mandate names; `values` replace answers, None removes."""
    me = (await browser.get(f"{API}/me/applicant", headers=acting_for(mandate))).json()
    asked = {"name": me["name"], "id_number": me["id_number"], "phone": me["phone"], **NEWBORN, **values}
    form = (await browser.get(f"{API}/bundles/{bundle}/form")).json()
    return {
        "item": f"bundle-{bundle}",
        "guide_hash": form["hash"],
        "form_hash": form["hash"],
        "values": {name: value for name, value in asked.items() if value is not None},
        "files": {REGISTER: [await stored_file(house, browser, "register", mandate)]},
        "draft": None,
    }


async def file(browser: Client, body: dict[str, Any], bundle: str = "newborn", **headers: str) -> Any:
    """Files it."""
    return await browser.post(f"{API}/bundles/{bundle}/filings", json=body, headers={**key(), **headers})


async def continued(browser: Client, filing: str, item: str, mandate: str | None, **anew: Any) -> Any:
    """Files a member whose turn it is, for whom a mandate names; `anew` are corrected answers or files."""
    address = f"{API}/filings/{filing}/members/{item}/cases"
    return await browser.post(address, json=anew, headers={**key(), **acting_for(mandate)})


async def say(staff: Client, case: str, command: str, **said: Any) -> dict[str, Any]:
    """Gives a command of the desk against the newest version."""
    version = (await staff.get(f"{API}/desk/cases/{case}")).json()["version"]
    body = {"command": command, "version": version, **said}
    reply = await staff.post(f"{API}/desk/cases/{case}/commands", json=body, headers=key())
    assert reply.status_code == 200, reply.text
    return dict(reply.json())


def mover(house: House) -> Worker:
    """A worker that moves filings on and tells of it."""
    worker = Worker(house.database, house.time, house.settings.outbox, Wake())
    register(worker, house)
    register_news(worker, house)
    return worker


def states(filing: dict[str, Any]) -> list[tuple[str, str]]:
    """The members of a filing with their states."""
    return [(each["item"]["key"], each["state"]) for each in filing["members"]]
