"""Mandates between people: inviting by phone and name, accepting, ending."""

from __future__ import annotations

import msgspec

from backend.foundation import audit, idempotency
from backend.foundation.database import Row, UnexpectedRowCount, UniqueViolation
from backend.foundation.encryption import Erased
from backend.foundation.errors import NotFound
from backend.foundation.identifiers import new_id
from backend.foundation.masking import mask_name, mask_phone
from backend.foundation.time_source import rfc3339
from backend.house import House
from backend.identity import service as identity
from backend.identity.actor import Actor
from backend.identity.rules import normalise_name
from backend.parties import rules, tables
from backend.parties.errors import MandateNameDiffers, MandateTermsWrong, TooManyMandates
from backend.parties.schemas import MandateGrant, MandateHolder, MandateParty, MandateView
from backend.parties.service import Opened, confirmed, open_party, party_of_person, standing, term_of

_SHOWN = 200
_NOT_THERE = "没有找到这份授权。它可能已经结束。"
_TERMS = {
    "items": "有事项不在本市的目录里。请重新选择。",
    "days": "授权的天数太长。请缩短后再试。",
    "capacity": "代办人只能由个人委托。单位请委托代理人。",
    "scope": "请选定代办人可以办的事项或办件。",
    "own-phone": "这是您自己的手机号。请填写对方的手机号。",
}


def _refused(reason: str, limit: int | None = None) -> MandateTermsWrong:
    return MandateTermsWrong(_TERMS[reason], reason=reason, limit=limit)


async def grant(house: House, actor: Actor, key: str, given: MandateGrant) -> tuple[MandateView, bool]:
    """Invites whoever has a phone and a name; and whether this key had done so before.

    The answer is the same whether or not anyone has an account there. Raises LevelNeeded, NotFound (a party that the
    actor does not speak for), PhoneInvalid, MandateTermsWrong, TooManyMandates, KeyReused.
    """
    fingerprint = idempotency.fingerprint(house.vault, "mandates.grant", msgspec.json.encode(given, order="sorted"))
    earlier = await idempotency.recall(house.database, actor.account_id, key, fingerprint)
    if earlier is not None:
        return await _granted(house, actor, earlier), True
    person = await confirmed(house, actor)
    party = await _principal(house, actor, person, given.party_id)
    fault = rules.fault_of_terms(
        given.capacity, party.kind, given.items, given.cases, given.days, frozenset(house.city.items)
    )
    if fault is not None:
        raise _refused(*fault)
    phone = identity.phone_of(given.phone)
    if phone == person.phone:
        raise _refused("own-phone")
    now, mandate_id = house.time.now(), new_id()
    if (await house.database.read(tables.open_of(party.id, now)))[0]["many"] >= rules.OPEN_LIMIT:
        raise TooManyMandates("授权太多。请先结束不用的授权。", limit=rules.OPEN_LIMIT)

    async def sealed(column: str, text: str) -> bytes:
        return await house.vault.seal(party.subject_id, tables.mandate_place(column, mandate_id), text.encode())

    batch = [
        tables.add_mandate(
            mandate_id,
            party.id,
            given.capacity,
            basis="consent:principal",
            granted_by=actor.account_id,
            at=now,
            ends_at=now + given.days * rules.DAY,
            phone_index=house.vault.blind_index("phone", phone),
            phone_sealed=await sealed("phone_sealed", phone),
            name_sealed=await sealed("name_sealed", normalise_name(given.name)),
            items=_names(given.items),
            cases=_names(given.cases),
            invited_until=now + rules.INVITED_FOR,
        ),
        audit.record(
            at=now, actor=actor.account_id, action="mandate-granted", subject=party.subject_id, target=mandate_id
        ),
        # Only which mandate it was is remembered: the reply holds a name.
        idempotency.remember(actor.account_id, key, fingerprint, mandate_id, now),
    ]
    try:
        await house.database.commit(batch)
    except UniqueViolation:
        earlier = await idempotency.recall(house.database, actor.account_id, key, fingerprint)
        if earlier is None:
            raise
        return await _granted(house, actor, earlier), True
    return await _granted(house, actor, mandate_id), False


def _names(values: list[str]) -> str:
    return msgspec.json.encode(sorted(set(values))).decode()


async def _granted(house: House, actor: Actor, mandate_id: str) -> MandateView:
    row = (await house.database.read(tables.mandate_by_id(mandate_id)))[0]
    return await _view(house, row, given=True, insider=True)


async def _principal(house: House, actor: Actor, person: identity.Person, party_id: str | None) -> Opened:
    """The party that the actor gives a mandate for: their own, or an organisation they legally represent now."""
    own = await party_of_person(house, person, actor.subject_id)
    if own is not None and party_id in (None, own):
        return await open_party(house, (await house.database.read(tables.party_by_id(own)))[0])
    for row in await house.database.read(
        tables.register_mandate(party_id or "", actor.account_id, "legal_representative")
    ):
        party = await standing(house, row, actor.account_id)
        if party is not None:
            return party
    raise NotFound("没有找到这个申请人，或您不能替它授权。")


