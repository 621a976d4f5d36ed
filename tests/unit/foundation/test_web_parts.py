"""Masking, addresses, languages, static files and the local authority."""

from __future__ import annotations

import asyncio
import gzip
import ssl
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.foundation.client_address import ClientAddresses
from backend.foundation.errors import NotFound
from backend.foundation.local_authority import make_tls_files
from backend.foundation.logging import mask_line
from backend.foundation.masking import mask_fault, mask_id_number, mask_name, mask_phone, mask_text
from backend.foundation.static_files import COMPONENTS, StaticFiles, load_directory
from backend.foundation.web_errors import prefers_english
from tests.scale import examples


def test_masks_keep_what_the_standard_says() -> None:
    assert mask_id_number("11010519491231002X") == "110***********002X"
    assert mask_phone("13812341234") == "138****1234"
    assert (mask_name("张三"), mask_name("张小明"), mask_name("张"), mask_name("")) == ("张*", "张**", "*", "*")


@settings(max_examples=examples(10_000), deadline=None)
@given(text=st.text(max_size=40), number=st.from_regex(r"[1-9][0-9]{16}[0-9X]", fullmatch=True))
def test_no_identity_number_survives_masking_of_text(text: str, number: str) -> None:
    assert number not in mask_text(f"{text} {number}，{text}")


@settings(max_examples=examples(10_000), deadline=None)
@given(phone=st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True))
def test_no_phone_number_survives_masking_of_text(phone: str) -> None:
    for text in (f"电话{phone}。", f"tel:+86{phone}", f"<{phone}>"):
        assert phone not in mask_text(text)


def test_what_an_exception_quotes_of_a_person_is_not_logged() -> None:
    told = "KeyError: '林晓舟' in \"Anping Road 7\" of 听涛路 18 号, 13812341234"
    assert mask_fault(told) == "KeyError: '…' in '…' of … 18 …, 138****1234"
    traced = {
        "event": "x",
        "path": "/items/林晓舟",
        "exception": 'File "/srv/backend/app.py", line 3\n  raise ValueError("林晓舟")',
    }
    masked = mask_line(None, "error", traced)
    assert "林" not in repr(masked)
    assert "/srv/backend/app.py" in masked["exception"]


def test_a_log_line_loses_secrets_and_keeps_ids() -> None:
    line: dict[str, Any] = {
        "event": "x of 13812341234",
        "token": "abc",
        "phone": "13812341234",
        "deep": {"code": "123456", "list": ["11010519491231002X", 5]},
        "id": "01a201a4-cd15-72e0-a521-889e2f9edca8",
        "other": "Z8bFO7zur2p2PL4eJIYboEp314n7ud1lNLplLgivf4M",
    }
    masked = mask_line(None, "info", line)
    assert masked["id"] == "01a201a4-cd15-72e0-a521-889e2f9edca8"
    for secret in ("13812341234", "123456", "11010519491231002X", "abc", "Z8bFO7zur2p2PL4e"):
        assert secret not in repr(masked)


@pytest.mark.parametrize(
    ("peer", "forwarded", "address"),
    [
        ("198.51.100.7", "203.0.113.1", "198.51.100.7"),
        ("10.0.0.1", "203.0.113.1", "203.0.113.1"),
        ("10.0.0.1", "1.1.1.1, 203.0.113.1, 10.0.0.2", "203.0.113.1"),
        ("10.0.0.1", "not an address", "10.0.0.1"),
        ("10.0.0.1", None, "10.0.0.1"),
        ("2001:db8::1", None, "2001:db8::/64"),
        ("", None, ""),
    ],
)
def test_a_client_is_known_by_the_address_it_cannot_choose(peer: str, forwarded: str | None, address: str) -> None:
    assert ClientAddresses(["10.0.0.0/8"]).of(peer, forwarded) == address


@pytest.mark.parametrize(
    ("header", "english"),
    [
        ("", False),
        ("en", True),
        ("zh-CN,zh;q=0.9,en;q=0.8", False),
        ("en-US,en;q=0.9,zh-CN;q=0.8", True),
        ("zh;q=0.1,en;q=0.2", True),
        ("en;q=0", False),
        ("fr", False),
        (";;q=,,en;q=9", False),
    ],
)
def test_english_is_chosen_only_where_it_comes_before_chinese(header: str, english: bool) -> None:
    assert prefers_english(header) is english


