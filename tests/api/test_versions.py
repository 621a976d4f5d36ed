"""Versions of the city: in force later, rolled back, told to residents, followed by every process."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import pytest

from backend.city.city import City
from backend.city.store import CityInForce, publish
from backend.foundation.database import open_database
from backend.house import House
from backend.identity.rules import MINUTE
from backend.publication.service import propose_pack
from tests.api.case_builders import RESIDENT, application, key
from tests.api.conftest import API, SignIn
from tests.api.test_publications import EDITOR, PUBLICATIONS, SUPERVISOR, account_of, changed, code, decide
from tests.harness.postgresql import PostgresServer
from tests.harness.served import ServedProduct, on_free_port, served_settings

pytestmark = pytest.mark.anyio
VERSIONS = f"{API}/desk/versions"
DAY = 24 * 60 * MINUTE
ITEM = "residence-permit"


async def follow(house: House) -> None:
    """Makes the house show what its database has in force now, as a serving process does by itself."""
    in_force = CityInForce(house.database, house.time)
    await in_force.refresh()
    object.__setattr__(house, "current_city", in_force)


async def test_a_proposal_for_a_day_is_in_force_from_that_day_on(house: House, sign_in: SignIn, city: City) -> None:
    await publish(house.database, city, at=house.time.now(), actor="system")
    supervisor, editor = await sign_in(SUPERVISOR), await account_of(house, EDITOR)
    due = house.time.now() + 3 * DAY
    proposal = await propose_pack(house, changed("新的说明"), editor, due)
    view = (await supervisor.get(f"{PUBLICATIONS}/{proposal}")).json()
    assert view["proposal"]["in_force_from"] is not None
    assert (await decide(supervisor, proposal)).status_code == 200
    in_force = CityInForce(house.database, house.time)
    await in_force.refresh()
    assert in_force().hash == city.hash
    listed = (await supervisor.get(VERSIONS)).json()["versions"]
    assert [(each["number"], each["state"], each["published_by"]) for each in listed] == [
        (2, "coming", "魏东"),
        (1, "in-force", ""),
    ]
    house.time.set(due)
    assert await in_force.refresh()
    assert in_force().items[ITEM].guide.summary.zh == "新的说明"


async def test_a_reviewer_who_is_late_publishes_at_once(house: House, sign_in: SignIn, city: City) -> None:
    await publish(house.database, city, at=house.time.now(), actor="system")
    proposal = await propose_pack(house, changed("一"), await account_of(house, EDITOR), house.time.now() + DAY)
    house.time.set(house.time.now() + 2 * DAY)
    assert (await decide(await sign_in(SUPERVISOR), proposal)).status_code == 200
    in_force = CityInForce(house.database, house.time)
    await in_force.refresh()
    assert in_force().items[ITEM].guide.summary.zh == "一"


async def test_what_comes_later_is_shown_to_whoever_reviews_something_for_now(
    house: House, sign_in: SignIn, city: City
) -> None:
    now = house.time.now()
    await publish(house.database, city, at=now, actor="system")
    await publish(house.database, changed("以后"), at=now, actor="system", effective_at=now + DAY)
    proposal = await propose_pack(house, changed("现在"), await account_of(house, EDITOR))
    view = (await (await sign_in(SUPERVISOR)).get(f"{PUBLICATIONS}/{proposal}")).json()
    assert [each["hash"] for each in view["coming"]] == [changed("以后").hash]


async def test_an_earlier_version_is_in_force_again_after_two_people_acted(
    house: House, sign_in: SignIn, city: City
) -> None:
    await publish(house.database, city, at=1, actor="system")
    await publish(house.database, changed("错的说明"), at=2, actor="system")
    editor, supervisor = await sign_in(EDITOR), await sign_in(SUPERVISOR)
    made = await editor.post(f"{VERSIONS}/{city.hash}/proposals", json={})
    assert made.status_code == 201, made.text
    proposal = made.json()["publication_id"]
    assert code(await decide(editor, proposal)) == (403, "own-proposal")
    in_force = CityInForce(house.database, house.time)
    await in_force.refresh()
    assert in_force().hash == changed("错的说明").hash
    assert (await decide(supervisor, proposal)).status_code == 200
    await in_force.refresh()
    assert in_force().hash == city.hash
    states = [each["state"] for each in (await supervisor.get(VERSIONS, params={"limit": 2})).json()["versions"]]
    assert states == ["in-force", "past"]


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ("2020-01-01", "past"),
        ("2199-01-01", "far"),
        ("soon", "form"),
        ("2026-13-01", "form"),
        ("2027-01-01T00:00:00", "form"),
    ],
)
async def test_a_version_is_not_proposed_for_an_impossible_day(
    house: House, sign_in: SignIn, city: City, given: str, reason: str
) -> None:
    await publish(house.database, city, at=1, actor="system")
    reply = await (await sign_in(EDITOR)).post(f"{VERSIONS}/{city.hash}/proposals", json={"in_force_from": given})
    assert (*code(reply), reply.json().get("reason")) == (422, "effective-date-wrong", reason)


async def test_only_editors_propose_a_version_and_only_one_that_was_published(
    house: House, sign_in: SignIn, city: City
) -> None:
    await publish(house.database, city, at=1, actor="system")
    assert (await (await sign_in(SUPERVISOR)).post(f"{VERSIONS}/{city.hash}/proposals", json={})).status_code == 403
    editor = await sign_in(EDITOR)
    assert (await editor.post(f"{VERSIONS}/{'0' * 64}/proposals", json={})).status_code == 404
    assert code(await editor.post(f"{VERSIONS}/{city.hash}/proposals", json={})) == (409, "proposal-unchanged")


async def test_a_running_case_keeps_the_guide_it_was_filed_under(house: House, sign_in: SignIn, city: City) -> None:
    await publish(house.database, city, at=house.time.now(), actor="system")
    resident = await sign_in(RESIDENT)
    made = await resident.post(f"{API}/cases", json=await application(house, resident, city), headers=key())
    case_id = made.json()["case"]["id"]
    before = (await resident.get(f"{API}/cases/{case_id}")).json()
    await publish(house.database, changed("新的说明"), at=house.time.now(), actor="system")
    await follow(house)
    assert (await resident.get(f"{API}/items/{ITEM}")).json()["summary"]["zh"] == "新的说明"
    assert (await resident.get(f"{API}/cases/{case_id}")).json() == before
    assert before["guide_hash"] == city.items[ITEM].guide.hash
    old = (await resident.get(f"{API}/guides/{city.items[ITEM].guide.hash}")).json()
    assert (old["in_force"], old["guide"]["summary"]["zh"][:4]) == (False, "在云海住")


async def test_residents_read_what_changed_and_what_is_coming(house: House, sign_in: SignIn, city: City) -> None:
    now = house.time.now()
    await publish(house.database, city, at=now, actor="system")
    await publish(house.database, changed("新的说明"), at=now, actor="system", effective_at=now + DAY)
    await follow(house)
    browser = await sign_in(RESIDENT)
    reply = await browser.get(f"{API}/changes")
    log = reply.json()
    assert [(each["state"], each["first"], each["count"]) for each in log["publications"]] == [
        ("coming", False, len(city.items)),
        ("in-force", True, len(city.items)),
    ]
    assert log["coming"][0]["hash"] == changed("新的说明").hash
    (element,) = log["publications"][0]["items"][0]["elements"]
    assert (element["element"], element["now"]["zh"]) == ("summary", "新的说明")
    again = await browser.get(f"{API}/changes", headers={"If-None-Match": reply.headers["etag"]})
    assert again.status_code == 304
    coming = changed("新的说明").items[ITEM].guide.hash
    assert (await browser.get(f"{API}/guides/{coming}")).json()["in_force"] is False
    assert (await browser.get(f"{API}/guides/{'0' * 64}")).status_code == 404


def test_two_processes_follow_a_publication_and_one_for_later_without_a_restart(
    postgres_server: PostgresServer, tmp_path: Path
) -> None:
    urls = [asyncio.run(postgres_server.create_database(f"versions_{part}_{time.time_ns()}")) for part in ("d", "k")]
    settings = served_settings(tmp_path, *urls)
    first, second = ServedProduct(settings, tmp_path / "one"), ServedProduct(on_free_port(settings), tmp_path / "two")
    first.prepare()

    async def put(city: City, seconds: float) -> None:
        database = await open_database(settings.database.url, bind=False)
        now = time.time_ns() // 1_000_000
        due = now + int(seconds * 1000) if seconds else None
        await publish(database, city, at=now, actor="system", effective_at=due)
        await database.close()

    def summaries() -> list[str]:
        found = []
        for served in (first, second):
            with served.client() as browser:
                found.append(browser.get(f"{API}/items/{ITEM}").json()["summary"]["zh"])
        return found

    def both_say(words: str, seconds: float) -> bool:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if summaries() == [words, words]:
                return True
            time.sleep(0.1)
        return False

    try:
        first.start()
        second.start()
        asyncio.run(put(changed("一"), 0))
        assert both_say("一", 60)
        later = changed("二")
        asyncio.run(put(later, 15))
        assert summaries() == ["一", "一"]
        assert both_say("二", 60)
    finally:
        first.kill()
        second.kill()
