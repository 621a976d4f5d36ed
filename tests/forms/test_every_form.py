"""Every form of the demo city can be filled in from its own schema, on both sides, and is taken by the API."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from backend.city.city import City
from backend.city.guide import Guide
from backend.foundation.database import sql
from backend.house import House
from backend.parties.rules import facts_of
from tests.api.case_builders import RESIDENT, acting_for, key, stored_file
from tests.api.conftest import API, ROOT, Client, SignIn
from tests.forms.filling import Filler, answers, without
from tests.forms.judging import By, Judges
from tests.scale import examples

CITY = City.load(ROOT / "city")
FILLABLE = sorted(key for key, item in CITY.items.items() if item.guide.fillable)
PERSON = ("林晓舟", "990321199508162421")
ORGANISATION = ("云海听涛软件有限公司", "91990102MA1YH0010J")
TODAY = "2026-11-27"
BATCH = 100


@pytest.fixture(scope="module")
def judges() -> Iterator[Judges]:
    with Judges() as made:
        yield made


def by_for(guide: Guide, today: str = TODAY) -> By:
    """What an applicant of the right kind is judged by."""
    kind = "person" if guide.serves("person") else "organisation"
    facts = facts_of(CITY, kind, *(PERSON if kind == "person" else ORGANISATION), RESIDENT)
    committed = [one.key for one in guide.materials if one.handover == "commitment" and one.necessity == "required"]
    return By(today, facts, committed)


@pytest.mark.parametrize("item", FILLABLE)
@pytest.mark.parametrize("seed", range(3))
def test_a_form_is_filled_from_its_own_schema(judges: Judges, item: str, seed: int) -> None:
    guide = CITY.items[item].guide
    form, by = CITY.forms[guide.form_hash or ""], by_for(guide)
    values = Filler(form, by, judges, f"{item} {seed}").fill()
    assert judges.both(form, values, by) == []


@pytest.mark.parametrize("item", FILLABLE)
@pytest.mark.parametrize("seed", range(3))
def test_each_required_answer_left_out_is_the_one_error(judges: Judges, item: str, seed: int) -> None:
    guide = CITY.items[item].guide
    form, by = CITY.forms[guide.form_hash or ""], by_for(guide)
    values = Filler(form, by, judges, f"{item} {seed}").fill()
    fields = [field for page in form.layout.pages for field in page.fields]
    demanded = 0
    for _, _, path in answers(fields, values):
        errors = judges.both(form, without(form, values, path), by)
        assert errors in ([], [{"path": path, "keyword": "required"}]), path
        demanded += len(errors)
    assert demanded > 0


def test_both_sides_judge_spoiled_forms_alike(judges: Judges) -> None:
    wanted, judged, faulty = examples(1_000_000), 0, 0
    while judged < wanted:
        for item in FILLABLE:
            guide = CITY.items[item].guide
            form, by = CITY.forms[guide.form_hash or ""], by_for(guide)
            filler = Filler(form, by, judges, f"{item} {judged}")
            values = filler.fill()
            spoilt = [filler.spoiled(values) for _ in range(BATCH)]
            for instance, phone in zip(spoilt, judges.phone(form, spoilt, by), strict=True):
                server = judges.server(form, instance, by)
                assert phone == server, (item, instance)
                faulty += bool(server)
            judged += BATCH
    assert faulty > judged / 2


async def organisation(browser: Client) -> str:
    """The mandate under which the resident acts for their enterprise."""
    name, uscc = ORGANISATION
    reply = await browser.post(f"{API}/me/parties/organisations", json={"uscc": uscc, "name": name})
    assert reply.is_success, reply.text
    return str(reply.json()["mandate_id"])


@pytest.mark.anyio
@pytest.mark.parametrize("item", FILLABLE)
async def test_a_filled_form_becomes_a_case(house: House, sign_in: SignIn, judges: Judges, item: str) -> None:
    guide = house.city.items[item].guide
    form = house.city.forms[guide.form_hash or ""]
    resident = await sign_in(RESIDENT)
    await house.database.commit([sql("UPDATE account SET in_person_at = {}", house.time.now())])
    mandate = None if guide.serves("person") else await organisation(resident)
    header = acting_for(mandate)
    by = by_for(guide, house.time.today().isoformat())
    known = (await resident.get(f"{API}/items/{item}/known", headers=header)).json()["materials"]
    missing = {one["key"] for one in known if not one["found"]}
    files: dict[str, list[str]] = {
        one.key: [await stored_file(house, resident, one.key, mandate)]
        for one in guide.materials
        if one.necessity == "required" and (one.handover == "upload" or one.key in missing)
    }
    body: dict[str, Any] = {
        "item": item,
        "guide_hash": guide.hash,
        "form_hash": form.hash,
        "values": Filler(form, by, judges, item).fill(),
        "files": files,
        # What may come later is left out here.
        "promise": guide.tolerant_acceptance,
    }
    reply = await resident.post(f"{API}/cases", json=body, headers=key() | header)
    assert reply.status_code == 201, reply.text
    seen = await resident.get(f"{API}/cases/{reply.json()['case']['id']}", headers=header)
    assert (seen.status_code, seen.json()["state"], seen.json()["item"]["key"]) == (200, "submitted", item)
