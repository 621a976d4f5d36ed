"""The one guide for every channel: a signed feed and plain pages that anyone can verify, print and compare."""

from __future__ import annotations

import base64
import html
import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import httpx
import jwt
import msgspec
import pytest

from backend.app import create_app
from backend.certificates.keys import SigningKeys
from backend.channels.page import guide_page
from backend.channels.signing import FeedRefused, signed, verified
from backend.city.canonical import canonical, content_hash
from backend.city.city import City
from backend.city.guide import named
from backend.city.structures import Text
from backend.foundation.settings import Settings
from backend.house import House
from qr.keys import signing_key
from tests.api.conftest import API

pytestmark = pytest.mark.anyio
KEY = "residence-permit"


@pytest.fixture
async def browser(house: House, settings: Settings) -> Any:
    app = create_app(settings, house=house)
    transport = httpx.ASGITransport(app=app)
    async with app.lifespan(), httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000") as client:
        yield client


def root_jwk(settings: Settings) -> dict[str, str]:
    return SigningKeys(Path(settings.keys.directory), create=False).root_jwk(1_800_000_000)[0]


async def test_the_feed_names_every_item_with_the_hash_its_guide_has(
    browser: httpx.AsyncClient, city: City, settings: Settings
) -> None:
    feed = verified((await browser.get("/feed/guides.json")).json(), root_jwk(settings))
    assert {each["key"]: each["hash"] for each in feed["items"]} == {
        key: item.guide.hash for key, item in city.items.items()
    }
    assert (feed["pack"], feed["city"]) == (city.hash, "990100")
    for each in feed["items"]:
        guide = (await browser.get(each["guide"])).json()
        assert content_hash({name: value for name, value in guide.items() if name != "hash"}) == each["hash"]
        one = verified((await browser.get(each["signed"])).json(), root_jwk(settings))
        assert one["guide"] == guide
        assert (await browser.get(each["page"])).status_code == 200


