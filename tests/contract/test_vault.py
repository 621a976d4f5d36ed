"""Personal data opens only for its subject, at its place, under the right keys, until the subject is erased."""

from __future__ import annotations

import base64
import os
from pathlib import Path

import msgspec
import pytest

from backend.foundation.database import Database, open_database, sql
from backend.foundation.encryption import Erased, Place, UnknownSubject
from backend.foundation.key_ring import FILE_NAME, KeyRingError, create_key_ring, load_key_ring
from backend.foundation.settings import Settings
from backend.foundation.stored_vault import StoredVault, open_vault

pytestmark = pytest.mark.anyio
HERE = Place("account", "phone", "a1")
PHONE = b"13800001111"


async def test_what_was_sealed_opens_again_also_after_a_restart(vault: StoredVault, house_settings: Settings) -> None:
    subject = await vault.create_subject()
    sealed = await vault.seal(subject, HERE, PHONE)
    assert PHONE not in sealed
    assert await vault.open(subject, HERE, sealed) == PHONE
    again = await open_vault(house_settings)
    assert await again.open(subject, HERE, sealed) == PHONE
    assert again.blind_index("phone", "1") == vault.blind_index("phone", "1")
    await again.close()


async def test_the_same_text_is_sealed_differently_each_time(vault: StoredVault) -> None:
    subject = await vault.create_subject()
    assert await vault.seal(subject, HERE, PHONE) != await vault.seal(subject, HERE, PHONE)


@pytest.mark.parametrize(
    "place", [Place("case", "phone", "a1"), Place("account", "name", "a1"), Place("account", "phone", "a2")]
)
async def test_a_value_moved_to_another_place_does_not_open(vault: StoredVault, place: Place) -> None:
    subject = await vault.create_subject()
    sealed = await vault.seal(subject, HERE, PHONE)
    with pytest.raises(ValueError, match="another place"):
        await vault.open(subject, place, sealed)


async def test_a_value_does_not_open_for_another_subject(vault: StoredVault) -> None:
    subject, other = await vault.create_subject(), await vault.create_subject()
    with pytest.raises(ValueError, match="altered"):
        await vault.open(other, HERE, await vault.seal(subject, HERE, PHONE))


async def test_an_altered_or_cut_value_is_refused_at_every_byte(vault: StoredVault) -> None:
    subject = await vault.create_subject()
    sealed = await vault.seal(subject, HERE, PHONE)
    for number in range(len(sealed)):
        altered = sealed[:number] + bytes([sealed[number] ^ 1]) + sealed[number + 1 :]
        with pytest.raises((ValueError, UnknownSubject)):
            await vault.open(subject, HERE, altered)
        with pytest.raises((ValueError, UnknownSubject)):
            await vault.open(subject, HERE, sealed[:number])


async def test_shredding_erases_one_person_here_and_after_a_restart(
    vault: StoredVault, house_settings: Settings
) -> None:
    gone, stays = await vault.create_subject(), await vault.create_subject()
    sealed, kept = await vault.seal(gone, HERE, PHONE), await vault.seal(stays, HERE, PHONE)
    await vault.shred(gone)
    await vault.shred(gone)
    again = await open_vault(house_settings)
    for each in (vault, again):
        with pytest.raises(Erased):
            await each.open(gone, HERE, sealed)
        with pytest.raises(Erased):
            await each.seal(gone, HERE, PHONE)
        assert await each.open(stays, HERE, kept) == PHONE
    await again.close()


async def test_a_subject_the_store_never_had_is_not_called_erased(vault: StoredVault) -> None:
    with pytest.raises(UnknownSubject):
        await vault.seal("nobody", HERE, PHONE)


async def test_the_store_holds_no_key_that_is_not_wrapped(vault: StoredVault, house_settings: Settings) -> None:
    subject = await vault.create_subject()
    store = await open_database(house_settings.database.keys_url, bind=False)
    (row,) = await store.read(sql("SELECT * FROM subject_key"))
    assert len(row["wrapped"]) == 12 + 32 + 16
    await store.commit([sql("UPDATE subject_key SET subject_id = 'other'")])
    again = await open_vault(house_settings)
    with pytest.raises(KeyRingError, match="altered"):
        await again.seal("other", HERE, PHONE)
    assert subject
    await again.close()
    await store.close()


async def test_data_keys_wrapped_by_an_older_master_key_still_open_after_rotation(
    vault: StoredVault, house_settings: Settings
) -> None:
    subject = await vault.create_subject()
    sealed = await vault.seal(subject, HERE, PHONE)
    file = Path(house_settings.keys.directory) / FILE_NAME
    ring = msgspec.json.decode(file.read_bytes())
    ring["master"]["next"] = base64.b64encode(os.urandom(32)).decode()
    ring["current"] = "next"
    file.write_bytes(msgspec.json.encode(ring))
    again = await open_vault(house_settings)
    assert await again.open(subject, HERE, sealed) == PHONE
    newer = await again.create_subject()
    assert await again.open(newer, HERE, await again.seal(newer, HERE, PHONE)) == PHONE
    await again.close()


async def test_a_blind_index_depends_on_purpose_and_value(vault: StoredVault) -> None:
    indexes = {vault.blind_index(purpose, value) for purpose in ("phone", "id") for value in ("1", "2")}
    assert len(indexes) == 4


def test_production_does_not_make_keys_and_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(KeyRingError, match="zhangban keys"):
        load_key_ring(tmp_path, create=False)


def test_a_key_ring_is_private_and_is_never_replaced(tmp_path: Path) -> None:
    create_key_ring(tmp_path / "keys", demo=False)
    before = (tmp_path / "keys" / FILE_NAME).read_bytes()
    create_key_ring(tmp_path / "keys", demo=False)
    assert (tmp_path / "keys" / FILE_NAME).read_bytes() == before
    assert sorted(path.name for path in (tmp_path / "keys").iterdir()) == [FILE_NAME]
    (tmp_path / "keys" / FILE_NAME).chmod(0o644)
    with pytest.raises(KeyRingError, match="chmod 600"):
        load_key_ring(tmp_path / "keys", create=False)


def test_a_damaged_key_ring_is_refused(tmp_path: Path) -> None:
    create_key_ring(tmp_path, demo=False)
    (tmp_path / FILE_NAME).write_text('{"current": "a", "master": {}, "index": "AAAA"}')
    with pytest.raises(KeyRingError, match="cannot be read"):
        load_key_ring(tmp_path, create=True)


async def test_a_key_store_works_beside_the_database_of_either_kind(vault: StoredVault, database: Database) -> None:
    subject = await vault.create_subject()
    sealed = await vault.seal(subject, HERE, PHONE)
    await database.commit(
        [sql("INSERT INTO outbox (id, kind, payload, due, unique_key, attempts) VALUES ('1','','',0,'',0)")]
    )
    assert await vault.open(subject, HERE, sealed) == PHONE
