"""The master key is rotated while others seal, open and shred, and after a kill at any point; nothing is lost."""

from __future__ import annotations

import asyncio
import shutil
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest

from backend.foundation import key_rotation
from backend.foundation.database import Database, StatementRefused, open_database, sql
from backend.foundation.encryption import Erased, Place
from backend.foundation.key_ring import FILE_NAME, KeyRingError, changing_ring, load_key_ring
from backend.foundation.key_rotation import GRACE_SECONDS, masters, rotate
from backend.foundation.migrations import apply_migrations, load_migrations, roll_back
from backend.foundation.settings import DatabaseSettings, KeysSettings, Settings
from backend.foundation.stored_vault import StoredVault, open_vault
from backend.foundation.subject_keys import MIGRATIONS
from tests.harness.schema import schema_of

pytestmark = pytest.mark.anyio
HERE = Place("account", "phone_sealed", "a1")
PHONE = b"13800001111"
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def keys(house_settings: Settings) -> Path:
    return Path(house_settings.keys.directory)


@pytest.fixture
async def store(vault: StoredVault, house_settings: Settings) -> AsyncIterator[Database]:
    """The key store of the vault, opened beside it."""
    opened = await open_database(house_settings.database.keys_url, bind=False)
    yield opened
    await opened.close()


async def sealed_people(vault: StoredVault, many: int) -> dict[str, bytes]:
    people = await asyncio.gather(*(vault.create_subject() for _number in range(many)))
    return {subject: await vault.seal(subject, HERE, PHONE) for subject in people}


async def assert_all_open(settings: Settings, people: dict[str, bytes]) -> None:
    vault = await open_vault(settings)
    for subject, sealed in people.items():
        assert await vault.open(subject, HERE, sealed) == PHONE
    await vault.close()


async def test_every_data_key_is_wrapped_anew_and_everything_still_opens(
    vault: StoredVault, store: Database, keys: Path, house_settings: Settings
) -> None:
    people = await sealed_people(vault, 450)
    before = load_key_ring(keys, create=False).current
    seen: list[tuple[int, int]] = []
    done = await rotate(keys, store, progress=lambda done, every: seen.append((done, every)))
    assert (done.added, done.wrapped, done.damaged, done.retired, done.waiting) == (True, 450, 0, (), (before,))
    assert seen == [(200, 450), (400, 450), (450, 450)]
    assert [(master.name, master.rows) for master in await masters(keys, store)] == [(done.current, 450), (before, 0)]
    await assert_all_open(house_settings, people)


async def test_a_replaced_master_key_is_retired_after_a_grace_or_when_asked_and_never_the_current_one(
    vault: StoredVault, store: Database, keys: Path, house_settings: Settings
) -> None:
    people = await sealed_people(vault, 3)
    first = load_key_ring(keys, create=False).current
    second = await rotate(keys, store)
    later = 1000 * (GRACE_SECONDS + 1) + load_key_ring(keys, create=False).replaced[first]
    third = await rotate(keys, store, now=later)
    assert (second.retired, third.retired, third.waiting) == ((), (first,), (second.current,))
    asked = await rotate(keys, store, retire=True)
    assert (asked.added, asked.current, asked.retired) == (False, third.current, (second.current,))
    assert (await rotate(keys, store, retire=True)).retired == ()
    assert [master.name for master in await masters(keys, store)] == [third.current]
    await assert_all_open(house_settings, people)


async def test_a_running_process_wraps_with_the_new_key_and_opens_with_it(
    vault: StoredVault, store: Database, keys: Path
) -> None:
    people = await sealed_people(vault, 2)
    again = StoredVault(vault._keys, vault._ring)
    done = await rotate(keys, store)
    await rotate(keys, store, retire=True)
    newer = await again.create_subject()
    assert [(row["master_key"]) for row in await store.read(sql("SELECT DISTINCT master_key FROM subject_key"))] == [
        done.current
    ]
    vault._keys._kept.clear()
    for subject, sealed in people.items():
        assert await vault.open(subject, HERE, sealed) == PHONE
    assert await vault.open(newer, HERE, await vault.seal(newer, HERE, PHONE)) == PHONE


