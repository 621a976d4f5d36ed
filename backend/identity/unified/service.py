"""The use cases of unified identity: begin, come back, link, unlink, and be signed out by the provider."""

from __future__ import annotations

import hashlib

import msgspec
import structlog

from backend.foundation.audit import record
from backend.foundation.database import Row, Statement, UnexpectedRowCount, UniqueViolation
from backend.foundation.errors import Forbidden, NotFound, Problem, SignInRequired
from backend.foundation.identifiers import new_id, normalise_identifier
from backend.house import House
from backend.identity.actor import Actor
from backend.identity.errors import PhoneInvalid, SignInAgain
from backend.identity.rules import MINUTE, safe_next
from backend.identity.service import SignedIn, account_for, confirm_identity, open_session, person_of, phone_of
from backend.identity.tables import account_by_id, end_session
from backend.identity.unified import tables
from backend.identity.unified.authorization import attempt_of, new_state
from backend.identity.unified.client import Proven, RelyingParty
from backend.identity.unified.errors import (
    PROVIDER_AWAY,
    LogoutRefused,
    Reason,
    Refusal,
    UnifiedAccountNeeded,
    UnifiedAway,
    UnifiedLinkedElsewhere,
    problem_of,
)

LOGIN_LIFE = 10 * MINUTE
# For a day a late return is told why it is late; after that its state is unknown.
_LOGIN_KEPT = 24 * 60 * MINUTE

_log = structlog.get_logger("unified")


class Returned(msgspec.Struct, frozen=True):
    """What a return led to: a new session, or a link of the present one; `next` is a path of the app."""

    opened: SignedIn | None
    next: str


class _Login(msgspec.Struct, frozen=True):
    next: str
    shared: bool
    link_account_id: str | None


async def begin(
    house: House, party: RelyingParty, browser: str, actor: Actor | None, *, next_path: str, shared: bool, link: bool
) -> str:
    """Begins a sign-in of `browser` (its secret) and gives the address at the provider where it goes on.

    With `link` the signed-in resident's account is to be linked. Raises SignInRequired, Forbidden, SignInAgain,
    UnifiedRefused, UnifiedAway.
    """
    account_id = _linking_account(house, actor) if link else None
    state = new_state()
    # On a device that others use too, and before a link, whoever signed in at the provider last may be someone else. A
    # person who is signed in here already comes to prove again who they are.
    again = shared or link or actor is not None
    try:
        address = await party.authorization_address(attempt_of(browser, state), again=again)
    except Refusal as refusal:
        raise _told(refusal) from refusal
    now = house.time.now()
    await house.database.commit(
        [
            tables.forget_logins(now - _LOGIN_KEPT),
            tables.add_login(
                _hash(state), _hash(browser), safe_next(next_path), account_id, now, now + LOGIN_LIFE, shared=shared
            ),
        ]
    )
    return address


async def come_back(
    house: House,
    party: RelyingParty,
    browser: str,
    actor: Actor | None,
    *,
    state: str,
    code: str | None,
    issuer: str | None,
    error: str | None,
    device: str,
) -> Returned:
    """Ends a sign-in with what the provider sent back: opens a session, or links the present one's account.

    A state is used up by its first return, whatever comes of it. Until a session is opened nothing of the present one
    changes. Raises UnifiedRefused, UnifiedAway, UnifiedAccountNeeded, UnifiedLinkedElsewhere.
    """
    try:
        login = await _use_login(house, browser, state)
        await party.check_response(issuer)
        if error is not None or code is None:
            raise Refusal("login-refused")
        proven = await party.prove(code, attempt_of(browser, state))
    except Refusal as refusal:
        raise _told(refusal) from refusal
    if login.link_account_id is not None:
        await _link(house, party.issuer, proven, actor, login.link_account_id)
        return Returned(None, login.next)
    return Returned(await _sign_in(house, party.issuer, proven, actor, device, shared=login.shared), login.next)


async def identities(house: House, actor: Actor) -> list[Row]:
    """What the actor's account is linked to, the oldest first."""
    return await house.database.read(tables.identities_of(actor.account_id))


async def unlink(house: House, actor: Actor, identity_id: str) -> None:
    """Removes one of the actor's links, and the sessions opened by it but this one; the phone remains a way in.

    Raises NotFound, also for other people's.
    """
    found = [row for row in await identities(house, actor) if row["id"] == identity_id]
    if not found:
        raise NotFound("没有找到这个关联。它可能已经解除。")
    try:
        await house.database.commit(
            [
                tables.remove_identity(identity_id, actor.account_id),
                tables.end_other_sessions_of(found[0]["subject_index"], actor.session_id),
                record(
                    at=house.time.now(),
                    actor=actor.account_id,
                    action="identity-unlinked",
                    subject=actor.subject_id,
                    target=identity_id,
                ),
            ]
        )
    except UnexpectedRowCount as gone:
        raise NotFound("没有找到这个关联。它可能已经解除。") from gone


