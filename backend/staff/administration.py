"""Administering the staff: the system administrator makes accounts, the security administrator gives roles.

Neither can do the other's work. What the system administrator knows, a first password and a second factor, opens
nothing alone: a new account has no roles, and one that has some is locked by a reset until the security administrator
unlocks it.
"""

from __future__ import annotations

import secrets
from typing import Literal

import msgspec

from backend.city.city import City
from backend.city.guide import DepartmentName
from backend.city.structures import Text
from backend.foundation import audit, cursor, idempotency, security_events
from backend.foundation.database import Row, Statement, UnexpectedRowCount, UniqueViolation
from backend.foundation.errors import NotFound, Stale
from backend.foundation.time_source import rfc3339
from backend.house import House
from backend.identity.actor import Actor
from backend.identity.errors import OwnAccount
from backend.identity.passkeys.tables import forget_holder as forget_passkeys
from backend.identity.permissions import StaffRole
from backend.identity.service import account_for, end_staff_sessions, phone_of
from backend.staff import powers, rules, service, tables
from backend.staff.errors import LastAdministrator, PlaceUnknown, RolesSeparated, StaffTaken
from backend.staff.passwords import Passwords
from backend.staff.schemas import NewStaff, StaffEntry, StaffList, StaffPlace, StaffSecrets

_ROLES_FAULTS: dict[powers.RolesFault, str] = {
    "separated": "管理员岗位不能兼任其他岗位（三权分立）。请只选一个。",
    "repeated": "有岗位重复了。请每个岗位只选一次。",
}


class _Made(msgspec.Struct, frozen=True):
    """What is remembered of the answer to a request: all of it but the secrets."""

    id: str
    number: str


async def list_staff(house: House, after: str | None, limit: int) -> StaffList:
    """A page of the staff by number. Raises CursorInvalid."""
    city = house.city
    number = cursor.decode(after, 1)[0] if after else ""
    rows = await house.database.read(tables.staff_after(number, limit + 1))
    entries = [await _entry(house, city, row) for row in rows[:limit]]
    departments = [DepartmentName(each.code, each.name) for each in city.departments.values()]
    return StaffList(entries, departments, cursor.encode(rows[limit - 1]["number"]) if len(rows) > limit else None)


async def _entry(house: House, city: City, row: Row) -> StaffEntry:
    office = city.departments.get(row["department"])
    signed_in = await house.database.read(audit.last_of(row["account_id"], "sign-in", "password"))
    return StaffEntry(
        id=row["account_id"],
        number=row["number"],
        name=row["name"],
        department=DepartmentName(
            row["department"], office.name if office else Text(row["department"], row["department"])
        ),
        division=row["division"],
        roles=msgspec.json.decode(row["roles"], type=list[StaffRole]),
        disabled=row["disabled_at"] is not None,
        locked=(row["locked_until"] or 0) > house.time.now(),
        first_password=bool(row["must_change"]),
        last_sign_in_at=rfc3339(signed_in[0]["at"]) if signed_in else None,
    )


async def create(
    house: House, passwords: Passwords, actor: Actor, key: str, new: NewStaff
) -> tuple[StaffSecrets, bool]:
    """Makes a staff account without roles; its secrets are in this answer and in no later one.

    Also whether this key had made it before. Raises PlaceUnknown, PhoneInvalid, StaffTaken, KeyReused.
    """
    fingerprint = idempotency.fingerprint(house.vault, "staff.create", msgspec.json.encode(new))
    if (earlier := await _recall(house, actor, key, fingerprint)) is not None:
        return earlier, True
    made, batch = await _account(house, passwords, actor.account_id, new, roles=[])
    reply = msgspec.json.encode(_Made(made.id, made.number)).decode()
    batch.append(idempotency.remember(actor.account_id, key, fingerprint, reply, house.time.now()))
    try:
        await house.database.commit(batch)
    except UniqueViolation as error:
        if error.table == "idempotency" and (earlier := await _recall(house, actor, key, fingerprint)) is not None:
            return earlier, True
        raise _taken(error) from error
    return made, False


async def appoint(house: House, passwords: Passwords, new: NewStaff, role: StaffRole) -> StaffSecrets:
    """Makes the first administrator of a kind, by whoever runs the server: only while nobody has this role.

    Raises LastAdministrator when somebody has it, and as `create`.
    """
    if await house.database.read(tables.usable_with(role, powers.LOCKED_FOR_GOOD)):
        raise LastAdministrator("已有这种管理员。请由管理员在系统里办理。", role=role)
    made, batch = await _account(house, passwords, "system", new, roles=[role])
    try:
        await house.database.commit([*house.database.serialise, *batch])
    except UniqueViolation as error:
        raise _taken(error) from error
    return made


