"""News: an event becomes one inbox message and a neutral push, however often it is delivered."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import jsonschema_rs
import pytest

from backend.cases.service import CaseEventJob
from backend.city.city import City
from backend.foundation import outbox
from backend.foundation.database import sql
from backend.foundation.worker import Worker
from backend.house import House
from backend.notify import rules
from backend.notify.delivery import PUSH_KIND, Delivery
from tests.api.case_builders import CLERK, OTHER, RESIDENT
from tests.api.conftest import API, ROOT, Client, SignIn
from tests.api.test_cases import give, submitted
from tests.push_service import StandIn

pytestmark = pytest.mark.anyio

HOUR = 3_600_000


@asynccontextmanager
async def working(house: House) -> AsyncIterator[Worker]:
    """A worker with the room's handlers, run by hand."""
    worker = Worker(house.database, house.time, house.settings.outbox, house.wake)
    delivery = Delivery(house)
    delivery.register(worker)
    yield worker
    await delivery.close()


async def subscribe(client: Client, service: StandIn, language: str = "zh") -> Any:
    browser, subscription = service.subscribe()
    reply = await client.put(f"{API}/push/subscriptions", json=subscription | {"language": language})
    assert reply.status_code == 204, reply.text
    return browser


async def inbox(client: Client) -> dict[str, Any]:
    whole: dict[str, Any] = (await client.get(f"{API}/inbox")).json()
    return whole


async def pushes(house: House) -> list[dict[str, Any]]:
    return await house.database.read(
        sql("SELECT due, attempts, done_at, dead_at, last_error FROM outbox WHERE kind = {}", PUSH_KIND)
    )


async def test_each_event_is_one_message_however_often_it_is_delivered(
    house: House, sign_in: SignIn, city: City
) -> None:
    resident, case = await submitted(house, sign_in, city)
    await give(await sign_in(CLERK), case, "accept", 1)
    async with working(house) as worker:
        await worker.run_due()
        for again in ("a", "b"):
            job = CaseEventJob(case, 2)
            await house.database.commit([outbox.enqueue("case.event", job, due=0, key=f"again:{again}")])
        await worker.run_due()
    page = await inbox(resident)
    assert [message["kind"] for message in page["messages"]] == ["case-accepted", "case-submitted"]
    assert page["unread"] == 2
    newest = page["messages"][0]
    assert newest["case_id"] == case
    assert newest["params"]["item"]["zh"] == "居住证申领"
    assert set(newest["params"]) == {"item", "query_code", "due", "department"}
    assert "林晓舟" not in json.dumps(page, ensure_ascii=False)


async def test_a_push_is_neutral_follows_the_published_schema_and_opens_the_case(
    house: House, sign_in: SignIn, city: City
) -> None:
    resident, case = await submitted(house, sign_in, city)
    async with StandIn() as service, working(house) as worker:
        chinese = await subscribe(resident, service)
        english = await subscribe(resident, service, "en")
        await worker.run_due()
        assert service.requests == 0, "what one did oneself rings no phone"
        await give(await sign_in(CLERK), case, "accept", 1)
        await worker.run_due()
        await worker.run_due()
        assert service.faults == []
        schema = jsonschema_rs.validator_for(json.loads((ROOT / "docs" / "push-payload.schema.json").read_text()))
        for browser, body in ((chinese, "您的一个办件有新进展"), (english, "One of your cases has news")):
            assert len(browser.messages) == 1
            payload = json.loads(browser.messages[0])
            schema.validate(payload)
            assert (payload["case"], payload["body"]) == (case, body)
            assert "居住证" not in browser.messages[0].decode()
            assert case not in browser.headers[0]["Topic"]


@pytest.mark.parametrize("status", [404, 410])
async def test_an_ended_subscription_is_forgotten(house: House, sign_in: SignIn, city: City, status: int) -> None:
    resident, case = await submitted(house, sign_in, city)
    async with StandIn() as service, working(house) as worker:
        await subscribe(resident, service)
        service.answers.append((status, {}))
        await give(await sign_in(CLERK), case, "accept", 1)
        await worker.run_due()
    assert await house.database.read(sql("SELECT 1 FROM push_subscription")) == []
    assert (await pushes(house))[0]["done_at"] is not None


async def test_retry_after_is_waited_for_and_then_the_push_arrives(house: House, sign_in: SignIn, city: City) -> None:
    resident, case = await submitted(house, sign_in, city)
    async with StandIn() as service, working(house) as worker:
        browser = await subscribe(resident, service)
        service.answers.append((429, {"Retry-After": "1800"}))
        await give(await sign_in(CLERK), case, "accept", 1)
        await worker.run_due()
        row = (await pushes(house))[0]
        assert row["done_at"] is None
        assert abs(row["due"] - house.time.now() - 1_800_000) < 60_000
        house.time.set(row["due"] + 1)
        await worker.run_due()
        assert len(browser.messages) == 1


async def test_a_service_in_trouble_for_an_hour_loses_nothing(house: House, sign_in: SignIn, city: City) -> None:
    resident, case = await submitted(house, sign_in, city)
    async with StandIn() as service, working(house) as worker:
        browser = await subscribe(resident, service)
        await give(await sign_in(CLERK), case, "accept", 1)
        start = house.time.now()
        while house.time.now() < start + HOUR:
            service.answers = [(500, {})]
            await worker.run_due()
            house.time.set((await pushes(house))[0]["due"] + 1)
        service.answers = []
        await worker.run_due()
        assert len(browser.messages) == 1
        assert (await pushes(house))[0]["done_at"] is not None


