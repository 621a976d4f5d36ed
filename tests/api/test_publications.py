"""Two people before anything is published: who may decide, what they see, and what becomes of it."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest

from backend.city.city import City
from backend.city.pack import Document, read
from backend.city.store import CityInForce, last, publish
from backend.foundation.database import sql
from backend.house import House
from backend.identity.rules import MINUTE
from backend.publication.errors import ProposalUnchanged
from backend.publication.service import propose_pack
from tests.api.case_builders import CLERK, RESIDENT
from tests.api.conftest import API, SignIn

pytestmark = pytest.mark.anyio
EDITOR, SUPERVISOR = "13900000018", "13900000017"
PUBLICATIONS = f"{API}/desk/publications"
PACK = Path(__file__).parents[2] / "city"
BASE = "items/residence-permit/base.yaml"
PUBLISH = {"decision": "publish", "secrecy_checked": True, "reason": "内容无误"}


def changed(words: str, **members: object) -> City:
    documents = read(PACK)
    data = msgspec.json.decode(msgspec.json.encode(documents[BASE].data))
    data["summary"]["zh"] = words
    data.update(members)
    return City.assemble({**documents, BASE: Document(BASE, data, {})})


async def account_of(house: House, phone: str) -> str:
    index = house.vault.blind_index("phone", phone)
    rows = await house.database.read(sql("SELECT id FROM account WHERE phone_index = {}", index))
    found: str = rows[0]["id"]
    return found


async def proposed(house: House, city: City, words: str = "新的说明", by: str = EDITOR) -> str:
    """The demo city in force and a changed one proposed."""
    await publish(house.database, city, at=house.time.now(), actor="system")
    return await propose_pack(house, changed(words), await account_of(house, by))


async def decide(browser: httpx.AsyncClient, proposal: str, **body: object) -> httpx.Response:
    return await browser.post(f"{PUBLICATIONS}/{proposal}/review", json={**PUBLISH, **body})


async def actions(house: House) -> list[tuple[str, str]]:
    rows = await house.database.read(
        sql("SELECT action, target FROM audit WHERE action LIKE 'publication.%' ORDER BY at, id")
    )
    return [(row["action"], row["target"]) for row in rows]


def code(reply: httpx.Response) -> tuple[int, str]:
    problem: dict[str, Any] = reply.json()
    return reply.status_code, problem["type"].rpartition(":")[2]


async def test_another_person_publishes_and_every_process_follows(house: House, sign_in: SignIn, city: City) -> None:
    proposal = await proposed(house, city)
    in_force = CityInForce(house.database)
    await in_force.refresh()
    reply = await decide(await sign_in(SUPERVISOR), proposal)
    assert (reply.status_code, reply.json()["proposal"]["state"]) == (200, "published"), reply.text
    assert await in_force.refresh()
    assert in_force().items["residence-permit"].guide.summary.zh == "新的说明"
    assert (await last(house.database)) == (2, changed("新的说明").hash)
    rows = await house.database.read(sql("SELECT actor FROM city_publication WHERE number = 2"))
    assert rows[0]["actor"] == await account_of(house, SUPERVISOR)
    assert await actions(house) == [("publication.proposed", proposal), ("publication.published", proposal)]


async def test_nothing_is_in_force_by_being_proposed(house: House, city: City) -> None:
    await proposed(house, city)
    assert await last(house.database) == (1, city.hash)


async def test_whoever_proposed_it_may_not_decide_and_reads_the_rule(house: House, sign_in: SignIn, city: City) -> None:
    proposal = await proposed(house, city)
    editor = await sign_in(EDITOR)
    for decision in ("publish", "reject"):
        reply = await decide(editor, proposal, decision=decision)
        assert code(reply) == (403, "own-proposal")
        assert "第十七条" in reply.json()["refusal"]["article"]["zh"]
    view = (await editor.get(f"{PUBLICATIONS}/{proposal}")).json()
    assert (view["rule"]["code"], view["can_reject"], view["proposal"]["mine"]) == ("own-proposal", False, True)
    assert (await last(house.database))[0] == 1


async def test_publishing_without_the_check_for_secrets_is_refused(house: House, sign_in: SignIn, city: City) -> None:
    proposal = await proposed(house, city)
    reply = await decide(await sign_in(SUPERVISOR), proposal, secrecy_checked=False)
    assert code(reply) == (422, "review-incomplete")
    assert reply.json()["missing"] == "secrecy_checked"
    assert (await last(house.database))[0] == 1


async def test_rejecting_needs_a_reason_and_changes_nothing_in_force(house: House, sign_in: SignIn, city: City) -> None:
    proposal = await proposed(house, city)
    supervisor = await sign_in(SUPERVISOR)
    assert code(await decide(supervisor, proposal, decision="reject", reason="  ")) == (422, "review-incomplete")
    reply = await decide(supervisor, proposal, decision="reject", secrecy_checked=False, reason="摘要写错了")
    assert (reply.status_code, reply.json()["proposal"]["state"]) == (200, "rejected")
    assert reply.json()["proposal"]["reason"] == "摘要写错了"
    assert (await last(house.database))[0] == 1
    assert (await actions(house))[-1] == ("publication.rejected", proposal)


async def test_the_difference_shows_what_changes_and_nothing_else(house: House, sign_in: SignIn, city: City) -> None:
    proposal = await proposed(house, city)
    view = (await (await sign_in(SUPERVISOR)).get(f"{PUBLICATIONS}/{proposal}")).json()
    assert [(each["path"], each["change"], each["added"], each["removed"]) for each in view["files"]] == [
        (BASE, "changed", 1, 1)
    ]
    lines = {each["kind"]: each["text"] for each in view["files"][0]["lines"]}
    assert "新的说明" in lines["added"]
    assert "在云海住满半年" in lines["removed"]
    assert (view["findings"], view["against"], view["rule"]) == ([], city.hash, None)
    assert (view["proposal"]["proposed_by"], view["proposal"]["state"]) == ("江帆", "waiting")


async def test_a_decided_proposal_still_shows_what_it_changed(house: House, sign_in: SignIn, city: City) -> None:
    proposal = await proposed(house, city)
    supervisor = await sign_in(SUPERVISOR)
    await decide(supervisor, proposal)
    view = (await supervisor.get(f"{PUBLICATIONS}/{proposal}")).json()
    assert [each["path"] for each in view["files"]] == [BASE]
    assert (view["proposal"]["decided_by"], view["secrecy_checked"], view["can_reject"]) == ("魏东", True, False)


async def test_a_pack_with_errors_is_shown_with_them_and_cannot_be_published(
    house: House, sign_in: SignIn, city: City
) -> None:
    await publish(house.database, city, at=1, actor="system")
    faulty = changed("新的说明", legal_basis=[])
    proposal = await propose_pack(house, faulty, await account_of(house, EDITOR))
    supervisor = await sign_in(SUPERVISOR)
    view = (await supervisor.get(f"{PUBLICATIONS}/{proposal}")).json()
    assert {each["severity"] for each in view["findings"]} >= {"error"}
    assert all(each["line"] >= 1 and each["file"] for each in view["findings"])
    assert (view["rule"]["code"], view["can_reject"]) == ("proposal-faulty", True)
    assert code(await decide(supervisor, proposal)) == (422, "proposal-faulty")
    assert (await last(house.database))[0] == 1


async def test_a_proposal_is_stale_once_something_else_is_in_force(house: House, sign_in: SignIn, city: City) -> None:
    proposal = await proposed(house, city)
    await publish(house.database, changed("别的说明"), at=2, actor="system")
    supervisor = await sign_in(SUPERVISOR)
    reply = await decide(supervisor, proposal)
    assert code(reply) == (409, "proposal-stale")
    assert "重新提出" in reply.json()["detail"]
    view = (await supervisor.get(f"{PUBLICATIONS}/{proposal}")).json()
    assert (view["proposal"]["state"], view["rule"]["code"], view["can_reject"]) == ("stale", "proposal-stale", True)
    assert (await decide(supervisor, proposal, decision="reject")).status_code == 200


async def test_two_reviewers_at_once_make_one_publication(house: House, sign_in: SignIn, city: City) -> None:
    proposal = await proposed(house, city)
    # The clerk becomes a second editor, so that two people may decide.
    await house.database.commit(
        [sql("UPDATE staff SET roles = {} WHERE account_id = {}", '["editor"]', await account_of(house, CLERK))]
    )
    browsers = [await sign_in(SUPERVISOR), await sign_in(CLERK)]
    replies = await asyncio.gather(*(decide(browser, proposal) for browser in browsers))
    assert sorted(reply.status_code for reply in replies) == [200, 409], [reply.text for reply in replies]
    assert (await last(house.database))[0] == 2
    assert [action for action, _ in await actions(house)] == ["publication.proposed", "publication.published"]


async def test_publishing_and_rejecting_at_once_leave_one_decision(house: House, sign_in: SignIn, city: City) -> None:
    proposal = await proposed(house, city)
    await house.database.commit(
        [sql("UPDATE staff SET roles = {} WHERE account_id = {}", '["editor"]', await account_of(house, CLERK))]
    )
    browsers = [await sign_in(SUPERVISOR), await sign_in(CLERK)]
    replies = await asyncio.gather(decide(browsers[0], proposal), decide(browsers[1], proposal, decision="reject"))
    assert sorted(reply.status_code for reply in replies) == [200, 409]
    state = (await browsers[0].get(f"{PUBLICATIONS}/{proposal}")).json()["proposal"]["state"]
    assert (await last(house.database))[0] == (2 if state == "published" else 1)


async def test_deciding_again_is_refused_and_shows_what_was_decided(house: House, sign_in: SignIn, city: City) -> None:
    proposal = await proposed(house, city)
    supervisor = await sign_in(SUPERVISOR)
    await decide(supervisor, proposal)
    reply = await decide(supervisor, proposal, decision="reject")
    assert code(reply) == (409, "proposal-decided")
    assert reply.json()["current"]["state"] == "published"


async def test_two_proposals_on_the_same_ground_give_one_publication(house: House, sign_in: SignIn, city: City) -> None:
    first = await proposed(house, city, "一")
    second = await propose_pack(house, changed("二"), await account_of(house, EDITOR))
    supervisor = await sign_in(SUPERVISOR)
    assert (await decide(supervisor, second)).status_code == 200
    assert code(await decide(supervisor, first)) == (409, "proposal-stale")


async def test_what_is_in_force_or_waits_already_cannot_be_proposed(house: House, city: City) -> None:
    await proposed(house, city)
    editor = await account_of(house, EDITOR)
    for pack in (city, changed("新的说明")):
        with pytest.raises(ProposalUnchanged):
            await propose_pack(house, pack, editor)


async def test_the_list_is_paged_newest_first_without_gaps(house: House, sign_in: SignIn, city: City) -> None:
    made = [await proposed(house, city, "说明 1")]
    editor = await account_of(house, EDITOR)
    for number in range(2, 6):
        made.append(await propose_pack(house, changed(f"说明 {number}"), editor))
    supervisor = await sign_in(SUPERVISOR)
    seen: list[str] = []
    after: str | None = None
    while True:
        page = (await supervisor.get(PUBLICATIONS, params={"limit": 2, **({"after": after} if after else {})})).json()
        seen += [each["id"] for each in page["publications"]]
        after = page["next"]
        if after is None:
            break
    assert seen == list(reversed(made))


async def test_only_editors_and_supervisors_see_proposals(house: House, sign_in: SignIn, city: City) -> None:
    proposal = await proposed(house, city)
    for phone in (CLERK, "13900000016", "13900000021", "13900000022", "13900000023", RESIDENT):
        browser = await sign_in(phone)
        assert (await browser.get(PUBLICATIONS)).status_code == 403
        assert (await browser.get(f"{PUBLICATIONS}/{proposal}")).status_code == 403
        assert (await decide(browser, proposal)).status_code == 403


async def test_deciding_asks_for_a_recent_proof(house: House, sign_in: SignIn, city: City) -> None:
    proposal = await proposed(house, city)
    supervisor = await sign_in(SUPERVISOR)
    house.time.set(house.time.now() + 11 * MINUTE)
    assert code(await decide(supervisor, proposal)) == (403, "sign-in-again")
    assert (await supervisor.get(f"{PUBLICATIONS}/{proposal}")).status_code == 200


async def test_an_unknown_proposal_is_not_found(house: House, sign_in: SignIn, city: City) -> None:
    supervisor = await sign_in(SUPERVISOR)
    nobody = "01890000-0000-7000-8000-000000000000"
    assert (await supervisor.get(f"{PUBLICATIONS}/{nobody}")).status_code == 404
    assert (await decide(supervisor, nobody)).status_code == 404
