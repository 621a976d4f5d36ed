"""What every store of sealed parts promises, held against each: a disk, and a real S3-compatible server."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Protocol

import pytest

from backend.files.disk_parts import DiskParts
from backend.files.errors import FileStoreUnavailable
from backend.files.parts import PartStore, part_store
from backend.files.rules import PIECE_BYTES
from backend.files.s3_parts import PART_LIMIT, S3Parts
from backend.foundation.identifiers import new_id
from backend.foundation.settings import FilesSettings
from tests.harness.s3_store import BUCKET, REGION, S3Store, s3_server

pytestmark = pytest.mark.anyio


class Opened(Protocol):
    """A store, and what really lies in it."""

    store: PartStore

    def held(self) -> int:
        """How many parts lie there."""


class OnDisk:
    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.store: PartStore = DiskParts(directory)

    def held(self) -> int:
        return len([path for path in self.directory.rglob("*") if path.is_file()])


class OnS3:
    def __init__(self, server: S3Store) -> None:
        self.server = server
        self.store: PartStore = S3Parts(server.endpoint, BUCKET, REGION, server.access_key, server.secret_key)

    def held(self) -> int:
        return len(self.server.keys())


@pytest.fixture(scope="module")
def server() -> Iterator[S3Store]:
    with s3_server() as running:
        yield running


@pytest.fixture(params=["disk", "s3"])
async def opened(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Opened]:
    if request.param == "disk":
        made: OnDisk | OnS3 = OnDisk(tmp_path / "files")
    else:
        server: S3Store = request.getfixturevalue("server")
        server.empty()
        made = OnS3(server)
    yield made
    await made.store.close()


async def test_what_was_written_is_read_back_to_the_byte(opened: Opened) -> None:
    storage = new_id()
    for content in (b"", b"\x00", bytes(range(256)) * (PIECE_BYTES // 256) + b"and what sealing adds"):
        name = await opened.store.write(storage, content)
        assert await opened.store.read(storage, name) == content
    assert opened.held() == 3


async def test_two_parts_of_the_same_bytes_have_names_of_their_own(opened: Opened) -> None:
    storage = new_id()
    first, second = await opened.store.write(storage, b"same"), await opened.store.write(storage, b"same")
    assert first != second
    await opened.store.remove(storage, [first])
    assert await opened.store.read(storage, second) == b"same"


async def test_a_part_that_is_not_there_is_told_as_such(opened: Opened) -> None:
    storage = new_id()
    with pytest.raises(FileNotFoundError):
        await opened.store.read(storage, new_id())
    name = await opened.store.write(storage, b"one")
    with pytest.raises(FileNotFoundError):
        await opened.store.read(new_id(), name)


async def test_removing_passes_over_what_is_gone_and_touches_nothing_else(opened: Opened) -> None:
    storage = new_id()
    names = [await opened.store.write(storage, b"part") for _ in range(3)]
    await opened.store.remove(storage, [names[0], new_id()])
    await opened.store.remove(storage, [names[0]])
    assert opened.held() == 2
    assert await opened.store.read(storage, names[2]) == b"part"


async def test_keeping_only_some_removes_what_a_crash_left_of_this_upload_and_of_no_other(opened: Opened) -> None:
    storage, other = new_id(), new_id()
    names = [await opened.store.write(storage, b"part") for _ in range(4)]
    elsewhere = await opened.store.write(other, b"other")
    await opened.store.keep_only(storage, names[1:3])
    assert opened.held() == 3
    await opened.store.keep_only(storage, ())
    await opened.store.keep_only(storage, ())
    await opened.store.keep_only(new_id(), ())
    assert opened.held() == 1
    assert await opened.store.read(other, elsewhere) == b"other"


async def test_many_parts_at_once_are_all_there(opened: Opened) -> None:
    storage = new_id()
    names = await asyncio.gather(*(opened.store.write(storage, bytes([each])) for each in range(40)))
    assert await asyncio.gather(*(opened.store.read(storage, name) for name in names)) == [
        bytes([each]) for each in range(40)
    ]


async def test_a_store_that_was_closed_opens_again_when_it_is_needed(opened: Opened) -> None:
    storage = new_id()
    name = await opened.store.write(storage, b"kept")
    await opened.store.close()
    await opened.store.close()
    assert await opened.store.read(storage, name) == b"kept"


async def test_a_disk_that_cannot_be_written_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "files").write_bytes(b"not a folder")
    with pytest.raises(FileStoreUnavailable):
        await DiskParts(tmp_path / "files").write(new_id(), b"part")


async def test_a_listing_of_more_than_one_page_is_followed_to_its_end(
    server: S3Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("backend.files.s3_parts.PAGE_KEYS", 7)
    server.empty()
    opened, storage = OnS3(server), new_id()
    names = await asyncio.gather(*(opened.store.write(storage, b"x") for _ in range(20)))
    await opened.store.keep_only(storage, names[3:17])
    assert opened.held() == 14
    await opened.store.keep_only(storage, ())
    assert opened.held() == 0
    await opened.store.close()


async def test_a_wrong_secret_is_refused_by_the_server_and_told_as_unavailable(server: S3Store) -> None:
    wrong = S3Parts(server.endpoint, BUCKET, REGION, server.access_key, "wrong")
    for work in (wrong.write(new_id(), b"x"), wrong.read(new_id(), new_id()), wrong.keep_only(new_id(), ())):
        with pytest.raises(FileStoreUnavailable):
            await work
    await wrong.close()


async def test_an_object_that_is_larger_than_a_part_can_be_is_not_read_to_its_end(server: S3Store) -> None:
    opened, storage = OnS3(server), new_id()
    name = await opened.store.write(storage, bytes(PART_LIMIT + 1))
    with pytest.raises(FileStoreUnavailable):
        await opened.store.read(storage, name)
    await opened.store.close()
    server.empty()


async def test_a_store_that_does_not_answer_is_told_as_unavailable_with_when_to_try_again() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    gone = S3Parts(f"http://127.0.0.1:{port}", BUCKET, REGION, "key", "secret")
    with pytest.raises(FileStoreUnavailable) as told:
        await gone.write(new_id(), b"x")
    assert told.value.headers == {"Retry-After": "30"}
    await gone.close()


async def test_a_store_that_fails_for_a_moment_is_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = [
        b"HTTP/1.1 503 Slow Down\r\nContent-Length: 0\r\n\r\n",
        b"",
        b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
    ]

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answers.pop(0))
        await writer.drain()
        writer.close()

    monkeypatch.setattr("backend.files.s3_parts.PAUSE_SECONDS", 0.01)
    async with await asyncio.start_server(answer, "127.0.0.1", 0) as flaky:
        store = S3Parts(f"http://127.0.0.1:{flaky.sockets[0].getsockname()[1]}", BUCKET, REGION, "key", "secret")
        assert await store.write(new_id(), b"x")
        await store.close()
    assert answers == []


def test_the_settings_choose_the_store_and_get_the_same_one_each_time(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("secret\n", encoding="utf-8")
    disk = FilesSettings(directory=str(tmp_path))
    s3 = FilesSettings(
        store="s3", s3_endpoint="https://s3.example", s3_bucket="b", s3_access_key="k", s3_secret_key_file=str(secret)
    )
    assert isinstance(part_store(disk), DiskParts)
    assert isinstance(part_store(s3), S3Parts)
    assert part_store(s3) is part_store(FilesSettings(**{name: getattr(s3, name) for name in s3.__struct_fields__}))
