"""What the city's registers hold about the applicant of a request."""

from __future__ import annotations

import asyncio

from backend.foundation.time_source import rfc3339
from backend.house import House
from backend.identity.actor import Actor
from backend.identity.errors import LevelNeeded
from backend.parties import service as parties
from backend.parties.errors import MandateScope
from backend.parties.rules import OF_REGISTERS
from backend.registers.reading import Registers
from backend.registers.schemas import RecordList, RegisterRecords
from backend.registers.sources import Holder, RegisterName, SourceSilent

_LEVEL = 3
"""A name and a number are known to many; whoever has only them shall not learn where somebody lives."""


async def own_records(house: House, registers: Registers, actor: Actor) -> RecordList:
    """What each register holds about whom the request acts for; a silent one does not hide the others.

    A read of somebody else's is on record. Raises LevelNeeded, MandateScope, Erased.
    """
    # Whom a party invited sees no more of it than it shows them.
    acting = actor.acting
    if acting is not None and (acting.capacity not in OF_REGISTERS or not acting.covers_everything):
        raise MandateScope("您的授权不包括查询对方的登记信息。请让对方自己查询，或切换回本人。")
    applicant = await parties.applicant_of(house, actor)
    if applicant.code is None:
        raise LevelNeeded("请先完成实名认证，再查您的信息。", level=2, actual=1)
    if applicant.party_id is None:
        # Knowing a name and a number is no proof of being that person while another account is them already.
        raise LevelNeeded("请带身份证到窗口核对本人，再查您的信息。", level=3, actual=2)
    if actor.level < _LEVEL:
        raise LevelNeeded(
            "登记信息里有住址，要更可靠的身份核验。请用通行密钥登录，或到窗口当面核验。",
            level=_LEVEL,
            actual=actor.level,
        )
    await parties.on_record(house, actor, "acting.records", applicant.party_id)
    holder = Holder(applicant.code)
    return RecordList(list(await asyncio.gather(*(_records(registers, each, holder) for each in registers.sources))))


async def _records(registers: Registers, register: RegisterName, holder: Holder) -> RegisterRecords:
    source = registers.sources[register].words()
    try:
        reading = await registers.look_up(register, holder)
    except SourceSilent:
        return RegisterRecords(register=register, source=source, state="unavailable", as_of=None, entries=[])
    return RegisterRecords(
        register=register, source=source, state="ok", as_of=rfc3339(reading.as_of), entries=reading.entries
    )