async def test_a_process_that_wrapped_with_the_former_key_meanwhile_loses_nothing(
    vault: StoredVault, store: Database, keys: Path, house_settings: Settings
) -> None:
    people = await sealed_people(vault, 1)
    stale = vault._ring.wrap(b"k" * 32, b"late")
    await rotate(keys, store)
    late = sql(
        "INSERT INTO subject_key (subject_id, generation, master_key, wrapped, created_at) VALUES ('late',1,{},{},0)",
        *stale,
    )
    await store.commit([late])
    # The row cannot be opened (it is bound to no subject), so its master key must stay.
    done = await rotate(keys, store, retire=True)
    assert (done.damaged, done.retired, done.waiting) == (1, (), (stale[0],))
    await store.commit([sql("DELETE FROM subject_key WHERE subject_id = 'late'")])
    assert (await rotate(keys, store, retire=True)).retired == (stale[0],)
    with pytest.raises(StatementRefused):
        await store.commit([late])
    await assert_all_open(house_settings, people)


async def test_sealing_opening_and_shredding_go_on_while_keys_rotate_and_nothing_is_lost(
    vault: StoredVault, store: Database, keys: Path, house_settings: Settings
) -> None:
    people = await sealed_people(vault, 300)
    others = [await open_vault(house_settings) for _process in range(2)]
    gone: dict[str, bytes] = {}
    rotating = True

    async def business(vault: StoredVault, victims: list[str]) -> None:
        while rotating or victims:
            vault._keys._kept.clear()
            subject = await vault.create_subject()
            people[subject] = await vault.seal(subject, HERE, PHONE)
            assert await vault.open(subject, HERE, people[subject]) == PHONE
            kept = next(iter(people))
            assert await vault.open(kept, HERE, people[kept]) == PHONE
            if victims:
                victim = victims.pop()
                gone[victim] = people.pop(victim)
                await vault.shred(victim)

    victims = list(people)[100:200]
    working = [asyncio.create_task(business(each, victims[number::2])) for number, each in enumerate(others)]
    for _round in range(4):
        await rotate(keys, store)
        await rotate(keys, store, retire=True)
    rotating = False
    await asyncio.gather(*working)
    for each in others:
        await each.close()
    assert len(gone) == 100
    assert len([master for master in await masters(keys, store) if master.rows]) == 1
    await assert_all_open(house_settings, people)
    after = await open_vault(house_settings)
    for subject, sealed in gone.items():
        with pytest.raises(Erased):
            await after.open(subject, HERE, sealed)
    await after.close()