async def reset(house: House, passwords: Passwords, actor: Actor, account_id: str) -> StaffSecrets:
    """A new first password and second factor; sessions end, and an account with roles stays locked until unlocked.

    Raises NotFound, OwnAccount, LastAdministrator (nobody could unlock it), Stale.
    """
    row = await _other(house, actor, account_id)
    secrets_, batch = await _new_secrets(house, passwords, row, actor.account_id)
    kind = powers.administrator_kind(msgspec.json.decode(row["roles"], type=list[str]))
    if row["roles"] != "[]":
        batch.append(tables.lock(account_id, powers.LOCKED_FOR_GOOD))
    await _commit(house, batch, guard=kind if kind == "security_administrator" else None, account_id=account_id)
    return secrets_


async def rescue(house: House, passwords: Passwords, number: str) -> StaffSecrets:
    """New secrets for an administrator whom nobody else can help, by whoever runs the server; it is not locked.

    Raises NotFound for a number that is no administrator's.
    """
    rows = await house.database.read(tables.staff_by_number(rules.normalise_number(number)))
    if not rows or powers.administrator_kind(msgspec.json.decode(rows[0]["roles"], type=list[str])) is None:
        raise NotFound("没有这个工号的管理员。")
    secrets_, batch = await _new_secrets(house, passwords, rows[0], "system")
    await house.database.commit(batch)
    return secrets_


async def set_state(house: House, actor: Actor, account_id: str, *, disabled: bool) -> None:
    """Closes an account at the desk, which ends its sessions there at once, or opens it again.

    Raises NotFound, OwnAccount, LastAdministrator, Stale.
    """
    row = await _other(house, actor, account_id)
    now = house.time.now()
    was = "disabled" if row["disabled_at"] is not None else "enabled"
    batch = [
        tables.set_disabled(account_id, row["roles"], now if disabled else None),
        end_staff_sessions(account_id),
        audit.record(
            at=now,
            actor=actor.account_id,
            action="staff-state-changed",
            subject=None,
            target=account_id,
            reason=f"{was} → {'disabled' if disabled else 'enabled'}",
        ),
        _event(house, "staff-changed", actor.account_id, f"{'closed' if disabled else 'opened'} {row['number']}"),
    ]
    kind = powers.administrator_kind(msgspec.json.decode(row["roles"], type=list[str]))
    await _commit(house, batch, guard=kind if disabled else None, account_id=account_id)


async def set_roles(house: House, actor: Actor, account_id: str, place: StaffPlace) -> None:
    """Gives a staff member just these roles, in this place; their sessions at the desk end.

    Raises NotFound, OwnAccount, RolesSeparated, PlaceUnknown, LastAdministrator, Stale.
    """
    row = await _other(house, actor, account_id)
    if (fault := powers.roles_fault(place.roles)) is not None:
        raise RolesSeparated(_ROLES_FAULTS[fault], reason=fault)
    _check_place(house.city, place.department, place.division)
    before = powers.place_in_words(row["roles"], row["department"], row["division"])
    after = msgspec.json.encode(sorted(place.roles)).decode()
    batch = [
        tables.set_place(account_id, row["roles"], list(place.roles), place.department, place.division),
        end_staff_sessions(account_id),
        audit.record(
            at=house.time.now(),
            actor=actor.account_id,
            action="staff-roles-changed",
            subject=None,
            target=account_id,
            reason=f"{before} → {powers.place_in_words(after, place.department, place.division)}",
        ),
        _event(house, "roles-changed", actor.account_id, row["number"]),
    ]
    kind = powers.administrator_kind(msgspec.json.decode(row["roles"], type=list[str]))
    lost = kind if kind is not None and kind not in place.roles else None
    await _commit(house, batch, guard=lost, account_id=account_id)


async def unlock(house: House, actor: Actor, account_id: str) -> None:
    """Ends a lock, by wrong tries or by a reset. Raises NotFound, OwnAccount."""
    row = await _other(house, actor, account_id)
    line = audit.record(
        at=house.time.now(), actor=actor.account_id, action="staff-unlocked", subject=None, target=account_id
    )
    event = _event(house, "staff-changed", actor.account_id, f"unlocked {row['number']}")
    await house.database.commit([tables.forgive(account_id), line, event])


