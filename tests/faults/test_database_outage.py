"""PostgreSQL is killed while the product serves, and comes back; the product is not restarted."""

from __future__ import annotations

import asyncio
import time
from contextlib import AsyncExitStack
from pathlib import Path

import httpx
import pytest

from tests.faults.applicants import Applicant, Journal
from tests.faults.stored_cases import check_stored
from tests.faults.test_kill import REPEATED, acknowledged, applicants, numbered
from tests.harness.postgresql import PostgresServer
from tests.harness.served import API, ServedProduct, served_settings

OUTAGES = 2


async def refused(client: httpx.AsyncClient) -> httpx.Response:
    """What a signed-in person is told while the database is away; cached sessions may get one more answer."""
    end = time.monotonic() + 20
    while True:
        try:
            reply = await client.get(f"{API}/cases")
            if reply.status_code == 503:
                return reply
        except httpx.TransportError as error:
            raise AssertionError(f"the server itself went away: {error!r}") from error
        assert time.monotonic() < end, f"still {reply.status_code}"
        await asyncio.sleep(0.1)


async def outages(served: ServedProduct, server: PostgresServer, journal: Journal) -> None:
    """Applications all the time; the database is away for a moment, twice."""
    stop = asyncio.Event()
    async with AsyncExitStack() as stack:
        people: list[Applicant] = await applicants(stack, served, journal)
        witness = await stack.enter_async_context(httpx.AsyncClient(base_url=served.url, timeout=30))
        await served.sign_in_as(witness, "13900000001")
        working = [asyncio.create_task(applicant.submit_until(stop)) for applicant in people]
        for _ in range(OUTAGES):
            await acknowledged(journal, len(journal.receipts) + 10)
            await asyncio.to_thread(server.kill)
            reply = await refused(witness)
            assert reply.headers["content-type"] == "application/problem+json"
            assert reply.json()["type"] == "urn:zhangban:problem:unavailable"
            assert int(reply.headers["retry-after"]) >= 1
            ready = await witness.get("/health/ready")
            assert (ready.status_code, ready.json()["database"]) == (503, "failing")
            assert (await witness.get("/health/live")).status_code == 200
            await asyncio.to_thread(server.start)
            await acknowledged(journal, len(journal.receipts) + 10)
        stop.set()
        await asyncio.gather(*working)
        for applicant in people:
            await applicant.check_repeats(REPEATED)
    assert await asyncio.to_thread(served.is_ready_within, 30)
    await numbered(served.settings)


@pytest.mark.postgresql
def test_a_database_that_crashes_and_returns_costs_nothing_but_a_wait(
    own_postgres_server: PostgresServer, tmp_path: Path
) -> None:
    urls = [asyncio.run(own_postgres_server.create_database(name)) for name in ("zhangban", "zhangban_keys")]
    journal = Journal()
    with ServedProduct(served_settings(tmp_path, *urls), tmp_path) as served:
        asyncio.run(outages(served, own_postgres_server, journal))
        served.stop()
        assert len(journal.unavailable) >= OUTAGES
        for told in journal.unavailable:
            assert told["type"] == "urn:zhangban:problem:unavailable"
            assert told["media"] == "application/problem+json"
            assert int(told["retry_after"]) >= 1
        assert set(journal.statuses) <= {200, 201, 503}
        asyncio.run(check_stored(served.settings, journal))
