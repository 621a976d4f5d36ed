"""Requests that two readers would part differently, spoken over a bare socket to the served product.

Slow senders (slowloris) are out of reach here: granian has no limit on how long a head may take, so a reverse proxy in
front of it must (docs/security.md).
"""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator

import pytest

from tests.api.conftest import API
from tests.harness.served import ServedProduct, served_settings

OPEN = f"{API}/links/open"
SMUGGLED = b"GET /smuggled HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedProduct]:
    """One server for all attacks; SQLite, since no answer here comes from the database."""
    directory = tmp_path_factory.mktemp("smuggling")
    with ServedProduct(served_settings(directory), directory) as running:
        yield running


def spoken(server: ServedProduct, sent: bytes, *, wait: float = 1.0, first: float = 1.0) -> bytes:
    """All that the server answers to these bytes until it hangs up or is silent for `wait` seconds.

    It has `first` seconds to begin.
    """
    received = b""
    with socket.create_connection(("127.0.0.1", server.settings.server.port), timeout=20) as connection:
        connection.sendall(sent)
        connection.settimeout(first)
        try:
            while piece := connection.recv(65_536):
                received += piece
                connection.settimeout(wait)
        except (TimeoutError, ConnectionResetError):
            pass
    return received


def statuses(received: bytes) -> list[int]:
    return [int(found) for found in re.findall(rb"HTTP/1\.1 (\d{3})", received)]


def head(method: str, path: str, *lines: str) -> bytes:
    return "\r\n".join([f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", *lines, "", ""]).encode()


JSON = "Content-Type: application/json"


def posted(*lines: str) -> bytes:
    return head("POST", OPEN, JSON, *lines)


AMBIGUOUS = {
    "a length and chunks": posted("Content-Length: 4", "Transfer-Encoding: chunked")
    + b"0\r\n\r\n"
    + SMUGGLED,
    "chunks and a length": posted("Transfer-Encoding: chunked", "Content-Length: 60")
    + b"0\r\n\r\n"
    + SMUGGLED,
    "two lengths": posted("Content-Length: 2", "Content-Length: 60") + b"{}" + SMUGGLED,
    "a list of lengths": posted("Content-Length: 2, 60") + b"{}" + SMUGGLED,
    "an unknown coding": posted("Content-Length: 2", "Transfer-Encoding: xchunked") + b"{}" + SMUGGLED,
    "a coding twice": posted("Transfer-Encoding: chunked", "Transfer-Encoding: identity")
    + b"0\r\n\r\n"
    + SMUGGLED,
    "a blank before the colon": posted("Content-Length: 2", "Transfer-Encoding : chunked")
    + b"{}"
    + SMUGGLED,
    "a tab in the coding": posted("Content-Length: 2", "Transfer-Encoding:\x0bchunked") + b"{}" + SMUGGLED,
    "a folded line": posted("Content-Length: 2", "Transfer-Encoding:", " chunked") + b"{}" + SMUGGLED,
    "a negative length": posted("Content-Length: -1") + SMUGGLED,
    "a signed length": posted("Content-Length: +2") + b"{}" + SMUGGLED,
    "a length in hex": posted("Content-Length: 0x2") + b"{}" + SMUGGLED,
    "a length beyond all bounds": posted("Content-Length: 99999999999999999999") + b"{}" + SMUGGLED,
    "a chunk of negative size": posted("Transfer-Encoding: chunked") + b"-5\r\n" + SMUGGLED,
    "a chunk longer than said": posted("Transfer-Encoding: chunked") + b"1\r\n{}}}\r\n" + SMUGGLED,
    "a null in a header": posted("X: a\0b", "Content-Length: 0") + SMUGGLED,
    "a name with a blank": posted("Content Length: 2") + b"{}" + SMUGGLED,
    "a body that never comes": head("GET", f"{API}/session", "Content-Length: 60", "Transfer-Encoding: chunked")
    + SMUGGLED,
    "another version": b"POST / HTTP/9.9\r\nHost: a\r\n\r\n" + SMUGGLED,
    "an upgrade": head("GET", "/health/live", "Upgrade: h2c", "Connection: Upgrade, HTTP2-Settings"),
}  # fmt: skip


@pytest.mark.parametrize("name", AMBIGUOUS)
def test_an_ambiguous_request_is_answered_once_and_its_rest_is_no_second_one(server: ServedProduct, name: str) -> None:
    received = spoken(server, AMBIGUOUS[name])
    assert len(statuses(received)) <= 1, received
    assert b"/smuggled" not in received
    # The access log names every request that was answered with 400 and above.
    assert "/smuggled" not in server.log_tail()
    assert not [status for status in statuses(received) if status >= 500]
    # And the server is as it was.
    assert statuses(spoken(server, head("GET", "/health/live", "Connection: close"), wait=20, first=20)) == [200]


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        (head("GET", "/health/live", "X: " + "a" * 1_000_000), 431),
        (head("GET", "/health/live", *(f"X{number}: a" for number in range(5_000))), 431),
        (head("GET", "/" + "a" * 100_000), 414),
        (head("GET", f"{API}/session", "Host: evil.example"), 400),
        (head("GET", f"{API}/session", "Origin: a", "Origin: b"), 400),
        (head("TRACE", f"{API}/session"), 405),
        (head("CONNECT", "evil.example:443"), 405),
    ],
    ids=["a huge header", "5,000 headers", "a long address", "two hosts", "two origins", "TRACE", "CONNECT"],
)
def test_a_request_beyond_the_bounds_is_refused(server: ServedProduct, sent: bytes, expected: int) -> None:
    received = spoken(server, sent, first=20)
    assert len(statuses(received)) == 1
    assert statuses(received)[0] in (expected, 400, 404)
    assert b"evil.example" not in received


def test_two_requests_in_one_piece_are_two_answers_in_their_order(server: ServedProduct) -> None:
    both = head("GET", "/health/live") + head("GET", f"{API}/nothing", "Connection: close")
    assert statuses(spoken(server, both, wait=20, first=20)) == [200, 404]