async def test_a_common_library_verifies_the_feed_as_a_detached_jws(
    browser: httpx.AsyncClient, settings: Settings
) -> None:
    answer = (await browser.get("/feed/guides.json")).json()
    payload = json.dumps(answer["feed"], ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()
    key = jwt.PyJWK({**root_jwk(settings), "alg": "ES256"})
    # A library that knows no detached content is given the content where it expects it (RFC 7515, appendix F).
    middle = base64.urlsafe_b64encode(payload).rstrip(b"=").decode()
    compact = f"{answer['protected']}.{middle}.{answer['signature']}"
    read = jwt.api_jws.decode_complete(compact, key=key, algorithms=["ES256"])
    assert json.loads(read["payload"]) == answer["feed"]
    assert read["header"]["typ"] == "zhangban-guides+jws"


@pytest.mark.parametrize("path", ["/feed/guides.json", f"/feed/guides/{KEY}.json", "/guides", f"/guides/{KEY}"])
async def test_what_a_channel_has_already_is_not_sent_again_and_two_processes_send_the_same_bytes(
    browser: httpx.AsyncClient, house: House, settings: Settings, path: str
) -> None:
    reply = await browser.get(path)
    assert reply.status_code == 200
    assert "cache-control" in reply.headers
    again = await browser.get(path, headers={"If-None-Match": reply.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    app = create_app(settings, house=house)
    async with app.lifespan():
        other = httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://127.0.0.1:8000")
        assert (await other.get(path)).content == reply.content
    head = await browser.head(path)
    assert (head.status_code, head.content) == (200, b"")


async def test_a_new_day_signs_anew(browser: httpx.AsyncClient, house: House) -> None:
    before = await browser.get("/feed/guides.json")
    house.time.set(house.time.now() + 86_400_000)
    after = await browser.get("/feed/guides.json")
    assert before.json()["feed"]["issued_at"] < after.json()["feed"]["issued_at"]
    assert before.headers["etag"] != after.headers["etag"]


async def test_the_pages_say_everything_of_the_guide_in_both_languages_with_its_hash(
    browser: httpx.AsyncClient, city: City
) -> None:
    guide = city.items[KEY].guide
    for language in ("zh", "en"):
        reply = await browser.get(f"/guides/{KEY}", params={"lang": language})
        assert reply.headers["content-type"] == "text/html; charset=utf-8"
        page = html.unescape(reply.text)
        assert f'<meta name="guide-hash" content="{guide.hash}">' in page
        assert page.count(guide.hash) >= 4
        texts = [guide.name, guide.summary, *guide.conditions, *(each.name for each in guide.materials)]
        texts += [each.question for each in guide.questions] + [each.answer for each in guide.questions]
        texts += [each.name for each in guide.steps] + [each.title for each in guide.legal_basis]
        texts += [each.department.name for each in guide.offices]
        for text in texts:
            assert getattr(text, language) in page
        listed = (await browser.get("/guides", params={"lang": language})).text
        assert all(item.guide.hash in listed for item in city.items.values())


async def test_the_language_follows_the_browser_unless_it_is_asked_for(browser: httpx.AsyncClient) -> None:
    english = {"Accept-Language": "en-GB,en;q=0.9"}
    assert '<html lang="en">' in (await browser.get("/guides", headers=english)).text
    assert '<html lang="zh-CN">' in (await browser.get("/guides?lang=zh", headers=english)).text
    assert '<html lang="zh-CN">' in (await browser.get("/guides?lang=xx")).text


class _Marks(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.scripts: list[dict[str, str | None]] = []
        self.inline: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "script":
            self.scripts.append(dict(attrs))
        self.inline += [name for name, _ in attrs if name.startswith("on") or name == "style"]
        if tag == "style":
            self.inline.append(tag)


async def test_the_pages_run_nothing_and_the_policy_admits_nothing_foreign(browser: httpx.AsyncClient) -> None:
    reply = await browser.get(f"/guides/{KEY}")
    marks = _Marks()
    marks.feed(reply.text)
    assert (marks.scripts, marks.inline) == ([{"type": "application/ld+json"}], [])
    assert "default-src 'self'" in reply.headers["content-security-policy"]
    style = await browser.get("/guides/style.css")
    assert (style.status_code, style.headers["content-type"]) == (200, "text/css; charset=utf-8")
    data = json.loads(re.findall(r'ld\+json">(.*?)</script>', reply.text)[0])
    assert (data["@type"], data["identifier"]) == ("GovernmentService", "11990100990100026J4990799001000")


def test_words_of_a_pack_never_become_markup(city: City) -> None:
    bad = '</script><script>alert(1)</script>"&'
    item = city.items[KEY].guide
    guide = named(msgspec.structs.replace(item, name=Text(bad, bad), summary=Text(bad, bad)))
    page = guide_page(city, guide, "zh", "https://example.org")
    assert "<script>alert" not in page
    assert json.loads(re.findall(r'ld\+json">(.*?)</script>', page)[0])["name"] == bad


@pytest.mark.parametrize(
    "path", ["/guides/none", "/feed/none.json", "/feed/guides/none.json", "/feed/guides.xml", "/guides/a/b"]
)
async def test_what_is_not_published_is_not_found(browser: httpx.AsyncClient, path: str) -> None:
    assert (await browser.get(path)).status_code == 404
    assert (await browser.post("/guides")).status_code in (404, 405)


def _bent(answer: dict[str, Any]) -> Iterator[dict[str, Any]]:
    header = json.loads(base64.urlsafe_b64decode(answer["protected"] + "=="))
    yield {**answer, "feed": {**answer["feed"], "city": "other"}}
    yield {**answer, "signature": answer["signature"][:-4] + "AAAA"}
    yield {**answer, "signature": ""}
    yield {**answer, "signature": "ä"}
    yield {name: answer[name] for name in ("feed", "signature")}
    for change in ({"alg": "none"}, {"alg": "HS256"}, {"typ": "JWT"}, {"crit": ["b64"]}):
        bent = base64.urlsafe_b64encode(canonical({**header, **change})).rstrip(b"=").decode()
        yield {**answer, "protected": bent}


def test_a_feed_that_was_changed_or_signed_as_something_else_is_refused() -> None:
    jwk = {
        "kty": "EC",
        "crv": "P-256",
        "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
        "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
        "d": "jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI",
    }
    answer = signed({"city": "990100", "items": []}, signing_key(jwk, deterministic=True))
    # The example of docs/formats.md.
    text = (Path(__file__).parents[2] / "docs" / "formats.md").read_text(encoding="utf-8")
    assert str(answer["signature"]) in text
    assert str(answer["protected"]) in text
    assert verified(answer, jwk) == answer["feed"]
    for bent in _bent(answer):
        with pytest.raises(FeedRefused):
            verified(bent, jwk)
    for nothing in (None, [], "x", {}):
        with pytest.raises(FeedRefused):
            verified(nothing, jwk)
    assert f"{API}/items" not in str(answer)
