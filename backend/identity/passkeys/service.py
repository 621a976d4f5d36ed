"""The use cases of passkeys: asking for one, adding, recognising and removing it."""

from __future__ import annotations

import hashlib
import secrets
from typing import Any
from uuid import UUID

import msgspec

from backend.foundation.audit import record
from backend.foundation.database import Row, Statement, UnexpectedRowCount, UniqueViolation
from backend.foundation.errors import NotFound
from backend.foundation.identifiers import new_id
from backend.foundation.masking import mask_phone
from backend.foundation.security_events import note
from backend.house import House
from backend.identity.actor import Actor
from backend.identity.passkeys import ceremony, tables
from backend.identity.passkeys.ceremony import Reason, RelyingParty, Unbelieved
from backend.identity.passkeys.errors import PasskeyKnown, PasskeyLimit, PasskeyRefused, PasskeysUnavailable
from backend.identity.passkeys.schemas import Assertion, Attestation
from backend.identity.rules import SECOND, normalise_name
from backend.identity.service import SignedIn, note_proof, open_session, person_of

_SITE = "掌上办"
_REFUSED: dict[Reason, str] = {
    "malformed": "这台设备的回答读不懂。请再试一次，或用别的办法登录。",
    "challenge": "等得太久了，或者已经用过。请再按一次。",
    "origin": "这不是在本网站上做的。请从正确的网址打开，再试一次。",
    "site": "这不是本网站的通行密钥。请选本网站的那一个。",
    "not-verified": "设备没有确认是您本人。请用指纹、面容或锁屏密码解锁后再试。",
    "attestation": "这种设备的回答这里不收。请换一台设备。",
    "unknown": "没有找到这个通行密钥，可能已经删除。请用手机验证码登录。",
    "owner": "这是别的账号的通行密钥。请选您自己的那一个。",
    "signature": "没有核对上。请再试一次，或用手机验证码登录。",
    "sign-count": "这个通行密钥可能被复制过，已停止使用。请用手机验证码登录，把它删掉再重新添加。",
}


class Begun(msgspec.Struct, frozen=True):
    """A challenge that waits for its answer: its id, and what the browser is to be told."""

    challenge_id: str
    options: dict[str, Any]


class Answer(msgspec.Struct, frozen=True):
    """A device's answer, and the secret of the browser that sent it (empty when it sent none)."""

    challenge_id: UUID
    credential: Assertion
    browser: str


class Recognised(msgspec.Struct, frozen=True):
    """Whose passkey was shown, and what joins the batch that it is good for."""

    account_id: str
    also: list[Statement]


class Passkey(msgspec.Struct, frozen=True):
    """A passkey as its owner knows it; instants are milliseconds."""

    id: str
    name: str
    backed_up: bool
    created_at: int
    used_at: int | None


def refused(reason: Reason) -> PasskeyRefused:
    """The problem that says why an answer was not believed."""
    return PasskeyRefused(_REFUSED[reason], reason=reason)


async def ask_to_show(house: House, browser: str) -> Begun:
    """A challenge for any passkey of this site; it depends on nobody. Raises PasskeysUnavailable."""
    party = _party(house)
    challenge_id, challenge = await _challenge(house, "show", None, browser)
    return Begun(challenge_id, ceremony.sign_in_options(party, challenge))


async def ask_to_add(house: House, actor: Actor, browser: str) -> Begun:
    """A challenge for a new passkey of the actor's account. Raises PasskeyLimit, PasskeysUnavailable."""
    party = _party(house)
    found = await house.database.read(tables.holder(actor.account_id))
    if not found:
        # Random, because a device shows it to whoever holds it: neither the account's id nor the phone.
        await house.database.commit([tables.add_holder(actor.account_id, secrets.token_bytes(32))])
        found = await house.database.read(tables.holder(actor.account_id))
    if found[0]["passkeys"] >= ceremony.MOST_PASSKEYS:
        raise _too_many()
    known = [bytes(row["credential_id"]) for row in await house.database.read(tables.passkeys_of(actor.account_id))]
    person = await person_of(house, actor.account_id)
    name = person.staff_number or mask_phone(person.phone) if actor.staff else mask_phone(person.phone)
    challenge_id, challenge = await _challenge(house, "add", actor.account_id, browser)
    handle = bytes(found[0]["handle"])
    options = ceremony.adding_options(party, challenge, site=_SITE, handle=handle, name=name, known=known)
    return Begun(challenge_id, options)


async def add(
    house: House, actor: Actor, challenge_id: UUID, credential: Attestation, name: str, browser: str
) -> Passkey:
    """Stores a passkey that the actor's device has just made. Raises PasskeyRefused, PasskeyKnown, PasskeyLimit."""
    party = _party(house)
    asked = await _asked(house, "add", challenge_id, browser)
    if asked["account_id"] != actor.account_id:
        raise refused("challenge")
    try:
        made = ceremony.verify_new(party, bytes(asked["challenge"]), msgspec.to_builtins(credential))
    except Unbelieved as error:
        raise refused(error.reason) from error
    now, passkey_id = house.time.now(), new_id()
    called = normalise_name(name) or "通行密钥"
    sealed = await house.vault.seal(actor.subject_id, tables.name_place(passkey_id), called.encode())
    line = record(at=now, actor=actor.account_id, action="passkey-added", subject=actor.subject_id, target=passkey_id)
    try:
        await house.database.commit(
            [
                tables.count_one_more(actor.account_id, ceremony.MOST_PASSKEYS),
                tables.add_passkey(
                    passkey_id,
                    actor.account_id,
                    ceremony.credential_hash(made.credential_id),
                    made.credential_id,
                    made.public_key,
                    sealed,
                    made.sign_count,
                    now,
                    backed_up=made.backed_up,
                ),
                line,
            ]
        )
    except UniqueViolation as error:
        raise PasskeyKnown("这台设备已经添加过了，可以直接用它登录。") from error
    except UnexpectedRowCount as error:
        raise _too_many() from error
    return Passkey(passkey_id, called, made.backed_up, now, None)


