"""Uploads by tus: parts, cuts, damage, other people, and what becomes of a whole file."""

from __future__ import annotations

import base64
import hashlib
import io
import os
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from PIL import Image

from backend.files import rules, service
from backend.foundation.database import sql
from backend.foundation.worker import Worker
from backend.house import House
from tests.api.conftest import API, Client, SignIn
from tests.harness.served import ServedProduct

pytestmark = pytest.mark.anyio

LIN, ZHOU = "13900000001", "13900000002"
TUS = {"Tus-Resumable": "1.0.0"}
PART = TUS | {"Content-Type": "application/offset+octet-stream"}


def picture(form: str = "JPEG", size: tuple[int, int] = (300, 200)) -> bytes:
    """A picture of noise, so that no two are the same."""
    out = io.BytesIO()
    Image.frombytes("RGB", size, os.urandom(size[0] * size[1] * 3)).save(out, form)
    return out.getvalue()


def metadata(**values: str) -> str:
    return ",".join(f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in values.items())


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def code(reply: httpx.Response) -> str:
    assert reply.headers["content-type"] == "application/problem+json"
    return str(reply.json()["type"]).removeprefix("urn:zhangban:problem:")


async def begin(client: Client, length: int, **values: str) -> str:
    reply = await client.post(
        f"{API}/uploads", headers=TUS | {"Upload-Length": str(length), "Upload-Metadata": metadata(**values)}
    )
    assert reply.status_code == 201, reply.text
    return str(reply.headers["location"])


async def send(client: Client, location: str, offset: int, content: bytes, **headers: str) -> httpx.Response:
    extra = {name.replace("_", "-"): value for name, value in headers.items()}
    return await client.patch(location, content=content, headers=PART | {"Upload-Offset": str(offset)} | extra)


def stored_files(house: House) -> list[Path]:
    return [path for path in Path(house.settings.files.directory).rglob("*") if path.is_file()]


async def test_options_names_what_the_server_speaks(client: Client) -> None:
    reply = await client.options(f"{API}/uploads")
    assert reply.status_code == 204
    assert reply.headers["tus-version"] == "1.0.0"
    assert set(reply.headers["tus-extension"].split(",")) == {"creation", "checksum", "termination", "expiration"}
    assert reply.headers["tus-checksum-algorithm"] == "sha1,sha256"
    assert reply.headers["tus-max-size"] == "10485760"


async def test_a_picture_sent_in_parts_is_its_owners_and_lies_sealed(sign_in: SignIn, house: House) -> None:
    client = await sign_in(LIN)
    content = picture(size=(900, 600))
    location = await begin(client, len(content), filename="照片.jpg", filetype="image/jpeg", sha256=sha256(content))
    third = len(content) // 3
    for offset in (0, third, 2 * third):
        end = len(content) if offset == 2 * third else offset + third
        reply = await send(client, location, offset, content[offset:end])
        assert reply.status_code == 204, reply.text
        assert reply.headers["upload-offset"] == str(end)
        assert reply.headers["tus-resumable"] == "1.0.0"
    assert (await client.head(f"{API}/files/{sha256(content)}")).status_code == 200
    shown = await client.get(f"{API}/files/{sha256(content)}")
    assert shown.headers["content-type"] == "image/jpeg"
    assert Image.open(io.BytesIO(shown.content)).size == (900, 600)
    assert len(stored_files(house)) >= 3
    assert not any(content[:64] in path.read_bytes() for path in stored_files(house))


async def test_after_a_cut_the_upload_goes_on_where_the_server_stands(sign_in: SignIn) -> None:
    client = await sign_in(LIN)
    content = picture(size=(800, 800))
    location = await begin(client, len(content), sha256=sha256(content))

    async def cut() -> AsyncIterator[bytes]:
        yield content[: rules.PIECE_BYTES + 5000]
        raise ConnectionResetError

    await client.patch(location, content=cut(), headers=PART | {"Upload-Offset": "0"})
    stands = await client.head(location, headers=TUS)
    assert stands.status_code == 200
    assert stands.headers["upload-length"] == str(len(content))
    assert stands.headers["cache-control"] == "no-store"
    offset = int(stands.headers["upload-offset"])
    assert offset == rules.PIECE_BYTES + 5000
    assert (await send(client, location, offset, content[offset:])).status_code == 204
    assert (await client.head(f"{API}/files/{sha256(content)}")).status_code == 200


async def test_a_damaged_part_is_thrown_away_with_460_and_can_be_sent_again(sign_in: SignIn) -> None:
    client = await sign_in(LIN)
    content = picture()
    location = await begin(client, len(content))
    for name in ("sha256", "sha1"):
        digest = base64.b64encode(hashlib.new(name, content).digest()).decode()
        damaged = await send(client, location, 0, b"\0" + content[1:], Upload_Checksum=f"{name} {digest}")
        assert damaged.status_code == 460
        assert code(damaged) == "upload-checksum-mismatch"
        assert damaged.headers["tus-resumable"] == "1.0.0"
        assert (await client.head(location, headers=TUS)).headers["upload-offset"] == "0"
    digest = base64.b64encode(hashlib.sha256(content).digest()).decode()
    assert (await send(client, location, 0, content, Upload_Checksum=f"sha256 {digest}")).status_code == 204


