"""What the identity room holds of a person: for their export, and for the erasure of their account."""

from __future__ import annotations

from backend.foundation.database import Statement, sql
from backend.foundation.personal_data import Chapter, Entry, Holder
from backend.foundation.time_source import rfc3339
from backend.house import House
from backend.identity import service
from backend.identity.actor import Actor

_METHODS = {
    "code": "短信验证码",
    "passkey": "通行密钥",
    "unified": "统一身份认证",
    "password": "密码和动态码",  # nosec B105
}


async def account_chapter(house: House, actor: Actor) -> Chapter:
    """Phone, name and ID number in clear. Raises Erased."""
    person = await service.person_of(house, actor.account_id)
    data = {"phone": person.phone, "name": person.name, "id_number": person.id_number, "level": actor.level}
    lines = [
        ("手机号", person.phone),
        ("姓名", person.name or "还没有实名认证"),
        ("身份证号码", person.id_number or "还没有实名认证"),
    ]
    return Chapter("account", "账号", [Entry("我的账号", lines)], data)


async def sessions_chapter(house: House, actor: Actor) -> Chapter:
    """Where the person is signed in; of a session's secret nothing."""
    data, entries = [], []
    for row in await service.own_sessions(house, actor):
        created_at, seen_at = rfc3339(row["created_at"]), rfc3339(row["seen_at"])
        shared, method = bool(row["shared"]), str(row["method"])
        data.append(
            {
                "kind": row["kind"],
                "method": method,
                "device": row["device"],
                "shared": shared,
                "created_at": created_at,
                "seen_at": seen_at,
            }
        )
        lines = [("方式", _METHODS.get(method, method)), ("登录时间", created_at), ("最近使用", seen_at)]
        entries.append(Entry(row["device"] or "未知设备", [*lines, ("公用设备", "是" if shared else "否")]))
    return Chapter("sessions", "登录记录", entries, data)


async def is_erased(house: House, account_id: str) -> bool:
    """Whether the account's person asked for its erasure."""
    query = sql("SELECT 1 FROM account WHERE id = {} AND erased_at IS NOT NULL", account_id)
    return bool(await house.database.read(query))


async def is_staff(house: House, account_id: str) -> bool:
    """Whether the account has a place in a department that is not disabled."""
    query = sql("SELECT 1 FROM staff WHERE account_id = {} AND disabled_at IS NULL", account_id)
    return bool(await house.database.read(query))


async def close(house: House, actor: Actor, at: int) -> list[Statement]:
    """Ends an account for good: nobody can sign in to it, and its phone may begin another one.

    The batch fails with UnexpectedRowCount when it was ended before.
    """
    account_id = actor.account_id
    return [
        sql(
            "DELETE FROM one_time_code WHERE phone_index IN (SELECT phone_index FROM account WHERE id = {})", account_id
        ),
        sql(
            "UPDATE account SET erased_at = {}, phone_index = {}, phone_sealed = {}, name_sealed = NULL,"
            " id_number_sealed = NULL, id_number_index = NULL WHERE id = {} AND erased_at IS NULL",
            at,
            f"erased:{account_id}",
            b"",
            account_id,
            expect=1,
        ),
        sql("DELETE FROM session WHERE account_id = {}", account_id),
    ]


async def erase(house: House, holder: Holder) -> None:
    """Removes what is left of a closed account beside its row, which keeps no more than its id. May run again."""
    await house.database.commit(
        [
            sql("DELETE FROM session WHERE account_id = {}", holder.account_id),
            sql("DELETE FROM idempotency WHERE account_id = {}", holder.account_id),
        ]
    )
