"""The identity room's use cases: a code, a session, a confirmed identity."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable, Sequence
from datetime import date

import msgspec

from backend.foundation.audit import record
from backend.foundation.database import Row, Statement, UnexpectedRowCount, UniqueViolation
from backend.foundation.errors import NotFound
from backend.foundation.identifiers import (
    check_mobile,
    check_resident_id,
    new_id,
    normalise_identifier,
    normalise_phone,
)
from backend.foundation.time_source import legal_day
from backend.house import House
from backend.identity import tables
from backend.identity.actor import Actor, SessionKind, SignInMethod
from backend.identity.code_channels import CodeChannel
from backend.identity.errors import (
    CodeExpired,
    CodeTooSoon,
    CodeWrong,
    GuardianNeeded,
    IdentityNotMatched,
    IdentitySettled,
    IdNumberInvalid,
    PhoneInvalid,
    PhoneTaken,
)
from backend.identity.rules import (
    CODE_DIGITS,
    CODE_LIFE,
    CODE_RESEND,
    MINUTE,
    OWN_CONSENT,
    SECOND,
    is_younger,
    normalise_name,
)
from backend.identity.sessions import token_hash

# The person of the population register with this name and number, or nothing that counts as one.
PopulationLookup = Callable[[str, str], object]

_EXPIRED = "验证码已失效。请重新获取。"


class SignedIn(msgspec.Struct, frozen=True):
    """A new session: the token for the cookie, and whose it is.

    `proved_at` is when the person proved who they are (milliseconds), where that was not just now.
    """

    token: str
    session_id: str
    account_id: str
    staff: bool
    shared: bool
    proved_at: int | None = None


class Person(msgspec.Struct, frozen=True):
    """An account's own data in clear; name and id_number are None until the identity is confirmed."""

    account_id: str
    phone: str
    name: str | None
    id_number: str | None
    in_person: bool
    party_id: str | None
    department: str | None
    roles: list[str]
    staff_name: str | None
    staff_number: str | None
    division: str | None


class OwnAccount(msgspec.Struct, frozen=True):
    """One of the accounts of a person; `phone_sealed` opens with `phone_of_account`."""

    id: str
    subject_id: str
    phone_sealed: bytes


class AccountIndexes(msgspec.Struct, frozen=True):
    """The blind indexes of an account's phone and number; the latter is None until the identity is confirmed."""

    phone: str
    id_number: str | None


def phone_of(text: str) -> str:
    """The eleven digits that `text` means. Raises PhoneInvalid."""
    phone = normalise_phone(text)
    if check_mobile(phone) is not None:
        raise PhoneInvalid("请填写 11 位手机号码。", length=11)
    return phone


