"""What follows when a case of a filing moves: the next ones are filed, wait for the resident, or fall away.

Delivered by the outbox: whatever stops in between, the job comes again, and what it stores is one batch with its end.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import structlog

from backend.bundles import rules, tables
from backend.bundles.service import in_one_batch, opened
from backend.cases import errors
from backend.cases.members import MemberCase, member_case
from backend.cases.schemas import Submission
from backend.cases.submission import FILING_KIND, CaseMovedJob, Filing, Prepared, prepare
from backend.city.structures import Bundle
from backend.foundation.database import Row, Statement
from backend.foundation.encryption import Erased
from backend.foundation.errors import Problem
from backend.foundation.outbox import Claimed
from backend.foundation.worker import Worker
from backend.house import House
from backend.identity.notices import tell

log = structlog.get_logger(__name__)


async def moved(house: House, case_id: str) -> list[Statement]:
    """What the filing of a case becomes as its cases stand now; nothing when it waits for more."""
    changed = await member_case(house, case_id)
    if changed is None or changed.case.row["filing_id"] is None:
        return []
    filing = (await house.database.read(tables.filing_by_id(changed.case.row["filing_id"])))[0]
    bundle = house.city.bundles.get(filing["bundle"])
    rows = {row["item"]: row for row in await house.database.read(tables.members_of(filing["id"]))}
    stand = {item: await _stand(house, row) for item, row in rows.items()}
    now, batch, asks, lost = house.time.now(), list[Statement](), False, False
    prepared: list[Prepared] = []
    dropped = {item for item, row in rows.items() if row["state"] == "dropped"}
    # In their order, so that what falls away takes with it whatever waits for it.
    for item, row in rows.items():
        if row["state"] not in ("waiting", "ready"):
            continue
        before = [each for each in row["waits_for"].split(",") if each]
        if any(each in dropped or _lost(stand[each]) for each in before):
            dropped.add(item)
            lost = True
            batch.append(tables.member_dropped(filing["id"], item, now))
        elif row["state"] == "waiting" and all(_granted(stand[each]) for each in before):
            ready, problem = await _file(house, bundle, filing, row, stand)
            if ready is None:
                asks = True
                batch.append(tables.member_ready(filing["id"], item, problem, now))
            else:
                prepared.append(ready)
                batch.append(tables.member_filed(filing["id"], item, "waiting", ready.case_id, now))
    if lost:
        batch.append(tell(filing["account_id"], "filing-part-dropped", now))
    if asks:
        batch.append(tell(filing["account_id"], "filing-asks", now))
    if batch:
        log.info("filing_moved", filing=filing["id"], filed=len(prepared))
    return [*batch, *in_one_batch(prepared)]


async def _stand(house: House, row: Row) -> MemberCase | None:
    return await member_case(house, row["case_id"]) if row["case_id"] is not None else None


def _granted(stand: MemberCase | None) -> bool:
    return stand is not None and stand.granted


def _lost(stand: MemberCase | None) -> bool:
    return stand is not None and stand.final and not stand.granted


async def _file(
    house: House, bundle: Bundle | None, filing: Row, row: Row, stand: dict[str, MemberCase | None]
) -> tuple[Prepared | None, str | None]:
    """A waiting member as a case, or the code of what keeps it from being one by itself (None: another applicant)."""
    item = row["item"]
    if bundle is None or item in {each.item for each in bundle.applicants}:
        return None, None
    try:
        kept = await opened(house, filing["subject_id"], filing["id"], row)
    except Erased:
        return None, "erased"
    values: dict[str, Any] = dict(kept.values)
    for each in bundle.results:
        earlier = stand.get(each.of)
        if each.item == item and each.pointer and earlier is not None and earlier.identifier:
            values[each.pointer[1:]] = earlier.identifier
    issued = frozenset(
        material
        for material, of in rules.taken_materials(bundle, item).items()
        if (earlier := stand.get(of)) is not None and earlier.certificate
    )
    guide = house.city.guides[row["guide_hash"]]
    whole = Filing(
        account_id=filing["account_id"],
        applicant=kept.applicant,
        capacity=kept.capacity,
        said=kept.said,
        draft=None,
        also=lambda case_id: [],
        filing_id=filing["id"],
        issued=issued,
    )
    try:
        submission = Submission(item, guide.hash, guide.form_hash or "", values, kept.files)
        return await prepare(house, whole, submission), None
    except (errors.FormInvalid, errors.MaterialMissing, errors.FilesMissing, errors.GuideUnknown) as problem:
        return None, _code(problem)


def _code(problem: Problem) -> str:
    return problem.code


def register(worker: Worker, house: House) -> None:
    """Lets the worker move filings on."""

    async def deliver(job: CaseMovedJob, row: Claimed) -> Sequence[Statement]:
        return await moved(house, job.case_id)

    worker.register(FILING_KIND, CaseMovedJob, deliver)
