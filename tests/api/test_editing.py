"""Editors draft changes of the pack at the desk: nothing typed is lost, nothing faulty proposed, files stay files."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from backend.city.canonical import content_hash
from backend.city.check import check
from backend.city.city import City
from backend.city.files import readable
from backend.city.pack import Document, parse, read
from backend.city.store import CityInForce, publish
from backend.foundation.database import Database
from backend.foundation.settings import Settings
from backend.foundation.stored_vault import StoredVault
from backend.foundation.time_source import SHANGHAI, TimeSource, rfc3339
from backend.house import House
from backend.staff.demo import seed_personas
from tests.api.case_builders import CLERK
from tests.api.conftest import API, SignIn
from tests.api.test_drafts import code

pytestmark = pytest.mark.anyio
EDITOR, SUPERVISOR = "13900000018", "13900000017"
DRAFTS = f"{API}/desk/catalogue/drafts"
PACK = Path(__file__).parents[2] / "city"
BASE = "items/residence-permit/base.yaml"
ITEM = "residence-permit"
OFFICE = "items/residence-permit/office.yaml"


@pytest.fixture
async def house(database: Database, vault: StoredVault, city: City, settings: Settings) -> House:
    """A house whose city is the one published last."""
    source = TimeSource()
    in_force = CityInForce(database, source)
    await publish(database, city, at=source.now(), actor="system")
    await in_force.refresh()
    made = House(settings, database, vault, source, in_force)
    await seed_personas(made)
    return made


@pytest.fixture
async def editor(house: House, sign_in: SignIn) -> httpx.AsyncClient:
    """An editor's browser, with the demo pack in force."""
    return await sign_in(EDITOR)


async def begin(editor: httpx.AsyncClient) -> str:
    reply = await editor.post(DRAFTS, json={"title": "缩短承诺时限"})
    assert reply.status_code == 201, reply.text
    found: str = reply.json()["draft"]["id"]
    return found


async def text_of(editor: httpx.AsyncClient, path: str) -> str:
    found: str = (await editor.get(f"{API}/desk/catalogue/file", params={"path": path})).json()["text"]
    return found


async def put(
    editor: httpx.AsyncClient, draft: str, revision: int, files: dict[str, str | None], **more: Any
) -> httpx.Response:
    body = {"title": "缩短承诺时限", "files": files, **more}
    return await editor.put(f"{DRAFTS}/{draft}", json=body, headers={"If-Match": f'"{revision}"'})


async def propose(editor: httpx.AsyncClient, draft: str, revision: int, day: str | None = None) -> httpx.Response:
    headers = {"If-Match": f'"{revision}"'}
    return await editor.post(f"{DRAFTS}/{draft}/proposal", json={"in_force_from": day}, headers=headers)


async def test_a_file_shown_as_text_is_the_same_file_when_it_is_read_back(city: City) -> None:
    for path, document in read(PACK).items():
        assert parse(path, readable(path, document.data)).data == document.data


async def test_the_order_of_members_is_that_of_the_structure(editor: httpx.AsyncClient) -> None:
    lines = (await text_of(editor, BASE)).splitlines()
    assert [line.split(":")[0] for line in lines if not line.startswith((" ", "-"))][:4] == [
        "key",
        "catalog_code",
        "name",
        "summary",
    ]


async def test_a_draft_shows_what_residents_would_see(editor: httpx.AsyncClient) -> None:
    draft = await begin(editor)
    text = (await text_of(editor, OFFICE)).replace("value: 10", "value: 8")
    reply = await put(editor, draft, 1, {OFFICE: text})
    view = reply.json()
    assert (reply.status_code, reply.headers["etag"], view["findings"]) == (200, '"2"', [])
    assert [each["guide"]["promised"] for each in view["previews"]] == [{"value": 8, "unit": "workday"}]
    assert view["previews"][0]["form"]["hash"] == view["previews"][0]["guide"]["form_hash"]