async def fetch(
    files: StaticFiles, path: str, method: str = "GET", **headers: str
) -> tuple[int, dict[str, str], bytes]:
    sent: list[dict[str, Any]] = []

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    await files({"method": method, "path": path, "headers": raw}, None, send)
    return sent[0]["status"], {k.decode(): v.decode() for k, v in sent[0]["headers"]}, sent[1]["body"]


@pytest.fixture
def built(tmp_path: Path) -> StaticFiles:
    (tmp_path / "assets").mkdir()
    for name in ("index", "desk", "verify", "components"):
        (tmp_path / f"{name}.html").write_text(f"<!doctype html>{name}" + " " * 1000)
    (tmp_path / "sw.js").write_text("self")
    (tmp_path / "assets" / "index-B1a2C3d4.js").write_text("x" * 2000)
    (tmp_path / "assets" / "index-B1a2C3d4.js.br").write_bytes(b"brotli")
    return StaticFiles(load_directory(tmp_path))


@pytest.mark.parametrize(
    ("path", "document"),
    [
        ("/", "index"),
        ("/s", "index"),
        ("/items/x", "index"),
        ("/desk", "desk"),
        ("/desk/cases/1", "desk"),
        ("/verify", "verify"),
        ("/_components", "components"),
    ],
)
def test_an_address_of_the_app_is_its_document_and_is_always_asked_for_again(
    built: StaticFiles, path: str, document: str
) -> None:
    status, headers, body = asyncio.run(fetch(built, path))
    assert (status, headers["cache-control"]) == (200, "no-cache")
    assert body.startswith(f"<!doctype html>{document}".encode())


def test_the_page_of_the_components_is_an_unknown_address_where_it_is_left_out(tmp_path: Path) -> None:
    for name in ("index", "components"):
        (tmp_path / f"{name}.html").write_text(f"<!doctype html>{name}")
    files = StaticFiles(load_directory(tmp_path, frozenset({COMPONENTS})))
    assert asyncio.run(fetch(files, "/_components"))[2] == b"<!doctype html>index"
    with pytest.raises(NotFound):
        asyncio.run(fetch(files, f"/{COMPONENTS}"))


def test_a_hashed_asset_is_kept_for_ever_and_sent_in_the_smallest_form(built: StaticFiles) -> None:
    path = "/assets/index-B1a2C3d4.js"
    status, headers, body = asyncio.run(fetch(built, path, accept_encoding="gzip, br"))
    assert (status, body, headers["content-encoding"]) == (200, b"brotli", "br")
    assert headers["cache-control"] == "public, max-age=31536000, immutable"
    _status, headers, body = asyncio.run(fetch(built, path, accept_encoding="gzip"))
    assert (headers["content-encoding"], gzip.decompress(body)) == ("gzip", b"x" * 2000)
    _status, headers, body = asyncio.run(fetch(built, path))
    assert (body, "content-encoding" in headers) == (b"x" * 2000, False)
    status, _headers, body = asyncio.run(fetch(built, path, if_none_match=headers["etag"]))
    assert (status, body) == (304, b"")


def test_the_service_worker_is_asked_for_again_each_time(built: StaticFiles) -> None:
    assert asyncio.run(fetch(built, "/sw.js"))[1]["cache-control"] == "no-cache"


@pytest.mark.parametrize("path", ["/assets/gone.js", "/favicon.ico", "/assets/../index.html.gz"])
def test_a_missing_file_is_not_answered_with_a_page(built: StaticFiles, path: str) -> None:
    with pytest.raises(NotFound):
        asyncio.run(fetch(built, path))


def test_head_has_the_headers_and_no_body(built: StaticFiles) -> None:
    status, headers, body = asyncio.run(fetch(built, "/", "HEAD"))
    assert (status, body) == (200, b"")
    assert int(headers["content-length"]) > 1000


def test_the_local_authority_is_kept_and_vouches_for_the_server(tmp_path: Path) -> None:
    first = make_tls_files(tmp_path / "tls", ["localhost", "127.0.0.1", "192.168.1.5"])
    authority = first.authority.read_bytes()
    second = make_tls_files(tmp_path / "tls", ["localhost"])
    assert second.authority.read_bytes() == authority
    assert second.key.stat().st_mode & 0o077 == 0
    context = ssl.create_default_context(cafile=str(first.authority))
    assert len(context.get_ca_certs()) == 1
    ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(second.certificate, second.key)
