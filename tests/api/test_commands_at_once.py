"""Hundreds of commands on one case at the same moment: one winner each time, and nothing lost or done twice."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from typing import Any

import httpx
import msgspec
import pytest

from backend.city.city import City
from backend.foundation.database import sql
from backend.house import House
from tests.api.case_builders import APPROVER, CLERK, key
from tests.api.conftest import API, Client, SignIn
from tests.api.test_cases import submitted

pytestmark = pytest.mark.anyio
AT_ONCE = 120
STATEMENTS: dict[str, dict[str, Any]] = {
    "request-correction": {"defects": [{"material": "photo", "problem": "背景不是白色"}]},
    "decline": {"ground": "not-lawful", "reason": "不符合条件"},
    "refuse": {"reason": "不符合条件"},
    "void": {"reason": "重复提交"},
}


async def one_of_many(staff: Client, resident: Client, case: str, version: int, drawn: random.Random) -> httpx.Response:
    """Some command on the case as it was: by a clerk, the approver or the applicant."""
    command = drawn.choice(
        ["accept", "request-correction", "decline", "grant", "refuse", "void", "withdraw", "suspend"]
    )
    if command == "withdraw":
        body: dict[str, Any] = {"command": command}
        return await resident.post(f"{API}/cases/{case}/commands", json=body, headers=key())
    body = {"command": command, "version": version, **STATEMENTS.get(command, {})}
    return await staff.post(f"{API}/desk/cases/{case}/commands", json=body, headers=key())


@pytest.mark.parametrize("seed", range(2))
async def test_of_many_commands_at_once_one_wins_and_every_other_is_told_why_it_did_not(
    house: House, sign_in: SignIn, city: City, seed: int
) -> None:
    drawn = random.Random(seed)
    resident, case = await submitted(house, sign_in, city)
    desks = [await sign_in(CLERK), await sign_in(APPROVER)]
    version, told = 1, Counter[int]()
    for _ in range(4):
        replies = await asyncio.gather(
            *(one_of_many(drawn.choice(desks), resident, case, version, drawn) for _ in range(AT_ONCE))
        )
        told.update(reply.status_code for reply in replies)
        won = [reply for reply in replies if reply.status_code == 200]
        for reply in replies:
            if reply.status_code != 200:
                assert reply.status_code in (403, 409, 422), reply.text
                assert reply.json()["type"].startswith("urn:zhangban:problem:")
        rows = await house.database.read(sql("SELECT version, state FROM case_record WHERE id = {}", case))
        # The applicant names no version, so a withdrawal may follow the staff's winner in the same moment.
        assert version <= rows[0]["version"] <= version + 2
        assert len(won) == rows[0]["version"] - version
        version = rows[0]["version"]
        if not won:
            break
    events = await house.database.read(
        sql("SELECT sequence, type FROM event WHERE case_id = {} ORDER BY sequence", case)
    )
    assert [row["sequence"] for row in events] == list(range(1, version + 1))
    decided = [row["type"] for row in events if row["type"] in ("case-granted@1", "case-refused@1", "case-declined@1")]
    assert len(decided) <= 1
    assert told[200] == version - 1
    assert sum(told.values()) >= AT_ONCE


async def test_the_same_command_sent_a_hundred_times_is_carried_out_once_and_answered_alike(
    house: House, sign_in: SignIn, city: City
) -> None:
    _, case = await submitted(house, sign_in, city)
    clerk = await sign_in(CLERK)
    body, same = {"command": "accept", "version": 1}, key()
    replies = await asyncio.gather(
        *(clerk.post(f"{API}/desk/cases/{case}/commands", json=body, headers=same) for _ in range(100))
    )
    assert {reply.status_code for reply in replies} == {200}
    assert len({msgspec.json.encode(reply.json(), order="sorted") for reply in replies}) == 1
    events = await house.database.read(sql("SELECT type FROM event WHERE case_id = {} ORDER BY sequence", case))
    assert [row["type"] for row in events] == ["case-submitted@1", "case-accepted@1"]
    told = await house.database.read(
        sql("SELECT COUNT(*) AS rows FROM outbox WHERE unique_key LIKE {}", f"case.event:{case}:%")
    )
    assert told[0]["rows"] == 2
