"""Addresses and headers: nothing outside the app is served, nobody is led elsewhere, and no header is made of input."""

from __future__ import annotations

import base64
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest
from litestar import Litestar

from backend.app import create_app
from backend.foundation.client_address import ClientAddresses
from backend.foundation.static_files import StaticFiles, load_directory
from backend.house import House
from tests.api.case_builders import RESIDENT
from tests.api.conftest import API, ROOT, Client, SignIn, browser_of
from tests.api.test_bad_input import nothing_stored
from tests.api.test_uploads import TUS, begin, code, picture, send, sha256, stored_files
from tests.attack.operations import OPERATIONS

pytestmark = pytest.mark.anyio

# Each leads from a folder of the app to a file of the project or of the machine, if it leads anywhere.
SECRETS = ["pyproject.toml", "litestar.yaml", "backend/app.py", "etc/passwd", "var/keys/demo", ".git/config"]
CLIMBS = [
    "../{}",
    "../../{}",
    "../../../../../../../../{}",
    "..%2f..%2f{}",
    "..%252f..%252f{}",
    "%2e%2e/%2e%2e/{}",
    "%2e%2e%2f%2e%2e%2f{}",
    "..%5c..%5c{}",
    "..\\..\\{}",
    "....//....//{}",
    "%c0%ae%c0%ae/{}",
    "..%00/{}",
    "{}%00.js",
    "..;/..;/{}",
    "file:///{}",
    "//{}",
]
FOLDERS = ["/", "/assets/", "/schema/assets/", "/status/", f"{API}/items/", f"{API}/forms/", f"{API}/files/"]


def is_of_the_project(reply: httpx.Response, secret: str) -> bool:
    """Whether a reply shows the file of that name."""
    own = ROOT / secret
    content = own.read_bytes() if own.is_file() else Path("/", secret).read_bytes() if secret == "etc/passwd" else b""
    return bool(content) and content[:60] in reply.content


@pytest.mark.parametrize("folder", FOLDERS)
async def test_no_address_climbs_out_of_the_app(client: Client, sign_in: SignIn, folder: str) -> None:
    browser = await sign_in(RESIDENT) if folder.startswith(API) else client
    for climb in CLIMBS:
        for secret in SECRETS:
            path = folder + climb.format(secret)
            # As it is, without the client's own tidying of dots.
            raw = httpx.URL(scheme="http", host="127.0.0.1", port=8000, raw_path=path.encode())
            reply = await browser.get(raw)
            assert reply.status_code < 500 or reply.headers["content-type"].startswith("text/html"), path
            assert not is_of_the_project(reply, secret), path


@pytest.mark.parametrize(
    "path", ["/" + "a" * 8_000, "/assets/" + "../" * 2_000, f"{API}/items/" + "%00" * 1_000, "/%00", "/%7f", "/%ff%fe"]
)
async def test_a_long_or_strange_address_is_answered_and_is_no_fault(client: Client, path: str) -> None:
    reply = await client.get(httpx.URL(scheme="http", host="127.0.0.1", port=8000, raw_path=path.encode()))
    assert reply.status_code in (200, 400, 404, 503)
    assert "incident" not in reply.text


async def test_a_file_of_the_app_is_found_by_its_own_name_only(tmp_path: Path) -> None:
    (tmp_path / "dist" / "assets").mkdir(parents=True)
    (tmp_path / "dist" / "index.html").write_text("app")
    (tmp_path / "dist" / "assets" / "a.js").write_text("script")
    (tmp_path / "secret.txt").write_text("secret")
    (tmp_path / "dist" / "link.txt").symlink_to(tmp_path / "secret.txt")
    files = StaticFiles(load_directory(tmp_path / "dist"))
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app=files, raise_app_exceptions=False), base_url="http://127.0.0.1"
    ) as browser:
        assert (await browser.get("/assets/a.js")).text == "script"
        for path in (
            "/../secret.txt",
            "/assets/../../secret.txt",
            "/%2e%2e/secret.txt",
            "/assets/..%2f..%2fsecret.txt",
        ):
            reply = await browser.get(httpx.URL(scheme="http", host="127.0.0.1", raw_path=path.encode()))
            assert "secret" not in reply.text


HOSTILE_NAMES = [
    "../../../etc/passwd",
    "..\\..\\windows\\win.ini",
    "/etc/passwd",
    "a\0.jpg",
    "a\r\nSet-Cookie: zhangban=1",
    "x" * 400,
    "<script>alert(1)</script>.jpg",
    "照片.jpg",
    "con",
    ".",
]


