"""Decompression bombs: small inputs that would grow without end are refused before they have grown."""

from __future__ import annotations

import gzip
import io
import json
import struct
import time
import tracemalloc
import zlib
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from PIL import Image, PngImagePlugin

from backend.files.pictures import judge
from backend.files.refusals import FileFault
from backend.house import House
from qr import base45
from qr.credential import verify
from qr.errors import InflateError, StatusListError
from qr.inflate import inflate
from qr.status_list import get as status_of
from tests.api.case_builders import RESIDENT
from tests.api.conftest import API, Client, SignIn
from tests.api.test_bad_input import nothing_stored
from tests.api.test_uploads import begin, code, send, stored_files
from tests.conformance.adapter_process import PYTHON, TYPESCRIPT, AdapterProcess

pytestmark = pytest.mark.anyio

MEGABYTE = 1024 * 1024
GIGABYTE = 1024 * MEGABYTE


def chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def png(width: int, height: int, *more: bytes) -> bytes:
    """A PNG that says it has so many pixels, of grey rows that are all alike."""
    packer = zlib.compressobj(9)
    row = b"\0" + bytes(width)
    rows = min(height, max(1, 20 * MEGABYTE // len(row)))
    data = b"".join(packer.compress(row) for _ in range(rows)) + packer.flush()
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + b"".join(more) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def jpeg(width: int, height: int) -> bytes:
    """A small JPEG whose header says it has so many pixels."""
    out = io.BytesIO()
    Image.new("RGB", (16, 16)).save(out, "JPEG")
    content = bytearray(out.getvalue())
    at = content.index(b"\xff\xc0") + 5
    content[at : at + 4] = struct.pack(">HH", height, width)
    return bytes(content)


def zeros(size: int) -> bytes:
    """`size` zero bytes as a zlib stream, made piece by piece."""
    packer = zlib.compressobj(9)
    piece = bytes(MEGABYTE)
    return b"".join(packer.compress(piece) for _ in range(size // MEGABYTE)) + packer.flush()


@contextmanager
def bounded(megabytes: float, seconds: float) -> Iterator[None]:
    """What happens within may take at most so much memory of Python's own, and so long."""
    tracemalloc.start()
    started = time.perf_counter()
    try:
        yield
        assert time.perf_counter() - started < seconds
        assert tracemalloc.get_traced_memory()[1] < megabytes * MEGABYTE
    finally:
        tracemalloc.stop()


TEXT_BOMB = chunk(b"zTXt", b"Comment\0\0" + zeros(200 * MEGABYTE))
PROFILE_BOMB = chunk(b"iCCP", b"icc\0\0" + zeros(200 * MEGABYTE))
PICTURES = {
    "a PNG of 2.5 billion pixels": png(50_000, 50_000),
    "a PNG one pixel high and too wide": png(60_000, 1),
    "a PNG of more pixels than allowed": png(8_000, 7_000),
    "a PNG whose text unpacks to 200 MB": png(8, 8, TEXT_BOMB),
    "a PNG whose colour profile unpacks to 200 MB": png(8, 8, PROFILE_BOMB),
    "a JPEG of four billion pixels": jpeg(65_535, 65_535),
    "a JPEG of more pixels than it has": jpeg(7_000, 7_000),
}


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_that_would_grow_without_end_is_refused_or_shown_within_bounds(name: str) -> None:
    with bounded(megabytes=64, seconds=20):
        try:
            picture = judge(PICTURES[name])
        except FileFault:
            return
        # What passes is small: the part that would grow was passed over.
        assert picture.width * picture.height <= 50_000_000


async def test_a_picture_bomb_that_is_uploaded_leaves_nothing(house: House, sign_in: SignIn) -> None:
    resident = await sign_in(RESIDENT)
    for name in ("a PNG of 2.5 billion pixels", "a PNG of more pixels than allowed", "a JPEG of four billion pixels"):
        content = PICTURES[name]
        reply = await send(resident, await begin(resident, len(content)), 0, content)
        assert (reply.status_code, code(reply)) == (422, "file-refused"), name
        assert stored_files(house) == []


def test_a_credential_that_unpacks_to_a_gigabyte_is_unreadable_in_both_languages() -> None:
    bomb = "ZB1:" + base45.encode(zeros(GIGABYTE)[: 4296 * 2 // 3 - 8])
    foreign = "HC1:" + base45.encode(zeros(2 * MEGABYTE))
    with bounded(megabytes=8, seconds=5):
        assert verify(bomb, [], 1_800_000_000).verdict == "unreadable"
        assert verify(foreign, [], 1_800_000_000, profile="dcc").verdict == "unreadable"
    with AdapterProcess(PYTHON) as python, AdapterProcess(TYPESCRIPT) as typescript:
        for adapter in (python, typescript):
            started = time.perf_counter()
            reply = adapter.ask("credential.verify", text=bomb, now="2026-11-22T10:00:00Z", trust=[])
            assert reply["verdict"] == "unreadable"
            assert time.perf_counter() - started < 5


def test_a_stream_is_unpacked_to_its_limit_and_no_further() -> None:
    packed = zeros(GIGABYTE)
    assert len(packed) < 2 * MEGABYTE
    with bounded(megabytes=20, seconds=5):
        for limit in (0, 1, 16_384, 8 * MEGABYTE):
            with pytest.raises(InflateError) as refused:
                inflate(packed, limit)
            assert refused.value.code == "size"


def test_a_status_list_that_unpacks_to_a_gigabyte_is_refused() -> None:
    packed = zeros(GIGABYTE)
    with bounded(megabytes=24, seconds=5), pytest.raises(StatusListError) as refused:
        status_of(packed, 1, 7)
    assert refused.value.code == "size"


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "gzip, gzip", "identity"])
async def test_a_packed_body_is_not_unpacked(house: House, client: Client, encoding: str) -> None:
    body = gzip.compress(json.dumps({"phone": "13700000001"}).encode())
    headers = {"Content-Type": "application/json", "Content-Encoding": encoding}
    async with nothing_stored(house):
        reply = await client.post(f"{API}/sign-in/codes", content=body, headers=headers)
        assert (reply.status_code, code(reply)) == (400, "malformed-body")


async def test_a_packed_upload_is_the_bytes_that_came(house: House, sign_in: SignIn) -> None:
    resident = await sign_in(RESIDENT)
    content = gzip.compress(bytes(50 * MEGABYTE))
    location = await begin(resident, len(content))
    reply = await send(resident, location, 0, content, Content_Encoding="gzip")
    assert (reply.status_code, code(reply)) == (422, "file-refused")
    assert stored_files(house) == []


def test_metadata_of_a_picture_does_not_travel_on() -> None:
    """What a picture hides beside its pixels (a place, a page, a program) is not in what others are shown."""
    from backend.files.pictures import preview

    note = PngImagePlugin.PngInfo()
    note.add_text("Comment", "<script>alert(1)</script> 39.9042N 116.4074E")
    out = io.BytesIO()
    Image.new("RGB", (64, 64), "red").save(out, "PNG", pnginfo=note)
    shown = preview(out.getvalue() + b"<?php system('id'); ?>")
    assert b"script" not in shown
    assert b"116.4074" not in shown
    assert b"php" not in shown
