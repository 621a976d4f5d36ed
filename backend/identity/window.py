"""What a person asks for in person: to be known as checked at a window, and their account back with another phone.

The clerk has seen the person and the card; name and number must match the population register all the same. The clerk
learns no more than whether there was something to do.
"""

from __future__ import annotations

from backend.foundation.audit import record
from backend.foundation.database import Row, Statement
from backend.house import House
from backend.identity import tables
from backend.identity.actor import Actor
from backend.identity.errors import NothingToRecover, OwnAccount
from backend.identity.notices import tell
from backend.identity.service import matched, move_phone, phone_of, redeem_code

_NONE = "这个人还没有完成实名认证的账号。请本人先用手机号登录并完成实名认证。"


async def check_in_person(house: House, clerk: Actor, name: str, id_number: str, reason: str) -> list[str]:
    """Notes on every account of a person that a window has seen them (level 3); gives the accounts' ids.

    Raises IdNumberInvalid, IdentityNotMatched, NothingToRecover (no confirmed account), OwnAccount.
    """
    now = house.time.now()
    rows = await _accounts(house, clerk, name, id_number)
    batch: list[Statement] = []
    for row in rows:
        batch += [
            tables.note_in_person(row["id"], now),
            tell(row["id"], "checked-in-person", now),
            record(
                at=now,
                actor=clerk.account_id,
                action="identity-checked-in-person",
                subject=row["subject_id"],
                target=row["id"],
                reason=reason,
            ),
        ]
    await house.database.commit(batch)
    house.wake.set()
    return [row["id"] for row in rows]


async def recover(
    house: House, clerk: Actor, *, name: str, id_number: str, phone: str, code: str, reason: str
) -> tuple[str, str]:
    """Gives a person's account another phone, proved by the code it was sent; all its sessions end, passkeys stay.

    Of several accounts the one used last. Gives the account's id and the phone. Nothing is said of a person before the
    code is right. Raises PhoneInvalid, CodeWrong, CodeExpired, IdNumberInvalid, IdentityNotMatched, NothingToRecover,
    OwnAccount, PhoneTaken.
    """
    proved = phone_of(phone)
    used = await redeem_code(house, proved, code)
    account = (await _accounts(house, clerk, name, id_number))[0]
    also = [used, tell(account["id"], "phone-changed-at-window", house.time.now())]
    await move_phone(house, account["id"], proved, by=clerk.account_id, reason=reason, also=also)
    house.wake.set()
    return account["id"], proved


async def _accounts(house: House, clerk: Actor, name: str, id_number: str) -> list[Row]:
    """The confirmed accounts of a person of the register, the one used last first; at least one."""
    _, number = matched(house.city.person, name, id_number, house.time.today())
    rows = await house.database.read(tables.accounts_of_person(house.vault.blind_index("id-number", number)))
    if not rows:
        raise NothingToRecover(_NONE)
    if any(row["id"] == clerk.account_id for row in rows):
        raise OwnAccount("不能办理自己的账号。请由同事办理。")
    # Name and number may be known to others: what a window confirms is the account that holds the person's matters.
    return [row for row in rows if row["party_id"] is not None] or rows