@pytest.mark.parametrize("name", HOSTILE_NAMES)
async def test_an_uploads_name_is_never_a_place_on_the_disk(house: House, sign_in: SignIn, name: str) -> None:
    resident = await sign_in(RESIDENT)
    content = picture()
    location = await begin(resident, len(content), filename=name, filetype="../../x", sha256=sha256(content))
    assert (await send(resident, location, 0, content)).status_code == 204
    stored = stored_files(house)
    assert stored
    base = Path(house.settings.files.directory)
    for path in stored:
        assert path.is_relative_to(base)
        assert ".." not in path.parts
        assert not {"passwd", "win.ini", "con"} & set(path.parts)
    shown = await resident.get(f"{API}/files/{sha256(content)}")
    assert shown.headers["content-type"] == "image/jpeg"
    assert "content-disposition" not in shown.headers or name not in shown.headers["content-disposition"]


SPLITTING = [
    "a\r\nX-Injected:1",
    "YQ==\r\nX-Injected: 1",
    "YQ==\r\n",
    "a\r\nSet-Cookie: zhangban=1",
    "a\nX-Injected: 1",
    "a\rX-Injected: 1",
    "a%0d%0aX-Injected:%201",
    "a\0b",
]


@pytest.mark.parametrize("text", SPLITTING)
async def test_no_header_of_a_reply_is_split_by_what_was_asked(house: House, sign_in: SignIn, text: str) -> None:
    """In this process there is no server in between that would refuse such a header first."""
    resident = await sign_in(RESIDENT)
    encoded = base64.b64encode(text.encode()).decode()
    for metadata in (f"filename {encoded}", f"{text} {encoded}", f"filename {encoded},{text}", text):
        begun = await resident.post(
            f"{API}/uploads",
            headers=[
                (b"Tus-Resumable", b"1.0.0"),
                (b"Upload-Length", b"5"),
                (b"Upload-Metadata", metadata.encode("latin-1")),
            ],
        )
        if begun.status_code == 201:
            position = await resident.head(begun.headers["location"], headers=TUS)
            assert_whole(position)
            await resident.delete(begun.headers["location"], headers=TUS)
        assert_whole(begun)
    for path in (f"{API}/items/{quote(text)}", f"/{quote(text)}", f"{API}/cases?after={quote(text)}"):
        assert_whole(await resident.get(path))
    for name in (b"Accept-Language", b"X-Request-Id", b"If-None-Match", b"Range", b"Host", b"X-Forwarded-For"):
        headers = [(b"Host", b"127.0.0.1:8000")] if name != b"Host" else []
        assert_whole(await resident.get(f"{API}/session", headers=[*headers, (name, text.encode("latin-1"))]))


def assert_whole(reply: httpx.Response) -> None:
    for name, value in reply.headers.raw:
        assert not set(b"\r\n\0") & set(name + value), (name, value)
    assert "x-injected" not in reply.headers
    assert "zhangban=1" not in reply.headers.get("set-cookie", "")


@pytest.mark.parametrize(
    "path",
    [
        "//evil.example",
        "//evil.example/..",
        "/\\evil.example",
        "/%2f%2fevil.example",
        "/%5cevil.example",
        "/.evil.example",
        "/@evil.example",
        "/https://evil.example",
        f"{API}//evil.example",
        f"{API}/session/",
        "/status/",
        "/schema/",
        "/schema//evil.example",
        "/desk/../..//evil.example",
        "/sign-in?next=//evil.example",
        "/identity?next=https://evil.example&redirect=//evil.example&url=//evil.example",
    ],
)
async def test_no_address_leads_to_another_site(client: Client, path: str) -> None:
    reply = await client.get(httpx.URL(scheme="http", host="127.0.0.1", port=8000, raw_path=path.encode()))
    assert not 300 <= reply.status_code < 400
    assert "location" not in reply.headers
    assert "refresh" not in reply.headers
    assert "http-equiv" not in reply.text.lower()


REDIRECTING = ("next", "url", "redirect", "return_to", "address", "continue")


def test_every_parameter_that_names_where_to_go_is_known_here() -> None:
    """A new one is to be attacked in a test of its own, and then named here."""
    known = {"POST /api/v1/sign-in/unified"}
    found = {
        str(operation)
        for operation in OPERATIONS
        for name in [
            *(each["name"] for each in operation.parameters),
            *(operation.example() or {} if isinstance(operation.example(), dict) else {}),
        ]
        if name.lower() in REDIRECTING
    }
    assert found <= known


HOSTS = ["evil.example", "127.0.0.1:8000@evil.example", "evil.example#127.0.0.1:8000", "127.0.0.1", "a" * 2_000, ""]
FORWARDED = ["X-Forwarded-Host", "X-Host", "X-Forwarded-Server", "X-HTTP-Host-Override", "Forwarded"]


