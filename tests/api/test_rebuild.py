"""What lists and queues read follows from the events: it can be thrown away and made anew."""

from __future__ import annotations

from typing import Any

import pytest

from backend.cases.rebuild import rebuild
from backend.city.city import City
from backend.foundation.database import sql
from backend.house import House
from tests.api.case_builders import APPROVER, CLERK
from tests.api.conftest import SignIn
from tests.api.test_cases import submitted
from tests.api.test_procedure import BLURRED, say

pytestmark = pytest.mark.anyio


async def rows_of(house: House) -> list[dict[str, Any]]:
    return [dict(row) for row in await house.database.read(sql("SELECT * FROM case_record ORDER BY id"))]


async def cases_of_every_kind(house: House, sign_in: SignIn, city: City) -> list[str]:
    """A case waiting, one sent back, one running, one granted and one declined."""
    cases = [(await submitted(house, sign_in, city))[1] for _ in range(5)]
    clerk, approver = await sign_in(CLERK), await sign_in(APPROVER)
    await say(clerk, cases[1], "request-correction", 1, defects=[{"material": "proof", "problem": BLURRED}])
    for case in cases[2:4]:
        assert (await say(clerk, case, "accept", 1)).status_code == 200
    assert (await say(approver, cases[3], "grant", 2)).status_code == 200
    declined = await say(clerk, cases[4], "decline", 1, reason="不符合条件", ground="not-lawful")
    assert declined.status_code == 200
    return cases


async def test_rows_that_follow_from_their_events_are_left_as_they_are(
    house: House, sign_in: SignIn, city: City
) -> None:
    await cases_of_every_kind(house, sign_in, city)
    before = await rows_of(house)
    found = await rebuild(house.database, house.city, house.calendar, write=True)
    assert (found.cases, found.different) == (5, 0), found
    assert await rows_of(house) == before


async def test_rows_that_were_spoiled_are_made_anew_from_their_events_and_a_check_only_says_so(
    house: House, sign_in: SignIn, city: City
) -> None:
    cases = await cases_of_every_kind(house, sign_in, city)
    before = await rows_of(house)
    spoiled = sql(
        "UPDATE case_record SET state = 'submitted', stage = 'submitted', started_at = NULL, accepted_by = NULL,"
        " department = 'nobody', next_due = NULL, next_soon = NULL, next_step = NULL, version = 9"
    )
    await house.database.commit([spoiled])
    checked = await rebuild(house.database, house.city, house.calendar, write=False)
    assert (checked.cases, checked.different, set(checked.first)) == (5, 5, set(cases))
    assert await rows_of(house) != before
    found = await rebuild(house.database, house.city, house.calendar, write=True)
    assert found.different == 5
    assert await rows_of(house) == before
