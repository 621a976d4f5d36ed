"""Files that no case holds and no draft names go after their time; all others stay."""

from __future__ import annotations

import uuid
from pathlib import Path

import pytest

from backend.cases import retention
from backend.city.city import City
from backend.files import service as files
from backend.files.rules import DAY
from backend.foundation.database import sql
from backend.foundation.worker import Worker
from backend.house import House
from tests.api.case_builders import RESIDENT, application, key
from tests.api.conftest import API, Client, SignIn
from tests.api.test_drafts import body as draft_body
from tests.api.test_uploads import begin, picture, send, sha256

pytestmark = pytest.mark.anyio


async def uploaded(browser: Client) -> str:
    content = picture()
    assert (await send(browser, await begin(browser, len(content)), 0, content)).status_code == 204
    return sha256(content)


async def stored(house: House) -> set[str]:
    return {row["sha256"] for row in await house.database.read(sql("SELECT sha256 FROM file"))}


def folders(house: House) -> list[Path]:
    return list(Path(house.settings.files.directory).glob("*/*"))


async def open_sweeps(house: House) -> list[int]:
    query = sql("SELECT due FROM outbox WHERE kind = {} AND done_at IS NULL", files.SWEEP_KIND)
    return sorted(row["due"] for row in await house.database.read(query))


async def pass_days(house: House, days: int) -> None:
    """Lets days pass and delivers what fell due."""
    house.time.set(house.time.now() + days * DAY)
    worker = Worker(house.database, house.time, house.settings.outbox, house.wake)
    retention.register(worker, house)
    files.register(worker, house)
    await worker.run_due()


async def test_only_files_that_nothing_refers_to_are_deleted_and_only_after_their_time(
    house: House, sign_in: SignIn, city: City
) -> None:
    browser = await sign_in(RESIDENT)
    in_draft, in_case, proof, unused = [await uploaded(browser) for _ in range(4)]
    draft = f"{API}/drafts/{uuid.uuid4()}"
    named = {"photo": [{"sha256": in_draft, "name": "a", "size": 1, "media_type": "image/jpeg"}]}
    assert (await browser.put(draft, json=draft_body(files=named), headers={"If-Match": '"0"'})).status_code == 200
    body = {**await application(house, browser, city), "files": {"photo": [in_case], "proof": [proof]}}
    await house.database.commit([sql("DELETE FROM file WHERE size = 10")])
    assert (await browser.post(f"{API}/cases", json=body, headers=key())).status_code == 201

    await pass_days(house, house.settings.files.unused_days - 1)
    assert await stored(house) == {in_draft, in_case, proof, unused}
    await pass_days(house, 3)
    assert await stored(house) == {in_draft, in_case, proof}
    assert len(folders(house)) == 3

    # The draft still names its file, so the next look is already asked for; once it is gone the file goes too.
    assert len(await open_sweeps(house)) == 1
    browser = await sign_in(RESIDENT)
    assert (await browser.delete(draft, headers={"If-Match": '"1"'})).status_code == 204
    await pass_days(house, 8)
    assert await stored(house) == {in_case, proof}
    assert await open_sweeps(house) == []
    assert (await (await sign_in(RESIDENT)).get(f"{API}/files/{in_case}")).status_code == 200


async def test_a_case_that_takes_an_old_file_keeps_it_from_a_sweep_under_way(
    house: House, sign_in: SignIn, city: City
) -> None:
    browser = await sign_in(RESIDENT)
    photo, proof = await uploaded(browser), await uploaded(browser)
    subject = (await house.database.read(sql("SELECT DISTINCT subject_id FROM file")))[0]["subject_id"]
    house.time.set(house.time.now() + 200 * DAY)
    browser = await sign_in(RESIDENT)
    body = {**await application(house, browser, city), "files": {"photo": [photo], "proof": [proof]}}
    assert (await browser.post(f"{API}/cases", json=body, headers=key())).status_code == 201
    # The sweep had collected what is referred to before the case was there.
    before = house.time.now() - house.settings.files.unused_days * DAY
    assert await files.delete_unreferenced(house, subject, set(), before=before) == 0
    assert {photo, proof} <= await stored(house)


async def test_a_file_deleted_while_a_case_takes_it_is_asked_for_again(
    house: House, sign_in: SignIn, city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = await sign_in(RESIDENT)
    photo, proof = await uploaded(browser), await uploaded(browser)
    subject = (await house.database.read(sql("SELECT DISTINCT subject_id FROM file")))[0]["subject_id"]
    house.time.set(house.time.now() + 200 * DAY)
    browser = await sign_in(RESIDENT)
    body = {**await application(house, browser, city), "files": {"photo": [photo], "proof": [proof]}}
    commit = house.database.commit

    async def deleted_before(batch: object) -> object:
        monkeypatch.setattr(house.database, "commit", commit)
        await files.delete_unreferenced(house, subject, {proof}, before=house.time.now())
        return await commit(batch)  # type: ignore[arg-type]

    monkeypatch.setattr(house.database, "commit", deleted_before)
    reply = await browser.post(f"{API}/cases", json=body, headers=key())
    assert (reply.status_code, reply.json()["missing"]) == (409, [photo])
    assert await house.database.read(sql("SELECT 1 FROM case_record")) == []
