"""Parties: the caller's own, organisations and children they act for, and what other rooms ask about them."""

from __future__ import annotations

import contextlib
import re
from typing import Any

import msgspec

from backend.city.canonical import content_hash
from backend.city.city import City
from backend.city.structures import Enterprise, Level
from backend.foundation import audit
from backend.foundation.database import Row, Statement, UniqueViolation
from backend.foundation.encryption import Erased
from backend.foundation.identifiers import check_resident_id, check_uscc, new_id, normalise_identifier
from backend.foundation.masking import mask_id_number
from backend.foundation.time_source import legal_day, rfc3339
from backend.house import House
from backend.identity import service as identity
from backend.identity.actor import Acting, Actor, Capacity
from backend.identity.errors import IdNumberInvalid, LevelNeeded
from backend.identity.rules import OWN_CONSENT, is_younger, level_of, normalise_name
from backend.parties import rules, tables
from backend.parties.errors import GuardianConsentNeeded, MandateInvalid, MandateScope, PartyNotMatched, UsccInvalid
from backend.parties.rules import PartyKind
from backend.parties.schemas import ApplicantData, ChildClaim, OrganisationClaim, Party

_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_INDEX = {"person": "id-number", "organisation": "uscc"}
_NOT_MATCHED = "登记的信息与您填写的不一致。请核对后再试，或到窗口办理。"


class Opened(msgspec.Struct, frozen=True):
    """A party in clear; `code` is its ID number or credit code."""

    id: str
    kind: PartyKind
    subject_id: str
    name: str
    code: str


class Applicant(msgspec.Struct, frozen=True):
    """Who applies in a request, in clear, and who does it for them.

    `party_id`, `name` and `code` are None for an account that has not confirmed who it is. `representative` is the name
    of whoever acts for somebody else. `level` is how surely the person at the keyboard is known.
    """

    kind: PartyKind
    party_id: str | None
    subject_id: str
    name: str | None
    code: str | None
    phone: str
    level: Level
    representative: str | None = None


class Told(msgspec.Struct, frozen=True):
    """An account that is told of a case; `mandate_id` is under which it acts, None for the person's own account."""

    account_id: str
    mandate_id: str | None


async def open_party(house: House, row: Row) -> Opened:
    """The party of a row of `party_by_id` or of a mandate's. Raises Erased."""
    party_id = row["party_id"] if "party_id" in row else row["id"]
    name, code = (
        (row["party_name"], row["party_code"]) if "party_id" in row else (row["name_sealed"], row["code_sealed"])
    )
    subject = row["subject_id"]
    return Opened(
        party_id,
        row["kind"],
        subject,
        (await house.vault.open(subject, tables.party_place("name_sealed", party_id), bytes(name))).decode(),
        (await house.vault.open(subject, tables.party_place("code_sealed", party_id), bytes(code))).decode(),
    )


def term_of(row: Row) -> rules.Term:
    """What decides whether the mandate of a row stands."""
    return rules.Term(
        row["account_id"],
        row["starts_at"],
        row["ends_at"],
        row["invited_until"],
        row["accepted_at"],
        row["revoked_at"],
    )


async def standing(house: House, row: Row, account_id: str) -> Opened | None:
    """The party of a mandate under which an account may act now, its register asked again; None when it may not."""
    now = house.time.now()
    if not rules.stands(term_of(row), account_id, now):
        return None
    try:
        party = await open_party(house, row)
    except Erased:
        return None

    def is_holder(id_number: str) -> bool:
        return house.vault.blind_index(_INDEX["person"], id_number) == row["holder_index"]

    if not rules.register_says(house.city, row["capacity"], party.code, is_holder, legal_day(now)):
        return None
    return party


async def act_for(house: House, actor: Actor, mandate_id: str) -> Actor:
    """The actor as it acts under a mandate of its own. One read; nothing of it is remembered.

    Raises MandateInvalid, in the same words whether there is no such mandate, or another's, or one that has ended.
    """
    is_id = _ID.fullmatch(mandate_id) is not None
    rows = await house.database.read(tables.mandate_by_id(mandate_id)) if is_id else []
    row = rows[0] if rows and actor.staff is None else None
    party = await standing(house, row, actor.account_id) if row is not None else None
    if row is None or party is None:
        raise MandateInvalid("这份授权已经失效。请切换回本人，或请对方重新授权。")
    return msgspec.structs.replace(actor, acting=_acting(row, party))


