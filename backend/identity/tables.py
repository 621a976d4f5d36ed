"""The statements of the identity room; columns named `*_sealed` open only with their subject's key."""

from __future__ import annotations

from backend.foundation.database import Statement, sql
from backend.foundation.encryption import Place


def account_place(column: str, account_id: str) -> Place:
    """Where a sealed field of an account is stored."""
    return Place("account", column, account_id)


def account_by_phone(phone_index: str) -> Statement:
    """id and subject_id of the account of a phone."""
    return sql("SELECT id, subject_id FROM account WHERE phone_index = {}", phone_index)


def account_by_id(account_id: str) -> Statement:
    """All of an account, with its staff place when it has one."""
    return sql(
        "SELECT account.id, account.subject_id, account.phone_sealed, account.name_sealed, account.id_number_sealed,"
        " account.id_number_index, account.identified_at, account.in_person_at, account.party_id,"
        " staff.department, staff.roles, staff.name AS staff_name, staff.number AS staff_number, staff.division"
        " FROM account LEFT JOIN staff ON staff.account_id = account.id WHERE account.id = {}",
        account_id,
    )


def add_account(account_id: str, subject_id: str, phone_index: str, phone_sealed: bytes, at: int) -> Statement:
    """A new account; a twin of the same phone fails with UniqueViolation."""
    return sql(
        "INSERT INTO account (id, subject_id, phone_index, phone_sealed, created_at) VALUES ({}, {}, {}, {}, {})",
        account_id,
        subject_id,
        phone_index,
        phone_sealed,
        at,
        expect=1,
    )


def link_party(account_id: str, party_id: str) -> Statement:
    """Says which party the person of a confirmed account is, and gives a row; none while another account is the party.

    The batch holds the party's row, so that of two accounts at once the second sees the first.
    """
    return sql(
        "UPDATE account SET party_id = {} WHERE id = {} AND id_number_index IS NOT NULL AND party_id IS NULL"
        " AND NOT EXISTS (SELECT 1 FROM account AS other WHERE other.party_id = {} AND other.erased_at IS NULL)"
        " RETURNING id",
        party_id,
        account_id,
        party_id,
    )


def accounts_of_party(party_id: str) -> Statement:
    """The accounts of the person that a party is, the oldest first; erased ones are left out."""
    return sql(
        "SELECT id, subject_id, phone_sealed FROM account WHERE party_id = {} AND erased_at IS NULL ORDER BY id",
        party_id,
    )


def indexes_of(account_id: str) -> Statement:
    """The blind indexes of an account's phone and number."""
    return sql("SELECT phone_index, id_number_index FROM account WHERE id = {}", account_id)


def settle_identity(account_id: str, name_sealed: bytes, number_sealed: bytes, number_index: str, at: int) -> Statement:
    """Binds a confirmed identity to an account that has none yet, or the same one."""
    return sql(
        "UPDATE account SET name_sealed = {}, id_number_sealed = {}, id_number_index = {}, identified_at = {}"
        " WHERE id = {} AND (id_number_index IS NULL OR id_number_index = {})",
        name_sealed,
        number_sealed,
        number_index,
        at,
        account_id,
        number_index,
        expect=1,
    )


def put_code(phone_index: str, code_hash: str, at: int, expires_at: int, resend_after: int) -> Statement:
    """Replaces the phone's code; touches no row when an unused one is younger than `resend_after` milliseconds."""
    return sql(
        "INSERT INTO one_time_code (phone_index, code_hash, created_at, expires_at, tries, used_at)"
        " VALUES ({}, {}, {}, {}, 0, NULL) ON CONFLICT (phone_index) DO UPDATE SET code_hash = excluded.code_hash,"
        " created_at = excluded.created_at, expires_at = excluded.expires_at, tries = 0, used_at = NULL"
        " WHERE one_time_code.used_at IS NOT NULL OR one_time_code.created_at <= {} OR one_time_code.created_at > {}"
        " RETURNING phone_index",
        phone_index,
        code_hash,
        at,
        expires_at,
        at - resend_after,
        at,
    )


def code_created_at(phone_index: str) -> Statement:
    """When the phone's present code was made."""
    return sql("SELECT created_at FROM one_time_code WHERE phone_index = {}", phone_index)


def count_try(phone_index: str, at: int, tries: int) -> Statement:
    """Counts a try before it is compared, so that no race gives a sixth; no row: there is no usable code."""
    return sql(
        "UPDATE one_time_code SET tries = tries + 1"
        " WHERE phone_index = {} AND used_at IS NULL AND tries < {} AND expires_at > {} RETURNING code_hash, tries",
        phone_index,
        tries,
        at,
    )