async def passkeys_of(house: House, actor: Actor) -> list[Passkey]:
    """The actor's passkeys, the newest first."""
    return [
        Passkey(
            row["id"],
            (
                await house.vault.open(actor.subject_id, tables.name_place(row["id"]), bytes(row["name_sealed"]))
            ).decode(),
            bool(row["backed_up"]),
            row["created_at"],
            row["used_at"],
        )
        for row in await house.database.read(tables.passkeys_of(actor.account_id))
    ]


async def remove(house: House, actor: Actor, passkey_id: str) -> None:
    """Removes one of the actor's passkeys: its device opens nothing any more. Raises NotFound, also for others'."""
    line = record(
        at=house.time.now(),
        actor=actor.account_id,
        action="passkey-removed",
        subject=actor.subject_id,
        target=passkey_id,
    )
    try:
        await house.database.commit(
            [tables.remove_passkey(passkey_id, actor.account_id), tables.count_one_less(actor.account_id), line]
        )
    except UnexpectedRowCount as error:
        raise NotFound("没有找到这个通行密钥。它可能已经删除。") from error


async def recognise(house: House, answer: Answer, *, account_id: str | None = None) -> Recognised:
    """Whose passkey was shown; only of one account when `account_id` is given. The challenge is used up either way.

    Raises PasskeyRefused, PasskeysUnavailable. The batch that `also` joins fails with UnexpectedRowCount when the same
    passkey was used meanwhile.
    """
    party = _party(house)
    asked = await _asked(house, "show", answer.challenge_id, answer.browser)
    credential: dict[str, Any] = msgspec.to_builtins(answer.credential)
    row: Row | None = None
    try:
        found = await house.database.read(
            tables.passkey_by_hash(ceremony.credential_hash(ceremony.credential_id_of(credential)))
        )
        if not found:
            raise Unbelieved("unknown")
        row = found[0]
        # Only a passkey that is kept on the device says whose it is, and no other kind was asked for.
        if ceremony.handle_of(credential) != bytes(row["handle"]):
            raise Unbelieved("owner")
        if account_id is not None and row["account_id"] != account_id:
            raise Unbelieved("owner")
        shown = ceremony.verify_shown(
            party,
            bytes(asked["challenge"]),
            credential,
            public_key=bytes(row["public_key"]),
            sign_count=row["sign_count"],
        )
    except Unbelieved as error:
        if row is not None:
            line = record(
                at=house.time.now(),
                actor=row["account_id"],
                action="passkey-refused",
                subject=None,
                target=row["id"],
                reason=error.reason,
            )
            event = note(
                at=house.time.now(),
                kind="sign-in-failed",
                # A device that counts backwards may have been copied; the rest are mistakes as a rule.
                severity="warning" if error.reason == "sign-count" else "notice",
                actor=row["account_id"],
                details=f"passkey {error.reason}",
            )
            await house.database.commit([line, event])
        raise refused(error.reason) from error
    used = tables.note_use(row["id"], shown.sign_count, house.time.now(), backed_up=shown.backed_up)
    return Recognised(row["account_id"], [used])


async def sign_in(house: House, answer: Answer, previous: Actor | None, *, device: str, shared: bool) -> SignedIn:
    """Opens a resident's session for whoever showed a passkey; the browser's previous session ends.

    Raises PasskeyRefused, PasskeysUnavailable.
    """
    recognised = await recognise(house, answer)
    try:
        return await open_session(
            house,
            recognised.account_id,
            method="passkey",
            device=device,
            shared=shared,
            previous=previous,
            also=recognised.also,
        )
    except UnexpectedRowCount as error:
        raise refused("sign-count") from error


async def prove_again(house: House, actor: Actor, answer: Answer) -> None:
    """Notes a new proof by a passkey of the actor's own account. Raises PasskeyRefused, PasskeysUnavailable."""
    recognised = await recognise(house, answer, account_id=actor.account_id)
    try:
        await note_proof(house, actor, "passkey", recognised.also)
    except UnexpectedRowCount as error:
        raise refused("sign-count") from error


def _party(house: House) -> RelyingParty:
    party = ceremony.relying_party(house.settings)
    if party is None:
        raise PasskeysUnavailable("通行密钥要用域名打开本网站才能用。请用手机验证码登录。")
    return party


def _too_many() -> PasskeyLimit:
    most = ceremony.MOST_PASSKEYS
    return PasskeyLimit(f"最多添加 {most} 个。请先删掉不用的。", limit=most)


def _browser_hash(browser: str) -> str:
    return hashlib.sha256(browser.encode()).hexdigest()


async def _challenge(house: House, purpose: tables.Purpose, account_id: str | None, browser: str) -> tuple[str, bytes]:
    now = house.time.now()
    challenge_id, challenge = new_id(), secrets.token_bytes(32)
    expires_at = now + ceremony.ANSWER_SECONDS * SECOND
    await house.database.commit(
        [
            tables.clear_challenges(now),
            tables.add_challenge(challenge_id, challenge, purpose, account_id, _browser_hash(browser), expires_at),
        ]
    )
    return challenge_id, challenge


async def _asked(house: House, purpose: tables.Purpose, challenge_id: UUID, browser: str) -> Row:
    """The challenge, used up from now on. Raises PasskeyRefused."""
    used = tables.use_challenge(str(challenge_id), purpose, _browser_hash(browser), house.time.now())
    rows = (await house.database.commit([used]))[0]
    if not rows:
        raise refused("challenge")
    return rows[0]