async def test_a_key_shredded_between_reading_and_writing_stays_shredded(
    vault: StoredVault, store: Database, keys: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = await sealed_people(vault, 2)
    victim, sealed = next(iter(people.items()))
    wrap = key_rotation._wrap

    async def shredded_first(ring, store, rows):  # type: ignore[no-untyped-def]
        await vault.shred(victim)
        return await wrap(ring, store, rows)

    monkeypatch.setattr(key_rotation, "_wrap", shredded_first)
    done = await rotate(keys, store)
    assert (done.wrapped, done.damaged) == (1, 0)
    with pytest.raises(Erased):
        await vault.open(victim, HERE, sealed)
    assert (await rotate(keys, store, retire=True)).retired


KILLED = """
import asyncio, os, signal, sys
from pathlib import Path
from backend.foundation import key_ring, key_rotation
from backend.foundation.database import open_database
directory, url, point = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
die = lambda *_arguments: os.kill(os.getpid(), signal.SIGKILL)
if point == "named":
    key_ring.RingFile.add = die
if point == "drafted":
    Path.replace = die
if point == "added":
    key_rotation._wrap_all = die
if point == "retired":
    key_ring.RingFile.remove = die
async def main():
    store = await open_database(url, bind=False)
    progress = die if point == "first batch" else lambda *_: None
    await key_rotation.rotate(directory, store, progress=progress)
    await key_rotation.rotate(directory, store, retire=True)
asyncio.run(main())
"""


@pytest.mark.parametrize("point", ["named", "drafted", "added", "first batch", "retired"])
async def test_a_rotation_that_was_killed_is_taken_up_where_it_ended(
    vault: StoredVault, store: Database, keys: Path, house_settings: Settings, point: str
) -> None:
    people = await sealed_people(vault, 250)
    first = load_key_ring(keys, create=False).current
    arguments = [sys.executable, "-c", KILLED, str(keys), house_settings.database.keys_url, point]
    killed = await asyncio.to_thread(subprocess.run, arguments, cwd=ROOT, check=False)
    assert killed.returncode == -signal.SIGKILL
    await assert_all_open(house_settings, people)
    names = set(load_key_ring(keys, create=False).replaced)
    done = await rotate(keys, store, retire=point == "retired")
    # Nothing but what was unfinished is done: no second new master key.
    assert done.added is (point in ("named", "drafted"))
    assert len(names) == (point in ("added", "first batch", "retired"))
    assert done.wrapped == {"first batch": 50, "retired": 0}.get(point, 250)
    await rotate(keys, store, retire=True)
    assert [(master.name, master.rows) for master in await masters(keys, store)] == [(done.current, 250)]
    assert done.current != first
    await assert_all_open(house_settings, people)


async def test_an_old_copy_of_the_ring_opens_nothing_after_retirement_and_is_refused_for_writing(
    vault: StoredVault, store: Database, keys: Path, house_settings: Settings, tmp_path: Path
) -> None:
    people = await sealed_people(vault, 2)
    shutil.copytree(keys, tmp_path / "old")
    await rotate(keys, store)
    await rotate(keys, store, retire=True)
    stolen = await open_vault(
        msgspec.structs.replace(
            house_settings, keys=msgspec.structs.replace(house_settings.keys, directory=str(tmp_path / "old"))
        )
    )
    for subject, sealed in people.items():
        with pytest.raises(KeyRingError, match="not in the key ring"):
            await stolen.open(subject, HERE, sealed)
    with pytest.raises(KeyRingError, match="old copy"):
        await stolen.create_subject()
    await stolen.close()


async def test_two_rotations_at_once_are_one(vault: StoredVault, store: Database, keys: Path) -> None:
    await sealed_people(vault, 1)
    with changing_ring(keys), pytest.raises(KeyRingError, match="another process"):
        await rotate(keys, store)
    assert (await rotate(keys, store)).wrapped == 1


async def test_rows_of_a_master_key_that_is_gone_stop_the_rotation_with_the_cure(
    vault: StoredVault, store: Database, keys: Path
) -> None:
    await sealed_people(vault, 1)
    await store.commit([sql("INSERT INTO master_key (name) VALUES ('lost')")])
    await store.commit([sql("UPDATE subject_key SET master_key = 'lost'")])
    with pytest.raises(KeyRingError, match=r"not in the key ring: lost: restore"):
        await rotate(keys, store)
    assert [(master.name, master.replaced_at) for master in await masters(keys, store)][1:] == [("lost", None)]


async def test_a_ring_that_becomes_unreadable_or_anothers_is_not_taken(
    vault: StoredVault, keys: Path, tmp_path: Path
) -> None:
    subject = await vault.create_subject()
    sealed = await vault.seal(subject, HERE, PHONE)
    (keys / FILE_NAME).write_text("{")
    vault._ring.reload()
    (keys / FILE_NAME).unlink()
    load_key_ring(tmp_path / "another", create=True)
    shutil.copy(tmp_path / "another" / FILE_NAME, keys / FILE_NAME)
    vault._ring.reload()
    vault._keys._kept.clear()
    assert await vault.open(subject, HERE, sealed) == PHONE


async def test_a_restored_database_brings_an_erased_person_back_only_with_an_old_key_store(
    vault: StoredVault, store: Database, database: Database, house_settings: Settings
) -> None:
    """The backup of the data holds the sealed row; whether it opens is decided by the key store alone."""
    subject = await vault.create_subject()
    sealed = await vault.seal(subject, HERE, PHONE)
    row = sql(
        "INSERT INTO account (id, subject_id, phone_index, phone_sealed, created_at) VALUES ('a1',{},'x',{},0)",
        subject,
        sealed,
    )
    await database.commit([row])
    backup_of_data = await database.read(sql("SELECT * FROM account"))
    backup_of_keys = await store.read(sql("SELECT * FROM subject_key"))
    await vault.shred(subject)
    await database.commit([sql("DELETE FROM account")])

    await database.commit([row])
    assert await database.read(sql("SELECT * FROM account")) == backup_of_data
    newest = await open_vault(house_settings)
    with pytest.raises(Erased):
        await newest.open(subject, HERE, backup_of_data[0]["phone_sealed"])
    await newest.close()

    await store.commit(
        [
            sql("DELETE FROM subject_key"),
            sql(
                "INSERT INTO subject_key (subject_id, generation, master_key, wrapped, created_at)"
                " VALUES ({}, {}, {}, {}, {})",
                *(backup_of_keys[0][name] for name in ("subject_id", "generation", "master_key", "wrapped")),
                0,
            ),
        ]
    )
    older = await open_vault(house_settings)
    assert await older.open(subject, HERE, backup_of_data[0]["phone_sealed"]) == PHONE
    await older.close()


@pytest.mark.sqlite
async def test_restoring_the_files_of_an_old_backup_of_the_data_keeps_an_erased_person_erased(
    tmp_path: Path, sqlite_template: Path
) -> None:
    """As an operator does it: both files copied, the person erased, the data's copy put back, then the keys' too."""
    (tmp_path / "backup").mkdir()
    data, keys = tmp_path / "data.db", tmp_path / "keys.db"
    shutil.copy(sqlite_template, data)
    settings = Settings(
        mode="test",
        database=DatabaseSettings(url=f"sqlite:///{data}", keys_url=f"sqlite:///{keys}"),
        keys=KeysSettings(directory=str(tmp_path / "keys")),
    )

    async def phone_of(subject: str) -> bytes:
        database, vault = await open_database(settings.database.url, bind=False), await open_vault(settings)
        try:
            (row,) = await database.read(sql("SELECT phone_sealed FROM account WHERE subject_id = {}", subject))
            return await vault.open(subject, HERE, row["phone_sealed"])
        finally:
            await vault.close()
            await database.close()

    database, vault = await open_database(settings.database.url, bind=False), await open_vault(settings)
    subject = await vault.create_subject()
    insert = "INSERT INTO account (id, subject_id, phone_index, phone_sealed, created_at) VALUES ('a1',{},'x',{},0)"
    await database.commit([sql(insert, subject, await vault.seal(subject, HERE, PHONE))])
    await vault.close()
    await database.close()
    for file in (data, keys):
        shutil.copy(file, tmp_path / "backup")

    database, vault = await open_database(settings.database.url, bind=False), await open_vault(settings)
    await vault.shred(subject)
    await database.commit([sql("DELETE FROM account")])
    await vault.close()
    await database.close()

    shutil.copy(tmp_path / "backup" / "data.db", data)
    with pytest.raises(Erased):
        await phone_of(subject)
    shutil.copy(tmp_path / "backup" / "keys.db", keys)
    assert await phone_of(subject) == PHONE


async def test_the_key_stores_migrations_keep_every_key_both_ways(
    vault: StoredVault, store: Database, house_settings: Settings
) -> None:
    people = await sealed_people(vault, 2)
    victim, sealed = people.popitem()
    await vault.shred(victim)
    before = await schema_of(store)
    for item in reversed(load_migrations(MIGRATIONS)[1:]):
        await roll_back(store, item.number - 1, MIGRATIONS)
        await apply_migrations(store, MIGRATIONS)
    assert await schema_of(store) == before
    await assert_all_open(house_settings, people)
    with pytest.raises(Erased):
        await vault.open(victim, HERE, sealed)