@pytest.mark.parametrize("host", HOSTS)
async def test_the_host_header_is_in_no_reply(client: Client, host: str) -> None:
    for path in ("/", "/status", "/schema", "/schema/openapi.json", f"{API}/session", f"{API}/items", f"{API}/nothing"):
        headers = {"Host": host, **dict.fromkeys(FORWARDED, "evil.example")}
        reply = await client.get(path, headers=headers)
        told = reply.text + repr(reply.headers.raw)
        assert "evil.example" not in told, path


async def test_a_host_header_does_not_make_another_origin_ones_own(house: House, client: Client) -> None:
    async with nothing_stored(house):
        for headers in (
            {"Host": "127.0.0.1:8000", "X-Forwarded-Host": "evil.example", "Origin": "https://evil.example"},
            {"Host": "127.0.0.1:8000", "Forwarded": "host=evil.example", "Origin": "https://evil.example"},
        ):
            reply = await client.post(f"{API}/sign-in/codes", json={"phone": "13700000001"}, headers=headers)
            assert (reply.status_code, code(reply)) == (403, "cross-origin")


@pytest.mark.parametrize("name", ["Host", "Origin", "Sec-Fetch-Site", "Content-Type", "Idempotency-Key", "If-Match"])
async def test_a_header_that_decides_something_is_refused_when_given_twice(
    house: House, sign_in: SignIn, name: str
) -> None:
    resident = await sign_in(RESIDENT)
    pairs = [(name, "http://127.0.0.1:8000"), (name, "https://evil.example")]
    async with nothing_stored(house):
        for twice in (pairs, pairs[::-1]):
            headers = [("Content-Type", "application/json")] if name != "Content-Type" else []
            reply = await resident.post(f"{API}/inbox/read", content=b'{"ids": null}', headers=[*headers, *twice])
            assert (reply.status_code, code(reply)) == (400, "invalid-request")


async def test_forwarded_headers_of_a_stranger_change_neither_address_nor_scheme(house: House) -> None:
    app: Litestar = create_app(house.settings, house=house)
    seen: list[tuple[str, bool]] = []

    async def spy(scope: dict[str, object], receive: object, send: object) -> None:
        state = scope["state"]
        assert isinstance(state, dict)
        seen.append((state["address"], state["https"]))

    gate = app.asgi_handler
    gate._application = spy  # type: ignore[attr-defined]
    async with app.lifespan(), browser_of(app) as browser:
        headers = {"X-Forwarded-For": "203.0.113.9", "X-Real-IP": "203.0.113.9", "X-Forwarded-Proto": "https"}
        with pytest.raises(AssertionError):
            await browser.get(f"{API}/session", headers={**headers, "Client-IP": "203.0.113.9"})
    assert seen == [("127.0.0.1", False)]


@pytest.mark.parametrize(
    "forwarded",
    [
        "203.0.113.9",
        "203.0.113.9, 10.0.0.1",
        "evil, 10.0.0.1",
        "203.0.113.9,,",
        "[::1]:80",
        "a" * 100_000,
        "10.0.0.1," * 9_999,
    ],
)
def test_only_what_the_operators_own_proxies_wrote_names_the_client(forwarded: str) -> None:
    addresses = ClientAddresses(["10.0.0.0/8"])
    # A stranger who writes the header is taken for who they are.
    assert addresses.of("198.51.100.7", forwarded) == "198.51.100.7"
    # Behind the proxy the last hop that it wrote counts, not what the stranger put before it.
    assert addresses.of("10.0.0.2", f"{forwarded}, 198.51.100.7") == "198.51.100.7"


async def test_huge_headers_and_parameters_are_refused_and_are_no_fault(client: Client, sign_in: SignIn) -> None:
    resident = await sign_in(RESIDENT)
    huge = "a" * 60_000
    for name in ("Accept-Language", "Cookie", "If-None-Match", "Idempotency-Key", "X-Anything", "Referer", "Origin"):
        for method, path in (("GET", f"{API}/items"), ("POST", f"{API}/links/open"), ("GET", f"{API}/me")):
            reply = await resident.request(method, path, headers={name: huge}, json={} if method == "POST" else None)
            assert reply.status_code < 500, (name, path)
    for query in (f"?after={huge}", f"?limit={'9' * 60_000}", "?" + "&".join(f"a{n}=1" for n in range(5_000))):
        assert (await resident.get(f"{API}/cases{query}")).status_code in (200, 400)
    cookies = "; ".join(f"c{number}={'x' * 100}" for number in range(500))
    assert (await client.get(f"{API}/session", headers={"Cookie": cookies})).status_code == 200
