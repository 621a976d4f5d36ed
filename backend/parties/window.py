"""Applicants who stand at a window: known by their card and what the registers say, with or without an account."""

from __future__ import annotations

import msgspec

from backend.foundation.database import Statement
from backend.house import House
from backend.identity import service as identity
from backend.identity.actor import Level
from backend.identity.rules import OWN_CONSENT, is_younger
from backend.parties import tables
from backend.parties.errors import GuardianConsentNeeded, PartyNotMatched
from backend.parties.schemas import OrganisationClaim
from backend.parties.service import Applicant, enterprise_represented, find_or_make, open_party, own_party

_SEEN: Level = 3


class AtWindow(msgspec.Struct, frozen=True):
    """Whose application it is: the party, whose key its data lies under, and every account of the person who stands
    there (for an organisation its legal representative), the clerk's own among them when it is they.
    """

    party_id: str
    subject_id: str
    accounts: frozenset[str]


async def find_applicant(house: House, name: str, id_number: str, organisation: OrganisationClaim | None) -> AtWindow:
    """The party of a person of the register, or of the organisation whose legal representative the register says they
    are. It is made when nobody has met it before.

    Raises IdNumberInvalid, IdentityNotMatched, GuardianConsentNeeded, UsccInvalid, PartyNotMatched.
    """
    today = house.time.today()
    person, number = identity.matched(house.city.person, name, id_number, today)
    accounts = await identity.accounts_of_number(house, number)
    if organisation is not None:
        enterprise = enterprise_represented(house.city, organisation, person, number)
        if enterprise is None:
            raise PartyNotMatched("登记的单位、法定代表人与填写的不一致。请对照营业执照和证件。")
        party_id = await find_or_make(house, "organisation", enterprise.code, enterprise.name, None)
        row = (await house.database.read(tables.party_by_id(party_id)))[0]
        return AtWindow(party_id, row["subject_id"], frozenset(accounts))
    if is_younger(number, OWN_CONSENT, today):
        raise GuardianConsentNeeded(f"申请人未满 {OWN_CONSENT} 周岁。请监护人用自己的账号办理。", age=OWN_CONSENT)
    for account_id, subject_id in accounts.items():
        # A confirmed account that has done nothing since holds its party before the counter makes one of its own.
        await own_party(house, account_id, subject_id)
    party_id = await find_or_make(house, "person", number, person, None)
    row = (await house.database.read(tables.party_by_id(party_id)))[0]
    holders = await identity.accounts_of_party(house, party_id)
    subject = holders[0].subject_id if holders else row["subject_id"]
    return AtWindow(party_id, subject, frozenset({*accounts, *(each.id for each in holders)}))


async def applicant_at_window(house: House, party_id: str, subject_id: str, phone: str) -> Applicant:
    """The applicant of a party that a window has found, as known as a card makes them. Raises Erased."""
    party = await open_party(house, (await house.database.read(tables.party_by_id(party_id)))[0])
    return Applicant(party.kind, party.id, subject_id, party.name, party.code, phone, _SEEN)


async def own_key(house: House, party_id: str) -> str | None:
    """The subject that a person's party has of its own, because others made it; None where it is an account's."""
    row = (await house.database.read(tables.party_by_id(party_id)))[0]
    made_by = await house.database.read(tables.account_of_subject(row["subject_id"]))
    return None if made_by or row["kind"] != "person" else str(row["subject_id"])


async def key_left_by(house: House, account_id: str) -> str | None:
    """The own key of the party that an erased account was the last to hold; None where there is none."""
    rows = await house.database.read(tables.party_left_by(account_id))
    return await own_key(house, rows[0]["id"]) if rows else None


async def phone_given(house: House, party_id: str, phone: str) -> list[Statement]:
    """For the batch of a person's case: remembers by which phone an account of theirs is known. None is needed, and
    none kept, where an account holds the party already.
    """
    row = (await house.database.read(tables.party_by_id(party_id)))[0]
    if row["kind"] != "person" or await identity.accounts_of_party(house, party_id):
        return []
    return [tables.note_window_phone(party_id, house.vault.blind_index("phone", phone))]