async def list_mandates(house: House, actor: Actor) -> list[MandateView]:
    """What the actor's own party and the organisations they represent gave, what the actor holds, and invitations."""
    now = house.time.now()
    person = await identity.person_of(house, actor.account_id)
    own = await party_of_person(house, person, actor.subject_id)
    indexes = await identity.indexes_of(house, actor.account_id)
    parties = set() if own is None else {own}
    for row in await house.database.read(tables.held_by(actor.account_id, now)):
        if row["capacity"] == "legal_representative" and await standing(house, row, actor.account_id) is not None:
            parties.add(row["party_id"])
    rows = await house.database.read(
        tables.mandates_seen(sorted(parties), actor.account_id, indexes.phone, now, _SHOWN)
    )
    views = []
    for row in rows:
        given = row["account_id"] != actor.account_id and row["party_id"] in parties
        # Whoever was merely invited learns whose matter it is by accepting, unless the invitation names them.
        insider = given or row["account_id"] == actor.account_id or await _names_person(house, row, person)
        views.append(await _view(house, row, given=given, insider=insider))
    return views


async def _names_person(house: House, row: Row, person: identity.Person) -> bool:
    """Whether an invitation is to the very name that a person was confirmed under."""
    if person.name is None or row["name_sealed"] is None:
        return False
    place = tables.mandate_place("name_sealed", row["id"])
    try:
        invited = (await house.vault.open(row["subject_id"], place, bytes(row["name_sealed"]))).decode()
    except Erased:
        return False
    return invited == person.name


async def _view(house: House, row: Row, *, given: bool, insider: bool) -> MandateView:
    async def clear(column: str) -> str | None:
        if row[column] is None:
            return None
        place = tables.mandate_place(column, row["id"])
        return (await house.vault.open(row["subject_id"], place, bytes(row[column]))).decode()

    try:
        party_name, name, phone = (
            (await open_party(house, row)).name,
            await clear("name_sealed"),
            await clear("phone_sealed"),
        )
    except Erased:
        # One erased person must not hide everyone else's mandates.
        party_name, name, phone = "*", None, None
    return MandateView(
        id=row["id"],
        direction="given" if given else "received",
        capacity=row["capacity"],
        state=rules.state_of(term_of(row), house.time.now()),
        party=MandateParty(row["party_id"], row["kind"], party_name if insider else mask_name(party_name)),
        holder=MandateHolder(
            name if insider or name is None else mask_name(name), None if phone is None else mask_phone(phone)
        ),
        items=msgspec.json.decode(row["items"], type=list[str]),
        cases=msgspec.json.decode(row["cases"], type=list[str]),
        basis=row["basis"],
        created_at=rfc3339(row["created_at"]),
        starts_at=rfc3339(row["starts_at"]),
        ends_at=_instant(row["ends_at"]),
        invited_until=_instant(row["invited_until"]),
        accepted_at=_instant(row["accepted_at"]),
        revoked_at=_instant(row["revoked_at"]),
    )


def _instant(at: int | None) -> str | None:
    return None if at is None else rfc3339(at)


async def accept(house: House, actor: Actor, mandate_id: str) -> MandateView:
    """Accepts an invitation to the actor's phone and name; accepting one's own again changes nothing.

    Raises NotFound (not there, not for this phone, expired, revoked), LevelNeeded, MandateNameDiffers.
    """
    rows = await house.database.read(tables.mandate_by_id(mandate_id))
    indexes = await identity.indexes_of(house, actor.account_id)
    now = house.time.now()
    if not rows:
        raise NotFound(_NOT_THERE)
    row = rows[0]
    state = rules.state_of(term_of(row), now)
    if state == "active" and row["account_id"] == actor.account_id:
        return await _view(house, row, given=False, insider=True)
    if state != "pending" or row["phone_index"] != indexes.phone:
        raise NotFound(_NOT_THERE)
    person = await confirmed(house, actor)
    own = await party_of_person(house, person, actor.subject_id)
    if own == row["party_id"] or not await _names_person(house, row, person):
        raise MandateNameDiffers("邀请上的姓名与您的实名不一致。请让对方按您的实名重新邀请。")
    line = audit.record(
        at=now, actor=actor.account_id, action="mandate-accepted", subject=row["subject_id"], target=mandate_id
    )
    try:
        await house.database.commit([tables.accept(mandate_id, actor.account_id, indexes.phone, now), line])
    except UnexpectedRowCount:
        # Ended, or accepted by a twin of this request, a moment ago: judged again as it is now.
        return await accept(house, actor, mandate_id)
    return await _view(
        house, (await house.database.read(tables.mandate_by_id(mandate_id)))[0], given=False, insider=True
    )


async def revoke(house: House, actor: Actor, mandate_id: str) -> None:
    """Ends a mandate that the actor gave, holds or was invited to; ending it twice is ending it once.

    What a register says only its holder can lay down. Raises NotFound.
    """
    rows = await house.database.read(tables.mandate_by_id(mandate_id))
    if not rows or not await _may_end(house, actor, rows[0]):
        raise NotFound(_NOT_THERE)
    now = house.time.now()
    line = audit.record(
        at=now, actor=actor.account_id, action="mandate-revoked", subject=rows[0]["subject_id"], target=mandate_id
    )
    await house.database.commit([tables.revoke(mandate_id, actor.account_id, now), line])


async def _may_end(house: House, actor: Actor, row: Row) -> bool:
    if row["account_id"] == actor.account_id:
        return True
    if row["capacity"] in rules.OF_REGISTERS:
        return False
    if actor.account_id == row["granted_by"]:
        return True
    if row["account_id"] is None and rules.state_of(term_of(row), house.time.now()) == "pending":
        indexes = await identity.indexes_of(house, actor.account_id)
        if indexes.phone == row["phone_index"]:
            return True
    if actor.party_id == row["party_id"]:
        return True
    held = tables.register_mandate(row["party_id"], actor.account_id, "legal_representative")
    for each in await house.database.read(held):
        if await standing(house, each, actor.account_id) is not None:
            return True
    return False