async def test_what_is_wrong_is_said_with_its_line_and_stored_all_the_same(editor: httpx.AsyncClient) -> None:
    draft = await begin(editor)
    text = (await text_of(editor, OFFICE)).replace("value: 10", "value: 30")
    view = (await put(editor, draft, 1, {OFFICE: text})).json()
    line = next(number for number, each in enumerate(text.splitlines(), 1) if each.startswith("promised"))
    found = [(each["file"], each["rule"], each["line"] - line) for each in view["findings"]]
    assert found in ([(OFFICE, "promised-beyond-statutory", 0)], [(OFFICE, "promised-beyond-statutory", 1)])
    assert (await editor.get(f"{DRAFTS}/{draft}")).json()["files"] == {OFFICE: text}
    refused = await propose(editor, draft, 2)
    assert (refused.status_code, code(refused)) == (422, "catalogue-draft-faulty")


async def test_text_that_is_no_yaml_is_kept_and_named(editor: httpx.AsyncClient) -> None:
    draft = await begin(editor)
    view = (await put(editor, draft, 1, {BASE: "key: [1\n", "notes/todo.yaml": "a: 1\n"})).json()
    assert {each["rule"] for each in view["findings"]} == {"yaml", "path"}
    assert view["previews"] == []


async def test_a_draft_becomes_a_proposal_that_another_person_publishes(
    editor: httpx.AsyncClient, sign_in: SignIn, house: House, tmp_path: Path
) -> None:
    draft = await begin(editor)
    text = (await text_of(editor, OFFICE)).replace("value: 10", "value: 8")
    await put(editor, draft, 1, {OFFICE: text})
    reply = await propose(editor, draft, 2)
    assert reply.status_code == 201, reply.text
    proposal = reply.json()["publication_id"]
    again = await propose(editor, draft, 2)
    assert (again.status_code, again.json()["publication_id"]) == (409, proposal)
    changed = await put(editor, draft, 2, {})
    assert (changed.status_code, code(changed)) == (409, "catalogue-draft-proposed")
    shown = (await (await sign_in(SUPERVISOR)).get(f"{API}/desk/publications/{proposal}")).json()
    assert [file["path"] for file in shown["files"]] == [OFFICE]
    # The same change made to the files by hand gives the same pack.
    documents = read(PACK)
    data = yaml.safe_load((PACK / OFFICE).read_text(encoding="utf-8"))
    data["promised"]["value"] = 8
    by_hand = City.assemble({**documents, OFFICE: Document(OFFICE, data, {})})
    assert shown["proposal"]["subject_hash"] == by_hand.hash


async def test_a_change_for_a_later_day_is_reviewed_told_and_in_force_from_that_day(
    editor: httpx.AsyncClient, sign_in: SignIn, house: House, city: City
) -> None:
    today = house.time.today()
    chosen = today + timedelta(days=40)
    begins = int(datetime.combine(chosen, time(), SHANGHAI).timestamp() * 1000)
    draft = await begin(editor)
    await put(editor, draft, 1, {OFFICE: (await text_of(editor, OFFICE)).replace("value: 10", "value: 8")})
    far = today + timedelta(days=3 * 366 + 2)
    wrong = {f"{today}": "past", f"{far}": "far", "tomorrow": "form", f"{chosen.year}-02-30": "form"}
    for day, reason in wrong.items():
        refused = await propose(editor, draft, 2, day)
        assert (refused.status_code, code(refused), refused.json()["reason"]) == (422, "effective-date-wrong", reason)
    made = await propose(editor, draft, 2, f"{chosen}")
    proposal = f"{API}/desk/publications/{made.json()['publication_id']}"
    reviewer = await sign_in(SUPERVISOR)
    assert (await reviewer.get(proposal)).json()["proposal"]["in_force_from"] == rfc3339(begins)
    reply = await reviewer.post(f"{proposal}/review", json={"decision": "publish", "secrecy_checked": True})
    assert reply.status_code == 200, reply.text
    assert isinstance(house.current_city, CityInForce)
    await house.current_city.refresh()

    async def promised() -> int:
        return int((await editor.get(f"{API}/items/{ITEM}")).json()["promised"]["value"])

    assert await promised() == 10
    told = (await editor.get(f"{API}/changes")).json()["publications"][0]
    assert (told["state"], told["in_force_from"]) == ("coming", rfc3339(begins))
    assert told["published_at"] < told["in_force_from"]
    (item,) = told["items"]
    assert item["guide_before"] == city.items[ITEM].guide.hash
    coming = (await editor.get(f"{API}/guides/{item['guide']}")).json()
    assert (coming["in_force"], coming["coming_from"]) == (False, told["in_force_from"])
    house.time.set(begins)
    await house.current_city.refresh()
    assert await promised() == 8
    guides = [(await editor.get(f"{API}/guides/{item[name]}")).json() for name in ("guide", "guide_before")]
    assert [(each["in_force"], each["coming_from"]) for each in guides] == [(True, None), (False, None)]


