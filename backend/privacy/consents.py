"""Notice and consents: what people are told, what they agree to, and taking it back as easily."""

from __future__ import annotations

import contextlib
from typing import Literal

import msgspec

from backend.city.canonical import content_hash
from backend.foundation import audit
from backend.foundation.database import Row, UniqueViolation
from backend.foundation.errors import NotFound
from backend.foundation.identifiers import new_id
from backend.foundation.personal_data import Chapter, Entry, Holder
from backend.foundation.time_source import rfc3339
from backend.house import House
from backend.identity.actor import Actor
from backend.privacy import rules, tables
from backend.privacy.errors import ConsentNotYours, ConsentOutdated
from backend.privacy.schemas import ConsentList, ConsentRecord, ConsentState, PrivacyView, PurposeView


def notice(house: House) -> PrivacyView:
    """The notice in force. Raises NotFound when the pack in force is older than notices are."""
    city = house.city
    if city.privacy is None:
        raise NotFound("本市还没有公布隐私说明。请拨打 12345 咨询。")
    return PrivacyView(content_hash(city.privacy.notice), city.privacy.notice, rules.purposes_of(city))


async def consents(house: House, actor: Actor) -> ConsentList:
    """What is asked for, and what was agreed to and withdrawn for the person that the actor acts for."""
    rows = await house.database.read(tables.consents_of(actor.applicant_subject_id))
    return ConsentList([_state(purpose, rows) for purpose in rules.purposes_of(house.city)])


async def give(house: House, actor: Actor, key: str, version: str) -> ConsentState:
    """Puts consent to the words in force on record; saying it again is no change.

    Raises NotFound, ConsentOutdated, ConsentNotYours.
    """
    purpose = _purpose(house, key)
    given_by = _who(actor, purpose)
    if version != purpose.version:
        raise ConsentOutdated("说明刚刚更新。请看过新的说明再决定。", current=msgspec.to_builtins(purpose))
    subject, now = actor.applicant_subject_id, house.time.now()
    held = await house.database.read(tables.open_consent(subject, key))
    if not held or held[0]["version"] != version:
        line = audit.record(
            at=now, actor=actor.account_id, action="consent-given", subject=subject, target=key, reason=version
        )
        batch = [
            tables.withdraw_consent(subject, key, now),
            tables.add_consent(new_id(), subject, actor.account_id, key, version, given_by, now),
            line,
        ]
        # Asked twice at once: the other request has put it on record.
        with contextlib.suppress(UniqueViolation):
            await house.database.commit(batch)
    return _state(purpose, await house.database.read(tables.consents_of(subject)))


async def withdraw(house: House, actor: Actor, key: str) -> None:
    """Withdraws consent to a purpose, also one that is asked for no longer; without any nothing happens.

    Raises ConsentNotYours.
    """
    _person(actor)
    subject, now = actor.applicant_subject_id, house.time.now()
    if await house.database.read(tables.open_consent(subject, key)):
        line = audit.record(at=now, actor=actor.account_id, action="consent-withdrawn", subject=subject, target=key)
        await house.database.commit([tables.withdraw_consent(subject, key, now), line])


async def has_consent(house: House, subject_id: str, purpose: str) -> bool:
    """Whether the person has agreed to the very words in force for a purpose and has not withdrawn.

    False for a purpose that the city does not ask for: what nobody was asked, nobody has agreed to.
    """
    asked = next((each for each in rules.purposes_of(house.city) if each.key == purpose), None)
    held = await house.database.read(tables.open_consent(subject_id, purpose))
    return asked is not None and bool(held) and held[0]["version"] == asked.version


def _purpose(house: House, key: str) -> PurposeView:
    found = next((each for each in rules.purposes_of(house.city) if each.key == key), None)
    if found is None:
        raise NotFound("没有这项同意。请从“我的同意”重新打开。")
    return found


def _person(actor: Actor) -> Literal["self", "guardian"]:
    capacity = "self" if actor.acting is None else actor.acting.capacity
    if capacity == "self" or capacity == "guardian":
        return capacity
    raise ConsentNotYours("同意只能由本人作出，不能由代办人代替。", who="self")


def _who(actor: Actor, purpose: PurposeView) -> Literal["self", "guardian"]:
    given_by = _person(actor)
    if purpose.who == "guardian" and given_by != "guardian":
        raise ConsentNotYours("这项同意由孩子的监护人作出。请先选择替孩子办理。", who="guardian")
    return given_by


def _state(purpose: PurposeView, rows: list[Row]) -> ConsentState:
    mine = [row for row in rows if row["purpose"] == purpose.key]
    holds = any(row["withdrawn_at"] is None and row["version"] == purpose.version for row in mine)
    return ConsentState(purpose, holds, [_record(row) for row in mine])


def _record(row: Row) -> ConsentRecord:
    withdrawn = None if row["withdrawn_at"] is None else rfc3339(row["withdrawn_at"])
    return ConsentRecord(row["version"], rfc3339(row["given_at"]), withdrawn, row["channel"], row["given_by"])


async def consents_chapter(house: House, actor: Actor) -> Chapter:
    """Every consent ever given, with the words' names where the city still asks for them."""
    names = {purpose.key: purpose.name.zh for purpose in rules.purposes_of(house.city)}
    data, entries = [], []
    for row in await house.database.read(tables.consents_of(actor.subject_id)):
        record = _record(row)
        purpose: str = row["purpose"]
        data.append({"purpose": purpose, **msgspec.to_builtins(record)})
        lines = [
            ("同意时间", record.given_at),
            ("撤回时间", record.withdrawn_at or "没有撤回"),
            ("文本版本", record.version),
        ]
        entries.append(Entry(names.get(purpose, purpose), lines))
    return Chapter("consents", "同意记录", entries, data)


async def erase(house: House, holder: Holder) -> None:
    """Withdraws whatever still holds. The record stays: it names nobody, and shows that data was used rightly."""
    await house.database.commit([tables.withdraw_all(holder.subject_id, house.time.now())])
