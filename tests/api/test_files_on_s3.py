"""Files over HTTP while their bytes lie in an S3-compatible store: the same promises as on a disk."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from backend.files import rules, service
from backend.foundation.database import sql
from backend.foundation.settings import FilesSettings, Settings
from backend.house import House
from tests.api.conftest import API, SignIn
from tests.api.test_uploads import LIN, PART, TUS, begin, code, picture, send, sha256
from tests.harness.s3_store import BUCKET, REGION, S3Store, s3_server
from tests.harness.served import on_free_port

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module")
def server() -> Iterator[S3Store]:
    with s3_server() as running:
        yield running


@pytest.fixture
def settings(house_settings: Settings, server: S3Store, tmp_path: Path) -> Settings:
    server.empty()
    secret = tmp_path / "s3-secret"
    secret.write_text(server.secret_key, encoding="utf-8")
    of = FilesSettings(
        store="s3",
        directory=house_settings.files.directory,
        s3_endpoint=server.endpoint,
        s3_bucket=BUCKET,
        s3_region=REGION,
        s3_access_key=server.access_key,
        s3_secret_key_file=str(secret),
    )
    return on_free_port(msgspec.structs.replace(house_settings, files=of))


async def test_a_picture_is_kept_sealed_once_and_shown_and_nothing_is_left_when_it_goes(
    sign_in: SignIn, house: House, server: S3Store
) -> None:
    client = await sign_in(LIN)
    content = picture(size=(1000, 1000))
    location = await begin(client, len(content), sha256=sha256(content))
    assert (await send(client, location, 0, content[: rules.PIECE_BYTES + 9])).status_code == 204
    assert (await send(client, location, rules.PIECE_BYTES + 9, content[rules.PIECE_BYTES + 9 :])).status_code == 204
    kept = server.keys()
    assert len(kept) >= 3
    assert not any(content[:64] in server.content(key) for key in kept)
    again = await begin(client, len(content))
    assert (await send(client, again, 0, content)).status_code == 204
    assert server.keys() == kept
    assert (await client.get(f"{API}/files/{sha256(content)}")).headers["content-type"] == "image/jpeg"
    subject = (await house.database.read(sql("SELECT subject_id FROM file")))[0]["subject_id"]
    assert await service.delete_unreferenced(house, subject, (), before=house.time.now() + 1) == 1
    assert server.keys() == []


async def test_what_is_refused_or_ended_leaves_no_object(sign_in: SignIn, server: S3Store) -> None:
    client = await sign_in(LIN)
    location = await begin(client, 300_000)
    assert (await send(client, location, 0, b"<html>" + bytes(299_994))).status_code == 422
    location = await begin(client, 300_000)
    await send(client, location, 0, bytes(290_000))
    assert (await client.delete(location, headers=TUS)).status_code == 204
    assert server.keys() == []


async def test_while_the_store_is_away_a_part_is_503_and_the_upload_goes_on_when_it_is_back(
    sign_in: SignIn, server: S3Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = await sign_in(LIN)
    content = picture(size=(1000, 1000))
    half = rules.PIECE_BYTES
    location = await begin(client, len(content), sha256=sha256(content))
    assert (await send(client, location, 0, content[:half])).status_code == 204
    with monkeypatch.context() as away:
        away.setattr("backend.files.s3_parts.PAUSE_SECONDS", 0.0)
        away.setattr("backend.files.s3_signing.Signer._key", lambda self, day: b"another key")
        reply = await client.patch(location, content=content[half:], headers=PART | {"Upload-Offset": str(half)})
        assert (reply.status_code, code(reply)) == (503, "file-store-unavailable")
        assert reply.headers["retry-after"] == "30"
    stands = int((await client.head(location, headers=TUS)).headers["upload-offset"])
    assert half <= stands < len(content)
    assert (await send(client, location, stands, content[stands:])).status_code == 204
    assert (await client.head(f"{API}/files/{sha256(content)}")).status_code == 200
