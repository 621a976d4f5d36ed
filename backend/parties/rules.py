"""When a mandate stands, and what may be given: pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, time
from typing import Literal

import msgspec

from backend.city.city import City
from backend.city.structures import Known
from backend.foundation.identifiers import parse_date
from backend.foundation.time_source import SHANGHAI
from backend.identity.actor import Capacity
from backend.identity.rules import ADULT, birthday, is_younger

PartyKind = Literal["person", "organisation"]
MandateState = Literal["pending", "expired", "active", "ended", "revoked"]
GivenCapacity = Literal["agent", "helper"]

DAY = 24 * 3600 * 1000
INVITED_FOR = 7 * DAY
HELPER_DAYS = 90
AGENT_DAYS = 3 * 366
OPEN_LIMIT = 50

OF_REGISTERS: frozenset[Capacity] = frozenset({"legal_representative", "guardian"})
"""What a register says and nobody gives; whether it still does is looked up on every use."""


class Term(msgspec.Struct, frozen=True):
    """What decides whether a mandate stands; instants are milliseconds, None for what has not happened or never ends.

    `account_id` is who holds it, None for an invitation that nobody has accepted.
    """

    account_id: str | None
    starts_at: int
    ends_at: int | None
    invited_until: int | None
    accepted_at: int | None
    revoked_at: int | None


def state_of(term: Term, now: int) -> MandateState:
    """Where a mandate stands. A revoked one stays revoked; an invitation that nobody accepted in time has expired."""
    if term.revoked_at is not None:
        return "revoked"
    if term.accepted_at is None or term.account_id is None:
        return "expired" if term.invited_until is None or now >= term.invited_until else "pending"
    if term.ends_at is not None and now >= term.ends_at:
        return "ended"
    return "active"


def stands(term: Term, account_id: str, now: int) -> bool:
    """Whether an account may act under a mandate now, as far as the mandate itself says."""
    return term.account_id == account_id and term.starts_at <= now and state_of(term, now) == "active"


def register_says(city: City, capacity: Capacity, code: str, is_holder: Callable[[str], bool], today: date) -> bool:
    """Whether the register of a capacity still says what it said; `is_holder` knows the holder's ID number.

    True for capacities that no register gives.
    """
    if capacity == "legal_representative":
        enterprise = city.enterprise(code)
        return enterprise is not None and is_holder(enterprise.representative.id_number)
    if capacity == "guardian":
        child = city.person_by_number(code)
        return child is not None and is_younger(code, ADULT, today) and any(map(is_holder, child.guardians))
    return True


def facts_of(
    city: City, kind: PartyKind, name: str | None, code: str | None, phone: str | None
) -> dict[Known, str | None]:
    """What is known of an applicant by the `known` of form fields, None where nothing is.

    Birthday and sex are those of the ID number, in the words of the population register (男, 女).
    """
    facts: dict[Known, str | None] = {"name": name, "id_number": code, "phone": phone}
    if code is None:
        return facts
    if kind == "organisation":
        enterprise = city.enterprise(code)
        return {**facts, "representative": enterprise.representative.name if enterprise else None}
    person = city.person(name or "", code)
    born = parse_date(f"{code[6:10]}-{code[10:12]}-{code[12:14]}") if len(code) == 18 else None
    return {
        **facts,
        "birth_date": born.isoformat() if born else None,
        "sex": ("男" if int(code[16]) % 2 else "女") if born else None,
        "home": person.home.zh if person else None,
    }


def of_age_at(id_number: str) -> int | None:
    """The instant at which a child is of age; None for a number without a birthday."""
    day = birthday(id_number, ADULT)
    return None if day is None else int(datetime.combine(day, time(), SHANGHAI).timestamp() * 1000)


def fault_of_terms(
    capacity: GivenCapacity,
    kind: PartyKind,
    items: Sequence[str],
    cases: Sequence[str],
    days: int,
    known_items: frozenset[str],
) -> tuple[str, int | None] | None:
    """Why a mandate of these terms cannot be given, with the bound that it breaks; None when it can.

    A helper serves a person, for what is named and not for long; an agent may be given everything.
    """
    if not known_items.issuperset(items):
        return "items", None
    longest = HELPER_DAYS if capacity == "helper" else AGENT_DAYS
    if not 1 <= days <= longest:
        return "days", longest
    if capacity == "helper":
        if kind != "person":
            return "capacity", None
        if not items and not cases:
            return "scope", None
    return None