def check_item(actor: Actor, item: str) -> None:
    """Raises MandateScope when the actor acts for somebody who did not entrust them with this item."""
    if actor.acting is not None and not actor.acting.covers_item(item):
        raise MandateScope("您的授权不包括这个事项。请让对方重新授权，或切换回本人。")


def on_behalf_of(actor: Actor) -> dict[str, Any]:
    """What an event says of a representative: under which mandate, as what. Empty for one's own matters."""
    if actor.acting is None:
        return {}
    return {"on_behalf": {"mandate": actor.acting.mandate_id, "capacity": actor.acting.capacity}}


def _acting(row: Row, party: Opened) -> Acting:
    return Acting(
        mandate_id=row["id"],
        party_id=party.id,
        subject_id=party.subject_id,
        capacity=row["capacity"],
        items=frozenset(msgspec.json.decode(row["items"], type=list[str])),
        cases=frozenset(msgspec.json.decode(row["cases"], type=list[str])),
    )


async def confirmed(house: House, actor: Actor) -> identity.Person:
    """The actor's own person. Raises LevelNeeded while the identity is not confirmed."""
    person = await identity.person_of(house, actor.account_id)
    if person.name is None or person.id_number is None:
        raise LevelNeeded("请先完成实名认证，再为别人办理。", level=2, actual=1)
    return person


async def own_party(house: House, account_id: str, subject_id: str) -> str | None:
    """The party that an account's person is, made or found when it is not linked yet.

    None before it is confirmed, and for a further account of the same person: whoever knows a name and a number can
    have an account confirmed with them, and must not thereby come to what the first one holds. A party that others
    made (a child's, by its guardian; anybody's, at the counter) is linked after a window has seen the person, or to the
    account of the phone that was given there.
    """
    person = await identity.person_of(house, account_id)
    return await party_of_person(house, person, subject_id)


async def party_of_person(house: House, person: identity.Person, subject_id: str) -> str | None:
    """As `own_party`, for a person read already."""
    if person.name is None or person.id_number is None:
        return None
    if person.party_id is not None:
        return person.party_id
    party_id = await find_or_make(house, "person", person.id_number, person.name, subject_id)
    made = (await house.database.read(tables.party_by_id(party_id)))[0]
    phone = house.vault.blind_index("phone", person.phone)
    if made["subject_id"] != subject_id and not person.in_person and made["window_phone_index"] != phone:
        return None
    linked = await house.database.commit(
        [tables.hold_party(party_id), identity.link_party(person.account_id, party_id)]
    )
    if linked[1]:
        return party_id
    # Another account of the person holds the party, or a twin of this very request was faster.
    return (await identity.person_of(house, person.account_id)).party_id


async def find_or_make(house: House, kind: PartyKind, code: str, name: str, subject_id: str | None) -> str:
    """The id of the party of a number; a new one is sealed under `subject_id`, or a subject of its own."""
    index = house.vault.blind_index(_INDEX[kind], code)
    rows = await house.database.read(tables.party_by_code(kind, index))
    party_id = rows[0]["id"] if rows else new_id()
    if rows:
        place = tables.party_place("name_sealed", party_id)
        try:
            await house.vault.open(rows[0]["subject_id"], place, bytes(rows[0]["name_sealed"]))
            return str(party_id)
        except Erased:
            # The person had everything erased and has come back: the party begins anew under their new key.
            pass
    subject = subject_id or await house.vault.create_subject()
    sealed_name = await house.vault.seal(subject, tables.party_place("name_sealed", party_id), name.encode())
    sealed_code = await house.vault.seal(subject, tables.party_place("code_sealed", party_id), code.encode())
    if rows:
        moved = tables.move_party(party_id, rows[0]["subject_id"], subject, sealed_name, sealed_code)
        await house.database.commit([moved])
        return str(party_id)
    try:
        await house.database.commit(
            [tables.add_party(party_id, kind, subject, index, sealed_name, sealed_code, house.time.now())]
        )
    except UniqueViolation:
        rows = await house.database.read(tables.party_by_code(kind, index))
        return str(rows[0]["id"])
    return party_id


