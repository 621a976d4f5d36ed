"""Drafts: revisions, repeated operations, other devices, other people, and submitting."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import uuid4

import httpx
import pytest

from backend.drafts import rules, service
from backend.foundation.database import sql
from backend.foundation.identifiers import new_id
from backend.foundation.worker import Worker
from backend.house import House
from tests.api.conftest import API, Client, SignIn

pytestmark = pytest.mark.anyio

LIN, ZHOU = "13900000001", "13900000002"


def body(**changes: Any) -> dict[str, Any]:
    whole: dict[str, Any] = {
        "operation": str(uuid4()),
        "item": "residence-permit",
        "guide_hash": "a" * 64,
        "form_hash": "b" * 64,
        "values": {"street": "江滨路 8 号", "months": 12},
        "files": {"photo": [{"sha256": "c" * 64, "name": "照片.jpg", "size": 5, "media_type": "image/jpeg"}]},
        "step": 1,
        "device": "Chrome 手机",
    }
    return whole | changes


async def put(client: Client, draft: str, revision: int | None, **changes: Any) -> httpx.Response:
    headers = {} if revision is None else {"If-Match": f'"{revision}"'}
    return await client.put(f"{API}/drafts/{draft}", json=body(**changes), headers=headers)


def code(reply: httpx.Response) -> str:
    return str(reply.json()["type"]).removeprefix("urn:zhangban:problem:")


async def test_a_draft_comes_back_as_it_was_stored(sign_in: SignIn, house: House) -> None:
    client, draft = await sign_in(LIN), new_id()
    stored = await put(client, draft, 0)
    assert stored.status_code == 200, stored.text
    assert stored.headers["etag"] == '"1"'
    assert stored.json()["revision"] == 1
    got = await client.get(f"{API}/drafts/{draft}")
    assert got.headers["etag"] == '"1"'
    assert got.json() == {
        **{key: value for key, value in body().items() if key != "operation"},
        "id": draft,
        "revision": 1,
        "updated_at": stored.json()["updated_at"],
    }
    listed = (await client.get(f"{API}/drafts")).json()["drafts"]
    assert [entry["id"] for entry in listed] == [draft]
    assert "values" not in listed[0]
    content = (await house.database.read(sql("SELECT content FROM draft")))[0]["content"]
    assert "江滨路".encode() not in content


async def test_without_if_match_a_change_is_428(sign_in: SignIn) -> None:
    client, draft = await sign_in(LIN), new_id()
    for header in (
        {},
        {"If-Match": "*"},
        {"If-Match": "1"},
        {"If-Match": '"x"'},
        {"If-Match": '"99999999999999999999"'},
    ):
        reply = await client.put(f"{API}/drafts/{draft}", json=body(), headers=header)
        assert (reply.status_code, code(reply)) == (428, "precondition-required")
    assert (await client.delete(f"{API}/drafts/{draft}")).status_code in (404, 428)


async def test_a_stale_revision_is_412_with_the_current_text(sign_in: SignIn) -> None:
    client, draft = await sign_in(LIN), new_id()
    await put(client, draft, 0)
    await put(client, draft, 1, values={"street": "新的"})
    for stale in (0, 1, 7):
        reply = await put(client, draft, stale, values={"street": "旧的"})
        assert (reply.status_code, code(reply)) == (412, "draft-behind")
        assert reply.headers["etag"] == '"2"'
        assert reply.json()["current"]["values"] == {"street": "新的"}
        assert reply.json()["current"]["revision"] == 2
    assert (await client.get(f"{API}/drafts/{draft}")).json()["values"] == {"street": "新的"}


async def test_the_same_operation_gets_the_same_answer_even_when_the_draft_has_moved_on(sign_in: SignIn) -> None:
    client, draft = await sign_in(LIN), new_id()
    same = body()
    first = await client.put(f"{API}/drafts/{draft}", json=same, headers={"If-Match": '"0"'})
    await put(client, draft, 1)
    again = await client.put(f"{API}/drafts/{draft}", json=same, headers={"If-Match": '"0"'})
    assert (again.status_code, again.json()) == (200, first.json())
    assert (await client.get(f"{API}/drafts/{draft}")).json()["revision"] == 2


async def test_an_operation_with_another_text_is_422(sign_in: SignIn) -> None:
    client, draft, operation = await sign_in(LIN), new_id(), str(uuid4())
    await put(client, draft, 0, operation=operation)
    reply = await put(client, draft, 1, operation=operation, values={"street": "别的"})
    assert (reply.status_code, code(reply)) == (422, "idempotency-key-reused")


async def test_of_two_devices_at_once_one_wins_and_the_other_learns_its_text(sign_in: SignIn) -> None:
    client, draft = await sign_in(LIN), new_id()
    await put(client, draft, 0)
    replies = await asyncio.gather(*(put(client, draft, 1, values={"device": n}) for n in range(5)))
    assert sorted(reply.status_code for reply in replies) == [200, 412, 412, 412, 412]
    winner = next(n for n, reply in enumerate(replies) if reply.status_code == 200)
    assert all(r.json()["current"]["values"] == {"device": winner} for r in replies if r.status_code == 412)


async def test_the_same_operation_at_once_is_stored_once(sign_in: SignIn) -> None:
    client, draft, same = await sign_in(LIN), new_id(), body()
    replies = await asyncio.gather(
        *(client.put(f"{API}/drafts/{draft}", json=same, headers={"If-Match": '"0"'}) for _ in range(5))
    )
    assert [reply.status_code for reply in replies] == [200] * 5
    assert {reply.text for reply in replies} == {replies[0].text}


async def test_someone_elses_draft_is_404(sign_in: SignIn, client: Client) -> None:
    owner, other, draft = await sign_in(LIN), await sign_in(ZHOU), new_id()
    await put(owner, draft, 0)
    assert (await other.get(f"{API}/drafts/{draft}")).status_code == 404
    assert (await put(other, draft, 0)).status_code == 404
    assert (await put(other, draft, 1)).status_code == 404
    assert (await other.delete(f"{API}/drafts/{draft}", headers={"If-Match": '"1"'})).status_code == 404
    assert (await other.get(f"{API}/drafts")).json() == {"drafts": []}
    assert (await client.get(f"{API}/drafts")).status_code == 401


async def test_a_change_of_a_draft_that_is_gone_is_404(sign_in: SignIn) -> None:
    client, draft = await sign_in(LIN), new_id()
    assert (await put(client, draft, 3)).status_code == 404
    await put(client, draft, 0)
    assert (await client.delete(f"{API}/drafts/{draft}", headers={"If-Match": '"9"'})).status_code == 412
    assert (await client.delete(f"{API}/drafts/{draft}", headers={"If-Match": '"1"'})).status_code == 204
    assert (await client.get(f"{API}/drafts/{draft}")).status_code == 404
    assert (await put(client, draft, 1)).status_code == 404


@pytest.mark.parametrize(
    ("changes", "statuses"),
    [
        ({"values": {"text": "字" * 30_000}}, {413}),
        ({"values": {"text": "x" * 200_000}}, {413}),
        ({"values": {"n": 10**30}}, {400, 422}),
        ({"values": {"n": 2**53 + 1}}, {422}),
        ({"values": {"n": 1e300}}, {422}),
        ({"values": []}, {400, 422}),
        ({"step": -1}, {400, 422}),
        ({"device": "x" * 41}, {400, 422}),
        ({"operation": "not-a-uuid"}, {400, 422}),
        ({"item": "../etc"}, {400, 422}),
        ({"files": {"photo": [{"sha256": "no", "name": "", "size": 1, "media_type": ""}]}}, {400, 422}),
        ({"unknown": 1}, {400, 422}),
    ],
)
async def test_what_is_out_of_bounds_is_refused_and_nothing_is_stored(
    sign_in: SignIn, changes: dict[str, Any], statuses: set[int]
) -> None:
    client, draft = await sign_in(LIN), new_id()
    reply = await put(client, draft, 0, **changes)
    assert reply.status_code in statuses, reply.text
    assert reply.headers["content-type"] == "application/problem+json"
    assert (await client.get(f"{API}/drafts/{draft}")).status_code == 404


async def test_nesting_without_end_is_a_typed_error(sign_in: SignIn) -> None:
    client, draft = await sign_in(LIN), new_id()
    for depth in (100, 30_000):
        text = httpx.Request("PUT", "http://x", json=body(values={"a": "@"})).read().decode()
        text = text.replace('"@"', "[" * depth + "]" * depth)
        reply = await client.put(
            f"{API}/drafts/{draft}",
            content=text,
            headers={"If-Match": '"0"', "Content-Type": "application/json"},
        )
        assert 400 <= reply.status_code < 500, reply.text


async def test_a_submitted_draft_leaves_the_list_and_later_changes_learn_the_case(
    sign_in: SignIn, house: House
) -> None:
    client, draft, late = await sign_in(LIN), new_id(), new_id()
    account = (await client.get(f"{API}/session")).json()["account"]["id"]
    await put(client, draft, 0)
    now = house.time.now()
    await house.database.commit(
        [service.submitted(draft, account, "case-1", now), service.submitted(late, account, "case-2", now)]
    )
    assert (await client.get(f"{API}/drafts")).json() == {"drafts": []}
    assert (await client.get(f"{API}/drafts/{draft}")).status_code == 404
    for gone, case in ((draft, "case-1"), (late, "case-2")):
        for revision in (0, 1):
            reply = await put(client, gone, revision)
            assert (reply.status_code, code(reply), reply.json()["case_id"]) == (409, "draft-submitted", case)


async def test_submitting_never_touches_another_accounts_draft(sign_in: SignIn, house: House) -> None:
    client, draft = await sign_in(LIN), new_id()
    await put(client, draft, 0)
    await house.database.commit([service.submitted(draft, "someone-else", "case-1", house.time.now())])
    assert (await client.get(f"{API}/drafts/{draft}")).status_code == 200


async def test_one_revision_a_minute_is_kept_for_thirty_days(sign_in: SignIn, house: House) -> None:
    client, draft = await sign_in(LIN), new_id()
    start = 1_795_132_800_000
    for number, seconds in enumerate((0, 10, 50, 61, 119, 130)):
        house.time.set(start + seconds * 1000)
        assert (await put(client, draft, number)).status_code == 200
    rows = await house.database.read(sql("SELECT revision FROM draft_revision ORDER BY minute"))
    assert [row["revision"] for row in rows] == [3, 5, 6]
    worker = Worker(house.database, house.time, house.settings.outbox, house.wake)
    service.register(worker, house)
    house.time.set(start + rules.REVISION_LIFETIME + 61_000)
    await house.database.commit([sql("UPDATE outbox SET due = {}", house.time.now())])
    assert await worker.run_due() > 0
    rows = await house.database.read(sql("SELECT revision FROM draft_revision ORDER BY minute"))
    assert [row["revision"] for row in rows] == [6]


async def test_an_account_has_a_bounded_number_of_drafts(sign_in: SignIn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "DRAFTS_LIMIT", 2)
    client = await sign_in(LIN)
    for _ in range(2):
        assert (await put(client, new_id(), 0)).status_code == 200
    reply = await put(client, new_id(), 0)
    assert (reply.status_code, code(reply)) == (409, "too-many-drafts")
