"""What tests of renewal are made of: a nurse's certificate that ends soon, and an application to renew it."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from backend.certificates.rules import valid_until
from backend.certificates.service import Grant, record
from backend.city.city import City
from backend.foundation.database import sql
from backend.foundation.identifiers import new_id
from backend.foundation.time_source import SHANGHAI
from backend.house import House
from tests.api.case_builders import key, stored_file
from tests.api.conftest import API, Client

ITEM = "nurse-registration"
NURSE_CLERK, NURSE_APPROVER = "13900000029", "13900000030"
MONTHS = 60


async def held(house: House, browser: Client, *, ends_in: int, item: str = ITEM) -> str:
    """A certificate of the signed-in person that ends in so many days, as a decision of years ago made it; its id."""
    account = (await browser.get(f"{API}/session")).json()["account"]["id"]
    return await hold(house, account, ends_in=ends_in, item=item)


async def hold(house: House, account: str, *, ends_in: int, item: str = ITEM) -> str:
    """As `held`, for an account by its id."""
    rows = await house.database.read(sql("SELECT subject_id FROM account WHERE id = {}", account))
    ends = house.time.today() + timedelta(days=ends_in)
    issued = _issued(ends)
    guide = house.city.items[item].guide
    case_id = new_id()
    grant = Grant(
        case_id=case_id,
        case_number=f"{guide.offices[0].code}{issued:%Y%m%d}0007",
        subject_id=rows[0]["subject_id"],
        type_hash=guide.certificate_hash or "",
        issuer=guide.offices[0].department.code,
        applicant={"name": "林晓舟", "id_number": "990321199508162421", "id_number_tail": "2421"},
        form={"employer": "云海市第二人民医院"},
        at=int(datetime.combine(issued, datetime.min.time(), SHANGHAI).timestamp() * 1000),
    )
    await house.database.commit(await record(house, grant))
    found = await house.database.read(sql("SELECT id, valid_until FROM certificate WHERE case_id = {}", case_id))
    assert found[0]["valid_until"] == ends.isoformat()
    return str(found[0]["id"])


def _issued(ends: date) -> date:
    day = ends.replace(year=ends.year - MONTHS // 12, day=min(ends.day, 28))
    while valid_until(day, MONTHS) != ends:
        day += timedelta(days=1)
    return day


async def renewal(house: House, city: City, browser: Client, certificate: str | None, **values: Any) -> Any:
    """The reply to an application of the signed-in person that renews a certificate, or renews none."""
    me = (await browser.get(f"{API}/me/applicant")).json()
    guide = city.items[ITEM].guide
    known = (await browser.get(f"{API}/items/{ITEM}/known")).json()["materials"]
    missing = [one["key"] for one in known if not one["found"]]
    body = {
        "draft": None,
        "item": ITEM,
        "guide_hash": guide.hash,
        "form_hash": guide.form_hash,
        "values": {
            "name": me["name"],
            "id_number": me["id_number"],
            "phone": me["phone"],
            "major": "nursing",
            "school": "静海医学院",
            "examined_on": "2026-07-10",
            "since_examination": "within",
            "employer": "云海市第二人民医院",
            "district": "990102",
            "card": "electronic",
            **values,
        },
        "files": {each: [await stored_file(house, browser, each)] for each in ("health", "employment", *missing)},
        "renews": certificate,
    }
    return await browser.post(f"{API}/cases", json=body, headers=key())
