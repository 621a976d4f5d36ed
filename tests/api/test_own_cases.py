"""One's own list of cases: open, ended, all, and looked for by number or name."""

from __future__ import annotations

from typing import Any

import pytest

from backend.city.city import City
from backend.house import House
from tests.api.case_builders import OTHER, application, key
from tests.api.conftest import API, Client, SignIn
from tests.api.test_cases import submitted

pytestmark = pytest.mark.anyio


async def ids(client: Client, **query: Any) -> list[str]:
    reply = await client.get(f"{API}/cases", params=query)
    assert reply.status_code == 200, reply.text
    return [each["id"] for each in reply.json()["cases"]]


async def two(house: House, sign_in: SignIn, city: City) -> tuple[Client, str, str]:
    """A resident with an open case and one that they withdrew."""
    resident, ended = await submitted(house, sign_in, city)
    await resident.post(f"{API}/cases/{ended}/commands", json={"command": "withdraw"}, headers=key())
    reply = await resident.post(f"{API}/cases", json=await application(house, resident, city), headers=key())
    assert reply.status_code == 201, reply.text
    return resident, reply.json()["case"]["id"], ended


async def test_open_and_ended_cases_are_listed_apart(house: House, sign_in: SignIn, city: City) -> None:
    resident, running, ended = await two(house, sign_in, city)
    assert await ids(resident) == [running, ended]
    assert await ids(resident, state="open") == [running]
    assert await ids(resident, state="ended") == [ended]
    assert await ids(resident, state="all", q="居住证") == [running, ended]
    assert (await resident.get(f"{API}/cases?state=mine")).status_code == 400


async def test_a_case_is_found_by_its_number_its_code_and_every_name_of_its_item(
    house: House, sign_in: SignIn, city: City
) -> None:
    resident, running, ended = await two(house, sign_in, city)
    view = (await resident.get(f"{API}/cases/{running}")).json()
    code, number = view["query_code"], view["number"]
    for sought in (number, number[-6:], code, code.lower(), f"{code[:4]}-{code[4:]}", f" {code[:4]} {code[4:]} "):
        assert running in await ids(resident, q=sought), sought
    assert await ids(resident, q=code) == [running]
    for sought in ("居住证申领", "jzzsl", "residence permit", "RESIDENCE"):
        assert await ids(resident, q=sought) == [running, ended], sought
    assert await ids(resident, q="居住证", state="ended") == [ended]


async def test_what_is_in_no_case_finds_none_and_wildcards_are_no_key_to_all(
    house: House, sign_in: SignIn, city: City
) -> None:
    resident, _, _ = await two(house, sign_in, city)
    for sought in ("%", "_", "没有这个", "' OR 1=1 --", "ZZZZZZZZZ"):
        assert await ids(resident, q=sought) == [], sought
    assert (await resident.get(f"{API}/cases", params={"q": "长" * 61})).status_code == 400


async def test_what_is_looked_for_is_found_among_ones_own_cases_only(house: House, sign_in: SignIn, city: City) -> None:
    resident, running, _ = await two(house, sign_in, city)
    number = (await resident.get(f"{API}/cases/{running}")).json()["number"]
    assert await ids(await sign_in(OTHER), q=number) == []
    assert await ids(await sign_in(OTHER), q="居住证") == []


async def test_pages_of_a_narrowed_list_hold_what_the_list_holds(house: House, sign_in: SignIn, city: City) -> None:
    resident, running, ended = await two(house, sign_in, city)
    first = (await resident.get(f"{API}/cases?q=jzz&limit=1")).json()
    second = (await resident.get(f"{API}/cases", params={"q": "jzz", "limit": 1, "after": first["next"]})).json()
    assert [first["cases"][0]["id"], second["cases"][0]["id"]] == [running, ended]
    assert second["next"] is None
