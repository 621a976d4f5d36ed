"""The server is killed in the middle of work, again and again (docs/architecture.md, The unit of work)."""

from __future__ import annotations

import asyncio
import os
import random
import time
from contextlib import AsyncExitStack
from pathlib import Path

import httpx

from backend.foundation.settings import Settings
from tests.faults.applicants import Applicant, Journal
from tests.faults.stored_cases import check_stored, unnumbered
from tests.harness.served import ServedProduct

KILLS = max(5, round(50 * float(os.environ.get("ZHANGBAN_TEST_SCALE", "0.01"))))
PEOPLE = ("13900000001", "13900000002")
BROWSERS_EACH = 3
REPEATED = 10


async def applicants(stack: AsyncExitStack, served: ServedProduct, journal: Journal) -> list[Applicant]:
    """Browsers of two people, each with what an application needs."""
    made = []
    for phone in PEOPLE:
        for _ in range(BROWSERS_EACH):
            client = await stack.enter_async_context(httpx.AsyncClient(base_url=served.url, timeout=15))
            await served.sign_in_as(client, phone)
            made.append(Applicant(client, journal))
            await made[-1].prepare()
    return made


async def acknowledged(journal: Journal, number: int) -> None:
    """Returns when that many applications are acknowledged."""
    end = time.monotonic() + 60
    while len(journal.receipts) < number:
        assert time.monotonic() < end, f"only {len(journal.receipts)} of {number} acknowledged: {journal.statuses}"
        await asyncio.sleep(0.02)


async def numbered(settings: Settings) -> None:
    """Returns when the sequencer, whose lease outlives a killed process by seconds, has numbered every event."""
    end = time.monotonic() + 45
    while await unnumbered(settings):
        assert time.monotonic() < end, "events stay without a position"
        await asyncio.sleep(0.25)


async def killed_under_load(served: ServedProduct, journal: Journal) -> None:
    """Applications all the time, and the server killed whenever some were acknowledged since it was started."""
    stop = asyncio.Event()
    async with AsyncExitStack() as stack:
        people = await applicants(stack, served, journal)
        working = [asyncio.create_task(applicant.submit_until(stop)) for applicant in people]
        for _ in range(KILLS):
            await acknowledged(journal, len(journal.receipts) + 15)
            await asyncio.sleep(random.uniform(0, 0.3))
            await asyncio.to_thread(served.kill)
            await asyncio.to_thread(served.start)
        await acknowledged(journal, len(journal.receipts) + 5)
        stop.set()
        await asyncio.gather(*working)
        for applicant in people:
            await applicant.check_repeats(REPEATED)
    await numbered(served.settings)


def test_a_server_killed_under_load_loses_and_doubles_nothing_it_acknowledged(
    house_settings: Settings, tmp_path: Path
) -> None:
    journal = Journal()
    with ServedProduct(house_settings, tmp_path / "a house with blanks") as served:
        asyncio.run(killed_under_load(served, journal))
        served.stop()
        assert journal.unanswered >= KILLS
        asyncio.run(check_stored(served.settings, journal))
