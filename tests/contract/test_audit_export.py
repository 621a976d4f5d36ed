"""An exported trail verifies with nothing but the file, and every changed byte of it is caught."""

from __future__ import annotations

import io

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from backend.foundation import audit
from backend.foundation.audit_chain import AuditChain
from backend.foundation.audit_export import FileNotWhole, export, fingerprint, verify_file
from backend.foundation.database import Database
from tests.harness.tampering import tamper

pytestmark = pytest.mark.anyio
KEY = Ed25519PrivateKey.generate()


async def exported(database: Database, many: int = 5, after: int = 0) -> bytes:
    chain = AuditChain(database)
    for number in range(many):
        line = audit.record(
            at=number, actor="clerk", action="desk.read", subject=f"s{number}", target="案件", reason="核对“材料”\n"
        )
        await database.commit([line])
        await chain.run_pass()
    return b"".join([text async for text in export(database, KEY, at=77, after=after)])


def verified(content: bytes):  # type: ignore[no-untyped-def]
    return verify_file(io.BytesIO(content))


async def test_a_file_says_how_far_it_goes_and_who_signed(database: Database) -> None:
    head, key = verified(await exported(database))
    assert (head.lines, head.position, head.at) == (5, 5, 77)
    assert key == fingerprint(KEY) != fingerprint(Ed25519PrivateKey.generate())


async def test_an_empty_trail_and_a_part_of_one_verify_too(database: Database) -> None:
    assert verified(await exported(database, 0))[0].lines == 0
    head, _key = verified(await exported(database, 6, after=4))
    assert (head.lines, head.position) == (2, 6)
    with pytest.raises(LookupError, match="no position 9"):
        await exported(database, 0, after=9)


@pytest.mark.sqlite
async def test_every_changed_missing_and_added_byte_is_caught(database: Database) -> None:
    content = await exported(database, 3)
    for number in range(len(content)):
        for altered in (
            content[:number] + bytes([content[number] ^ 1]) + content[number + 1 :],
            content[:number] + bytes([content[number] ^ 0x20]) + content[number + 1 :],
            content[:number] + content[number + 1 :],
            content[:number] + b" " + content[number:],
            content[:number],
        ):
            with pytest.raises(FileNotWhole):
                verified(altered)
    with pytest.raises(FileNotWhole):
        verified(content + b"\n")


async def test_the_first_wrong_position_is_named(database: Database) -> None:
    lines = (await exported(database)).splitlines(keepends=True)
    changed = lines[3].replace(b"clerk", b"nobody")
    for altered, what in (
        ([*lines[:3], changed, *lines[4:]], "position 3: the line was altered"),
        ([*lines[:3], *lines[4:]], "position 3: the line is missing"),
        ([*lines[:2], lines[3], lines[2], *lines[4:]], "position 2: the line is missing"),
        ([*lines[:4], b"{}\n", *lines[4:]], "position 4: the line cannot be read"),
        (lines[:-1], "the signed head after position 4"),
        ([*lines[:-2], lines[-1]], "does not fit the 4 lines"),
    ):
        with pytest.raises(FileNotWhole, match=what):
            verified(b"".join(altered))


async def test_a_file_that_was_signed_anew_bears_another_fingerprint(database: Database) -> None:
    await exported(database)
    forger = Ed25519PrivateKey.generate()
    forged = b"".join([text async for text in export(database, forger, at=77)])
    assert verified(forged)[1] == fingerprint(forger) != fingerprint(KEY)
    head = msgspec.json.decode(forged.splitlines()[-1])
    head["public_key"] = KEY.public_key().public_bytes_raw().hex()
    swapped = b"".join(forged.splitlines(keepends=True)[:-1]) + msgspec.json.encode(head) + b"\n"
    with pytest.raises(FileNotWhole, match="signature"):
        verified(swapped)


async def test_a_chain_that_was_tampered_with_is_exported_and_found_in_the_file(
    database: Database, database_url: str
) -> None:
    await exported(database)
    await tamper(database_url, ["UPDATE audit SET actor = 'nobody' WHERE subject = 's2'"])
    with pytest.raises(FileNotWhole, match="position 3: the line was altered"):
        verified(await exported(database, 0))
