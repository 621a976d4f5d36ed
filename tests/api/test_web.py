"""What every reply is, whatever was asked: headers, problems, limits, origins."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
from litestar import get

from backend import app as app_module
from backend.app import create_app
from backend.foundation.api_document import openapi_document
from backend.foundation.database import DatabaseUnavailable, UniqueViolation, sql
from backend.house import House
from tests.api.conftest import API, Client, SignIn, browser_of, with_limits

pytestmark = pytest.mark.anyio

PHONE = "13700000001"
# What may be asked without a session; everything else is refused by default.
PUBLIC = {
    ("get", "/health/live"),
    ("get", "/health/ready"),
    ("get", f"{API}/session"),
    ("delete", f"{API}/session"),
    ("post", f"{API}/sign-in"),
    ("post", f"{API}/sign-in/codes"),
    ("get", f"{API}/sign-in/methods"),
    ("post", f"{API}/sign-in/passkeys/options"),
    ("post", f"{API}/sign-in/passkeys"),
    ("post", f"{API}/sign-in/unified"),
    ("post", f"{API}/sign-in/unified/return"),
    ("post", f"{API}/sign-in/unified/logout"),
    ("post", f"{API}/desk/sign-in"),
    ("get", f"{API}/demo/personas"),
    ("get", f"{API}/city"),
    ("get", f"{API}/items"),
    ("get", f"{API}/directory"),
    ("get", f"{API}/bundles/{{key}}/form"),
    ("get", f"{API}/regulations"),
    ("get", f"{API}/items/{{key}}"),
    ("get", f"{API}/forms/{{hash_}}"),
    ("get", f"{API}/guides/{{hash_}}"),
    ("get", f"{API}/changes"),
    ("get", f"{API}/calendar"),
    ("get", f"{API}/popular"),
    ("get", f"{API}/search"),
    ("get", f"{API}/privacy"),
    ("get", f"{API}/trust"),
    ("get", f"{API}/trust/root"),
    ("get", f"{API}/push/key"),
    ("post", f"{API}/links/open"),
    ("put", f"{API}/feedback/{{feedback_id}}"),
    ("options", f"{API}/uploads"),
}


def assert_problem(reply: httpx.Response, status: int, code: str) -> dict[str, Any]:
    body: dict[str, Any] = reply.json()
    assert (reply.status_code, body["status"], body["type"]) == (status, status, f"urn:zhangban:problem:{code}")
    assert reply.headers["content-type"] == "application/problem+json"
    assert body["title"]
    assert body["detail"]
    return body


async def counted(house: House) -> int:
    found = 0
    for table in ("account", "session", "one_time_code", "audit"):
        found += (await house.database.read(sql(f"SELECT COUNT(*) AS n FROM {table}")))[0]["n"]
    return found


@pytest.mark.parametrize("path", ["/health/live", f"{API}/session", f"{API}/nothing", "/", "/desk/queue", "/schema"])
async def test_every_reply_carries_the_security_headers(client: Client, path: str) -> None:
    headers = (await client.get(path)).headers
    assert headers["content-security-policy"] == (
        "default-src 'self'; img-src 'self' blob:; object-src 'none'; frame-ancestors 'none'; base-uri 'none';"
        " form-action 'self'"
    )
    assert headers["referrer-policy"] == "same-origin"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert "strict-transport-security" not in headers


async def test_only_the_verifier_may_compile_webassembly(client: Client) -> None:
    for path, allowed in (("/verify", True), ("/verify/anything", True), ("/verifyx", False), ("/me", False)):
        policy = (await client.get(path)).headers["content-security-policy"]
        assert ("wasm-unsafe-eval" in policy) is allowed
        assert "unsafe-inline" not in policy


async def test_answers_of_the_api_are_not_kept_by_caches(client: Client) -> None:
    assert (await client.get(f"{API}/session")).headers["cache-control"] == "no-store"


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE", "PATCH"])
async def test_an_unknown_api_address_is_a_problem_of_404(client: Client, method: str) -> None:
    assert_problem(await client.request(method, f"{API}/no/such/thing"), 404, "not-found")


async def test_a_wrong_method_is_a_problem_of_405_that_names_the_right_ones(client: Client) -> None:
    reply = await client.put(f"{API}/session")
    assert_problem(reply, 405, "method-not-allowed")
    assert set(reply.headers["allow"].split(", ")) == {"GET", "HEAD", "DELETE", "OPTIONS"}


async def test_head_is_get_without_the_body_and_asks_for_the_same_session(client: Client, sign_in: SignIn) -> None:
    resident = await sign_in(PHONE)
    for browser, path in (
        (client, f"{API}/items"),
        (client, f"{API}/calendar"),
        (client, f"{API}/no/such/thing"),
        (client, f"{API}/me"),
        (client, "/health/live"),
        (resident, f"{API}/me"),
        (resident, f"{API}/cases?limit=0"),
    ):
        read, asked = await browser.get(path), await browser.head(path)
        assert (asked.status_code, asked.content) == (read.status_code, b"")
        for name in ("content-type", "content-length", "etag", "cache-control"):
            assert asked.headers.get(name) == read.headers.get(name), (path, name)
    for path in (f"{API}/files/{'0' * 64}", f"{API}/uploads/{'0' * 36}"):
        assert [(await browser.head(path)).content for browser in (client, resident)] == [b"", b""]
    tag = {"If-None-Match": (await client.get(f"{API}/items")).headers["etag"]}
    assert (await client.head(f"{API}/items", headers=tag)).status_code == 304


async def test_a_reader_of_english_gets_english_words(client: Client) -> None:
    body = assert_problem(
        await client.get(f"{API}/me", headers={"accept-language": "en-GB,zh;q=0.5"}), 401, "sign-in-required"
    )
    assert body["title"] == "Please sign in"
    body = assert_problem(
        await client.get(f"{API}/me", headers={"accept-language": "zh-CN,en;q=0.8"}), 401, "sign-in-required"
    )
    assert body["title"] == "请先登录"


@pytest.mark.parametrize(
    ("headers", "refused"),
    [
        ({"sec-fetch-site": "cross-site"}, True),
        ({"sec-fetch-site": "same-site"}, True),
        ({"sec-fetch-site": "same-origin"}, False),
        ({"origin": "https://evil.example"}, True),
        ({"origin": "null"}, True),
        ({"origin": "http://127.0.0.1:8001"}, True),
        ({"origin": "http://127.0.0.1:8000.evil.example"}, True),
        ({"origin": "ftp://127.0.0.1:8000"}, True),
        ({"origin": "http://[::1"}, True),
        ({"origin": "http://127.0.0.1:8000"}, False),
        ({}, False),
    ],
)
async def test_a_change_that_another_site_causes_is_refused_and_nothing_is_stored(
    client: Client, house: House, headers: dict[str, str], refused: bool
) -> None:
    before = await counted(house)
    reply = await client.post(f"{API}/sign-in/codes", json={"phone": PHONE}, headers=headers)
    if refused:
        assert_problem(reply, 403, "cross-origin")
    else:
        assert reply.status_code == 202
    assert (await counted(house) == before) is refused


async def test_another_sites_page_cannot_sign_a_person_out(sign_in: SignIn) -> None:
    browser = await sign_in(PHONE)
    assert_problem(
        await browser.delete(f"{API}/session", headers={"origin": "https://evil.example"}), 403, "cross-origin"
    )
    assert (await browser.get(f"{API}/me")).status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        b'{"phone": 123456789012345678901234567890}',
        b'{"phone": -123456789012345678901234567890}',
        b'{"phone": "13700000001", "more": 1}',
        b'{"phone": 1e400}',
        b'{"phone": "\\ud800"}',
        b'{"phone": "13700000001"',
        b"[" * 5_000,
        b"\xff\xfe",
        b"null",
        b"[]",
        b"",
    ],
)
async def test_a_body_that_is_not_as_agreed_is_a_problem_and_nothing_is_stored(
    client: Client, house: House, body: bytes
) -> None:
    before = await counted(house)
    reply = await client.post(f"{API}/sign-in/codes", content=body, headers={"content-type": "application/json"})
    assert reply.status_code in (400, 422), reply.text
    assert reply.headers["content-type"] == "application/problem+json"
    assert await counted(house) == before


async def test_a_field_out_of_bounds_is_named_with_its_limit(client: Client) -> None:
    body = assert_problem(await client.post(f"{API}/sign-in/codes", json={"phone": "1" * 31}), 400, "invalid-request")
    assert [(each["pointer"], each["limit"]) for each in body["errors"]] == [("/phone", 30)]


async def test_a_fault_of_ours_tells_an_incident_number_and_nothing_else(
    house: House, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    @get(f"{API}/broken")
    async def broken() -> None:
        raise RuntimeError("secret of 13812341234, id 11010519491231002X")

    monkeypatch.setattr(app_module, "ROOMS", [*app_module.ROOMS, broken])
    listed = {**app_module.PERMISSIONS, ("GET", f"{API}/broken"): app_module.PERMISSIONS[("GET", f"{API}/session")]}
    monkeypatch.setattr(app_module, "PERMISSIONS", listed)
    async with browser_of(create_app(house.settings, house=house)) as browser:
        reply = await browser.get(f"{API}/broken")
    body = assert_problem(reply, 500, "unexpected")
    assert set(body) == {"type", "title", "status", "detail", "rule", "incident"}
    assert "secret" not in reply.text
    assert "RuntimeError" not in reply.text


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (DatabaseUnavailable("gone"), 503, "unavailable"),
        (UniqueViolation("event", ("case_id", "sequence")), 409, "conflict"),
    ],
)
async def test_what_the_database_refuses_is_a_problem(
    house: House, monkeypatch: pytest.MonkeyPatch, error: Exception, status: int, code: str
) -> None:
    @get(f"{API}/broken")
    async def broken() -> None:
        raise error

    monkeypatch.setattr(app_module, "ROOMS", [*app_module.ROOMS, broken])
    listed = {**app_module.PERMISSIONS, ("GET", f"{API}/broken"): app_module.PERMISSIONS[("GET", f"{API}/session")]}
    monkeypatch.setattr(app_module, "PERMISSIONS", listed)
    async with browser_of(create_app(house.settings, house=house)) as browser:
        reply = await browser.get(f"{API}/broken")
    assert_problem(reply, status, code)
    assert ("retry-after" in reply.headers) is (status == 503)


async def test_a_session_check_without_a_database_is_a_503(
    sign_in: SignIn, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = await sign_in(PHONE)

    async def gone(_query: object) -> list[Any]:
        raise DatabaseUnavailable("gone")

    browser.cookies.set("zhangban", "x" * 43)
    monkeypatch.setattr(house.database, "read", gone)
    assert_problem(await browser.get(f"{API}/me"), 503, "unavailable")
    assert (await browser.get("/health/live")).status_code == 200


async def test_sign_in_is_limited_for_each_address(house: House) -> None:
    strict = House(
        with_limits(house.settings, sign_in_per_minute=20), house.database, house.vault, house.time, house.current_city
    )
    application = create_app(strict.settings, house=strict)
    async with application.lifespan(), browser_of(application) as browser:
        replies = [
            await browser.post(f"{API}/sign-in/codes", json={"phone": f"137000000{number:02}"}) for number in range(21)
        ]
    assert [reply.status_code for reply in replies] == [202] * 20 + [429]
    assert_problem(replies[-1], 429, "rate-limited")
    assert 50 <= int(replies[-1].headers["retry-after"]) <= 60


async def test_requests_are_limited_for_each_address(house: House) -> None:
    limited = with_limits(house.settings, requests_per_minute=60, requests_burst=5)
    application = create_app(limited, house=house)
    async with application.lifespan(), browser_of(application) as browser:
        replies = [await browser.get(f"{API}/session") for _ in range(6)]
    assert [reply.status_code for reply in replies] == [200] * 5 + [429]


async def test_a_cookie_on_plain_loopback_is_http_only_lax_and_bound_to_this_host(client: Client) -> None:
    await client.post(f"{API}/sign-in/codes", json={"phone": PHONE})
    code = (await client.post(f"{API}/_test/otp", json={"phone": PHONE})).json()["code"]
    cookie = (await client.post(f"{API}/sign-in", json={"phone": PHONE, "code": code})).headers["set-cookie"]
    parts = {part.strip().lower() for part in cookie.split(";")[1:]}
    assert cookie.startswith("zhangban=")
    assert {"httponly", "samesite=lax", "path=/"} <= parts
    assert not any(part.startswith("domain") for part in parts)


async def test_a_cookie_over_https_has_the_host_prefix_and_is_secure(app: Any) -> None:
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="https://127.0.0.1:8443") as browser:
        await browser.post(f"{API}/sign-in/codes", json={"phone": PHONE})
        code = (await browser.post(f"{API}/_test/otp", json={"phone": PHONE})).json()["code"]
        reply = await browser.post(f"{API}/sign-in", json={"phone": PHONE, "code": code})
        cookie = reply.headers["set-cookie"]
        assert cookie.startswith("__Host-zhangban=")
        assert {"secure", "httponly", "path=/"} <= {part.strip().lower() for part in cookie.split(";")[1:]}
        assert reply.headers["strict-transport-security"]
        assert (await browser.get(f"{API}/me")).status_code == 200


async def test_every_route_but_the_public_ones_asks_for_a_session(app: Any, client: Client) -> None:
    open_routes = set()
    for path, item in openapi_document(app)["paths"].items():
        for method in set(item) & {"get", "put", "post", "delete", "patch", "head", "options"}:
            address = path.replace("{", "").replace("}", "")
            reply = await client.request(method.upper(), address, json={} if method in ("put", "post") else None)
            if reply.status_code not in (401, 403, 404):
                open_routes.add((method, path))
    assert open_routes <= PUBLIC


async def test_the_document_lists_errors_of_every_operation_as_problems(client: Client) -> None:
    document = (await client.get("/schema/openapi.json")).json()
    operations = [
        operation for path, item in document["paths"].items() if path.startswith("/api/") for operation in item.values()
    ]
    assert operations
    for operation in operations:
        errors = {status: reply for status, reply in operation["responses"].items() if int(status) >= 400}
        assert {"400", "401", "404", "429", "500", "503"} <= set(errors)
        assert all(
            list(reply.get("content", {"application/problem+json": 0})) == ["application/problem+json"]
            for reply in errors.values()
        )


async def test_the_page_of_the_document_loads_nothing_from_elsewhere(client: Client) -> None:
    page = (await client.get("/schema")).text
    assert "http://" not in page
    assert "https://" not in page
    for asset in ("swagger-ui-bundle.js", "swagger-ui.css", "start.js"):
        assert f"/schema/assets/{asset}" in page
        assert (await client.get(f"/schema/assets/{asset}")).status_code == 200
    assert (await client.get("/schema/assets/..%2fpackage.json")).status_code == 404


@pytest.mark.parametrize("mode", ["demo", "production"])
async def test_test_switches_are_not_there_in_other_modes(house: House, mode: Any) -> None:
    settings = msgspec.structs.replace(house.settings, mode=mode)
    async with browser_of(create_app(settings, house=house)) as browser:
        for path, body in ((f"{API}/_test/clock", {"now": None}), (f"{API}/_test/otp", {"phone": PHONE})):
            assert (await browser.post(path, json=body)).status_code == 404
        assert (await browser.get(f"{API}/demo/personas")).status_code == (404 if mode == "production" else 500)


@pytest.mark.parametrize("mode", ["demo", "production"])
async def test_the_page_of_the_components_is_not_there_in_production(
    house: House, mode: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("index", "components"):
        (tmp_path / f"{name}.html").write_text(f"<!doctype html><title>{name}</title>")
    monkeypatch.setattr("backend.app.PWA", tmp_path)
    async with browser_of(create_app(msgspec.structs.replace(house.settings, mode=mode), house=house)) as browser:
        shown = "index" if mode == "production" else "components"
        assert f"<title>{shown}</title>" in (await browser.get("/_components")).text
        assert (await browser.get("/components.html")).status_code == (404 if mode == "production" else 200)
