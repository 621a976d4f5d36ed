"""What tests of cases are made of: a valid application, files in the store, a key."""

from __future__ import annotations

import hashlib
import uuid
from typing import Any

from backend.city.city import City
from backend.foundation.database import sql
from backend.foundation.identifiers import new_id
from backend.house import House
from tests.api.conftest import API, Client

RESIDENT, OTHER = "13900000001", "13900000002"
CLERK, APPROVER = "13900000011", "13900000012"
ELSEWHERE = "13900000013"


def key() -> dict[str, str]:
    """A fresh idempotency key."""
    return {"Idempotency-Key": str(uuid.uuid4())}


def acting_for(mandate: str | None) -> dict[str, str]:
    """The header of a request under a mandate; none for one's own matters."""
    return {} if mandate is None else {"Acting-For": mandate}


async def stored_file(house: House, browser: Client, name: str, mandate: str | None = None) -> str:
    """Lets the signed-in person, or whom they act for, own a file without sending one; gives its SHA-256."""
    account = (await browser.get(f"{API}/session")).json()["account"]["id"]
    of_account = sql("SELECT subject_id FROM account WHERE id = {}", account)
    of_party = sql(
        "SELECT party.subject_id FROM party JOIN mandate ON mandate.party_id = party.id WHERE mandate.id = {}", mandate
    )
    subject = (await house.database.read(of_party if mandate else of_account))[0]["subject_id"]
    sha256 = hashlib.sha256(f"{subject}/{name}".encode()).hexdigest()
    await house.database.commit(
        [
            sql(
                "INSERT INTO file (subject_id, sha256, storage, media_type, size, width, height, created_at)"
                " VALUES ({}, {}, {}, 'image/jpeg', 10, 4, 4, {}) ON CONFLICT DO NOTHING",
                subject,
                sha256,
                new_id(),
                house.time.now(),
            )
        ]
    )
    return sha256


async def application(
    house: House,
    browser: Client,
    city: City,
    *,
    mandate: str | None = None,
    item: str = "residence-permit",
    **values: Any,
) -> dict[str, Any]:
    """A complete application of the signed-in person, or of whom they act for under a mandate.

    `values` replace or add form values, None removes one.
    """
    me = (await browser.get(f"{API}/me/applicant", headers=acting_for(mandate))).json()
    guide = city.items[item].guide
    filled = {
        "name": me["name"],
        "id_number": me["id_number"],
        "phone": me["phone"],
        "ground": "housing",
        "moved_in": "2026-03-02",
        "district": "990102",
        "street": "990102001000",
        "detail": "听涛路 18 号海棠苑 3 栋 502 室",
        "proof_kind": "lease",
        "card": "electronic",
        **values,
    }
    return {
        "draft": None,
        "item": item,
        "guide_hash": guide.hash,
        "form_hash": guide.form_hash,
        "values": {name: value for name, value in filled.items() if value is not None},
        "files": {
            "photo": [await stored_file(house, browser, "photo", mandate)],
            "proof": [await stored_file(house, browser, "proof", mandate)],
        },
    }
