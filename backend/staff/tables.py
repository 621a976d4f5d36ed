"""The statements of the staff room."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import msgspec

from backend.foundation.database import Statement, sql
from backend.foundation.encryption import Place


def totp_place(account_id: str) -> Place:
    """Where the secret of a second factor is stored."""
    return Place("staff_secret", "totp_sealed", account_id)


def put_staff(
    account_id: str, number: str, department: str, roles: list[str], name: str, division: str | None = None
) -> Statement:
    """Places an account in a department under a staff number."""
    return sql(
        "INSERT INTO staff (account_id, number, department, roles, name, division) VALUES ({}, {}, {}, {}, {}, {})"
        " ON CONFLICT (account_id) DO UPDATE SET number = excluded.number, department = excluded.department,"
        " roles = excluded.roles, name = excluded.name, division = excluded.division",
        account_id,
        number,
        department,
        msgspec.json.encode(sorted(roles)).decode(),
        name,
        division,
        expect=1,
    )


def put_secret(account_id: str, password_hash: str, at: int, totp_sealed: bytes, *, must_change: bool) -> Statement:
    """Gives a staff account its password and second factor, in place of any it had."""
    return sql(
        "INSERT INTO staff_secret (account_id, password_hash, password_set_at, must_change, totp_sealed, totp_step,"
        " failures, locked_until) VALUES ({}, {}, {}, {}, {}, 0, 0, 0) ON CONFLICT (account_id) DO UPDATE SET"
        " password_hash = excluded.password_hash, password_set_at = excluded.password_set_at,"
        " must_change = excluded.must_change, totp_sealed = excluded.totp_sealed, totp_step = 0, failures = 0,"
        " locked_until = 0",
        account_id,
        password_hash,
        at,
        int(must_change),
        totp_sealed,
        expect=1,
    )


_SIGN_IN = (
    "SELECT staff.account_id, staff.number, staff.name, staff.disabled_at, staff_secret.password_hash,"
    " staff_secret.password_set_at, staff_secret.must_change, staff_secret.totp_sealed, staff_secret.totp_step,"
    " staff_secret.failures, staff_secret.locked_until, account.subject_id FROM staff"
    " JOIN staff_secret ON staff_secret.account_id = staff.account_id JOIN account ON account.id = staff.account_id"
)


def secret_by_number(number: str) -> Statement:
    """Everything that signing in compares, by staff number."""
    return sql(f"{_SIGN_IN} WHERE staff.number = {{}}", number)


def secret_by_account(account_id: str) -> Statement:
    """Everything that signing in compares, by account."""
    return sql(f"{_SIGN_IN} WHERE staff.account_id = {{}}", account_id)


def count_failure(account_id: str, at: int, tries: int, locked_until: int) -> Statement:
    """Counts a try before anything is compared; the last one allowed locks the account. No row: it is locked.

    A lock that has run out begins a new count.
    """
    return sql(
        "UPDATE staff_secret SET"
        " failures = CASE WHEN locked_until > 0 THEN 1 ELSE failures + 1 END,"
        " locked_until = CASE WHEN locked_until = 0 AND failures + 1 >= {} THEN CAST({} AS BIGINT) ELSE 0 END"
        " WHERE account_id = {} AND locked_until <= {} RETURNING failures, locked_until",
        tries,
        locked_until,
        account_id,
        at,
    )


def succeed(account_id: str, totp_step: int) -> Statement:
    """Forgets the tries of a sign-in that was right; fails the batch when its code was used a moment ago."""
    return sql(
        "UPDATE staff_secret SET failures = 0, locked_until = 0, totp_step = {}"
        " WHERE account_id = {} AND totp_step < {}",
        totp_step,
        account_id,
        totp_step,
        expect=1,
    )


def forgive(account_id: str) -> Statement:
    """Forgets the tries of a sign-in whose second factor was a passkey, or that an administrator unlocked."""
    return sql("UPDATE staff_secret SET failures = 0, locked_until = 0 WHERE account_id = {}", account_id, expect=1)


def change_password(account_id: str, password_hash: str, at: int) -> list[Statement]:
    """A new password, and the one before kept as a hash."""
    return [
        sql(
            "INSERT INTO staff_old_password (account_id, at, password_hash)"
            " SELECT account_id, {}, password_hash FROM staff_secret WHERE account_id = {}",
            at,
            account_id,
            expect=1,
        ),
        sql(
            "UPDATE staff_secret SET password_hash = {}, password_set_at = {}, must_change = 0 WHERE account_id = {}",
            password_hash,
            at,
            account_id,
            expect=1,
        ),
    ]


def refresh_hash(account_id: str, before: str, password_hash: str) -> Statement:
    """The same password hashed with today's parameters."""
    return sql(
        "UPDATE staff_secret SET password_hash = {} WHERE account_id = {} AND password_hash = {}",
        password_hash,
        account_id,
        before,
    )


