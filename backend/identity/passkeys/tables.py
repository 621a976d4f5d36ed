"""The statements of passkeys."""

from __future__ import annotations

from typing import Literal

from backend.foundation.database import Statement, sql
from backend.foundation.encryption import Place

Purpose = Literal["add", "show"]

# So few that clearing away after others costs a request nothing, and more than one request leaves behind.
_CLEARED_AT_ONCE = 20


def name_place(passkey_id: str) -> Place:
    """Where the name that a person gave a passkey is stored."""
    return Place("passkey", "name_sealed", passkey_id)


def add_challenge(
    challenge_id: str, challenge: bytes, purpose: Purpose, account_id: str | None, browser_hash: str, expires_at: int
) -> Statement:
    """A challenge to be answered by one browser; by one account when `account_id` is given."""
    return sql(
        "INSERT INTO webauthn_challenge (id, challenge, purpose, account_id, browser_hash, expires_at, used_at)"
        " VALUES ({}, {}, {}, {}, {}, {}, NULL)",
        challenge_id,
        challenge,
        purpose,
        account_id,
        browser_hash,
        expires_at,
        expect=1,
    )


def clear_challenges(at: int) -> Statement:
    """Removes some of those whose time is over."""
    return sql(
        "DELETE FROM webauthn_challenge WHERE id IN"
        " (SELECT id FROM webauthn_challenge WHERE expires_at < {} ORDER BY id LIMIT {})",
        at,
        _CLEARED_AT_ONCE,
    )


def use_challenge(challenge_id: str, purpose: Purpose, browser_hash: str, at: int) -> Statement:
    """Uses a challenge up, whatever its answer is worth; no row: it is not this browser's, used, or too old."""
    return sql(
        "UPDATE webauthn_challenge SET used_at = {} WHERE id = {} AND purpose = {} AND browser_hash = {}"
        " AND used_at IS NULL AND expires_at > {} RETURNING challenge, account_id",
        at,
        challenge_id,
        purpose,
        browser_hash,
        at,
    )


def add_holder(account_id: str, handle: bytes) -> Statement:
    """Gives an account the handle its devices know it by; the first one stays."""
    return sql(
        "INSERT INTO passkey_holder (account_id, handle, passkeys) VALUES ({}, {}, 0)"
        " ON CONFLICT (account_id) DO NOTHING",
        account_id,
        handle,
    )


def holder(account_id: str) -> Statement:
    """The handle of an account, and how many passkeys it has."""
    return sql("SELECT handle, passkeys FROM passkey_holder WHERE account_id = {}", account_id)


def count_one_more(account_id: str, most: int) -> Statement:
    """Counts a passkey to be added; fails the batch when there are as many as there may be."""
    return sql(
        "UPDATE passkey_holder SET passkeys = passkeys + 1 WHERE account_id = {} AND passkeys < {}",
        account_id,
        most,
        expect=1,
    )


def count_one_less(account_id: str) -> Statement:
    """Counts a passkey that is removed in the same batch."""
    return sql("UPDATE passkey_holder SET passkeys = passkeys - 1 WHERE account_id = {}", account_id, expect=1)


def add_passkey(
    passkey_id: str,
    account_id: str,
    credential_hash: str,
    credential_id: bytes,
    public_key: bytes,
    name_sealed: bytes,
    sign_count: int,
    at: int,
    *,
    backed_up: bool,
) -> Statement:
    """A passkey; one that is stored already fails with UniqueViolation."""
    return sql(
        "INSERT INTO passkey (id, account_id, credential_hash, credential_id, public_key, name_sealed, sign_count,"
        " backed_up, created_at, used_at) VALUES ({}, {}, {}, {}, {}, {}, {}, {}, {}, NULL)",
        passkey_id,
        account_id,
        credential_hash,
        credential_id,
        public_key,
        name_sealed,
        sign_count,
        int(backed_up),
        at,
        expect=1,
    )


def passkeys_of(account_id: str) -> Statement:
    """An account's passkeys, the newest first."""
    return sql(
        "SELECT id, credential_id, name_sealed, backed_up, created_at, used_at FROM passkey WHERE account_id = {}"
        " ORDER BY created_at DESC, id DESC",
        account_id,
    )


def passkey_by_hash(credential_hash: str) -> Statement:
    """A passkey by what its device calls it, with its holder's handle; not of an erased person."""
    return sql(
        "SELECT passkey.id, passkey.account_id, passkey.public_key, passkey.sign_count, passkey_holder.handle"
        " FROM passkey JOIN passkey_holder ON passkey_holder.account_id = passkey.account_id"
        " JOIN account ON account.id = passkey.account_id"
        " WHERE passkey.credential_hash = {} AND account.erased_at IS NULL",
        credential_hash,
    )


def note_use(passkey_id: str, sign_count: int, at: int, *, backed_up: bool) -> Statement:
    """Notes a believed answer; fails the batch when a later count was noted meanwhile, or the passkey removed."""
    later = "sign_count < {}" if sign_count else "sign_count = {}"
    return sql(
        f"UPDATE passkey SET sign_count = {{}}, backed_up = {{}}, used_at = {{}} WHERE id = {{}} AND {later}",  # noqa: S608
        sign_count,
        int(backed_up),
        at,
        passkey_id,
        sign_count,
        expect=1,
    )


def remove_passkey(passkey_id: str, account_id: str) -> Statement:
    """Removes a passkey if it is the account's; fails the batch otherwise."""
    return sql("DELETE FROM passkey WHERE id = {} AND account_id = {}", passkey_id, account_id, expect=1)


def forget_holder(account_id: str) -> list[Statement]:
    """Removes everything by which devices know an account, when its person is erased."""
    return [
        sql("DELETE FROM passkey WHERE account_id = {}", account_id),
        sql("DELETE FROM passkey_holder WHERE account_id = {}", account_id),
        sql("DELETE FROM webauthn_challenge WHERE account_id = {}", account_id),
    ]