async def sign_out_by_provider(house: House, party: RelyingParty, token: str) -> list[str]:
    """Ends the sessions that a logout token names and gives their ids; none is no error.

    Raises LogoutRefused, or UnifiedAway when the keys cannot be had.
    """
    try:
        ended = await party.read_logout(token)
    except Refusal as refusal:
        raise _logout_refused(refusal.reason) from refusal
    now = house.time.now()
    sid_index = _sid_index(house, party.issuer, ended.sid) if ended.sid is not None else None
    subject_index = _subject_index(house, party.issuer, ended.subject) if ended.subject is not None else None
    rows = await house.database.read(tables.sessions_signed_out(sid_index, subject_index))
    try:
        await house.database.commit(
            [
                tables.forget_logouts(now),
                tables.remember_logout(_hash(f"{party.issuer}\0{ended.token_id}"), ended.remember_until),
                *(end_session(row["id"]) for row in rows),
                *(
                    record(at=now, actor="system", action="signed-out-by-provider", subject=None, target=row["id"])
                    for row in rows
                ),
            ]
        )
    except UniqueViolation as used:
        raise _logout_refused("token-used") from used
    return [row["id"] for row in rows]


def _linking_account(house: House, actor: Actor | None) -> str:
    if actor is None:
        raise SignInRequired("请先登录，再关联统一身份认证。")
    if actor.kind != "resident":
        raise Forbidden("这里只给办事人用。请用您自己的手机号登录。")
    minutes = house.settings.sessions.fresh_minutes
    if house.time.now() - actor.authenticated_at > minutes * MINUTE:
        raise SignInAgain("为了保护您的信息，请再验证一次身份。", minutes=minutes)
    return actor.account_id


async def _use_login(house: House, browser: str, state: str) -> _Login:
    now = house.time.now()
    rows = (await house.database.commit([tables.use_login(_hash(state), _hash(browser), now)]))[0]
    if rows:
        return _Login(rows[0]["next"], bool(rows[0]["shared"]), rows[0]["link_account_id"])
    found = await house.database.read(tables.login_of(_hash(state)))
    if not found:
        raise Refusal("state-unknown")
    if found[0]["browser_hash"] != _hash(browser):
        raise Refusal("other-browser")
    raise Refusal("state-expired" if found[0]["used_at"] is None else "state-used")


async def _link(house: House, issuer: str, proven: Proven, actor: Actor | None, account_id: str) -> None:
    # Whoever began it must still be here: otherwise the next person at this browser would get a way in.
    if actor is None:
        raise SignInRequired("请先登录，再关联统一身份认证。")
    if actor.account_id != account_id or actor.kind != "resident":
        raise UnifiedLinkedElsewhere("关联是从另一个账号开始的，没有关联。请重新开始。")
    rows = await house.database.read(tables.account_of(issuer, _subject_index(house, issuer, proven.subject)))
    if not rows:
        try:
            await house.database.commit(await _new_link(house, issuer, proven, account_id, actor.subject_id))
        except UniqueViolation:
            rows = await house.database.read(tables.account_of(issuer, _subject_index(house, issuer, proven.subject)))
    if rows and rows[0]["id"] != account_id:
        raise UnifiedLinkedElsewhere("这个统一身份已关联另一个账号。请先在那个账号里解除关联。")
    await _confirm_person(house, proven, account_id, actor.subject_id)


async def _sign_in(
    house: House, issuer: str, proven: Proven, previous: Actor | None, device: str, *, shared: bool
) -> SignedIn:
    try:
        return await _open(house, issuer, proven, previous, device, shared=shared)
    except UniqueViolation:
        # Of two first sign-ins of one person at once the other one made the link, which is there now.
        return await _open(house, issuer, proven, previous, device, shared=shared)