def _event(house: House, kind: Literal["staff-changed", "roles-changed"], by: str, details: str) -> Statement:
    return security_events.note(at=house.time.now(), kind=kind, severity="notice", actor=by, details=details)


async def _recall(house: House, actor: Actor, key: str, fingerprint: str) -> StaffSecrets | None:
    reply = await idempotency.recall(house.database, actor.account_id, key, fingerprint)
    if reply is None:
        return None
    made = msgspec.json.decode(reply, type=_Made)
    return StaffSecrets(made.id, made.number, None, None, None)


async def _other(house: House, actor: Actor, account_id: str) -> Row:
    rows = await house.database.read(tables.staff_by_account(account_id))
    if not rows or rows[0]["locked_until"] is None:
        raise NotFound("没有找到这个工作人员。")
    if account_id == actor.account_id:
        raise OwnAccount("不能操作自己的账号。请由另一位管理员办理。")
    return rows[0]


def _check_place(city: City, department: str, division: str | None) -> None:
    if department not in city.departments:
        raise PlaceUnknown("本市的机构名录里没有这个部门。请重新选择。", what="department")
    streets = (street.code for district in city.districts for street in district.streets)
    if division is not None and not powers.is_division(division, streets):
        raise PlaceUnknown("本市没有这个区划。请填区县、街道或社区代码。", what="division")


async def _account(
    house: House, passwords: Passwords, by: str, new: NewStaff, *, roles: list[str]
) -> tuple[StaffSecrets, list[Statement]]:
    """An account with its secrets, and what places it. Raises PlaceUnknown, PhoneInvalid, StaffTaken."""
    _check_place(house.city, new.department, new.division)
    number = rules.normalise_number(new.number)
    if await house.database.read(tables.staff_by_number(number)):
        raise StaffTaken("已有人用这个工号。请核对。", what="number")
    account_id = await account_for(house, phone_of(new.phone))
    password, secret = powers.first_password(number), secrets.token_bytes(rules.TOTP_SECRET_BYTES)
    encoded = msgspec.json.encode(roles).decode()
    placed = powers.place_in_words(encoded, new.department, new.division)
    batch = [
        tables.add_staff(account_id, number, new.department, new.name.strip(), new.division),
        *await service.secret_statements(house, passwords, account_id, password, secret, first=True),
        audit.record(
            at=house.time.now(), actor=by, action="staff-created", subject=None, target=account_id, reason=placed
        ),
        _event(house, "staff-changed", by, f"created {number}"),
    ]
    if roles:
        batch.insert(1, tables.set_place(account_id, "[]", roles, new.department, new.division))
    return _told(account_id, number, password, secret), batch


async def _new_secrets(house: House, passwords: Passwords, row: Row, by: str) -> tuple[StaffSecrets, list[Statement]]:
    account_id = row["account_id"]
    password, secret = powers.first_password(row["number"]), secrets.token_bytes(rules.TOTP_SECRET_BYTES)
    batch = [
        *await service.secret_statements(house, passwords, account_id, password, secret, first=True),
        *forget_passkeys(account_id),
        end_staff_sessions(account_id),
        audit.record(at=house.time.now(), actor=by, action="staff-reset", subject=None, target=account_id),
        _event(house, "staff-changed", by, f"reset {row['number']}"),
    ]
    return _told(account_id, row["number"], password, secret), batch


def _told(account_id: str, number: str, password: str, secret: bytes) -> StaffSecrets:
    text = service.totp_text(secret)
    return StaffSecrets(account_id, number, password, text, powers.totp_uri(number, text))


def _taken(error: UniqueViolation) -> StaffTaken:
    what = "number" if "number" in error.columns else "phone"
    words = "已有人用这个工号。请核对。" if what == "number" else "这个手机号的主人已是工作人员。请核对。"
    return StaffTaken(words, what=what)


async def _commit(house: House, batch: list[Statement], *, guard: str | None, account_id: str) -> None:
    """Stores a change; with `guard` only while somebody else has that role. Raises LastAdministrator, Stale."""
    guards = []
    if guard is not None:
        # Two administrators who close each other's accounts at once must not both succeed.
        required = tables.require_another(guard, account_id, powers.LOCKED_FOR_GOOD)
        guards = [*house.database.serialise, required]
    try:
        await house.database.commit([*guards, *batch])
    except UnexpectedRowCount as error:
        if error.index < len(guards):
            raise LastAdministrator("至少要留一名能登录的同类管理员。请先任命另一位。", role=guard) from error
        raise Stale("这个账号刚刚有了变化。请刷新后再办理。") from error