async def test_a_wrong_offset_is_409_and_says_where_the_upload_stands(sign_in: SignIn) -> None:
    client = await sign_in(LIN)
    content = picture()
    location = await begin(client, len(content))
    await send(client, location, 0, content[:100])
    reply = await send(client, location, 50, content[50:])
    assert (reply.status_code, reply.json()["offset"]) == (409, 100)


async def test_a_wrong_version_is_412_and_names_ours(sign_in: SignIn) -> None:
    client = await sign_in(LIN)
    location = await begin(client, 100)
    for reply in (
        await client.post(f"{API}/uploads", headers={"Upload-Length": "1"}),
        await client.head(location, headers={"Tus-Resumable": "0.2.2"}),
        await client.patch(location, headers=PART | {"Tus-Resumable": "2.0.0", "Upload-Offset": "0"}),
        await client.delete(location),
    ):
        assert reply.status_code == 412
        assert reply.headers["tus-version"] == "1.0.0"


async def test_a_file_over_the_limit_is_413_and_names_the_limit(sign_in: SignIn) -> None:
    client = await sign_in(LIN)
    reply = await client.post(f"{API}/uploads", headers=TUS | {"Upload-Length": str(10 * 1024 * 1024 + 1)})
    assert (reply.status_code, reply.json()["limit"]) == (413, 10 * 1024 * 1024)
    location = await begin(client, 10)
    assert (await send(client, location, 0, b"x" * 11)).status_code == 413
    assert (await client.head(location, headers=TUS)).headers["upload-offset"] == "0"


@pytest.mark.parametrize("length", ["-1", "x", "", "9" * 30])
async def test_a_length_that_is_no_number_is_400(sign_in: SignIn, length: str) -> None:
    client = await sign_in(LIN)
    reply = await client.post(f"{API}/uploads", headers=TUS | {"Upload-Length": length})
    assert (reply.status_code, code(reply)) == (400, "upload-header-invalid")


async def test_someone_elses_upload_and_file_are_404(sign_in: SignIn, client: Client) -> None:
    owner, other = await sign_in(LIN), await sign_in(ZHOU)
    content = picture()
    location = await begin(owner, len(content))
    assert (await other.head(location, headers=TUS)).status_code == 404
    assert (await send(other, location, 0, content)).status_code == 404
    assert (await other.delete(location, headers=TUS)).status_code == 404
    assert (await send(client, location, 0, content)).status_code == 401
    await send(owner, location, 0, content)
    assert (await other.head(f"{API}/files/{sha256(content)}")).status_code == 404
    assert (await other.get(f"{API}/files/{sha256(content)}")).status_code == 404


async def test_a_png_that_calls_itself_jpg_is_fine(sign_in: SignIn, house: House) -> None:
    client = await sign_in(LIN)
    content = picture("PNG")
    location = await begin(client, len(content), filename="a.jpg", filetype="image/jpeg")
    assert (await send(client, location, 0, content)).status_code == 204
    rows = await house.database.read(sql("SELECT subject_id FROM file"))
    files = await service.owned_files(house, rows[0]["subject_id"], [sha256(content), "0" * 64, "nonsense"])
    assert list(files) == [sha256(content)]
    assert files[sha256(content)].media_type == "image/png"
    assert files[sha256(content)].size == len(content)


async def test_a_text_a_broken_picture_and_a_wrong_hash_are_refused_and_nothing_is_kept(
    sign_in: SignIn, house: House
) -> None:
    client = await sign_in(LIN)
    for content, declared, reason in (
        (b"<html>hello</html>", None, "file-type"),
        (picture()[:-500], None, "file-damaged"),
        (picture(), "0" * 64, "file-checksum"),
    ):
        location = await begin(client, len(content), **({"sha256": declared} if declared else {}))
        reply = await send(client, location, 0, content)
        assert (reply.status_code, code(reply), reply.json()["reason"]) == (422, "file-refused", reason)
        assert (await client.head(location, headers=TUS)).status_code == 404
    assert stored_files(house) == []
    for table in ("upload", "file", "file_part"):
        assert await house.database.read(sql(f"SELECT 1 FROM {table}")) == []


async def test_the_same_picture_twice_is_kept_once(sign_in: SignIn, house: House) -> None:
    client = await sign_in(LIN)
    content = picture()
    first = await begin(client, len(content))
    await send(client, first, 0, content)
    kept = stored_files(house)
    second = await begin(client, len(content))
    assert (await send(client, second, 0, content)).status_code == 204
    assert (await client.head(second, headers=TUS)).headers["upload-offset"] == str(len(content))
    assert stored_files(house) == kept
    assert (await client.get(f"{API}/files/{sha256(content)}")).status_code == 200