async def test_of_two_editors_the_slower_one_learns_what_the_other_wrote(
    editor: httpx.AsyncClient, sign_in: SignIn
) -> None:
    draft = await begin(editor)
    await put(editor, draft, 1, {BASE: "key: first\n"})
    late = await put(editor, draft, 1, {BASE: "key: second\n"})
    assert (late.status_code, code(late)) == (412, "catalogue-draft-behind")
    assert late.json()["current"]["files"] == {BASE: "key: first\n"}
    assert (await editor.put(f"{DRAFTS}/{draft}", json={"title": "x", "files": {}})).status_code == 428


async def test_a_draft_over_an_older_pack_is_put_on_the_one_in_force_first(
    editor: httpx.AsyncClient, house: House, city: City
) -> None:
    draft = await begin(editor)
    text = (await text_of(editor, OFFICE)).replace("value: 10", "value: 8")
    await put(editor, draft, 1, {OFFICE: text})
    documents = read(PACK)
    data = yaml.safe_load((PACK / BASE).read_text(encoding="utf-8"))
    data["summary"]["zh"] = "改过的说明"
    newer = City.assemble({**documents, BASE: Document(BASE, data, {})})
    await publish(house.database, newer, at=house.time.now(), actor="system")
    assert isinstance(house.current_city, CityInForce)
    await house.current_city.refresh()
    assert (await editor.get(f"{DRAFTS}/{draft}")).json()["draft"]["stale"]
    assert (await propose(editor, draft, 2)).status_code == 412
    rebased = (await put(editor, draft, 2, {OFFICE: text}, rebase=True)).json()
    assert not rebased["draft"]["stale"]
    assert rebased["previews"][0]["guide"]["summary"]["zh"] == "改过的说明"
    assert (await propose(editor, draft, 3)).status_code == 201


async def test_a_new_item_made_at_the_desk_is_in_the_pack_it_proposes(
    editor: httpx.AsyncClient, tmp_path: Path
) -> None:
    draft = await begin(editor)
    # The words of the model under another key and code, which an editor would copy and change.
    base = (await text_of(editor, BASE)).replace("residence-permit", "residence-proof", 1)
    base = base.replace("990799001000", "990799901000")
    office = (await text_of(editor, OFFICE)).replace("residence-permit", "residence-proof", 1)
    office = office.replace("990799001000", "990799901000")
    files = {"items/residence-proof/base.yaml": base, "items/residence-proof/office.yaml": office}
    view = (await put(editor, draft, 1, files)).json()
    assert [each for each in view["findings"] if each["severity"] == "error"] == []
    assert "residence-proof" in [each["guide"]["key"] for each in view["previews"]]
    for path, text in files.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, encoding="utf-8")
    for path in PACK.rglob("*.yaml"):
        (tmp_path / path.relative_to(PACK)).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path.relative_to(PACK)).write_bytes(path.read_bytes())
    assert [each for each in check(tmp_path, date(2026, 11, 27)) if each.severity == "error"] == []
    assert City.load(tmp_path).items["residence-proof"].guide.hash in {e["guide"]["hash"] for e in view["previews"]}


async def test_only_editors_draft(sign_in: SignIn, editor: httpx.AsyncClient) -> None:
    draft = await begin(editor)
    clerk = await sign_in(CLERK)
    assert (await clerk.get(f"{DRAFTS}/{draft}")).status_code == 403
    assert (await clerk.post(DRAFTS, json={"title": "x"})).status_code == 403


async def test_a_draft_that_nobody_needs_is_deleted(editor: httpx.AsyncClient) -> None:
    draft = await begin(editor)
    assert (await editor.delete(f"{DRAFTS}/{draft}", headers={"If-Match": '"1"'})).status_code == 204
    assert (await editor.get(f"{DRAFTS}/{draft}")).status_code == 404
    assert (await editor.get(DRAFTS)).json()["drafts"] == []


def test_a_hash_does_not_depend_on_how_a_file_was_written() -> None:
    document = read(PACK)[BASE]
    assert content_hash(parse(BASE, readable(BASE, document.data)).data) == content_hash(document.data)
