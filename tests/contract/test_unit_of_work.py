"""Event, sealed part, reply and outbox row of one command are one batch, and become one followed event."""

from __future__ import annotations

import msgspec
import pytest

from backend.foundation import audit, idempotency, outbox
from backend.foundation.database import UniqueViolation, sql
from backend.foundation.encryption import Place
from backend.foundation.events import SALT_BYTES, append, append_private, leaf_hash, make, public_part
from backend.foundation.identifiers import new_id
from backend.foundation.outbox import Claimed
from backend.foundation.sequencer import Sequencer, events_after
from backend.foundation.worker import Worker
from backend.house import House

pytestmark = pytest.mark.anyio


class News(msgspec.Struct):
    case: str


async def submit(house: House, subject: str, case: str, key: str) -> None:
    now = house.time.now()
    event, beside = make(case, 1, "case.submitted@1", now, "a1", {"item": "permit"}, "李雪".encode())
    assert beside is not None
    sealed = await house.vault.seal(subject, Place("event_private", "sealed", event.id), beside)
    await house.database.commit(
        [
            append(event),
            append_private(event.id, subject, sealed),
            outbox.enqueue("news", News(case), due=now, key=f"news-{case}"),
            idempotency.remember("a1", key, "print", "{}", now),
            audit.record(at=now, actor="a1", action="submit", subject=subject, target=case),
        ]
    )
    house.wake.set()


async def test_a_submission_is_followed_delivered_and_can_be_checked_against_its_leaf(sealed_house: House) -> None:
    house, told = sealed_house, []
    subject, case = await house.vault.create_subject(), new_id()
    await submit(house, subject, case, "key-1")
    with pytest.raises(UniqueViolation) as twin:
        await submit(house, subject, new_id(), "key-1")
    assert twin.value.table == "idempotency"

    async def tell(news: News, _row: Claimed) -> None:
        told.append(news.case)

    worker = Worker(house.database, house.time, house.settings.outbox, house.wake)
    worker.register("news", News, tell)
    await worker.run_due()
    await Sequencer(house.database, house.wake).run_pass()
    (event,) = await events_after(house.database, 0, 10)
    assert told == [case] == [event.case_id]
    rows = await house.database.read(sql("SELECT sealed FROM event_private WHERE event_id = {}", event.id))
    beside = await house.vault.open(subject, Place("event_private", "sealed", event.id), rows[0]["sealed"])
    public = public_part(event.id, case, 1, event.type, event.at, event.actor, event.data)
    assert event.leaf_hash == leaf_hash(public, beside[:SALT_BYTES], beside[SALT_BYTES:])
    assert beside[SALT_BYTES:].decode() == "李雪"