async def _open(
    house: House, issuer: str, proven: Proven, previous: Actor | None, device: str, *, shared: bool
) -> SignedIn:
    subject_index = _subject_index(house, issuer, proven.subject)
    rows = await house.database.read(tables.account_of(issuer, subject_index))
    links: list[Statement] = []
    if rows:
        account_id, subject_id = rows[0]["id"], rows[0]["subject_id"]
    else:
        account_id, subject_id = await _account_by_phone(house, issuer, proven)
        links = await _new_link(house, issuer, proven, account_id, subject_id)
    sid_index = None if proven.sid is None else _sid_index(house, issuer, proven.sid)
    # A provider that does not say when the person signed in may have done so weeks ago: no proof for sensitive acts.
    proved_at = proven.proved_at or 0
    opened = await open_session(
        house,
        account_id,
        method="unified",
        device=device,
        shared=shared,
        previous=previous,
        also=links,
        then=lambda session_id: [tables.mark_session(session_id, sid_index, subject_index, proved_at)],
    )
    await _confirm_person(house, proven, account_id, subject_id)
    return msgspec.structs.replace(opened, proved_at=proved_at)


async def _account_by_phone(house: House, issuer: str, proven: Proven) -> tuple[str, str]:
    """The account and subject of the phone that the provider has verified. Raises UnifiedAccountNeeded."""
    of = house.settings.unified_identity
    phone = proven.claims.get(of.phone_claim) if of.phone_claim else None
    if not isinstance(phone, str) or proven.claims.get(f"{of.phone_claim}_verified") is not True:
        raise _account_needed()
    try:
        account_id = await account_for(house, phone_of(phone[:30]))
    except PhoneInvalid:
        raise _account_needed() from None
    # A phone passes from one person to the next; whoever is linked already, or known to be another, stays alone. A link
    # of this very subject was made by a twin of this sign-in a moment ago.
    own = _subject_index(house, issuer, proven.subject)
    linked = await house.database.read(tables.identities_of(account_id))
    if any(row["issuer"] == issuer and row["subject_index"] != own for row in linked):
        raise _account_needed()
    person = await person_of(house, account_id)
    claimed = _real_name(house, proven)
    if claimed is not None and person.id_number not in (None, normalise_identifier(claimed[1])):
        raise _account_needed()
    row = (await house.database.read(account_by_id(account_id)))[0]
    return account_id, row["subject_id"]


async def _new_link(house: House, issuer: str, proven: Proven, account_id: str, subject_id: str) -> list[Statement]:
    identity_id, now = new_id(), house.time.now()
    sealed = await house.vault.seal(subject_id, tables.subject_place(identity_id), proven.subject.encode())
    index = _subject_index(house, issuer, proven.subject)
    return [
        tables.free_subject(issuer, index),
        tables.add_identity(identity_id, issuer, index, account_id, sealed, now),
        record(at=now, actor=account_id, action="identity-linked", subject=subject_id, target=identity_id),
    ]


async def _confirm_person(house: House, proven: Proven, account_id: str, subject_id: str) -> None:
    """Confirms an account that has no person yet, if the operator trusts the provider and the register agrees."""
    claimed = _real_name(house, proven)
    if claimed is None or (await house.database.read(account_by_id(account_id)))[0]["id_number_index"] is not None:
        return
    try:
        await confirm_identity(house, account_id, subject_id, *claimed, house.city.person)
    except Problem as problem:
        # The sign-in stands on its own; the person can confirm who they are as everyone else does.
        _log.warning("real-name-not-taken", problem=problem.code)


def _real_name(house: House, proven: Proven) -> tuple[str, str] | None:
    of = house.settings.unified_identity
    name, number = proven.claims.get(of.name_claim), proven.claims.get(of.id_number_claim)
    if not of.trusts_real_name or not isinstance(name, str) or not isinstance(number, str):
        return None
    return name[:50], number[:30]


def _account_needed() -> UnifiedAccountNeeded:
    return UnifiedAccountNeeded("这里还没有您的账号。请先用手机号登录，再到“我的”里关联统一身份认证。")


def _told(refusal: Refusal) -> Problem:
    # The reason is from a closed list and nobody's data; an operator needs it to see what a provider does wrong.
    _log.warning("unified-refused", reason=refusal.reason)
    return problem_of(refusal)


def _logout_refused(reason: Reason) -> Problem:
    _log.warning("unified-logout-refused", reason=reason)
    if reason in PROVIDER_AWAY:
        return UnifiedAway("统一身份认证暂时没有响应。", reason=reason)
    return LogoutRefused("退出通知无法确认，没有退出任何登录。", reason=reason)


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _subject_index(house: House, issuer: str, subject: str) -> str:
    return house.vault.blind_index("unified-subject", f"{issuer}\0{subject}")


def _sid_index(house: House, issuer: str, sid: str) -> str:
    return house.vault.blind_index("unified-sid", f"{issuer}\0{sid}")
