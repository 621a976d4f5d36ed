"""What the desk's people keep for their work: saved views, who has a case, notes on pictures, a list to take out."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest

from backend.cases.holding import LOOKS_FOR
from backend.cases.saved_views import VIEWS_LIMIT
from backend.city.city import City
from backend.foundation.database import sql
from backend.house import House
from tests.api.case_builders import APPROVER, CLERK, ELSEWHERE
from tests.api.conftest import API, Client, SignIn
from tests.api.test_cases import give, submitted
from tests.api.test_drafts import code

pytestmark = pytest.mark.anyio


async def held(staff: Client, case: str, to: str | None, seen: str | None) -> Any:
    return await staff.put(f"{API}/desk/cases/{case}/holder", json={"to": to, "seen": seen})


async def me(staff: Client) -> str:
    return str((await staff.get(f"{API}/session")).json()["account"]["id"])


async def photo_of(staff: Client, case: str) -> dict[str, str]:
    view = (await staff.get(f"{API}/desk/cases/{case}")).json()
    material = next(each for each in view["materials"] if each["files"])
    return {"material": material["key"], "sha256": material["files"][0]["sha256"]}


async def test_a_view_is_kept_for_its_owner_alone_replaced_by_name_and_bounded(house: House, sign_in: SignIn) -> None:
    clerk, colleague = await sign_in(CLERK), await sign_in(APPROVER)
    view = {"name": "快到期", "section": "open", "query": {"light": "amber", "step": "decision"}}
    kept = (await clerk.post(f"{API}/desk/views", json=view)).json()["views"]
    assert [(each["name"], each["query"]) for each in kept] == [("快到期", {"light": "amber", "step": "decision"})]
    replaced = (await clerk.post(f"{API}/desk/views", json={**view, "query": {"light": "red"}})).json()["views"]
    assert [(each["id"], each["query"]) for each in replaced] == [(kept[0]["id"], {"light": "red"})]
    assert (await colleague.get(f"{API}/desk/views")).json() == {"views": []}
    assert (await colleague.delete(f"{API}/desk/views/{kept[0]['id']}")).status_code == 404
    for number in range(VIEWS_LIMIT - 1):
        await clerk.post(f"{API}/desk/views", json={**view, "name": f"视图{number}"})
    refused = await clerk.post(f"{API}/desk/views", json={**view, "name": "再一个"})
    assert (refused.status_code, code(refused), refused.json()["limit"]) == (409, "too-many-views", VIEWS_LIMIT)
    assert (await clerk.delete(f"{API}/desk/views/{kept[0]['id']}")).status_code == 204
    assert len((await clerk.get(f"{API}/desk/views")).json()["views"]) == VIEWS_LIMIT - 1


async def test_a_case_is_taken_up_handed_over_and_put_back_and_the_list_of_each_says_so(
    house: House, sign_in: SignIn, city: City
) -> None:
    _, case = await submitted(house, sign_in, city)
    clerk, approver = await sign_in(CLERK), await sign_in(APPROVER)
    first, second = await me(clerk), await me(approver)
    taken = (await held(clerk, case, first, None)).json()
    assert taken["holder"] == {"id": first, "name": "许静", "mine": True}
    mine = (await clerk.get(f"{API}/desk/queue?state=held")).json()
    assert ([each["id"] for each in mine["cases"]], mine["counts"]["held"]) == ([case], 1)
    assert (await approver.get(f"{API}/desk/queue")).json()["cases"][0]["holder"]["name"] == "许静"
    named = (await clerk.get(f"{API}/desk/cases/{case}/colleagues")).json()["colleagues"]
    assert "程海" in {each["name"] for each in named}
    assert "罗敏" not in {each["name"] for each in named}
    assert (await held(clerk, case, second, first)).json()["holder"]["name"] == "程海"
    assert (await clerk.get(f"{API}/desk/queue?state=held")).json()["counts"]["held"] == 0
    assert (await approver.get(f"{API}/desk/queue?state=held")).json()["counts"]["held"] == 1
    # Whoever has a case keeps nobody from it: only the lifecycle says who may do what.
    assert (await give(clerk, case, "accept", 1)).status_code == 200
    assert (await held(approver, case, None, second)).json()["holder"] is None


async def test_of_two_who_take_a_case_at_once_the_second_is_told_who_has_it(
    house: House, sign_in: SignIn, city: City
) -> None:
    _, case = await submitted(house, sign_in, city)
    clerk, approver = await sign_in(CLERK), await sign_in(APPROVER)
    await held(clerk, case, await me(clerk), None)
    late = await held(approver, case, await me(approver), None)
    assert (late.status_code, code(late), late.json()["current"]["name"]) == (409, "holder-changed", "许静")


async def test_a_case_goes_to_nobody_who_may_not_handle_it_and_elsewhere_it_is_not_there(
    house: House, sign_in: SignIn, city: City
) -> None:
    _, case = await submitted(house, sign_in, city)
    clerk, elsewhere = await sign_in(CLERK), await sign_in(ELSEWHERE)
    wrong = await held(clerk, case, await me(elsewhere), None)
    assert (wrong.status_code, code(wrong)) == (403, "not-yours")
    for reply in (
        await held(elsewhere, case, await me(elsewhere), None),
        await elsewhere.post(f"{API}/desk/cases/{case}/presence"),
        await elsewhere.get(f"{API}/desk/cases/{case}/colleagues"),
    ):
        assert reply.status_code == 404


async def test_two_on_one_case_see_each_other_for_as_long_as_their_pages_say_so(
    house: House, sign_in: SignIn, city: City
) -> None:
    _, case = await submitted(house, sign_in, city)
    clerk, approver = await sign_in(CLERK), await sign_in(APPROVER)
    alone = (await clerk.post(f"{API}/desk/cases/{case}/presence")).json()
    assert (alone["others"], alone["version"]) == ([], 1)
    assert (await approver.post(f"{API}/desk/cases/{case}/presence")).json()["others"] == ["许静"]
    assert (await clerk.post(f"{API}/desk/cases/{case}/presence")).json()["others"] == ["程海"]
    await give(approver, case, "accept", 1)
    await house.database.commit([sql("UPDATE case_presence SET seen_at = seen_at - {}", LOOKS_FOR)])
    later = (await clerk.post(f"{API}/desk/cases/{case}/presence")).json()
    assert later["others"] == []


async def test_a_note_on_a_picture_is_for_the_office_that_decides_and_its_writer_takes_it_away(
    house: House, sign_in: SignIn, city: City
) -> None:
    resident, case = await submitted(house, sign_in, city)
    clerk, approver = await sign_in(CLERK), await sign_in(APPROVER)
    picture = await photo_of(clerk, case)
    note = {**picture, "page": 1, "across": 2500, "down": 7300, "text": "右下角有反光，看不清门牌"}
    written = await clerk.post(f"{API}/desk/cases/{case}/marks", json=note)
    assert written.status_code == 201, written.text
    seen = (await approver.get(f"{API}/desk/cases/{case}")).json()["marks"]
    assert [(each["text"], each["by"], each["mine"], each["across"]) for each in seen] == [
        (note["text"], "许静", False, 2500)
    ]
    stored = (await house.database.read(sql("SELECT text_sealed FROM case_mark")))[0]["text_sealed"]
    assert "反光".encode() not in bytes(stored)
    # The applicant reads that somebody wrote a note, and not what it says.
    assert "反光" not in (await resident.get(f"{API}/cases/{case}")).text
    actions = {each["action"] for each in (await resident.get(f"{API}/me/reads")).json()["reads"]}
    assert "desk.marked" in actions
    address = f"{API}/desk/cases/{case}/marks/{seen[0]['id']}"
    assert (await approver.delete(address)).status_code == 403
    assert (await clerk.delete(address)).json() == []
    nowhere = await clerk.post(f"{API}/desk/cases/{case}/marks", json={**note, "sha256": "0" * 64})
    assert (nowhere.status_code, code(nowhere)) == (409, "files-missing")


async def test_a_list_is_taken_out_masked_for_a_reason_that_everyone_in_it_can_read(
    house: House, sign_in: SignIn, city: City
) -> None:
    resident, case = await submitted(house, sign_in, city)
    clerk = await sign_in(CLERK)
    await held(clerk, case, await me(clerk), None)
    reply = await clerk.post(f"{API}/desk/queue/export", json={"section": "open", "reason": "月底统计在办件"})
    assert reply.headers["content-type"] == "text/csv; charset=utf-8"
    assert reply.headers["content-disposition"].startswith('attachment; filename="desk-open-')
    assert reply.content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(reply.content.decode("utf-8-sig"))))
    assert (len(rows), rows[1][2], rows[1][-1]) == (2, "林**", "许静")
    assert "林晓舟" not in reply.text
    read = (await resident.get(f"{API}/me/reads")).json()["reads"]
    assert ("desk.export", "月底统计在办件") in {(each["action"], each["reason"]) for each in read}
    narrowed = await clerk.post(
        f"{API}/desk/queue/export", json={"section": "open", "reason": "月底统计", "query": {"light": "red"}}
    )
    assert len(narrowed.text.splitlines()) == 1
    short = await clerk.post(f"{API}/desk/queue/export", json={"section": "open", "reason": "　　 x  "})
    assert (short.status_code, code(short)) == (422, "reason-needed")