async def test_termination_removes_what_arrived_and_never_a_finished_file(sign_in: SignIn, house: House) -> None:
    client = await sign_in(LIN)
    content = picture()
    location = await begin(client, len(content))
    await send(client, location, 0, content[:1000])
    assert (await client.delete(location, headers=TUS)).status_code == 204
    assert (await client.head(location, headers=TUS)).status_code == 404
    assert stored_files(house) == []
    whole = await begin(client, len(content))
    await send(client, whole, 0, content)
    assert (await client.delete(whole, headers=TUS)).status_code == 204
    assert (await client.get(f"{API}/files/{sha256(content)}")).status_code == 200


async def test_a_client_without_patch_may_override_post(sign_in: SignIn) -> None:
    client = await sign_in(LIN)
    content = picture()
    location = await begin(client, len(content))
    headers = PART | {"Upload-Offset": "0", "X-HTTP-Method-Override": "PATCH"}
    assert (await client.post(location, content=content, headers=headers)).status_code == 204
    assert (await client.head(f"{API}/files/{sha256(content)}")).status_code == 200
    assert (await client.post(location, headers=TUS)).status_code == 400


async def test_an_unfinished_upload_ends_when_its_time_is_over(sign_in: SignIn, house: House) -> None:
    client = await sign_in(LIN)
    location = await begin(client, 5000)
    await send(client, location, 0, b"\xff\xd8\xff" + bytes(997))
    upload_id = location.rpartition("/")[2]
    due = await house.database.read(sql("SELECT due, payload FROM outbox WHERE kind = {}", service.EXPIRY_KIND))
    assert upload_id in due[0]["payload"]
    house.time.set(due[0]["due"])
    assert (await client.head(location, headers=TUS)).status_code in (401, 404)
    worker = Worker(house.database, house.time, house.settings.outbox, house.wake)
    service.register(worker, house)
    assert await worker.run_due() == 1
    await service.expire(house, upload_id)
    assert stored_files(house) == []
    assert await house.database.read(sql("SELECT 1 FROM upload")) == []


async def test_parts_that_a_crash_left_behind_count_for_nothing_and_are_removed(sign_in: SignIn, house: House) -> None:
    client = await sign_in(LIN)
    content = picture()
    location = await begin(client, len(content))
    await send(client, location, 0, content[:500])
    folder = stored_files(house)[0].parent
    (folder / "left-behind").write_bytes(b"half a part")
    assert (await client.head(location, headers=TUS)).headers["upload-offset"] == "500"
    await send(client, location, 500, content[500:])
    assert not (folder / "left-behind").exists()
    assert (await client.get(f"{API}/files/{sha256(content)}")).status_code == 200


async def test_an_account_has_a_bounded_number_of_unfinished_uploads(sign_in: SignIn) -> None:
    client = await sign_in(LIN)
    for _ in range(rules.UNFINISHED_LIMIT):
        await begin(client, 1000)
    reply = await client.post(f"{API}/uploads", headers=TUS | {"Upload-Length": "1000"})
    assert (reply.status_code, code(reply), reply.json()["what"]) == (409, "upload-quota-reached", "unfinished")


async def test_unreferenced_files_are_deleted_and_referenced_ones_stay(sign_in: SignIn, house: House) -> None:
    client = await sign_in(LIN)
    contents = [picture(), picture()]
    for content in contents:
        await send(client, await begin(client, len(content)), 0, content)
    subject = (await house.database.read(sql("SELECT subject_id FROM file")))[0]["subject_id"]
    gone = await service.delete_unreferenced(house, subject, {sha256(contents[0])}, before=house.time.now() + 1)
    assert gone == 1
    assert (await client.get(f"{API}/files/{sha256(contents[0])}")).status_code == 200
    assert (await client.get(f"{API}/files/{sha256(contents[1])}")).status_code == 404
    assert len(stored_files(house)) == 1


def test_after_a_crash_the_offset_is_what_was_stored_and_the_upload_goes_on(live: ServedProduct) -> None:
    content = picture(size=(900, 900))
    half = len(content) // 2
    client = live.sign_in(LIN)
    begun = client.post(
        f"{API}/uploads",
        headers=TUS | {"Upload-Length": str(len(content)), "Upload-Metadata": metadata(sha256=sha256(content))},
    )
    location = begun.headers["location"]
    sent = client.patch(location, content=content[:half], headers=PART | {"Upload-Offset": "0"})
    assert sent.status_code == 204
    live.kill()
    live.start()
    offset = int(client.head(location, headers=TUS).headers["upload-offset"])
    assert offset == half
    rest = client.patch(location, content=content[offset:], headers=PART | {"Upload-Offset": str(offset)})
    assert rest.status_code == 204
    assert client.get(f"{API}/files/{sha256(content)}").status_code == 200
