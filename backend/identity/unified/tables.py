"""The statements of unified identity; what a provider names is found by blind index and sealed for its subject."""

from __future__ import annotations

from backend.foundation.database import Statement, sql
from backend.foundation.encryption import Place


def subject_place(identity_id: str) -> Place:
    """Where the provider's name of a person is stored."""
    return Place("unified_identity", "subject_sealed", identity_id)


def account_of(issuer: str, subject_index: str) -> Statement:
    """id and subject_id of the account that a provider's subject is linked to."""
    return sql(
        "SELECT account.id, account.subject_id FROM unified_identity"
        " JOIN account ON account.id = unified_identity.account_id"
        " WHERE unified_identity.issuer = {} AND unified_identity.subject_index = {} AND account.erased_at IS NULL",
        issuer,
        subject_index,
    )


def identities_of(account_id: str) -> Statement:
    """What an account is linked to, the oldest first."""
    return sql(
        "SELECT id, issuer, subject_index, linked_at FROM unified_identity WHERE account_id = {}"
        " ORDER BY linked_at, id LIMIT 100",
        account_id,
    )


def add_identity(
    identity_id: str, issuer: str, subject_index: str, account_id: str, subject_sealed: bytes, at: int
) -> Statement:
    """Links a provider's subject to an account; a subject that is linked already fails with UniqueViolation."""
    return sql(
        "INSERT INTO unified_identity (id, issuer, subject_index, account_id, subject_sealed, linked_at)"
        " VALUES ({}, {}, {}, {}, {}, {})",
        identity_id,
        issuer,
        subject_index,
        account_id,
        subject_sealed,
        at,
        expect=1,
    )


def free_subject(issuer: str, subject_index: str) -> Statement:
    """Removes the link of a subject to an account that was erased, so that the person may begin anew."""
    return sql(
        "DELETE FROM unified_identity WHERE issuer = {} AND subject_index = {}"
        " AND account_id IN (SELECT id FROM account WHERE erased_at IS NOT NULL)",
        issuer,
        subject_index,
    )


def remove_identity(identity_id: str, account_id: str) -> Statement:
    """Removes a link if it is the account's; fails the batch otherwise."""
    return sql("DELETE FROM unified_identity WHERE id = {} AND account_id = {}", identity_id, account_id, expect=1)


def add_login(
    state_hash: str,
    browser_hash: str,
    next_path: str,
    link_account_id: str | None,
    at: int,
    until: int,
    *,
    shared: bool,
) -> Statement:
    """A sign-in under way until `until`."""
    return sql(
        "INSERT INTO unified_login (state_hash, browser_hash, next, shared, link_account_id, created_at, expires_at)"
        " VALUES ({}, {}, {}, {}, {}, {}, {})",
        state_hash,
        browser_hash,
        next_path,
        int(shared),
        link_account_id,
        at,
        until,
        expect=1,
    )


def use_login(state_hash: str, browser_hash: str, at: int) -> Statement:
    """Uses up a browser's sign-in; no row: it is unknown, over, used, or another browser's."""
    return sql(
        "UPDATE unified_login SET used_at = {} WHERE state_hash = {} AND browser_hash = {} AND used_at IS NULL"
        " AND expires_at > {} RETURNING next, shared, link_account_id",
        at,
        state_hash,
        browser_hash,
        at,
    )


def login_of(state_hash: str) -> Statement:
    """Why a sign-in could not be used."""
    return sql("SELECT browser_hash, expires_at, used_at FROM unified_login WHERE state_hash = {}", state_hash)


def forget_logins(expired_before: int) -> Statement:
    """Removes sign-ins that were over before an instant."""
    return sql("DELETE FROM unified_login WHERE expires_at < {}", expired_before)


def mark_session(session_id: str, sid_index: str | None, subject_index: str, proved_at: int) -> Statement:
    """Notes of a new session who opened it at the provider, and when the person proved there who they are."""
    return sql(
        "UPDATE session SET unified_sid_index = {}, unified_subject_index = {}, authenticated_at = {} WHERE id = {}",
        sid_index,
        subject_index,
        proved_at,
        session_id,
        expect=1,
    )


def remember_logout(token_hash: str, until: int) -> Statement:
    """Notes a logout token; one that was used before fails with UniqueViolation."""
    return sql("INSERT INTO unified_logout (token_hash, remember_until) VALUES ({}, {})", token_hash, until, expect=1)


def forget_logouts(before: int) -> Statement:
    """Removes logout tokens that are too old to be believed anyway."""
    return sql("DELETE FROM unified_logout WHERE remember_until < {}", before)


def sessions_signed_out(sid_index: str | None, subject_index: str | None) -> Statement:
    """The sessions that a logout names: of one session at the provider, or of all of a subject's."""
    if sid_index is None:
        return sql("SELECT id, account_id FROM session WHERE unified_subject_index = {}", subject_index)
    if subject_index is None:
        return sql("SELECT id, account_id FROM session WHERE unified_sid_index = {}", sid_index)
    return sql(
        "SELECT id, account_id FROM session WHERE unified_sid_index = {} AND unified_subject_index = {}",
        sid_index,
        subject_index,
    )


def end_other_sessions_of(subject_index: str, kept: str) -> Statement:
    """Removes the sessions that a provider's subject opened, but one."""
    return sql("DELETE FROM session WHERE unified_subject_index = {} AND id <> {}", subject_index, kept)
