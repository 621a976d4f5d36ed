"""The statements of the parties room; columns named `*_sealed` open only with the party's key."""

from __future__ import annotations

from collections.abc import Sequence

from backend.foundation.database import Statement, Value, sql
from backend.foundation.encryption import Place

_PARTY = "party.kind, party.subject_id, party.name_sealed AS party_name, party.code_sealed AS party_code"
_MANDATE = (
    "mandate.id, mandate.party_id, mandate.capacity, mandate.account_id, mandate.holder_index, mandate.phone_index,"
    " mandate.phone_sealed, mandate.name_sealed, mandate.items, mandate.cases, mandate.basis, mandate.granted_by,"
    " mandate.created_at, mandate.starts_at, mandate.ends_at, mandate.invited_until, mandate.accepted_at,"
    " mandate.revoked_at"
)
_FROM = f"SELECT {_MANDATE}, {_PARTY} FROM mandate JOIN party ON party.id = mandate.party_id"  # noqa: S608 only names


def party_place(column: str, party_id: str) -> Place:
    """Where a sealed field of a party is stored."""
    return Place("party", column, party_id)


def mandate_place(column: str, mandate_id: str) -> Place:
    """Where a sealed field of a mandate is stored."""
    return Place("mandate", column, mandate_id)


def party_by_code(kind: str, code_index: str) -> Statement:
    """The party of a number."""
    return sql("SELECT id, subject_id, name_sealed FROM party WHERE kind = {} AND code_index = {}", kind, code_index)


def party_by_id(party_id: str) -> Statement:
    """One party."""
    return sql(
        "SELECT id, kind, subject_id, name_sealed, code_sealed, window_phone_index FROM party WHERE id = {}", party_id
    )


def account_of_subject(subject_id: str) -> Statement:
    """The account, erased or not, whose subject it is."""
    return sql("SELECT id FROM account WHERE subject_id = {}", subject_id)


def party_left_by(account_id: str) -> Statement:
    """The party of an account, when no number leads to it any more."""
    return sql(
        "SELECT party.id FROM party JOIN account ON account.party_id = party.id"
        " WHERE account.id = {} AND party.code_index = 'erased:' || party.id",
        account_id,
    )


def add_party(
    party_id: str, kind: str, subject_id: str, code_index: str, name_sealed: bytes, code_sealed: bytes, at: int
) -> Statement:
    """A new party; a twin of the same number fails with UniqueViolation."""
    return sql(
        "INSERT INTO party (id, kind, subject_id, code_index, name_sealed, code_sealed, created_at)"
        " VALUES ({}, {}, {}, {}, {}, {}, {})",
        party_id,
        kind,
        subject_id,
        code_index,
        name_sealed,
        code_sealed,
        at,
        expect=1,
    )


def hold_party(party_id: str) -> Statement:
    """Keeps a party's row to the end of the batch: whoever else would link an account to it waits."""
    return sql("UPDATE party SET created_at = created_at WHERE id = {}", party_id)


def move_party(party_id: str, from_subject: str, to_subject: str, name_sealed: bytes, code_sealed: bytes) -> Statement:
    """Seals a party under another subject, because the key of the first is gone or about to go."""
    return sql(
        "UPDATE party SET subject_id = {}, name_sealed = {}, code_sealed = {} WHERE id = {} AND subject_id = {}",
        to_subject,
        name_sealed,
        code_sealed,
        party_id,
        from_subject,
    )


def forget_code(party_id: str) -> Statement:
    """Makes an erased person's party one that no number leads to; what names the party stays whole."""
    return sql(
        "UPDATE party SET code_index = {}, window_phone_index = NULL WHERE id = {}", f"erased:{party_id}", party_id
    )


def note_window_phone(party_id: str, phone_index: str) -> Statement:
    """The phone that the person of a party gave at the counter, by which an account of theirs is known later."""
    return sql("UPDATE party SET window_phone_index = {} WHERE id = {}", phone_index, party_id)


def add_mandate(
    mandate_id: str,
    party_id: str,
    capacity: str,
    *,
    basis: str,
    granted_by: str,
    at: int,
    ends_at: int | None,
    account_id: str | None = None,
    holder_index: str | None = None,
    phone_index: str | None = None,
    phone_sealed: bytes | None = None,
    name_sealed: bytes | None = None,
    items: str = "[]",
    cases: str = "[]",
    invited_until: int | None = None,
    accepted_at: int | None = None,
    consent_version: str | None = None,
) -> Statement:
    """A mandate of a register, or an invitation. A register's twin fails with UniqueViolation."""
    return sql(
        "INSERT INTO mandate (id, party_id, capacity, account_id, holder_index, phone_index, phone_sealed, name_sealed,"
        " items, cases, basis, granted_by, created_at, starts_at, ends_at, invited_until, accepted_at, revoked_at,"
        " revoked_by, consent_version, consented_at)"
        " VALUES ({}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, NULL, NULL, {}, {})",
        mandate_id,
        party_id,
        capacity,
        account_id,
        holder_index,
        phone_index,
        phone_sealed,
        name_sealed,
        items,
        cases,
        basis,
        granted_by,
        at,
        at,
        ends_at,
        invited_until,
        accepted_at,
        consent_version,
        None if consent_version is None else at,
        expect=1,
    )


