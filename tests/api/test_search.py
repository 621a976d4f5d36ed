"""Finding over HTTP, for channels that are not the app, and what is filed most."""

from __future__ import annotations

import pytest

from backend.cases import popular
from backend.city.city import City
from backend.foundation.database import sql
from backend.foundation.identifiers import new_id
from backend.house import House
from tests.api.conftest import API, Client

pytestmark = pytest.mark.anyio


async def test_a_search_names_the_item_and_the_characters_that_were_meant(client: Client) -> None:
    reply = await client.get(f"{API}/search", params={"q": "jzz"})
    match = reply.json()["matches"][0]
    assert reply.status_code == 200
    assert (match["key"], match["way"], match["marked"]) == ("residence-permit", "initials", [0, 3])


async def test_what_nothing_is_called_is_an_empty_answer(client: Client) -> None:
    assert (await client.get(f"{API}/search", params={"q": "飞机"})).json()["matches"] == []


@pytest.mark.parametrize(
    "query", [{}, {"q": ""}, {"q": "长" * 61}, {"q": "a", "limit": "51"}, {"q": "a", "limit": "0"}]
)
async def test_a_search_without_words_or_beyond_its_bounds_is_refused(client: Client, query: dict[str, str]) -> None:
    assert (await client.get(f"{API}/search", params=query)).status_code == 400


async def test_the_list_of_items_brings_what_the_phone_needs_to_search_it(client: Client) -> None:
    rules = (await client.get(f"{API}/items")).json()["search"]
    assert rules["traditional"]["證"] == "证"
    assert rules["synonyms"]["扯证"] == "结婚登记"
    assert "怎么办理" in rules["stop_words"]


async def filed(house: House, item: str, account: str, days_ago: int) -> None:
    """A case that an account filed some days ago, in the columns that counting reads."""
    at = house.time.now() - days_ago * 86_400_000
    name = new_id(at)
    words = ", ".join(["{}"] * 20)
    columns = (
        "id, number, query_code, account_id, subject_id, item, guide_hash, form_hash, lifecycle_hash, department,"
        " state, stage, version, submitted_at, updated_at, due, summary_sealed, draft, street, capacity"
    )
    values = (
        name, name, name, account, account, item, "", "", "", "", "", "", 1, at, at, "", b"", name, None, "self",
    )  # fmt: skip
    await house.database.commit([sql(f"INSERT INTO case_record ({columns}) VALUES ({words})", *values)])


async def test_what_five_accounts_filed_this_month_is_popular_and_what_one_filed_often_is_not(
    client: Client, house: House
) -> None:
    for account in range(5):
        await filed(house, "residence-permit", f"account-{account}", days_ago=29 - account)
        await filed(house, "gone-from-the-pack", f"account-{account}", days_ago=2)
    for _ in range(8):
        await filed(house, "other", "account-1", days_ago=1)
    reply = (await client.get(f"{API}/popular")).json()
    assert reply["items"][0] == "residence-permit"
    assert reply["counted"] == 1


async def test_older_filings_are_not_counted_and_everyday_items_fill_the_list(
    client: Client, house: House, city: City
) -> None:
    for account in range(6):
        await filed(house, "residence-permit", f"account-{account}", days_ago=31)
    reply = (await client.get(f"{API}/popular")).json()
    assert reply["counted"] == 0
    assert reply["items"] == popular.ranked(city, ()).items


async def test_a_count_is_kept_for_ten_minutes(client: Client, house: House) -> None:
    assert (await client.get(f"{API}/popular")).json()["counted"] == 0
    for account in range(5):
        await filed(house, "residence-permit", f"account-{account}", days_ago=1)
    assert (await client.get(f"{API}/popular")).json()["counted"] == 0
    house.time.set(house.time.now() + 10 * 60_000)
    assert (await client.get(f"{API}/popular")).json()["counted"] == 1
