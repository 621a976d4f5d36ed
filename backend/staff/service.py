"""The staff room's use cases: signing in with two factors, proving it again, changing the password."""

from __future__ import annotations

import asyncio
import base64
import time
from collections.abc import Collection, Sequence
from typing import Literal

import msgspec

from backend.foundation.audit import record
from backend.foundation.database import Row, Statement, UnexpectedRowCount
from backend.foundation.security_events import note
from backend.house import House
from backend.identity.actor import Actor
from backend.identity.passkeys.errors import PasskeyRefused
from backend.identity.passkeys.service import Answer, recognise
from backend.identity.rules import MINUTE
from backend.identity.service import SignedIn, note_proof, open_session, subject_of
from backend.identity.tables import account_by_id
from backend.staff import rules, tables
from backend.staff.errors import NewPasswordNeeded, PasswordWeak, StaffSignInFailed
from backend.staff.passwords import Passwords

SecondFactor = str | Answer
"""The code of an authenticator app, or a passkey's answer to a challenge."""

HandlerRole = Literal["clerk", "reviewer", "approver"]
_HANDLING: tuple[HandlerRole, ...] = ("clerk", "reviewer", "approver")
HANDLERS_MOST = 200
_DAY = 24 * 60 * MINUTE
_FAILED = "工号、密码或动态码不正确，或账号已锁定。连续输错会锁定一段时间，解锁请联系安全管理员。"
_WEAK: dict[rules.Weakness, str] = {
    "too-short": "密码太短。至少 {shortest} 个字符。",
    "too-long": "密码太长。最多 128 个字符。",
    "too-uniform": "密码太简单。大写、小写、数字、符号至少用三种，不要重复同几个字符。",
    "holds-number": "密码里不能有工号。",
    "common": "这个密码太常见，容易被猜到。请换一个。",
    "used-before": "这个密码最近用过。请换一个新的。",
}


class Handler(msgspec.Struct, frozen=True):
    """Somebody of the staff who handles cases, and in which roles."""

    account_id: str
    name: str
    roles: list[HandlerRole]


async def sign_in(
    house: House,
    passwords: Passwords,
    number: str,
    password: str,
    second: SecondFactor,
    *,
    new_password: str | None = None,
    device: str = "",
    previous: Actor | None = None,
) -> SignedIn:
    """Opens a staff session for a number, its password and its second factor; the browser's previous session ends.

    Raises StaffSignInFailed, NewPasswordNeeded, PasswordWeak.
    """
    started = time.monotonic()
    try:
        row, also = await _judge(house, passwords, await _by_number(house, number), password, second)
    except StaffSignInFailed:
        # A number that is there costs two commits more than one that is not: all refusals leave after the same time.
        await asyncio.sleep(max(0.0, started + passwords.refusal_seconds - time.monotonic()))
        raise
    try:
        also += await _renewed(house, passwords, row, password, new_password)
    except (NewPasswordNeeded, PasswordWeak):
        # The person did everything right: the tries are forgiven, the code stays usable for the same form again.
        await house.database.commit([tables.forgive(row["account_id"])])
        raise
    try:
        return await open_session(
            house, row["account_id"], method="password", kind="staff", device=device, previous=previous, also=also
        )
    except UnexpectedRowCount as error:
        raise StaffSignInFailed(_FAILED) from error


async def prove_again(house: House, passwords: Passwords, actor: Actor, password: str, second: SecondFactor) -> None:
    """Notes a new proof of the signed-in staff member. Raises StaffSignInFailed."""
    _row, also = await _judge(house, passwords, await _by_account(house, actor.account_id), password, second)
    try:
        await note_proof(house, actor, "password", also)
    except UnexpectedRowCount as error:
        raise StaffSignInFailed(_FAILED) from error


async def prove_at_terminal(
    house: House, passwords: Passwords, number: str, password: str, totp: str
) -> tuple[str, frozenset[str]]:
    """Whoever proves themselves at a terminal, as account and roles; no session is opened.

    Raises StaffSignInFailed, and NewPasswordNeeded while a first or too old password waits to be changed at the desk.
    """
    row, also = await _judge(house, passwords, await _by_number(house, number), password, totp)
    try:
        await _renewed(house, passwords, row, password, None)
    except NewPasswordNeeded:
        await house.database.commit([tables.forgive(row["account_id"])])
        raise
    try:
        await house.database.commit(also)
    except UnexpectedRowCount as error:
        raise StaffSignInFailed(_FAILED) from error
    found = (await house.database.read(account_by_id(row["account_id"])))[0]
    return row["account_id"], frozenset(msgspec.json.decode(found["roles"], type=list[str]))


async def names_of(house: House, account_ids: Collection[str]) -> dict[str, str]:
    """The names of staff by account; who is not (or no longer) of the staff is left out."""
    if not account_ids:
        return {}
    return {row["account_id"]: row["name"] for row in await house.database.read(tables.names(account_ids))}


async def handlers_of(house: House, departments: Collection[str], street: str | None) -> list[Handler]:
    """Who handles cases in some departments, about a street, by name; HANDLERS_MOST at most."""
    if not departments:
        return []
    found = []
    for row in await house.database.read(tables.working_in(departments, HANDLERS_MOST)):
        division = row["division"]
        if division is not None and not (street or "").startswith(division):
            continue
        roles = set(msgspec.json.decode(row["roles"], type=list[str]))
        if handling := [each for each in _HANDLING if each in roles]:
            found.append(Handler(row["account_id"], row["name"], handling))
    return found


