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


@pytest.mark.parametrize(
    "path", ["/city", "/items", "/items/residence-permit", "/directory", "/regulations", "/calendar"]
)
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
    item = next(
        each for each in (await client.get(f"{API}/items")).json()["items"] if each["key"] == "residence-permit"
    )
    assert item["pinyin"] == "ju zhu zheng shen ling"
    assert "暂住证" in item["aliases"]
    assert item["promised"] == {"value": 10, "unit": "workday"}


async def test_what_is_not_published_is_not_found(client: Client) -> None:
    assert (await client.get(f"{API}/items/unknown")).status_code == 404
    assert (await client.get(f"{API}/forms/{'0' * 64}")).status_code == 404


async def test_a_text_of_law_names_the_items_that_rely_on_it(client: Client) -> None:
    regulations = (await client.get(f"{API}/regulations")).json()["regulations"]
    found = next(each for each in regulations if each["title"]["zh"] == "居住证暂行条例")
    assert (found["number"], found["in_force"], found["repealed"]) == ("国务院令第663号", "2016-01-01", None)
    assert "residence-permit" in [item["key"] for item in found["items"]]


async def test_the_directory_says_where_departments_receive_people(client: Client) -> None:
    directory = (await client.get(f"{API}/directory")).json()
    hall = next(each for each in directory["locations"] if each["key"] == "linjiang-hall")
    assert hall["hours"][0] == {"days": [1, 2, 3, 4, 5], "from": "09:00", "until": "12:00"}
    assert any({"code": "090", "audience": "person"}.items() <= each.items() for each in directory["topics"])
