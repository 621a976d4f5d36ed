"""A list of the desk as a table to take out: masked, bounded, for a stated reason, on record for everyone in it."""

from __future__ import annotations

import csv
import io
from datetime import date

from backend.cases import tables
from backend.cases.desk import masked_applicant
from backend.cases.desk_schemas import ListExport
from backend.cases.due import light_on, step_words
from backend.cases.engine import state_of
from backend.cases.errors import ReasonNeeded
from backend.cases.holding import holders_of
from backend.cases.records import departments_of, division_of
from backend.foundation import audit, security_events
from backend.foundation.errors import Forbidden
from backend.foundation.time_source import legal_day
from backend.house import House
from backend.identity.actor import Actor

EXPORT_MOST = 1000
REASON_LENGTH = 4
_COLUMNS = ("查询码", "事项", "申请人", "街道", "状态", "下一步", "到期日", "紧急程度", "提交日期", "经办人")
_LIGHTS = {"red": "超期", "amber": "快到期", "green": "时间充裕", "grey": "等待中"}


async def export_list(house: House, staff: Actor, asked: ListExport) -> bytes:
    """The list as CSV (UTF-8 with its mark, so that spreadsheets read it), the earliest due first, EXPORT_MOST at most.

    Raises Forbidden, ReasonNeeded.
    """
    city, today = house.city, house.time.today()
    departments, reason = departments_of(city, staff), asked.reason.strip()
    if not departments:
        raise Forbidden("您的部门不在本市的机构名录里。请联系管理员。")
    if len(reason) < REASON_LENGTH:
        raise ReasonNeeded(f"请写明为什么要导出，至少 {REASON_LENGTH} 个字。申请人可以看到这个理由。")
    narrowed = tables.Narrowing(asked.query.light, asked.query.item, asked.query.step)
    rows = await house.database.read(
        tables.queue(
            asked.section,
            departments,
            division_of(staff),
            staff.account_id,
            narrowed,
            today.isoformat(),
            None,
            EXPORT_MOST,
        )
    )
    now = house.time.now()
    event = security_events.note(
        at=now, kind="export-made", severity="notice", actor=staff.account_id, details=f"desk list {len(rows)}"
    )
    lines = [
        audit.record(
            at=now,
            actor=staff.account_id,
            action="desk.export",
            subject=row["subject_id"],
            target=row["id"],
            reason=reason,
        )
        for row in rows
    ]
    await house.database.commit([event, *lines])
    holders = await holders_of(house, staff, [row["id"] for row in rows])
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\r\n")
    table.writerow(_COLUMNS)
    for row in rows:
        at = state_of(city.lifecycles[row["lifecycle_hash"]], row["state"])
        street = city.street(row["street"]) if row["street"] else None
        due = date.fromisoformat(row["next_due"])
        soon = date.fromisoformat(row["next_soon"]) if row["next_soon"] else None
        cells = (
            row["query_code"],
            city.guides[row["guide_hash"]].name.zh,
            await masked_applicant(house, row),
            street.name.zh if street else "",
            at.name.zh,
            step_words(row["next_step"], at.name).zh if row["next_step"] else "",
            row["next_due"] if row["next_step"] else "",
            _LIGHTS[light_on(today, due, soon)] if row["next_step"] else "",
            legal_day(row["submitted_at"]).isoformat(),
            holders[row["id"]].name if row["id"] in holders else "",
        )
        table.writerow([harmless(each) for each in cells])
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def harmless(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula. Pure."""
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell
