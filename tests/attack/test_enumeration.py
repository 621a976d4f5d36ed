"""User enumeration: neither words nor time tell who has an account, works here or once had a link."""

from __future__ import annotations

import statistics
import time
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest

from backend.city.city import City
from backend.house import House
from backend.staff.demo import DEMO_PASSWORD
from tests.api.case_builders import CLERK, RESIDENT, key
from tests.api.conftest import API, Client, SignIn
from tests.api.test_cases import submitted
from tests.harness.served import STAFF_NUMBERS

pytestmark = pytest.mark.anyio

Ask = Callable[[int], Awaitable[httpx.Response]]
ROUNDS = 31
# A difference that stands out of a network's own is many times this; a busy machine's noise is below it.
RATIO, SECONDS = 1.6, 0.003


async def medians(first: Ask, second: Ask, rounds: int = ROUNDS) -> tuple[float, float]:
    """The median seconds of two kinds of request, asked in turn so that a busy moment meets both."""
    spans: tuple[list[float], list[float]] = ([], [])
    for number in range(rounds):
        for place in (0, 1) if number % 2 else (1, 0):
            started = time.perf_counter()
            await (first, second)[place](number)
            spans[place].append(time.perf_counter() - started)
    return statistics.median(spans[0]), statistics.median(spans[1])


async def assert_alike(
    first: Ask, second: Ask, rounds: int = ROUNDS, ratio: float = RATIO, seconds: float = SECONDS
) -> None:
    """Two kinds of request take alike long: the best of three measurements counts, as noise is not repeated."""
    found = []
    for _ in range(3):
        short, long = sorted(await medians(first, second, rounds))
        found.append((short, long))
        if long < short * ratio or long - short < seconds:
            return
    pytest.fail(f"told apart by their time: {found}")


def told(reply: httpx.Response) -> tuple[Any, ...]:
    """All that a reply says but its own number."""
    headers = sorted((name, value) for name, value in reply.headers.items() if name not in ("x-request-id", "date"))
    return reply.status_code, headers, reply.content


async def test_asking_for_a_code_does_not_tell_who_has_an_account(house: House, client: Client) -> None:
    async def ask(phone: str) -> httpx.Response:
        return await client.post(f"{API}/sign-in/codes", json={"phone": phone})

    assert told(await ask(RESIDENT)) == told(await ask("13700000099"))
    # And again, too soon.
    assert told(await ask(RESIDENT)) == told(await ask("13700000099"))

    async def known(number: int) -> httpx.Response:
        house.time.set(house.time.now() + 61_000)
        return await ask(RESIDENT)

    async def unknown(number: int) -> httpx.Response:
        house.time.set(house.time.now() + 61_000)
        return await ask("13700000099")

    await assert_alike(known, unknown)


async def test_a_wrong_code_does_not_tell_who_has_an_account(house: House, client: Client) -> None:
    async def ask(phone: str) -> httpx.Response:
        return await client.post(f"{API}/sign-in", json={"phone": phone, "code": "x"})

    phones = (RESIDENT, "13700000099")
    # Without a code asked for, with one, and after five tries.
    assert told(await ask(phones[0])) == told(await ask(phones[1]))
    for phone in phones:
        await client.post(f"{API}/sign-in/codes", json={"phone": phone})
    for _ in range(6):
        assert told(await ask(phones[0])) == told(await ask(phones[1]))
    await assert_alike(lambda _: ask(phones[0]), lambda _: ask(phones[1]))


async def test_a_refused_staff_sign_in_does_not_tell_who_works_here(client: Client) -> None:
    number = STAFF_NUMBERS[CLERK]

    async def ask(number: str, password: str) -> httpx.Response:
        body = {"number": number, "password": password, "totp": "000000"}
        return await client.post(f"{API}/desk/sign-in", json=body)

    # Six times: the fifth wrong try locks the account, which is not to be seen either.
    for _ in range(6):
        replies = [await ask(number, "Wrong-horse-77"), await ask("YH9999", "Wrong-horse-77")]
        assert told(replies[0]) == told(replies[1])
        assert replies[0].status_code == 401
    # A right password without its second factor is no better than a wrong one.
    assert told(await ask(number, DEMO_PASSWORD)) == told(await ask("YH9999", DEMO_PASSWORD))
    # One of them writes, the other does not: only because refusals wait for the same moment is that not to be seen.
    known, unknown = (lambda _: ask(number, "Wrong-horse-77")), (lambda _: ask("YH9999", "Wrong-horse-77"))
    await assert_alike(known, unknown, rounds=15, ratio=1.25, seconds=0.0)


async def test_a_claimed_identity_does_not_tell_which_part_of_it_was_wrong(
    house: House, sign_in: SignIn, city: City
) -> None:
    taken = {persona.name for persona in city.personas}
    person = next(each for each in city.population.persons if each.name not in taken)
    other = next(each for each in city.population.persons if each.name != person.name)
    replies = []
    for phone, name, number in (
        ("13700000031", "无此人", person.id_number),
        ("13700000032", person.name, other.id_number),
        ("13700000033", "无此人", "110101199003070046"),
    ):
        browser = await sign_in(phone)
        replies.append(await browser.put(f"{API}/me/identity", json={"name": name, "id_number": number}))
    assert replies[0].status_code == 422
    assert len({repr(told(reply)) for reply in replies}) == 1


async def test_a_link_that_ended_tells_nothing_to_whoever_does_not_hold_it(
    house: House, sign_in: SignIn, client: Client, city: City
) -> None:
    resident, case = await submitted(house, sign_in, city)
    made = (await resident.post(f"{API}/cases/{case}/links", json={"days": 7}, headers=key())).json()
    token = made["url"].removeprefix("/s#")
    await resident.delete(f"{API}/links/{made['id']}")

    async def ask(token: str) -> httpx.Response:
        return await client.post(f"{API}/links/open", json={"token": token})

    # The holder of the whole 128 bits is told that it has ended; whoever is one character off, that there is none.
    ended = await ask(token)
    assert ended.status_code == 410
    near = await ask(("B" if token[0] != "B" else "C") + token[1:])
    assert told(near) == told(await ask("A" * 22))
    for word in (case, made["id"], "林"):
        assert word not in ended.text