def use_code(phone_index: str, code_hash: str, at: int) -> Statement:
    """Marks the code used; the second of two requests with the same right code fails."""
    return sql(
        "UPDATE one_time_code SET used_at = {} WHERE phone_index = {} AND code_hash = {} AND used_at IS NULL",
        at,
        phone_index,
        code_hash,
        expect=1,
    )


def add_session(
    session_id: str, token_hash: str, account_id: str, kind: str, method: str, device: str, at: int, *, shared: bool
) -> Statement:
    """A session; only the hash of its token is stored."""
    return sql(
        "INSERT INTO session (id, token_hash, account_id, kind, method, device, shared, created_at, seen_at,"
        " authenticated_at) VALUES ({}, {}, {}, {}, {}, {}, {}, {}, {}, {})",
        session_id,
        token_hash,
        account_id,
        kind,
        method,
        device,
        int(shared),
        at,
        at,
        at,
        expect=1,
    )


def session_by_token(token_hash: str) -> Statement:
    """The session of a token with its account and staff place: the one read of every request."""
    return sql(
        "SELECT session.id, session.account_id, session.created_at, session.seen_at, session.kind, session.method,"
        " session.authenticated_at, session.shared, account.subject_id, account.identified_at, account.in_person_at,"
        " account.party_id, staff.department, staff.roles, staff.division, staff.name AS staff_name FROM session"
        " JOIN account ON account.id = session.account_id"
        " LEFT JOIN staff ON staff.account_id = session.account_id AND session.kind = 'staff'"
        " AND staff.disabled_at IS NULL"
        " WHERE session.token_hash = {} AND account.erased_at IS NULL",
        token_hash,
    )


def sessions_of(account_id: str) -> Statement:
    """An account's sessions, the one used last first."""
    return sql(
        "SELECT id, kind, method, device, shared, created_at, seen_at FROM session WHERE account_id = {}"
        " ORDER BY seen_at DESC, id DESC LIMIT 100",
        account_id,
    )


def prove_again(session_id: str, at: int) -> Statement:
    """Notes that the person of a session has proved again who they are."""
    return sql("UPDATE session SET authenticated_at = {} WHERE id = {}", at, session_id, expect=1)


def end_own_session(session_id: str, account_id: str) -> Statement:
    """Removes a session if it is the account's; fails the batch otherwise."""
    return sql("DELETE FROM session WHERE id = {} AND account_id = {}", session_id, account_id, expect=1)


def end_other_sessions(account_id: str, kept: str) -> Statement:
    """Removes every session of an account but one (none when `kept` is empty)."""
    return sql("DELETE FROM session WHERE account_id = {} AND id <> {}", account_id, kept)


def change_phone(account_id: str, phone_index: str, phone_sealed: bytes) -> Statement:
    """Gives an account another phone; a phone of another account fails with UniqueViolation."""
    return sql(
        "UPDATE account SET phone_index = {}, phone_sealed = {} WHERE id = {}",
        phone_index,
        phone_sealed,
        account_id,
        expect=1,
    )


def touch_session(session_id: str, at: int) -> Statement:
    """Notes the use of a session."""
    return sql("UPDATE session SET seen_at = {} WHERE id = {} AND seen_at < {}", at, session_id, at)


def end_session(session_id: str) -> Statement:
    """Removes a session; ending it twice is ending it once."""
    return sql("DELETE FROM session WHERE id = {}", session_id)


def end_old_sessions(account_id: str, created_before: int) -> Statement:
    """Removes an account's sessions that are past their absolute life."""
    return sql("DELETE FROM session WHERE account_id = {} AND created_at < {}", account_id, created_before)


def end_staff_sessions(account_id: str) -> Statement:
    """Removes an account's sessions at the desk; those its person opened as a resident stay."""
    return sql("DELETE FROM session WHERE account_id = {} AND kind = 'staff'", account_id)


def accounts_of_person(number_index: str) -> Statement:
    """The accounts confirmed as a person, the one used last first."""
    return sql(
        "SELECT id, subject_id, in_person_at, party_id, COALESCE((SELECT MAX(seen_at) FROM session"
        " WHERE session.account_id = account.id AND session.kind = 'resident'), created_at) AS used_at FROM account"
        " WHERE id_number_index = {} AND identified_at IS NOT NULL AND erased_at IS NULL"
        " ORDER BY used_at DESC, id DESC",
        number_index,
    )


def note_in_person(account_id: str, at: int) -> Statement:
    """Notes that a window has seen an account's person and card."""
    return sql("UPDATE account SET in_person_at = {} WHERE id = {}", at, account_id, expect=1)