def enterprise_represented(
    city: City, claim: OrganisationClaim, name: str | None, id_number: str | None
) -> Enterprise | None:
    """The enterprise of a claim, if the register knows it so and says that this person is its legal representative.

    Raises UsccInvalid.
    """
    code = normalise_identifier(claim.uscc)
    if error := check_uscc(code):
        raise UsccInvalid("统一社会信用代码有误。请对照营业执照检查每一位。", error=error)
    found = city.enterprise(code)
    if found is None or found.name != claim.name.strip():
        return None
    head = found.representative
    return found if (head.name, head.id_number) == (name, id_number) else None


async def add_organisation(house: House, actor: Actor, claim: OrganisationClaim) -> Party:
    """Lets the actor act for an organisation whose legal representative the register says they are.

    Asking again gives the same. Raises LevelNeeded, UsccInvalid, PartyNotMatched.
    """
    person = await confirmed(house, actor)
    enterprise = enterprise_represented(house.city, claim, person.name, person.id_number)
    if enterprise is None:
        raise PartyNotMatched(_NOT_MATCHED)
    await _holds_own_party(house, actor, person)
    party_id = await find_or_make(house, "organisation", enterprise.code, enterprise.name, None)
    return await _by_register(house, actor, person, party_id, "legal_representative", "register:enterprises")


async def add_child(house: House, actor: Actor, claim: ChildClaim) -> Party:
    """Lets the actor act for a child whose guardian the register says they are, until the child is of age.

    For a child under 14 the consent to handling the child's data is noted here (PIPL art. 31). Asking again gives the
    same. Raises LevelNeeded, IdNumberInvalid, PartyNotMatched, GuardianConsentNeeded.
    """
    person = await confirmed(house, actor)
    number, name = normalise_identifier(claim.id_number), normalise_name(claim.name)
    today = house.time.today()
    if error := check_resident_id(number, today):
        raise IdNumberInvalid("身份证号码有误。请对照户口簿检查每一位。", error=error)
    child = house.city.person(name, number)
    if child is None or not rules.register_says(
        house.city, "guardian", number, lambda guardian: guardian == person.id_number, today
    ):
        raise PartyNotMatched(_NOT_MATCHED)
    await _holds_own_party(house, actor, person)
    young = is_younger(number, OWN_CONSENT, today)
    if young and (claim.consent is None or claim.consent != _child_notice(house.city)):
        raise GuardianConsentNeeded(
            f"孩子未满 {OWN_CONSENT} 周岁。请先阅读并同意儿童个人信息处理规则。", age=OWN_CONSENT
        )
    party_id = await find_or_make(house, "person", number, child.name, None)
    return await _by_register(
        house,
        actor,
        person,
        party_id,
        "guardian",
        "register:population",
        ends_at=rules.of_age_at(number),
        consent=claim.consent if young else None,
    )


async def _holds_own_party(house: House, actor: Actor, person: identity.Person) -> None:
    """Raises LevelNeeded for a further account of a person, which a name and a number alone have confirmed."""
    if await party_of_person(house, person, actor.subject_id) is None:
        raise LevelNeeded(
            "您的身份已有别的账号。请用那个账号办理；不能用了的，请带身份证到窗口变更手机号。", level=3, actual=2
        )


def _child_notice(city: City) -> str | None:
    """The version of the words in force to which a guardian agrees; None in a pack that asks nothing, which refuses."""
    purposes = city.privacy.purposes if city.privacy else []
    return next((content_hash(each) for each in purposes if each.key == "child-data"), None)