async def send_code(house: House, channel: CodeChannel, phone: str) -> str | None:
    """Makes a one-time code for a phone and delivers it; gives the code where the page itself shows it.

    Raises CodeTooSoon, CodeChannelMissing.
    """
    channel.require()
    now = house.time.now()
    code = f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}d}"
    phone_index = house.vault.blind_index("phone", phone)
    stored = await house.database.commit(
        [tables.put_code(phone_index, _code_hash(house, phone, code), now, now + CODE_LIFE, CODE_RESEND)]
    )
    if not stored[0]:
        rows = await house.database.read(tables.code_created_at(phone_index))
        wait = (rows[0]["created_at"] + CODE_RESEND - now) if rows else CODE_RESEND
        seconds = max(1, -(-wait // SECOND))
        raise CodeTooSoon(
            f"验证码刚刚发出。请 {seconds} 秒后再获取。", headers={"Retry-After": str(seconds)}, retry_after=seconds
        )
    return channel.send(phone, code)


async def redeem_code(house: House, phone: str, code: str) -> Statement:
    """Compares a phone's code and gives the statement that uses it up, for the batch it is good for.

    Raises CodeWrong, CodeExpired. A try is counted before it is compared. The batch fails with UnexpectedRowCount when
    a twin was faster.
    """
    now = house.time.now()
    phone_index = house.vault.blind_index("phone", phone)
    tries = house.settings.limits.sign_in_tries
    rows = (await house.database.commit([tables.count_try(phone_index, now, tries)]))[0]
    if not rows:
        raise CodeExpired(_EXPIRED)
    expected: str = rows[0]["code_hash"]
    if not hmac.compare_digest(expected, _code_hash(house, phone, code.strip())):
        left = tries - rows[0]["tries"]
        raise CodeWrong(f"验证码不正确。还可以试 {left} 次。", attempts_left=left)
    return tables.use_code(phone_index, expected, now)


async def sign_in(
    house: House, phone: str, code: str, previous: Actor | None, *, device: str = "", shared: bool = False
) -> SignedIn:
    """Opens a resident's session for the account of a phone, made on its first sign-in; the previous session ends.

    Raises CodeWrong, CodeExpired.
    """
    used = await redeem_code(house, phone, code)
    account_id = await account_for(house, phone)
    try:
        return await open_session(
            house, account_id, method="code", device=device, shared=shared, previous=previous, also=[used]
        )
    except UnexpectedRowCount as error:
        raise CodeExpired(_EXPIRED) from error


async def open_session(
    house: House,
    account_id: str,
    *,
    method: SignInMethod,
    kind: SessionKind = "resident",
    device: str = "",
    shared: bool = False,
    previous: Actor | None = None,
    also: Sequence[Statement] = (),
    then: Callable[[str], Sequence[Statement]] = lambda _session_id: (),
) -> SignedIn:
    """A new session of an account, which the caller has recognised; the browser's previous one ends in the same batch.

    `also` joins the batch, and after it what `then` says of the new session's id. Raises what they raise.
    """
    now = house.time.now()
    session_id, token = new_id(), secrets.token_urlsafe(32)
    batch = [
        *also,
        tables.add_session(session_id, token_hash(token), account_id, kind, method, device, now, shared=shared),
        *then(session_id),
        tables.end_old_sessions(account_id, now - house.settings.sessions.total_minutes * MINUTE),
        record(at=now, actor=account_id, action="sign-in", subject=None, target=session_id, reason=method),
    ]
    if previous is not None:
        batch.append(tables.end_session(previous.session_id))
    await house.database.commit(batch)
    return SignedIn(token, session_id, account_id, kind == "staff", shared)


async def send_own_code(house: House, channel: CodeChannel, actor: Actor) -> str | None:
    """Sends a code to the actor's own phone, to prove again who they are. Raises as `send_code`."""
    return await send_code(house, channel, (await person_of(house, actor.account_id)).phone)


async def prove_again(house: House, actor: Actor, code: str) -> None:
    """Notes a new proof by a code of the actor's own phone. Raises CodeWrong, CodeExpired."""
    used = await redeem_code(house, (await person_of(house, actor.account_id)).phone, code)
    try:
        await note_proof(house, actor, "code", [used])
    except UnexpectedRowCount as error:
        raise CodeExpired(_EXPIRED) from error


async def note_proof(house: House, actor: Actor, method: SignInMethod, also: Sequence[Statement] = ()) -> None:
    """Notes that the person of this session has just proved who they are; `also` joins the batch.

    Raises UnexpectedRowCount when the session has ended or `also` does not hold any more.
    """
    now = house.time.now()
    line = record(
        at=now, actor=actor.account_id, action="proved-again", subject=None, target=actor.session_id, reason=method
    )
    await house.database.commit([*also, tables.prove_again(actor.session_id, now), line])


async def own_sessions(house: House, actor: Actor) -> list[Row]:
    """The actor's sessions that have not run out, the one used last first."""
    return await house.database.read(tables.sessions_of(actor.account_id))


async def end_session_of(house: House, actor: Actor, session_id: str) -> None:
    """Ends one of the actor's own sessions. Raises NotFound, also for other people's."""
    now = house.time.now()
    line = record(at=now, actor=actor.account_id, action="session-ended", subject=None, target=session_id)
    try:
        await house.database.commit([tables.end_own_session(session_id, actor.account_id), line])
    except UnexpectedRowCount as error:
        raise NotFound("没有找到这次登录。它可能已经退出。") from error


async def end_other_sessions(house: House, actor: Actor) -> None:
    """Signs the actor out everywhere but here."""
    now = house.time.now()
    line = record(at=now, actor=actor.account_id, action="signed-out-elsewhere", subject=None, target=actor.account_id)
    await house.database.commit([tables.end_other_sessions(actor.account_id, actor.session_id), line])


async def change_phone(house: House, actor: Actor, phone: str, code: str) -> None:
    """Gives the actor's account a new phone, whose code proves that it is theirs; other sessions end.

    Raises CodeWrong, CodeExpired, PhoneTaken.
    """
    used = await redeem_code(house, phone, code)
    await move_phone(house, actor.account_id, phone, by=actor.account_id, keep=actor.session_id, also=[used])


async def move_phone(
    house: House, account_id: str, phone: str, *, by: str, keep: str = "", reason: str = "", also: Sequence[Statement]
) -> None:
    """Gives an account a new phone and ends its sessions but `keep`. Raises PhoneTaken, CodeExpired."""
    row = (await house.database.read(tables.account_by_id(account_id)))[0]
    index = house.vault.blind_index("phone", phone)
    place = tables.account_place("phone_sealed", account_id)
    sealed = await house.vault.seal(row["subject_id"], place, phone.encode())
    line = record(
        at=house.time.now(),
        actor=by,
        action="phone-changed",
        subject=row["subject_id"],
        target=account_id,
        reason=reason,
    )
    try:
        await house.database.commit(
            [
                *also,
                tables.change_phone(account_id, index, sealed),
                tables.end_other_sessions(account_id, keep),
                line,
            ]
        )
    except UniqueViolation as error:
        raise PhoneTaken("这个手机号已有账号。请换一个号码，或用它直接登录。") from error
    except UnexpectedRowCount as error:
        raise CodeExpired(_EXPIRED) from error


async def account_for(house: House, phone: str) -> str:
    """The id of a phone's account, which is made when there is none."""
    phone_index = house.vault.blind_index("phone", phone)
    rows = await house.database.read(tables.account_by_phone(phone_index))
    if rows:
        found: str = rows[0]["id"]
        return found
    subject_id, account_id = await house.vault.create_subject(), new_id()
    sealed = await house.vault.seal(subject_id, tables.account_place("phone_sealed", account_id), phone.encode())
    try:
        await house.database.commit([tables.add_account(account_id, subject_id, phone_index, sealed, house.time.now())])
    except UniqueViolation:
        rows = await house.database.read(tables.account_by_phone(phone_index))
        twin: str = rows[0]["id"]
        return twin
    return account_id


async def subject_of(house: House, account_id: str) -> str:
    """Whose personal data an account holds."""
    found: str = (await house.database.read(tables.account_by_id(account_id)))[0]["subject_id"]
    return found


def end_staff_sessions(account_id: str) -> Statement:
    """Ends an account's sessions at the desk, in the batch of what is the reason for it."""
    return tables.end_staff_sessions(account_id)


async def sign_out(house: House, actor: Actor) -> None:
    """Ends the actor's session."""
    now = house.time.now()
    line = record(at=now, actor=actor.account_id, action="sign-out", subject=None, target=actor.session_id)
    await house.database.commit([tables.end_session(actor.session_id), line])


async def person_of(house: House, account_id: str) -> Person:
    """An account's own data in clear; callers show it to its subject only, or mask it. Raises Erased."""
    row = (await house.database.read(tables.account_by_id(account_id)))[0]

    async def clear(column: str) -> str | None:
        if row[column] is None:
            return None
        place = tables.account_place(column, account_id)
        return (await house.vault.open(row["subject_id"], place, row[column])).decode()

    return Person(
        account_id=account_id,
        phone=await clear("phone_sealed") or "",
        name=await clear("name_sealed"),
        id_number=await clear("id_number_sealed"),
        in_person=row["in_person_at"] is not None,
        party_id=row["party_id"],
        department=row["department"],
        roles=msgspec.json.decode(row["roles"], type=list[str]) if row["roles"] else [],
        staff_name=row["staff_name"],
        staff_number=row["staff_number"],
        division=row["division"],
    )


def link_party(account_id: str, party_id: str) -> Statement:
    """The statement that says which party a confirmed account's person is."""
    return tables.link_party(account_id, party_id)


async def accounts_of_party(house: House, party_id: str) -> list[OwnAccount]:
    """The accounts of the person that a party is, the oldest first. Empty for an organisation."""
    rows = await house.database.read(tables.accounts_of_party(party_id))
    return [OwnAccount(row["id"], row["subject_id"], row["phone_sealed"]) for row in rows]


async def accounts_of_same_person(house: House, account_id: str) -> list[str]:
    """Every account that was confirmed with the number of this one, itself too; empty before it is confirmed."""
    index = (await indexes_of(house, account_id)).id_number
    return [] if index is None else [row["id"] for row in await house.database.read(tables.accounts_of_person(index))]


async def accounts_of_number(house: House, id_number: str) -> dict[str, str]:
    """Every account that was confirmed with a number, and its subject; the one used last first."""
    rows = await house.database.read(tables.accounts_of_person(house.vault.blind_index("id-number", id_number)))
    return {row["id"]: row["subject_id"] for row in rows}


async def phone_of_account(house: House, account: OwnAccount) -> str:
    """The phone of an account in clear. Raises Erased."""
    place = tables.account_place("phone_sealed", account.id)
    return (await house.vault.open(account.subject_id, place, account.phone_sealed)).decode()


async def indexes_of(house: House, account_id: str) -> AccountIndexes:
    """By what an account is found: phone and, once confirmed, number."""
    row = (await house.database.read(tables.indexes_of(account_id)))[0]
    return AccountIndexes(row["phone_index"], row["id_number_index"])


def matched(known: PopulationLookup, name: str, id_number: str, today: date) -> tuple[str, str]:
    """Name and number of a person of the population register, as they are written there.

    Raises IdNumberInvalid, IdentityNotMatched.
    """
    person, number = normalise_name(name), normalise_identifier(id_number)
    if error := check_resident_id(number, today):
        raise IdNumberInvalid("身份证号码有误。请对照证件检查每一位。", error=error)
    if not known(person, number):
        raise IdentityNotMatched("姓名与身份证号码不一致。请按证件填写。")
    return person, number


async def confirm_identity(
    house: House, account_id: str, subject_id: str, name: str, id_number: str, known: PopulationLookup
) -> None:
    """Binds a person of the population register to an account; saying it again is no change.

    Raises IdNumberInvalid, IdentityNotMatched, GuardianNeeded (a child under 14 does not do this alone),
    IdentitySettled (the account is another person's).
    """
    now = house.time.now()
    person, number = matched(known, name, id_number, legal_day(now))
    if is_younger(number, OWN_CONSENT, legal_day(now)):
        raise GuardianNeeded(
            f"未满 {OWN_CONSENT} 周岁不能自己实名认证。请由监护人登录自己的账号，添加孩子后代为办理。", age=OWN_CONSENT
        )
    vault = house.vault
    number_index = vault.blind_index("id-number", number)
    sealed_name = await vault.seal(subject_id, tables.account_place("name_sealed", account_id), person.encode())
    sealed_number = await vault.seal(subject_id, tables.account_place("id_number_sealed", account_id), number.encode())
    try:
        await house.database.commit(
            [
                tables.settle_identity(account_id, sealed_name, sealed_number, number_index, now),
                record(at=now, actor=account_id, action="identity-confirmed", subject=subject_id, target=account_id),
            ]
        )
    except UnexpectedRowCount as error:
        raise IdentitySettled("这个账号已完成实名认证，不能改为他人。") from error


def _code_hash(house: House, phone: str, code: str) -> str:
    # A plain hash of six digits is reversed by trying them all; the vault's index needs its key.
    return house.vault.blind_index("one-time-code", f"{phone}:{code}")
