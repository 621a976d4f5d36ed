"""`zhangban city drift` against pages that are really served: an older publication, none, redirects, floods."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar

import msgspec
import pytest
import yaml

from backend.certificates.keys import SigningKeys
from backend.city.store import publish
from backend.cli import main
from backend.commands import drift
from backend.foundation.database import open_database
from tests.api.test_publications import changed
from tests.harness.served import ServedProduct, served_settings

KEY = "residence-permit"


class Channel(BaseHTTPRequestHandler):
    """A web site that once copied a page."""

    pages: ClassVar[dict[str, tuple[int, str, bytes]]] = {}

    def do_GET(self) -> None:
        status, kind, body = self.pages.get(self.path, (404, "text/plain", b""))
        self.send_response(status)
        self.send_header("Location" if status == 302 else "Content-Type", kind)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Nothing."""


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Channel)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, site: str) -> Iterator[tuple[ServedProduct, str]]:
    """A house whose guide has changed since a web site copied its pages."""
    directory = tmp_path_factory.mktemp("drift")
    with ServedProduct(served_settings(directory), directory) as served:
        browser = served.client()
        for name, path in (("page", f"/guides/{KEY}"), ("json", f"/api/v1/items/{KEY}"), ("feed", "/feed/guides.json")):
            reply = browser.get(path)
            assert reply.status_code == 200, reply.text
            Channel.pages[f"/{name}"] = (200, reply.headers["content-type"], reply.content)

        async def put() -> None:
            database = await open_database(served.settings.database.url, bind=False)
            await publish(database, changed("新的说明"), at=time.time_ns() // 1_000_000, actor="system")
            await database.close()

        asyncio.run(put())
        end = time.monotonic() + 60
        while "新的说明" not in browser.get(f"/guides/{KEY}?lang=zh").text and time.monotonic() < end:
            time.sleep(0.2)
        file = directory / "drift.yaml"
        file.write_text(yaml.safe_dump(msgspec.to_builtins(served.settings), allow_unicode=True), encoding="utf-8")
        yield served, str(file)


def run(house: tuple[ServedProduct, str], capsys: pytest.CaptureFixture[str], *urls: str) -> tuple[int, list[Any]]:
    code = main(["--settings", house[1], "city", "drift", "--json", *urls])
    return code, json.loads(capsys.readouterr().out)["shown"]


def test_what_is_in_force_is_the_same_everywhere(
    house: tuple[ServedProduct, str], capsys: pytest.CaptureFixture[str]
) -> None:
    paths = (
        f"/guides/{KEY}?lang=en",
        f"/api/v1/items/{KEY}",
        "/feed/guides.json",
        f"/feed/guides/{KEY}.json",
        "/guides",
    )
    code, shown = run(house, capsys, *(f"{house[0].url}{path}" for path in paths))
    assert (code, {each["state"] for each in shown}) == (0, {"same"})
    assert len(shown) >= len(paths)


@pytest.mark.parametrize("name", ["page", "json", "feed"])
def test_an_old_guide_is_told_with_its_version_and_day(
    house: tuple[ServedProduct, str], site: str, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    code, shown = run(house, capsys, f"{site}/{name}")
    (old,) = [each for each in shown if each["state"] != "same"]
    assert (code, old["state"], old["key"], len(old["version"]), len(old["day"])) == (1, "old", KEY, 64, 10)
    assert main(["--settings", house[1], "city", "drift", f"{site}/{name}"]) == 1
    assert f"version {old['version'][:12]}, from {old['day']}" in capsys.readouterr().out


def test_a_changed_copy_is_unknown_whatever_hash_it_claims(
    house: tuple[ServedProduct, str], site: str, capsys: pytest.CaptureFixture[str]
) -> None:
    guide = json.loads(Channel.pages["/json"][2])
    Channel.pages["/bent"] = (200, "application/json", json.dumps({**guide, "visits": 9}).encode())
    code, (shown,) = run(house, capsys, f"{site}/bent")
    assert (code, shown["state"]) == (1, "unknown")


def test_what_cannot_be_compared_is_told_with_the_reason(
    house: tuple[ServedProduct, str], site: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drift, "MAXIMUM_BYTES", 100_000)
    Channel.pages["/plain"] = (200, "text/html", b"<p>a page without a mark")
    Channel.pages["/large"] = (200, "text/html", b"x" * 200_000)
    Channel.pages["/round"] = (302, "/round", b"")
    Channel.pages["/there"] = (302, "/page", b"")
    Channel.pages["/file"] = (302, "file:///etc/passwd", b"")
    names = ("plain", "large", "round", "there", "file", "none")
    _, shown = run(house, capsys, *(f"{site}/{name}" for name in names), "ftp://127.0.0.1/x", "http://127.0.0.1:1/")
    told = [(each["state"], each["why"]) for each in shown]
    assert [state for state, _ in told] == ["no-hash", *["unreachable"] * 2, "old", *["unreachable"] * 4]
    assert [why for _, why in told][1:3] == ["more than 100000 bytes", "more than 3 redirects"]
    assert "only http and https" in told[4][1]
    assert shown[3]["fetched"] == f"{site}/page"


def test_the_feed_of_a_house_is_the_reference_only_when_its_signature_is_good(
    house: tuple[ServedProduct, str], site: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    served, file = house
    key = tmp_path / "root.jwk"
    root = SigningKeys(Path(served.settings.keys.directory), create=False).root_jwk(time.time_ns() // 10**9)[0]
    key.write_text(json.dumps(root), encoding="utf-8")
    start = ["--settings", file, "city", "drift"]
    asked = [*start, "--feed", f"{served.url}/feed/guides.json", "--key", str(key)]
    assert main([*asked, f"{served.url}/guides/{KEY}"]) == 0
    assert main([*asked, f"{site}/page"]) == 1
    assert "unknown" in capsys.readouterr().out
    bent = json.loads(Channel.pages["/feed"][2])
    bent["feed"]["items"] = []
    Channel.pages["/bent-feed"] = (200, "application/json", json.dumps(bent).encode())
    assert main([*start, "--feed", f"{site}/bent-feed", f"{site}/page"]) == 2
    assert "signature" in capsys.readouterr().err