async def _by_register(
    house: House,
    actor: Actor,
    person: identity.Person,
    party_id: str,
    capacity: Capacity,
    basis: str,
    *,
    ends_at: int | None = None,
    consent: str | None = None,
) -> Party:
    """The mandate that a register gives, made unless it is there."""
    found = tables.register_mandate(party_id, actor.account_id, capacity)
    rows = await house.database.read(found)
    if not rows:
        now, mandate_id = house.time.now(), new_id()
        party = (await house.database.read(tables.party_by_id(party_id)))[0]
        line = audit.record(
            at=now, actor=actor.account_id, action="mandate-registered", subject=party["subject_id"], target=mandate_id
        )
        added = tables.add_mandate(
            mandate_id,
            party_id,
            capacity,
            basis=basis,
            granted_by=actor.account_id,
            at=now,
            ends_at=ends_at,
            account_id=actor.account_id,
            holder_index=house.vault.blind_index(_INDEX["person"], person.id_number or ""),
            accepted_at=now,
            consent_version=consent,
        )
        # Asked twice at once: the other request's mandate is this one's.
        with contextlib.suppress(UniqueViolation):
            await house.database.commit([added, line])
        rows = await house.database.read(found)
    return _party_view(await open_party(house, rows[0]), rows[0])


def _party_view(party: Opened, row: Row | None) -> Party:
    return Party(
        party_id=party.id,
        kind=party.kind,
        name=party.name,
        # A credit code is in a public register; an ID number is not.
        code_masked=mask_id_number(party.code) if party.kind == "person" else party.code,
        capacity="self" if row is None else row["capacity"],
        mandate_id=None if row is None else row["id"],
        items=[] if row is None else msgspec.json.decode(row["items"], type=list[str]),
        cases=[] if row is None else msgspec.json.decode(row["cases"], type=list[str]),
        ends_at=None if row is None or row["ends_at"] is None else rfc3339(row["ends_at"]),
    )


async def list_parties(house: House, actor: Actor) -> list[Party]:
    """The actor's own party, once confirmed, and those they may act for now."""
    own = await own_party(house, actor.account_id, actor.subject_id)
    views = []
    if own is not None:
        row = (await house.database.read(tables.party_by_id(own)))[0]
        views.append(_party_view(await open_party(house, row), None))
    for row in await house.database.read(tables.held_by(actor.account_id, house.time.now())):
        party = await standing(house, row, actor.account_id)
        if party is not None:
            views.append(_party_view(party, row))
    return views


async def applicant_of(house: House, actor: Actor) -> Applicant:
    """Who applies in this request. Raises Erased."""
    person = await identity.person_of(house, actor.account_id)
    level = level_of(identified=person.id_number is not None, in_person=person.in_person, method=actor.method)
    if actor.acting is None:
        own = await party_of_person(house, person, actor.subject_id)
        return Applicant("person", own, actor.subject_id, person.name, person.id_number, person.phone, level)
    row = (await house.database.read(tables.party_by_id(actor.acting.party_id)))[0]
    party = await open_party(house, row)
    accounts = await identity.accounts_of_party(house, party.id)
    # A child without an account, and any organisation, are reached through whoever acts for them.
    phone = await identity.phone_of_account(house, accounts[0]) if accounts else person.phone
    return Applicant(
        party.kind, party.id, party.subject_id, party.name, party.code, phone, level, representative=person.name or ""
    )


async def applicant_data(house: House, actor: Actor) -> ApplicantData:
    """As `applicant_of`, for a form; the read is on record when it is of somebody else's data."""
    applicant = await applicant_of(house, actor)
    await on_record(house, actor, "acting.applicant", applicant.party_id or "")
    capacity: Capacity = actor.acting.capacity if actor.acting else "self"
    facts = rules.facts_of(house.city, applicant.kind, applicant.name, applicant.code, applicant.phone)
    return ApplicantData(
        applicant.kind,
        capacity,
        applicant.name,
        applicant.code,
        applicant.phone,
        birth_date=facts.get("birth_date"),
        sex=facts.get("sex"),
        home=facts.get("home"),
        representative=facts.get("representative"),
    )


