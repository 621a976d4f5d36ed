"""Status links: who makes them, what they show, and when they end."""

from __future__ import annotations

import hashlib
from typing import Any

import httpx
import pytest

from backend.app import create_app
from backend.city.city import City
from backend.foundation.database import sql
from backend.foundation.settings import LimitsSettings
from backend.house import House
from backend.links import rules
from tests.api.case_builders import CLERK, ELSEWHERE, OTHER, key
from tests.api.conftest import API, Client, SignIn, browser_of, with_limits
from tests.api.test_cases import give, submitted

pytestmark = pytest.mark.anyio

# What the redacted view must never hold of the applicant and their home.
PERSONAL = ("林晓舟", "晓舟", "听涛路", "海棠苑", "502", "13900000001", "139****0001", "2421", "photo", "望潮")


async def made(client: Client, case: str, days: int = 7) -> dict[str, Any]:
    reply = await client.post(f"{API}/cases/{case}/links", json={"days": days}, headers=key())
    assert reply.status_code == 201, reply.text
    link: dict[str, Any] = reply.json()
    return link


def token_of(link: dict[str, Any]) -> str:
    assert link["url"].startswith("/s#")
    return str(link["url"]).removeprefix("/s#")


async def opened(client: Client, token: str) -> httpx.Response:
    return await client.post(f"{API}/links/open", json={"token": token})


def code(reply: httpx.Response) -> str:
    return str(reply.json()["type"]).removeprefix("urn:zhangban:problem:")


async def test_a_stranger_with_the_link_sees_progress_and_nothing_personal(
    house: House, sign_in: SignIn, client: Client, city: City
) -> None:
    resident, case = await submitted(house, sign_in, city)
    token = token_of(await made(resident, case))
    reply = await opened(client, token)
    assert reply.status_code == 200, reply.text
    view = reply.json()
    assert view["applicant_masked"] == "林**"
    assert view["item"]["zh"] == "居住证申领"
    assert view["state"] == "submitted"
    assert view["stage_sentence"]["en"]
    assert len(view["query_code_tail"]) == 4
    assert [stage["status"] for stage in view["stages"]] == ["done", "current", "ahead", "ahead"]
    assert view["due"]
    assert view["basis"] in ("published", "estimate")
    assert set(view) == {
        "item", "applicant_masked", "query_code_tail", "state", "stage_sentence", "stages", "due", "basis",
        "department", "expires_at",
    }  # fmt: skip
    whole = (await resident.get(f"{API}/cases/{case}")).json()
    for word in (*PERSONAL, whole["number"], whole["query_code"], case):
        assert word not in reply.text
    await give(await sign_in(CLERK), case, "accept", 1)
    assert (await opened(client, token)).json()["state"] == "accepted"


async def test_only_the_hash_of_the_token_is_stored(house: House, sign_in: SignIn, city: City) -> None:
    resident, case = await submitted(house, sign_in, city)
    token = token_of(await made(resident, case))
    assert len(token) == 22
    rows = await house.database.read(sql("SELECT token_hash FROM status_link"))
    assert [row["token_hash"] for row in rows] == [hashlib.sha256(token.encode()).hexdigest()]
    for table in ("status_link", "idempotency", "audit", "outbox"):
        assert token not in repr(await house.database.read(sql(f"SELECT * FROM {table}")))


async def test_the_same_request_gives_the_same_link_and_another_body_is_422(
    house: House, sign_in: SignIn, city: City
) -> None:
    resident, case = await submitted(house, sign_in, city)
    same = key()
    first = await resident.post(f"{API}/cases/{case}/links", json={"days": 3}, headers=same)
    again = await resident.post(f"{API}/cases/{case}/links", json={"days": 3}, headers=same)
    assert (again.status_code, again.json()) == (201, first.json())
    assert again.headers["idempotency-replayed"] == "true"
    other = await resident.post(f"{API}/cases/{case}/links", json={"days": 4}, headers=same)
    assert (other.status_code, code(other)) == (422, "idempotency-key-reused")
    assert len((await resident.get(f"{API}/cases/{case}/links")).json()["links"]) == 1


async def test_staff_in_scope_make_and_end_links_and_others_do_not(
    house: House, sign_in: SignIn, client: Client, city: City
) -> None:
    resident, case = await submitted(house, sign_in, city)
    clerk = await sign_in(CLERK)
    link = await made(clerk, case)
    for stranger in (await sign_in(OTHER), await sign_in(ELSEWHERE)):
        create = await stranger.post(f"{API}/cases/{case}/links", json={"days": 1}, headers=key())
        assert create.status_code == 404
        assert (await stranger.get(f"{API}/cases/{case}/links")).status_code == 404
        assert (await stranger.delete(f"{API}/links/{link['id']}")).status_code == 404
    assert (await client.get(f"{API}/cases/{case}/links")).status_code == 401
    listed = (await resident.get(f"{API}/cases/{case}/links")).json()["links"]
    assert [(entry["by"], entry["visits"], entry["revoked_at"]) for entry in listed] == [("staff", 0, None)]
    assert "url" not in listed[0]
    assert (await resident.delete(f"{API}/links/{link['id']}")).status_code == 204
    assert (await clerk.delete(f"{API}/links/{link['id']}")).status_code == 204
    assert (await opened(client, token_of(link))).status_code == 410


