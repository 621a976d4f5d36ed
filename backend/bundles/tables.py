"""The statements of the bundles room."""

from __future__ import annotations

from typing import Literal

from backend.foundation.database import Statement, sql
from backend.foundation.encryption import Place

MemberState = Literal["filed", "waiting", "ready", "dropped"]
"""A case; waits for an earlier one; the resident has to act; fell away with an earlier one."""

_FILING = "id, bundle, account_id, subject_id, party_id, capacity, submitted_at"
_MEMBER = "filing_id, item, place, state, waits_for, guide_hash, case_id, problem, changed_at, sealed"


def sealed_place(filing_id: str, item: str) -> Place:
    """Where what a waiting member will be filed with is stored."""
    return Place("filing_member", "sealed", f"{filing_id}:{item}")


def add_filing(
    filing_id: str,
    *,
    bundle: str,
    account_id: str,
    subject_id: str,
    party_id: str | None,
    capacity: str,
    at: int,
) -> Statement:
    """A filing of a bundle."""
    return sql(
        f"INSERT INTO filing ({_FILING}) VALUES ({{}}, {{}}, {{}}, {{}}, {{}}, {{}}, {{}})",  # noqa: S608 -- constants only
        filing_id,
        bundle,
        account_id,
        subject_id,
        party_id,
        capacity,
        at,
        expect=1,
    )


def add_member(
    filing_id: str,
    item: str,
    *,
    place: int,
    state: MemberState,
    waits_for: str,
    guide_hash: str,
    case_id: str | None,
    at: int,
    sealed: bytes | None,
) -> Statement:
    """A member of a filing; `waits_for` names, separated by commas, the members that have to be granted before it."""
    return sql(
        f"INSERT INTO filing_member ({_MEMBER}) VALUES ({{}}, {{}}, {{}}, {{}}, {{}}, {{}}, {{}}, NULL, {{}}, {{}})",  # noqa: S608 -- constants only
        filing_id,
        item,
        place,
        state,
        waits_for,
        guide_hash,
        case_id,
        at,
        sealed,
        expect=1,
    )


def member_filed(filing_id: str, item: str, before: MemberState, case_id: str, at: int) -> Statement:
    """A member became a case; fails the batch when it is no longer in the state `before`."""
    return sql(
        "UPDATE filing_member SET state = 'filed', case_id = {}, problem = NULL, sealed = NULL, changed_at = {}"
        " WHERE filing_id = {} AND item = {} AND state = {}",
        case_id,
        at,
        filing_id,
        item,
        before,
        expect=1,
    )


def member_ready(filing_id: str, item: str, problem: str | None, at: int) -> Statement:
    """A waiting member needs the resident now."""
    return sql(
        "UPDATE filing_member SET state = 'ready', problem = {}, changed_at = {}"
        " WHERE filing_id = {} AND item = {} AND state = 'waiting'",
        problem,
        at,
        filing_id,
        item,
        expect=1,
    )


def member_dropped(filing_id: str, item: str, at: int) -> Statement:
    """A member falls away, and what it would have been filed with is forgotten."""
    return sql(
        "UPDATE filing_member SET state = 'dropped', sealed = NULL, changed_at = {}"
        " WHERE filing_id = {} AND item = {} AND state IN ('waiting', 'ready')",
        at,
        filing_id,
        item,
        expect=1,
    )


def filing_by_id(filing_id: str) -> Statement:
    """A filing."""
    return sql(f"SELECT {_FILING} FROM filing WHERE id = {{}}", filing_id)  # noqa: S608 -- constants only


def filings_of(account_id: str, party_id: str | None, limit: int) -> Statement:
    """A person's filings, newest first: those of the account for itself and those for the party that its person is."""
    return sql(
        f"SELECT {_FILING} FROM filing WHERE (account_id = {{}} AND capacity = 'self') OR party_id = {{}}"  # noqa: S608 -- constants only
        " ORDER BY id DESC LIMIT {}",
        account_id,
        party_id or "",
        limit,
    )


def filings_of_party(party_id: str, limit: int) -> Statement:
    """A party's filings, newest first."""
    return sql(
        f"SELECT {_FILING} FROM filing WHERE party_id = {{}} ORDER BY id DESC LIMIT {{}}",  # noqa: S608 -- constants only
        party_id,
        limit,
    )


def filings_of_subject(subject_id: str) -> Statement:
    """The filings whose personal data is a subject's, newest first."""
    return sql(f"SELECT {_FILING} FROM filing WHERE subject_id = {{}} ORDER BY id DESC", subject_id)  # noqa: S608 -- constants only


def waiting_of_subject(subject_id: str) -> Statement:
    """The members of a subject's filings that are no case yet and keep what they will be filed with."""
    return sql(
        f"SELECT {', '.join(f'filing_member.{each}' for each in _MEMBER.split(', '))} FROM filing_member"  # noqa: S608 -- constants only
        " JOIN filing ON filing.id = filing_member.filing_id"
        " WHERE filing.subject_id = {} AND filing_member.sealed IS NOT NULL",
        subject_id,
    )


def members_of(filing_id: str) -> Statement:
    """The members of a filing in order."""
    return sql(f"SELECT {_MEMBER} FROM filing_member WHERE filing_id = {{}} ORDER BY place", filing_id)  # noqa: S608 -- constants only