def old_passwords(account_id: str, many: int) -> Statement:
    """The hashes of an account's newest earlier passwords."""
    return sql(
        "SELECT password_hash FROM staff_old_password WHERE account_id = {} ORDER BY at DESC LIMIT {}", account_id, many
    )


def forget_totp_step(account_id: str) -> Statement:
    """Test mode: lets a code of the present step be used once more."""
    return sql("UPDATE staff_secret SET totp_step = -1 WHERE account_id = {}", account_id)


def add_staff(account_id: str, number: str, department: str, name: str, division: str | None) -> Statement:
    """Places an account that is no staff yet, with no roles; a taken account or number fails with UniqueViolation."""
    return sql(
        "INSERT INTO staff (account_id, number, department, roles, name, division) VALUES ({}, {}, {}, '[]', {}, {})",
        account_id,
        number,
        department,
        name,
        division,
        expect=1,
    )


_PLACE = (
    "SELECT staff.account_id, staff.number, staff.name, staff.department, staff.division, staff.roles,"
    " staff.disabled_at, staff_secret.locked_until, staff_secret.must_change, account.subject_id FROM staff"
    " JOIN account ON account.id = staff.account_id"
    " LEFT JOIN staff_secret ON staff_secret.account_id = staff.account_id"
)


def staff_by_account(account_id: str) -> Statement:
    """A staff member as administrators see them."""
    return sql(f"{_PLACE} WHERE staff.account_id = {{}}", account_id)


def staff_by_number(number: str) -> Statement:
    """A staff member by number."""
    return sql(f"{_PLACE} WHERE staff.number = {{}}", number)


def staff_after(number: str, limit: int) -> Statement:
    """A page of the staff by number."""
    return sql(f"{_PLACE} WHERE staff.number > {{}} ORDER BY staff.number LIMIT {{}}", number, limit)


def set_disabled(account_id: str, roles: str, at: int | None) -> Statement:
    """Closes an account at the desk or opens it again; fails the batch when its roles are no longer `roles`."""
    return sql(
        "UPDATE staff SET disabled_at = {} WHERE account_id = {} AND roles = {}", at, account_id, roles, expect=1
    )


def set_place(account_id: str, before: str, roles: list[str], department: str, division: str | None) -> Statement:
    """Gives a staff member other roles and another place; fails the batch when the roles are no longer `before`."""
    return sql(
        "UPDATE staff SET roles = {}, department = {}, division = {} WHERE account_id = {} AND roles = {}",
        msgspec.json.encode(sorted(roles)).decode(),
        department,
        division,
        account_id,
        before,
        expect=1,
    )


def lock(account_id: str, until: int) -> Statement:
    """Locks an account."""
    return sql("UPDATE staff_secret SET locked_until = {} WHERE account_id = {}", until, account_id, expect=1)


def require_another(role: str, account_id: str, locked_for_good: int) -> Statement:
    """Fails the batch unless somebody else has just this role and can sign in."""
    return sql(
        "UPDATE staff_secret SET failures = failures WHERE account_id = (SELECT MIN(staff.account_id) FROM staff"
        " JOIN staff_secret AS secret ON secret.account_id = staff.account_id WHERE staff.roles = {}"
        " AND staff.account_id <> {} AND staff.disabled_at IS NULL AND secret.locked_until < {})",
        msgspec.json.encode([role]).decode(),
        account_id,
        locked_for_good,
        expect=1,
    )


def usable_with(role: str, locked_for_good: int) -> Statement:
    """Somebody who has just this role and can sign in."""
    return sql(
        "SELECT staff.number FROM staff JOIN staff_secret ON staff_secret.account_id = staff.account_id"
        " WHERE staff.roles = {} AND staff.disabled_at IS NULL AND staff_secret.locked_until < {} LIMIT 1",
        msgspec.json.encode([role]).decode(),
        locked_for_good,
    )


def numbers_of(account_ids: Sequence[str]) -> Statement:
    """The staff numbers of accounts; at least one is asked for."""
    marks = ", ".join("{}" for _ in account_ids)
    return sql(f"SELECT account_id, number FROM staff WHERE account_id IN ({marks})", *account_ids)  # noqa: S608 marks


def names(account_ids: Collection[str]) -> Statement:
    """The names of some accounts' staff; at least one account is asked for."""
    marks = ", ".join("{}" for _ in account_ids)
    return sql(f"SELECT account_id, name FROM staff WHERE account_id IN ({marks})", *account_ids)  # noqa: S608


def working_in(departments: Collection[str], limit: int) -> Statement:
    """Who works in some departments and is not shut out, by name; at least one department is asked for."""
    marks = ", ".join("{}" for _ in departments)
    return sql(
        f"SELECT account_id, name, division, roles FROM staff WHERE department IN ({marks})"  # noqa: S608 only marks
        " AND disabled_at IS NULL ORDER BY name, account_id LIMIT {}",
        *departments,
        limit,
    )
