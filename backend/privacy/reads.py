"""Who has read my data: the audit trail as its subject may see it. Departments and roles, never a name of staff."""

from __future__ import annotations

import msgspec

from backend.cases.personal import query_codes
from backend.city.city import City
from backend.foundation import cursor
from backend.foundation.database import Row
from backend.foundation.personal_data import Chapter, Entry
from backend.foundation.time_source import rfc3339
from backend.house import House
from backend.identity.actor import Actor
from backend.parties import service as parties
from backend.privacy import rules, tables
from backend.privacy.schemas import Reader, ReadLine, ReadList
from backend.staff.personal import Position, positions_of

REGISTER_READ = "register-read"


async def subjects_of(house: House, actor: Actor) -> list[str]:
    """Every subject that is this very person: each of their accounts, and their party."""
    return await parties.subjects_of(house, msgspec.structs.replace(actor, acting=None))


async def reads(house: House, actor: Actor, after: str | None, limit: int) -> ReadList:
    """A page of the times that somebody else met the actor's data, newest first. Raises CursorInvalid."""
    subjects = await subjects_of(house, actor)
    before = cursor.decode(after, 1)[0] if after else None
    rows = await house.database.read(tables.reads_of(subjects, actor.account_id, before, limit + 1))
    shown = rows[:limit]
    positions = await positions_of(house, {row["actor"] for row in shown})
    codes = await query_codes(house, {_case_of(row["target"]) for row in shown}, subjects)
    more = cursor.encode(shown[-1]["id"]) if len(rows) > limit else None
    return ReadList([_line(house.city, row, positions, codes) for row in shown], more)


def _case_of(target: str) -> str:
    # Of a file read the target is the case and the file.
    return target.partition("/")[0]


def _line(city: City, row: Row, positions: dict[str, Position], codes: dict[str, str]) -> ReadLine:
    looked = row["action"] == REGISTER_READ
    register = rules.registers_of(city).get(row["reason"].partition(" ")[0]) if looked else None
    return ReadLine(
        id=row["id"],
        at=rfc3339(row["at"]),
        action=row["action"],
        reader=_reader(city, row["actor"], positions),
        # The reason of a look into a register is its rule, which has words of its own.
        reason=None if looked else row["reason"] or None,
        query_code=codes.get(_case_of(row["target"])),
        register=register,
    )


def _reader(city: City, actor: str, positions: dict[str, Position]) -> Reader:
    position = positions.get(actor)
    office = city.departments.get(position.department) if position else None
    return Reader(
        kind=rules.reader_kind(actor, positions),
        department=office.name if office else None,
        roles=position.roles if position else [],
    )


_ACTIONS = {
    "desk.read": "打开了您的办件",
    "desk.list": "在办件列表里看到了您的办件",
    "desk.read-file": "查看了办件里的文件",
    "desk.read-document": "查看了办件的文书",
    "desk.archive": "把办结的办件打包归档",
    "desk.counter-opened": "在窗口按证件查到了您",
    "desk.counter-draft": "在窗口扫码打开了您的草稿",
    "desk.export": "导出了含有您办件的列表（姓名已遮盖）",
    "desk.held": "接手、转交或放回了您的办件",
    "desk.marked": "在您的材料图片上写了批注",
    "desk.counter-filed": "在窗口代您录入了申请",
    REGISTER_READ: "系统按规则查询了人口库",
    "unmask": "查看了完整的号码",
    "link-created": "为您的办件建了进度链接",
    "link-opened": "有人打开了进度链接",
    "link-revoked": "停用了进度链接",
}
_READERS = {"staff": "工作人员", "system": "系统", "link": "拿到链接的人", "other": "其他账号"}
_PAGE = 500


async def reads_chapter(house: House, actor: Actor) -> Chapter:
    """Every time that somebody else met the person's data, newest first."""
    lines: list[ReadLine] = []
    after = None
    while True:
        page = await reads(house, actor, after, _PAGE)
        lines += page.reads
        after = page.next
        if after is None:
            break
    entries = [
        Entry(
            _ACTIONS.get(line.action, line.action),
            [
                ("时间", line.at),
                ("谁", line.reader.department.zh if line.reader.department else _READERS[line.reader.kind]),
                ("办件", line.query_code or "与办件无关"),
                ("理由", line.reason or "没有写"),
            ],
        )
        for line in lines
    ]
    return Chapter("reads", "谁看过我的信息", entries, msgspec.to_builtins(lines))
