"""The catalogue over HTTP: public answers that are named by their content."""

from __future__ import annotations

import pytest

from backend.city.canonical import content_hash
from backend.city.city import City
from tests.api.conftest import API, Client

pytestmark = pytest.mark.anyio


async def test_a_guide_carries_the_hash_of_what_it_says(client: Client) -> None:
    reply = await client.get(f"{API}/items/residence-permit")
    guide = reply.json()
    named = guide.pop("hash")
    assert reply.status_code == 200
    assert named == content_hash(guide)
    assert reply.headers["etag"] == f'"{named}"'


@pytest.mark.parametrize("path", ["/city", "/items", "/items/residence-permit", "/calendar"])
async def test_what_the_phone_has_already_is_not_sent_again(client: Client, path: str) -> None:
    first = await client.get(f"{API}{path}")
    again = await client.get(f"{API}{path}", headers={"If-None-Match": f'"other", {first.headers["etag"]}'})
    assert (first.status_code, again.status_code, again.content) == (200, 304, b"")
    assert again.headers["etag"] == first.headers["etag"]


async def test_the_form_a_guide_pins_is_served_for_ever(client: Client, city: City) -> None:
    form_hash = city.items["residence-permit"].guide.form_hash
    reply = await client.get(f"{API}/forms/{form_hash}")
    assert reply.json()["hash"] == form_hash
    assert "immutable" in reply.headers["cache-control"]
    assert reply.json()["layout"]["pages"][1]["fields"][2]["errors"]["pattern"]["zh"].startswith("请写到几栋几室")


async def test_the_city_lists_its_districts_with_their_streets(client: Client) -> None:
    city = (await client.get(f"{API}/city")).json()
    assert city["name"]["zh"] == "云海市"
    assert [len(district["streets"]) for district in city["districts"]] == [2, 2]


async def test_the_list_of_items_is_enough_to_search_by(client: Client) -> None:
    item = (await client.get(f"{API}/items")).json()["items"][0]
    assert item["pinyin"] == "juzhuzhengshenling"
    assert "暂住证" in item["aliases"]
    assert item["promised"] == {"value": 10, "unit": "workday"}


async def test_what_is_not_published_is_not_found(client: Client) -> None:
    assert (await client.get(f"{API}/items/unknown")).status_code == 404
    assert (await client.get(f"{API}/forms/{'0' * 64}")).status_code == 404
