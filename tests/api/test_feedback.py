"""What is wrong with a page: said by anyone, kept without who said it, read at the desk."""

from __future__ import annotations

import uuid
from typing import Any

import httpx
import pytest

from backend.app import create_app
from backend.feedback.service import KEPT_DAYS
from backend.foundation.database import sql
from backend.house import House
from tests.api.case_builders import APPROVER, CLERK
from tests.api.conftest import API, Client, SignIn, browser_of

pytestmark = pytest.mark.anyio

DAY = 86_400_000


def said(**changes: Any) -> dict[str, Any]:
    return {"page": "/items/residence-permit", "kind": "unclear", "language": "zh", "words": "看不懂第三步", **changes}


async def send(client: Client, feedback_id: str = "", **changes: Any) -> httpx.Response:
    return await client.put(f"{API}/feedback/{feedback_id or uuid.uuid4()}", json=said(**changes))


async def listed(desk: Client, **query: Any) -> list[dict[str, Any]]:
    reply = await desk.get(f"{API}/desk/feedback", params=query)
    assert reply.status_code == 200, reply.text
    entries: list[dict[str, Any]] = reply.json()["entries"]
    return entries


async def test_what_anyone_says_of_a_page_is_read_at_the_desk_and_names_nobody(
    house: House, client: Client, sign_in: SignIn
) -> None:
    resident = await sign_in("13900000001")
    assert (await send(resident)).status_code == 204
    assert (await send(client, page="/cases/:id", kind="broken", words="按不动")).status_code == 204
    entries = await listed(await sign_in(CLERK))
    assert [(each["page"], each["kind"], each["words"], each["done_at"]) for each in entries] == [
        ("/cases/:id", "broken", "按不动", None),
        ("/items/residence-permit", "unclear", "看不懂第三步", None),
    ]
    account = (await resident.get(f"{API}/session")).json()["account"]["id"]
    rows = await house.database.read(sql("SELECT * FROM feedback"))
    assert account not in str(rows)


async def test_sending_again_under_one_id_leaves_one_entry(client: Client, sign_in: SignIn) -> None:
    same = str(uuid.uuid4())
    for words in ("第一次", "又一次"):
        assert (await send(client, same, words=words)).status_code == 204
    assert [each["words"] for each in await listed(await sign_in(CLERK))] == ["第一次"]


async def test_numbers_of_people_are_masked_before_they_are_stored(house: House, client: Client) -> None:
    assert (await send(client, words="我是 990521199003077241，电话13900000001，打不开")).status_code == 204
    (row,) = await house.database.read(sql("SELECT words FROM feedback"))
    assert row["words"] == "我是 990***********7241，电话139****0001，打不开"


@pytest.mark.parametrize(
    "wrong",
    [
        {"words": ""},
        {"words": " \n"},
        {"words": "长" * 501},
        {"page": "items"},
        {"page": "/items?q=1"},
        {"page": "/" + "a" * 200},
        {"kind": "praise"},
        {"name": "林晓舟"},
    ],
)
async def test_what_is_out_of_bounds_is_refused_and_not_kept(
    house: House, client: Client, wrong: dict[str, str]
) -> None:
    assert (await send(client, **wrong)).status_code == 400
    assert await house.database.read(sql("SELECT id FROM feedback")) == []


async def test_one_address_cannot_fill_the_table(house: House) -> None:
    app = create_app(house.settings, house=house)
    async with app.lifespan(), browser_of(app) as client:
        replies = [await send(client) for _ in range(11)]
    assert [reply.status_code for reply in replies] == [204] * 10 + [429]
    assert int(replies[-1].headers["retry-after"]) > 0


async def test_what_is_dealt_with_leaves_the_list_and_may_come_back(client: Client, sign_in: SignIn) -> None:
    await send(client)
    desk = await sign_in(CLERK)
    (entry,) = await listed(desk)
    address = f"{API}/desk/feedback/{entry['id']}/state"
    assert (await desk.put(address, json={"done": True})).status_code == 204
    assert await listed(desk) == []
    assert [each["id"] for each in await listed(desk, done=True)] == [entry["id"]]
    assert (await desk.put(address, json={"done": False})).status_code == 204
    assert [each["id"] for each in await listed(desk)] == [entry["id"]]
    assert (await desk.put(f"{API}/desk/feedback/{uuid.uuid4()}/state", json={"done": True})).status_code == 404


async def test_the_list_is_read_page_by_page_in_the_order_of_time(
    house: House, client: Client, sign_in: SignIn
) -> None:
    start = house.time.now()
    for number in range(5):
        house.time.set(start + number * 1000)
        assert (await send(client, words=f"第{number}条")).status_code == 204
    desk = await sign_in(CLERK)
    first = (await desk.get(f"{API}/desk/feedback?limit=3")).json()
    second = (await desk.get(f"{API}/desk/feedback?limit=3&after={first['next']}")).json()
    assert [each["words"] for each in first["entries"] + second["entries"]] == [f"第{n}条" for n in (4, 3, 2, 1, 0)]
    assert second["next"] is None
    assert (await desk.get(f"{API}/desk/feedback?after=bm90Cm9uZQ")).status_code == 400


async def test_only_those_who_can_mend_a_page_read_what_is_said_of_it(client: Client, sign_in: SignIn) -> None:
    assert (await client.get(f"{API}/desk/feedback")).status_code == 401
    assert (await (await sign_in("13900000001")).get(f"{API}/desk/feedback")).status_code == 403
    assert (await (await sign_in(APPROVER)).get(f"{API}/desk/feedback")).status_code == 403


async def test_what_was_said_long_ago_is_deleted(house: House, client: Client) -> None:
    start = house.time.now()
    await send(client, words="旧的")
    house.time.set(start + (KEPT_DAYS + 1) * DAY)
    await send(client, words="新的")
    assert [row["words"] for row in await house.database.read(sql("SELECT words FROM feedback"))] == ["新的"]