def mandate_by_id(mandate_id: str) -> Statement:
    """A mandate with its party, whoever holds it."""
    return sql(f"{_FROM} WHERE mandate.id = {{}}", mandate_id)


def held_by(account_id: str, now: int) -> Statement:
    """The mandates that an account holds and that have not ended or been revoked, the oldest first."""
    return sql(
        f"{_FROM} WHERE mandate.account_id = {{}} AND mandate.revoked_at IS NULL"
        " AND (mandate.ends_at IS NULL OR mandate.ends_at > {}) ORDER BY mandate.id LIMIT 200",
        account_id,
        now,
    )


def register_mandate(party_id: str, account_id: str, capacity: str) -> Statement:
    """The unrevoked mandate that a register gave an account for a party."""
    return sql(
        f"{_FROM} WHERE mandate.party_id = {{}} AND mandate.account_id = {{}} AND mandate.capacity = {{}}"
        " AND mandate.revoked_at IS NULL",
        party_id,
        account_id,
        capacity,
    )


def representatives_of(party_id: str) -> Statement:
    """The unrevoked mandates of an organisation's legal representatives."""
    return sql(
        f"{_FROM} WHERE mandate.party_id = {{}} AND mandate.capacity = 'legal_representative'"
        " AND mandate.revoked_at IS NULL ORDER BY mandate.id",
        party_id,
    )


def mandates_seen(parties: Sequence[str], account_id: str, phone_index: str, now: int, limit: int) -> Statement:
    """What parties gave, what an account holds, and the open invitations to its phone; the newest first."""
    marks = ", ".join("{}" for _ in parties) or "''"
    values: list[Value] = [*parties, account_id, phone_index, now, limit]
    return sql(
        f"{_FROM} WHERE mandate.party_id IN ({marks}) OR mandate.account_id = {{}}"
        " OR (mandate.account_id IS NULL AND mandate.phone_index = {} AND mandate.revoked_at IS NULL"
        " AND mandate.invited_until > {}) ORDER BY mandate.id DESC LIMIT {}",
        *values,
    )


def open_of(party_id: str, now: int) -> Statement:
    """How many mandates of a party are open: active, or waiting to be accepted."""
    return sql(
        "SELECT COUNT(*) AS many FROM mandate WHERE party_id = {} AND revoked_at IS NULL"
        " AND (ends_at IS NULL OR ends_at > {}) AND (accepted_at IS NOT NULL OR invited_until > {})",
        party_id,
        now,
        now,
    )


def accept(mandate_id: str, account_id: str, phone_index: str, at: int) -> Statement:
    """Gives an open invitation to the account of its phone; fails the batch when it is not open any more."""
    return sql(
        "UPDATE mandate SET account_id = {}, accepted_at = {} WHERE id = {} AND account_id IS NULL"
        " AND phone_index = {} AND revoked_at IS NULL AND invited_until > {}",
        account_id,
        at,
        mandate_id,
        phone_index,
        at,
        expect=1,
    )


def revoke(mandate_id: str, by: str, at: int) -> Statement:
    """Ends a mandate; one that was revoked keeps its time."""
    return sql(
        "UPDATE mandate SET revoked_at = {}, revoked_by = {} WHERE id = {} AND revoked_at IS NULL", at, by, mandate_id
    )


def revoke_all_of(account_id: str, party_id: str, at: int, *, party_too: bool) -> tuple[Statement, ...]:
    """Ends every mandate that an account holds or gave and, if `party_too`, those of its party; what the account held
    is found by its phone or number no more.
    """
    own = sql(
        "UPDATE mandate SET revoked_at = {}, revoked_by = {} WHERE (account_id = {} OR granted_by = {})"
        " AND revoked_at IS NULL",
        at,
        account_id,
        account_id,
        account_id,
    )
    unfound = sql("UPDATE mandate SET holder_index = NULL, phone_index = NULL WHERE account_id = {}", account_id)
    if not party_too:
        return own, unfound
    whole = "UPDATE mandate SET revoked_at = {}, revoked_by = {} WHERE party_id = {} AND revoked_at IS NULL"
    return own, unfound, sql(whole, at, account_id, party_id)


def parties_held_by(accounts: Sequence[str], now: int) -> Statement:
    """For whom any of these accounts may act, as far as the mandates themselves say."""
    marks = ", ".join("{}" for _ in accounts)
    return sql(
        "SELECT DISTINCT party_id FROM mandate WHERE revoked_at IS NULL AND (ends_at IS NULL OR ends_at > {})"  # noqa: S608 only marks
        f" AND account_id IN ({marks})",
        now,
        *accounts,
    )