async def change_password(house: House, passwords: Passwords, actor: Actor, password: str, new_password: str) -> None:
    """Changes the signed-in staff member's password. Raises StaffSignInFailed, PasswordWeak."""
    row = await _by_account(house, actor.account_id)
    now = house.time.now()
    if row is None or not await _counted(house, row, now) or not await passwords.verify(row["password_hash"], password):
        raise StaffSignInFailed(_FAILED)
    batch = await _new_password(house, passwords, row, new_password)
    await house.database.commit([*batch, tables.forgive(row["account_id"])])


async def next_code(house: House, number: str) -> tuple[bytes, int]:
    """The second factor's secret of a number and the last step used with it, for demo and test. Raises KeyError."""
    row = await _by_number(house, number)
    if row is None:
        raise KeyError(number)
    return await _secret(house, row), int(row["totp_step"])


async def secret_statements(
    house: House, passwords: Passwords, account_id: str, password: str, secret: bytes, *, first: bool
) -> list[Statement]:
    """What gives a staff account its password and second factor; a `first` password must be changed at once."""
    subject_id = await subject_of(house, account_id)
    sealed = await house.vault.seal(subject_id, tables.totp_place(account_id), secret)
    hashed = await passwords.hash(password)
    return [tables.put_secret(account_id, hashed, house.time.now(), sealed, must_change=first)]


def totp_text(secret: bytes) -> str:
    """A secret as authenticator apps take it (Base32)."""
    return base64.b32encode(secret).decode()


async def _by_number(house: House, number: str) -> Row | None:
    rows = await house.database.read(tables.secret_by_number(rules.normalise_number(number)))
    return rows[0] if rows else None


async def _by_account(house: House, account_id: str) -> Row | None:
    rows = await house.database.read(tables.secret_by_account(account_id))
    return rows[0] if rows else None


async def _secret(house: House, row: Row) -> bytes:
    return await house.vault.open(row["subject_id"], tables.totp_place(row["account_id"]), bytes(row["totp_sealed"]))


async def _counted(house: House, row: Row, now: int) -> bool:
    """Counts a try before anything is compared, so that tries at once get no more than one after another."""
    limits = house.settings.staff
    counted = await house.database.commit(
        [tables.count_failure(row["account_id"], now, limits.tries, now + limits.lock_minutes * MINUTE)]
    )
    return bool(counted[0])


async def _judge(
    house: House, passwords: Passwords, row: Row | None, password: str, second: SecondFactor
) -> tuple[Row, list[Statement]]:
    """The account, and what joins the batch of a right sign-in. Raises StaffSignInFailed after the same work."""
    now = house.time.now()
    admitted = row is not None and await _counted(house, row, now)
    matches = await passwords.verify(row["password_hash"] if row else None, password)
    shown = await _second_shown(house, row, second, now)
    if row is None or not admitted or not matches or shown is None or row["disabled_at"] is not None:
        if row is not None:
            line = record(
                at=now, actor=row["account_id"], action="staff-sign-in-failed", subject=None, target=row["account_id"]
            )
            # Locked already, or locked by this try.
            tries = 1 if row["locked_until"] else row["failures"] + 1
            locked = not admitted or tries >= house.settings.staff.tries
            event = note(
                at=now,
                kind="locked-out" if locked else "sign-in-failed",
                severity="warning" if locked else "notice",
                actor=row["account_id"],
                details=row["number"],
            )
            await house.database.commit([line, event])
        raise StaffSignInFailed(_FAILED)
    also = shown
    if passwords.outdated(row["password_hash"]):
        hashed = await passwords.hash(password)
        also.append(tables.refresh_hash(row["account_id"], row["password_hash"], hashed))
    return row, also


async def _second_shown(house: House, row: Row | None, second: SecondFactor, now: int) -> list[Statement] | None:
    """What joins the batch of a right second factor; None for a wrong one. A passkey's challenge is used up anyway."""
    if isinstance(second, Answer):
        try:
            recognised = await recognise(house, second, account_id=row["account_id"] if row else "")
        except PasskeyRefused:
            return None
        return [tables.forgive(recognised.account_id), *recognised.also]
    if row is None:
        return None
    step = rules.accepted_step(await _secret(house, row), second, now, row["totp_step"])
    return None if step is None else [tables.succeed(row["account_id"], step)]


async def _renewed(
    house: House, passwords: Passwords, row: Row, password: str, new_password: str | None
) -> Sequence[Statement]:
    """The change of a password that is a first one or too old. Raises NewPasswordNeeded, PasswordWeak."""
    limits = house.settings.staff
    too_old = house.time.now() - row["password_set_at"] > limits.password_days * _DAY
    if not row["must_change"] and not too_old:
        return []
    if new_password is None:
        reason = "first" if row["must_change"] else "too-old"
        raise NewPasswordNeeded(
            "请设一个只有您知道的新密码，再登录。",
            reason=reason,
            limit=limits.password_days,
            shortest=limits.password_length,
        )
    return await _new_password(house, passwords, row, new_password)


async def _new_password(house: House, passwords: Passwords, row: Row, new_password: str) -> list[Statement]:
    limits = house.settings.staff
    shortest = limits.password_length
    weakness = rules.password_weakness(rules.normalise_password(new_password), row["number"], shortest=shortest)
    if weakness is None:
        rows = await house.database.read(tables.old_passwords(row["account_id"], limits.password_memory))
        for hashed in (row["password_hash"], *(each["password_hash"] for each in rows)):
            if await passwords.verify(hashed, new_password):
                weakness = "used-before"
    if weakness is not None:
        raise PasswordWeak(_WEAK[weakness].format(shortest=shortest), reason=weakness, limit=shortest)
    now = house.time.now()
    line = record(at=now, actor=row["account_id"], action="password-changed", subject=None, target=row["account_id"])
    return [*tables.change_password(row["account_id"], await passwords.hash(new_password), now), line]
