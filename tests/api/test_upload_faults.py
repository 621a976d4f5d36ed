"""What can go wrong with an upload: each fault has a clear word, with limit and what was found, and loses nothing."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import AsyncIterator

import pytest
from PIL import Image

from backend.files import rules
from backend.foundation.database import sql
from backend.house import House
from tests.api.conftest import API, SignIn
from tests.api.test_uploads import LIN, PART, TUS, begin, code, metadata, picture, send, sha256, stored_files
from tests.harness import pdfs

pytestmark = pytest.mark.anyio

MEGABYTE = 1024 * 1024
BIT = 30_011


def wide_png(side: int) -> bytes:
    """A whole PNG of side × side pixels of one colour: few bytes, many pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    packer, row = zlib.compressobj(9), bytes(1 + side // 8)
    data = b"".join(packer.compress(row) for _ in range(side)) + packer.flush()
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", data) + chunk(b"IEND", b"")


async def test_a_network_that_is_lost_in_every_part_loses_nothing(sign_in: SignIn) -> None:
    client = await sign_in(LIN)
    content = picture(size=(1000, 700))
    location = await begin(client, len(content), sha256=sha256(content))
    offset, cuts = 0, 0
    while offset < len(content):

        async def cut(start: int = offset) -> AsyncIterator[bytes]:
            # A little, and then the train goes into a tunnel.
            yield content[start : start + BIT]
            raise ConnectionResetError

        headers = PART | {"Upload-Offset": str(offset)}
        if len(content) - offset > BIT:
            await client.patch(location, content=cut(), headers=headers)
            cuts += 1
        else:
            assert (await client.patch(location, content=content[offset:], headers=headers)).status_code == 204
        stands = int((await client.head(location, headers=TUS)).headers["upload-offset"])
        assert stands == min(len(content), offset + BIT)
        offset = stands
    assert cuts >= 10
    assert (await client.head(f"{API}/files/{sha256(content)}")).status_code == 200


@pytest.mark.parametrize(
    ("name", "filetype", "content", "word"),
    [
        ("照片.jpg", "image/jpeg", b"<html><script>alert(1)</script>" + bytes(100), "改名字没有用"),
        ("照片.jpg", "image/jpeg", b"\x00\x00\x00\x18ftypheic" + bytes(100), "HEIC"),
        ("合同.pdf", "application/pdf", b"PK\x03\x04" + bytes(100), "Word"),
        ("照片.png", "image/png", b"RIFF\x00\x00\x00\x00WEBPVP8 " + bytes(100), "WebP"),
        ("照片.png", "image/png", b"GIF89a" + bytes(100), "GIF"),
    ],
)
async def test_a_wrong_type_under_a_right_name_is_told_as_what_it_is(
    sign_in: SignIn, house: House, name: str, filetype: str, content: bytes, word: str
) -> None:
    client = await sign_in(LIN)
    location = await begin(client, len(content), filename=name, filetype=filetype)
    reply = await send(client, location, 0, content)
    assert (reply.status_code, code(reply), reply.json()["reason"]) == (422, "file-refused", "file-type")
    assert word in reply.json()["detail"]
    assert stored_files(house) == []


async def test_nothing_at_all_is_told_before_anything_is_sent(sign_in: SignIn) -> None:
    client = await sign_in(LIN)
    reply = await client.post(f"{API}/uploads", headers=TUS | {"Upload-Length": "0"})
    assert (reply.status_code, reply.json()["reason"]) == (422, "file-empty")
    assert "0 字节" in reply.json()["detail"]


async def test_25_megabytes_are_told_with_both_numbers_before_anything_is_sent(sign_in: SignIn) -> None:
    client = await sign_in(LIN)
    reply = await client.post(f"{API}/uploads", headers=TUS | {"Upload-Length": str(25 * MEGABYTE)})
    assert (reply.status_code, code(reply)) == (413, "upload-too-large")
    assert (reply.json()["limit"], reply.json()["actual"]) == (10 * MEGABYTE, 25 * MEGABYTE)
    assert "25.0 MB" in reply.json()["detail"]
    assert "10 MB" in reply.json()["detail"]


async def test_40_files_one_after_the_other_are_all_there_and_the_quota_says_how_many(
    sign_in: SignIn, house: House
) -> None:
    client = await sign_in(LIN)
    contents = [picture(size=(40, 30)) for _ in range(40)]
    for content in contents:
        assert (await send(client, await begin(client, len(content)), 0, content)).status_code == 204
    for content in contents:
        assert (await client.head(f"{API}/files/{sha256(content)}")).status_code == 200
    # At once no more than ten may be open; the eleventh is told to wait, and may be begun when one is whole.
    opened = [await begin(client, 100) for _ in range(rules.UNFINISHED_LIMIT)]
    reply = await client.post(f"{API}/uploads", headers=TUS | {"Upload-Length": "100"})
    assert (reply.status_code, reply.json()["what"], reply.json()["limit"]) == (409, "unfinished", 10)
    assert (await client.delete(opened[0], headers=TUS)).status_code == 204
    assert await begin(client, 100)
    assert len(await house.database.read(sql("SELECT 1 FROM file"))) == 40


async def test_a_pdf_bomb_is_told_as_too_heavy_and_leaves_nothing(sign_in: SignIn, house: House) -> None:
    client = await sign_in(LIN)
    kept = picture()
    await send(client, await begin(client, len(kept)), 0, kept)
    before = stored_files(house)
    content = pdfs.nested_forms(12, 20)
    location = await begin(client, len(content), filename="合同.pdf", filetype="application/pdf")
    reply = await send(client, location, 0, content)
    assert (reply.status_code, reply.json()["reason"]) == (422, "pdf-heavy")
    assert "太复杂" in reply.json()["detail"]
    assert stored_files(house) == before
    assert (await client.get(f"{API}/files/{sha256(kept)}")).status_code == 200


async def test_a_picture_of_20000_pixels_a_side_is_told_with_both_numbers(sign_in: SignIn, house: House) -> None:
    client = await sign_in(LIN)
    content = wide_png(20_000)
    assert len(content) < MEGABYTE
    reply = await send(client, await begin(client, len(content)), 0, content)
    assert (reply.status_code, reply.json()["reason"]) == (422, "file-pixels")
    assert (reply.json()["limit"], reply.json()["actual"]) == (50_000_000, 400_000_000)
    assert "40000 万像素" in reply.json()["detail"]
    assert stored_files(house) == []


async def test_a_pdf_is_kept_as_it_came_and_shown_page_by_page(sign_in: SignIn, house: House) -> None:
    client = await sign_in(LIN)
    content = pdfs.pdf(2)
    reply = await client.post(
        f"{API}/uploads",
        headers=TUS | {"Upload-Length": str(len(content)), "Upload-Metadata": metadata(sha256=sha256(content))},
    )
    assert (await send(client, reply.headers["location"], 0, content)).status_code == 204
    address = f"{API}/files/{sha256(content)}"
    for page in (1, 2):
        shown = await client.get(address, params={"page": page})
        assert shown.headers["content-type"] == "image/jpeg"
        assert shown.headers["cache-control"] == "private, no-store"
        assert max(Image.open(io.BytesIO(shown.content)).size) == 1600
    small = await client.get(address, params={"page": 2, "size": "small"})
    assert max(Image.open(io.BytesIO(small.content)).size) == 320
    assert (await client.get(address, params={"page": 3})).status_code == 404
    assert (await client.get(address, params={"page": 0})).status_code == 400
    assert (await client.get(address, params={"size": "huge"})).status_code == 400
    assert [row["pages"] for row in await house.database.read(sql("SELECT pages FROM file"))] == [2]


async def test_a_thumbnail_of_a_picture_is_small_and_upright(sign_in: SignIn) -> None:
    client = await sign_in(LIN)
    content = picture(size=(900, 600))
    await send(client, await begin(client, len(content)), 0, content)
    small = await client.get(f"{API}/files/{sha256(content)}", params={"size": "small"})
    assert Image.open(io.BytesIO(small.content)).size == (320, 213)