async def test_unknown_revoked_and_expired_links_say_what_they_are(
    house: House, sign_in: SignIn, client: Client, city: City
) -> None:
    resident, case = await submitted(house, sign_in, city)
    for nonsense in ("A" * 22, "", "x", "../../etc/passwd", "A" * 200):
        reply = await opened(client, nonsense)
        assert (reply.status_code, code(reply)) == (404, "link-unknown")
    revoked, short = await made(resident, case), await made(resident, case, days=1)
    await resident.delete(f"{API}/links/{revoked['id']}")
    reply = await opened(client, token_of(revoked))
    assert (reply.status_code, code(reply)) == (410, "link-ended")
    assert (await opened(client, token_of(short))).status_code == 200
    house.time.set(house.time.now() + rules.DAY + 1000)
    reply = await opened(client, token_of(short))
    assert (reply.status_code, code(reply)) == (410, "link-ended")
    assert "林" not in reply.text


@pytest.mark.parametrize("days", [0, 31, -1, 10**30, "x", None])
async def test_a_link_lives_thirty_days_at_most(house: House, sign_in: SignIn, city: City, days: Any) -> None:
    resident, case = await submitted(house, sign_in, city)
    reply = await resident.post(f"{API}/cases/{case}/links", json={"days": days}, headers=key())
    assert reply.status_code == 400
    assert (await resident.get(f"{API}/cases/{case}/links")).json() == {"links": []}


async def test_a_get_has_no_effect_and_a_post_is_counted_logged_and_audited(
    house: House, sign_in: SignIn, client: Client, city: City
) -> None:
    resident, case = await submitted(house, sign_in, city)
    link = await made(resident, case)
    token = token_of(link)
    for path in (f"{API}/links/open", f"{API}/links/open?token={token}", f"/status?token={token}"):
        assert (await client.get(path)).status_code in (200, 404, 405)
    assert (await resident.get(f"{API}/cases/{case}/links")).json()["links"][0]["visits"] == 0
    await opened(client, token)
    await opened(client, token)
    listed = (await resident.get(f"{API}/cases/{case}/links")).json()["links"][0]
    assert listed["visits"] == 2
    assert listed["last_visit_at"]
    visits = await house.database.read(sql("SELECT visitor FROM status_link_visit"))
    assert len(visits) == 2
    assert "127.0.0.1" not in repr(visits)
    audit = await house.database.read(sql("SELECT action, actor FROM audit WHERE target = {} ORDER BY id", link["id"]))
    account = (await resident.get(f"{API}/session")).json()["account"]["id"]
    assert [(row["action"], row["actor"]) for row in audit] == [
        ("link-created", account),
        ("link-opened", "link"),
        ("link-opened", "link"),
    ]


async def test_opening_is_limited_by_address(house: House) -> None:
    strict = LimitsSettings().link_opens_per_minute
    application = create_app(with_limits(house.settings, link_opens_per_minute=strict), house=house)
    async with application.lifespan(), browser_of(application) as browser:
        statuses = [(await opened(browser, "A" * 22)).status_code for _ in range(strict // 2 + 3)]
    assert statuses[: strict // 2] == [404] * (strict // 2)
    assert statuses[-1] == 429


async def test_a_case_has_a_bounded_number_of_working_links(
    house: House, sign_in: SignIn, city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "LINKS_LIMIT", 2)
    resident, case = await submitted(house, sign_in, city)
    first = await made(resident, case)
    await made(resident, case)
    refused = await resident.post(f"{API}/cases/{case}/links", json={"days": 1}, headers=key())
    assert (refused.status_code, code(refused)) == (409, "too-many-links")
    await resident.delete(f"{API}/links/{first['id']}")
    await made(resident, case)


async def test_without_javascript_the_form_takes_link_or_token_and_shows_the_same(
    house: House, sign_in: SignIn, client: Client, city: City
) -> None:
    resident, case = await submitted(house, sign_in, city)
    token = token_of(await made(resident, case))
    form = await client.get("/status", headers={"Accept-Language": "zh-CN"})
    assert form.headers["content-type"].startswith("text/html")
    assert '<form method="post" action="/status">' in form.text
    for word in ("<script", "style=", "<style", "http://", "https://"):
        assert word not in form.text
    assert "default-src 'self'" in form.headers["content-security-policy"]
    assert (await client.get("/status/style.css")).headers["content-type"].startswith("text/css")
    for given in (token, f"https://city.example/s#{token}", f"  /s#{token} "):
        shown = await client.post("/status", data={"token": given, "lang": "zh"})
        assert shown.status_code == 200
        assert shown.headers["cache-control"] == "no-store"
        assert "林**" in shown.text
        assert "居住证申领" in shown.text
        for word in (*PERSONAL, token):
            assert word not in shown.text
    english = await client.post("/status", data={"token": token, "lang": "en"})
    assert '<html lang="en">' in english.text
    assert "Waiting to be accepted" in english.text or "waiting to be accepted" in english.text


async def test_the_form_escapes_what_it_is_given_and_says_what_was_wrong(client: Client) -> None:
    reply = await client.post("/status", data={"token": "<script>alert(1)</script>", "lang": "en"})
    assert reply.status_code == 404
    assert reply.headers["content-type"].startswith("text/html")
    assert "<script" not in reply.text
    assert 'role="alert"' in reply.text
    assert (await client.post("/status", content=b"&".join([b"a=1"] * 500))).status_code == 404


async def test_the_form_is_refused_from_another_site(client: Client) -> None:
    for headers in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
        reply = await client.post("/status", data={"token": "A" * 22}, headers=headers)
        assert (reply.status_code, code(reply)) == (403, "cross-origin")