async def test_a_refused_push_is_laid_aside_and_a_late_one_is_dropped(
    house: House, sign_in: SignIn, city: City
) -> None:
    resident, case = await submitted(house, sign_in, city)
    async with StandIn() as service, working(house) as worker:
        await subscribe(resident, service)
        service.answers.append((403, {}))
        await give(await sign_in(CLERK), case, "accept", 1)
        await worker.run_due()
        row = (await pushes(house))[0]
        assert (row["dead_at"] is not None, row["last_error"]) == (True, "push-status-403")
        house.time.set(house.time.now() + 1000 * rules.PUSH_LIFETIME_SECONDS + HOUR)
        await house.database.commit([sql("UPDATE outbox SET dead_at = NULL, due = 0 WHERE kind = {}", PUSH_KIND)])
        await worker.run_due()
        assert service.requests == 1


async def test_an_endpoint_belongs_to_whoever_used_the_phone_last(house: House, sign_in: SignIn) -> None:
    first, second = await sign_in(RESIDENT), await sign_in(OTHER)
    async with StandIn() as service:
        _, subscription = service.subscribe()
        for client in (first, second, second):
            await client.put(f"{API}/push/subscriptions", json=subscription | {"language": "zh"})
        rows = await house.database.read(sql("SELECT account_id, content FROM push_subscription"))
        owner = (await second.get(f"{API}/session")).json()["account"]["id"]
        assert [row["account_id"] for row in rows] == [owner]
        assert subscription["endpoint"].encode() not in bytes(rows[0]["content"])
        gone = {"endpoint": subscription["endpoint"]}
        assert (await first.request("DELETE", f"{API}/push/subscriptions", json=gone)).status_code == 204
        assert len(await house.database.read(sql("SELECT 1 FROM push_subscription"))) == 1
        assert (await second.request("DELETE", f"{API}/push/subscriptions", json=gone)).status_code == 204
        assert await house.database.read(sql("SELECT 1 FROM push_subscription")) == []


async def test_an_account_keeps_its_newest_subscriptions(house: House, sign_in: SignIn) -> None:
    client = await sign_in(RESIDENT)
    async with StandIn() as service:
        for _ in range(rules.SUBSCRIPTIONS_LIMIT + 2):
            await subscribe(client, service)
    rows = await house.database.read(sql("SELECT 1 FROM push_subscription"))
    assert len(rows) == rules.SUBSCRIPTIONS_LIMIT


@pytest.mark.parametrize(
    ("endpoint", "fault"),
    [
        ("https://intranet.example/x", "endpoint-host"),
        ("http://169.254.169.254/latest", "endpoint-not-https"),
        ("https://127.0.0.1.evil.example/x", "endpoint-host"),
    ],
)
async def test_an_endpoint_that_is_no_push_service_is_refused(sign_in: SignIn, endpoint: str, fault: str) -> None:
    client = await sign_in(RESIDENT)
    async with StandIn() as service:
        _, subscription = service.subscribe()
    put = subscription | {"endpoint": endpoint, "language": "zh"}
    reply = await client.put(f"{API}/push/subscriptions", json=put)
    assert (reply.status_code, reply.json()["fault"]) == (422, fault)


async def test_messages_are_paged_and_marked_read_by_their_owner_only(
    house: House, sign_in: SignIn, city: City
) -> None:
    resident, case = await submitted(house, sign_in, city)
    await give(await sign_in(CLERK), case, "accept", 1)
    async with working(house) as worker:
        await worker.run_due()
    first = (await resident.get(f"{API}/inbox", params={"limit": 1})).json()
    second = (await resident.get(f"{API}/inbox", params={"limit": 1, "after": first["next"]})).json()
    assert [page["messages"][0]["kind"] for page in (first, second)] == ["case-accepted", "case-submitted"]
    assert second["next"] is None
    newest = first["messages"][0]["id"]
    other = await sign_in(OTHER)
    assert (await inbox(other))["messages"] == []
    await other.post(f"{API}/inbox/read", json={"ids": [newest]})
    await other.post(f"{API}/inbox/read", json={"ids": None})
    assert (await inbox(resident))["unread"] == 2
    await resident.post(f"{API}/inbox/read", json={"ids": [newest]})
    assert (await inbox(resident))["unread"] == 1
    assert (await resident.post(f"{API}/inbox/read", json={"ids": None})).status_code == 204
    page = await inbox(resident)
    assert page["unread"] == 0
    assert all(message["read_at"] for message in page["messages"])


@pytest.mark.parametrize("after", ["x", "eA", "MQ", "OTk5OTk5OTk5OTk5OTk5OTk5OTk5CmE"])
async def test_a_cursor_of_nobodys_making_is_400(sign_in: SignIn, after: str) -> None:
    client = await sign_in(RESIDENT)
    assert (await client.get(f"{API}/inbox", params={"after": after})).status_code == 400


async def test_the_push_key_is_the_same_for_everyone_and_news_need_a_session(client: Client) -> None:
    keys = {(await client.get(f"{API}/push/key")).json()["key"] for _ in range(2)}
    assert len(keys) == 1
    assert len(keys.pop()) == 87
    assert (await client.get(f"{API}/inbox")).status_code == 401
    assert (await client.put(f"{API}/push/subscriptions", json={})).status_code in (400, 401)
