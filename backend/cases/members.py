"""What the bundles room may know of the cases of a filing."""

from __future__ import annotations

from datetime import date

import msgspec

from backend.cases import tables
from backend.cases.clock import clock_from_filing
from backend.cases.engine import state_of
from backend.cases.records import Case, history
from backend.certificates.service import certificate_of_case, identifier_of_case
from backend.foundation.database import Row
from backend.foundation.time_source import legal_day
from backend.house import House


class MemberCase(msgspec.Struct, frozen=True):
    """A case as its filing knows it: `granted` is whether its decision gave what was asked for."""

    case: Case
    granted: bool
    final: bool
    due: date | None
    ended: date | None
    certificate: str | None
    identifier: str | None


async def member_case(house: House, case_id: str) -> MemberCase | None:
    """A case of a filing; None when there is none. The caller has judged who asks."""
    rows: list[Row] = await house.database.read(tables.record_by_id(case_id))
    if not rows:
        return None
    case = await history(house, house.city, rows[0])
    # The command that grants is the one whose effect is the certificate, whether or not its item has one.
    given = [each.effects for each in case.lifecycle.commands if each.key in case.state.given_by]
    granted = any("certificate" in each for each in given) and not any("revocation" in each for each in given)
    final = state_of(case.lifecycle, case.state.state or "").final
    clock = clock_from_filing(case.guide, case.state, house.time.today(), house.calendar)
    ended = legal_day(case.row["ended_at"]) if case.row["ended_at"] is not None else None
    certificate = await certificate_of_case(house, case_id) if granted else None
    identifier = await identifier_of_case(house, case_id) if certificate else None
    return MemberCase(case, granted, final, None if final else clock.due, ended, certificate, identifier)