async def on_record(house: House, actor: Actor, action: str, target: str) -> None:
    """Puts a read of a represented party's data on record before it is answered; reads of one's own are not."""
    if actor.acting is None:
        return
    line = audit.record(
        at=house.time.now(), actor=actor.account_id, action=action, subject=actor.acting.subject_id, target=target
    )
    await house.database.commit([line])


async def subjects_of(house: House, actor: Actor) -> list[str]:
    """Under whose keys the applicant's data may lie: each account of the person has its own, and so has the party."""
    party_id = actor.acting.party_id if actor.acting else actor.party_id
    if party_id is None:
        return [actor.subject_id]
    accounts = await identity.accounts_of_party(house, party_id)
    rows = await house.database.read(tables.party_by_id(party_id))
    keys = {row["subject_id"] for row in rows} | {account.subject_id for account in accounts}
    return sorted({actor.applicant_subject_id, *keys})


async def names_of(house: House, actor: Actor) -> tuple[str, str] | None:
    """The names of whoever acts and of the party acted for; None for a request in one's own name. Raises Erased."""
    if actor.acting is None:
        return None
    person = await identity.person_of(house, actor.account_id)
    row = (await house.database.read(tables.party_by_id(actor.acting.party_id)))[0]
    return person.name or "", (await open_party(house, row)).name


async def stands_for(house: House, actor: Actor) -> frozenset[str]:
    """Every id under which the actor's person may stand in a case: accounts, the own party, parties acted for.

    What a register has taken back meanwhile is still counted: whoever acted for a party steps aside (回避).
    """
    accounts = [actor.account_id, *await identity.accounts_of_same_person(house, actor.account_id)]
    ids = {actor.account_id}
    if actor.party_id is not None:
        accounts += [each.id for each in await identity.accounts_of_party(house, actor.party_id)]
        ids.add(actor.party_id)
    held = await house.database.read(tables.parties_held_by(sorted(set(accounts)), house.time.now()))
    return frozenset(ids.union(accounts, (row["party_id"] for row in held)))


async def told_of(house: House, party_id: str, filed_by: str | None, mandate_id: str | None) -> list[Told]:
    """Which accounts hear of a case of a party: the person's own, an organisation's representatives, and whoever filed.

    Whose mandate has ended hears nothing more; `filed_by` is None when nobody of the applicant's side filed it.
    """
    told = {each.id: Told(each.id, None) for each in await identity.accounts_of_party(house, party_id)}
    rows = await house.database.read(tables.representatives_of(party_id))
    if mandate_id is not None:
        rows += await house.database.read(tables.mandate_by_id(mandate_id))
    for row in rows:
        account = row["account_id"]
        if account is not None and account not in told and await standing(house, row, account) is not None:
            told[account] = Told(account, row["id"])
    if mandate_id is None and filed_by is not None:
        told.setdefault(filed_by, Told(filed_by, None))
    return list(told.values())


async def close(house: House, actor: Actor, at: int) -> list[Statement]:
    """For the batch that erases an account, before its key is shredded: its mandates end and, when the person has no
    other account, the party's; then no number leads to the party any more.

    With another account left, the party is sealed under that one's key, so that it outlives this account's. Whom a
    party had invited stays in that party's own record of who acted for it. Raises Erased.
    """
    if actor.party_id is None:
        return list(tables.revoke_all_of(actor.account_id, "", at, party_too=False))
    accounts = await identity.accounts_of_party(house, actor.party_id)
    others = [each for each in accounts if each.id != actor.account_id]
    statements = list(tables.revoke_all_of(actor.account_id, actor.party_id, at, party_too=not others))
    if not others:
        statements.append(tables.forget_code(actor.party_id))
    row = (await house.database.read(tables.party_by_id(actor.party_id)))[0]
    if others and row["subject_id"] == actor.subject_id:
        party, heir = await open_party(house, row), others[0].subject_id
        name = await house.vault.seal(heir, tables.party_place("name_sealed", party.id), party.name.encode())
        code = await house.vault.seal(heir, tables.party_place("code_sealed", party.id), party.code.encode())
        statements.append(tables.move_party(party.id, actor.subject_id, heir, name, code))
    return statements
