"""wapiti and sqlmap find nothing in the served product, and do find what is planted in a server of the tests' own."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from tests.attack.operations import OPERATIONS
from tests.attack.scanners import BIN, SIGNS_OUT, Target, Who, furnished, scanned_settings, sqlmap, tried, wapiti
from tests.harness.served import ServedProduct

SECONDS = 240


@pytest.fixture(scope="module", autouse=True)
def scanners() -> None:
    """Both are installed."""
    if not (BIN / "wapiti").exists() or not (BIN / "sqlmap").exists():
        pytest.fail("wapiti and sqlmap are not installed: run scripts/scanner-environment", pytrace=False)


@pytest.fixture(scope="module")
def targets(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[Who, Target]]:
    """A served house with a resident who has filed an application, on SQLite."""
    directory = tmp_path_factory.mktemp("scanned")
    with ServedProduct(scanned_settings(directory), directory) as served:
        yield furnished(served)


def test_every_operation_is_tried_but_those_that_sign_the_scanner_out(targets: dict[Who, Target]) -> None:
    tried_by_someone = {str(each) for target in targets.values() for each in tried(target)}
    left_out = {str(each) for each in OPERATIONS} - tried_by_someone
    assert left_out <= {f"{method} {path}" for method, path in SIGNS_OUT}
    assert all(len(tried(target)) >= 5 for target in targets.values())


@pytest.mark.parametrize("who", ["resident", "clerk", "stranger"])
def test_wapiti_finds_nothing(targets: dict[Who, Target], tmp_path: Path, who: Who) -> None:
    assert wapiti(targets[who], tmp_path, SECONDS) == []


@pytest.mark.parametrize("who", ["resident", "clerk", "stranger"])
def test_sqlmap_finds_nothing(targets: dict[Who, Target], tmp_path: Path, who: Who) -> None:
    assert sqlmap(targets[who], tmp_path, SECONDS) == []


class Planted(BaseHTTPRequestHandler):
    """A page that puts its parameter into a statement and into its own text as it comes."""

    def do_GET(self) -> None:
        query = unquote(parse_qs(urlsplit(self.path).query).get("id", ["1"])[0])
        database = sqlite3.connect(":memory:")
        database.executescript("CREATE TABLE note (id TEXT, words TEXT); INSERT INTO note VALUES ('1', 'a note')")
        try:
            rows = database.execute(f"SELECT words FROM note WHERE id = '{query}'").fetchall()
            told = " ".join(str(row[0]) for row in rows)
        except sqlite3.Error as error:
            told = f"sqlite3.{type(error).__name__}: {error}"
        body = f'<html><body><a href="/?id=1">note</a><p>{query}</p><p>{told}</p></body></html>'.encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing is to be seen of it."""


@pytest.fixture
def planted() -> Iterator[str]:
    """The address of the page with holes."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Planted)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


def test_both_scanners_see_a_hole_where_there_is_one(planted: str, tmp_path: Path) -> None:
    """Otherwise an empty report would say nothing."""
    target = Target(planted, "stranger", "", {})
    rule = "=" * 54
    asked = f"GET /?id=1* HTTP/1.1\r\nHost: {planted.removeprefix('http://')}\r\n\r\n"
    request = f"{rule}\n12:00:00  {planted}  [127.0.0.1]\n{rule}\n{asked}\n{rule}\n\n\n\n"
    assert sqlmap(target, tmp_path / "sqlmap", SECONDS, requests=[request])
    found = wapiti(target, tmp_path / "wapiti", SECONDS, modules="sql,xss")
    assert any(each.startswith("SQL Injection") for each in found), found
    assert any("Cross Site Scripting" in each for each in found), found
