"""What follows when a case of a filing moves: the next ones are filed, wait for the resident, or fall away.

Delivered by the outbox: whatever stops in between, the job comes again, and what it stores is one batch with its end.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import structlog

from backend.bundles import tables
from backend.bundles.kept import application, opened, stands_of
from backend.bundles.service import in_one_batch, renewals
from backend.cases.members import MemberCase, member_case
from backend.cases.submission import FILING_KIND, CaseMovedJob, Filing, Prepared, prepare
from backend.city.structures import Bundle
from backend.foundation.database import Row, Statement
from backend.foundation.encryption import Erased
from backend.foundation.errors import Problem
from backend.foundation.outbox import Claimed
from backend.foundation.worker import Worker
from backend.house import House
from backend.identity.notices import NoticeKind, tell
from backend.parties.service import told_of

log = structlog.get_logger(__name__)


async def moved(house: House, case_id: str) -> list[Statement]:
    """What the filing of a case becomes as its cases stand now; nothing when it waits for more."""
    changed = await member_case(house, case_id)
    if changed is None or changed.case.row["filing_id"] is None:
        return []
    filing = (await house.database.read(tables.filing_by_id(changed.case.row["filing_id"])))[0]
    bundle = house.city.bundles.get(filing["bundle"])
    rows = {row["item"]: row for row in await house.database.read(tables.members_of(filing["id"]))}
    stand = await stands_of(house, list(rows.values()))
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
    kinds: list[NoticeKind] = []
    if lost:
        kinds.append("filing-part-dropped")
    if asks:
        kinds.append("filing-asks")
    if kinds:
        told = await _told(house, filing, stand.values())
        batch += [tell(account_id, kind, now) for account_id in told for kind in kinds]
    if batch:
        log.info("filing_moved", filing=filing["id"], filed=len(prepared))
    return [*batch, *renewals(house, prepared, filing["subject_id"]), *in_one_batch(prepared)]


def _granted(stand: MemberCase | None) -> bool:
    return stand is not None and stand.granted


def _lost(stand: MemberCase | None) -> bool:
    return stand is not None and stand.final and not stand.granted


async def _file(
    house: House, bundle: Bundle | None, filing: Row, row: Row, stands: dict[str, MemberCase | None]
) -> tuple[Prepared | None, str | None]:
    """A waiting member as a case, or the code of what keeps it from being one by itself (None: another applicant)."""
    if bundle is None or row["item"] in {each.item for each in bundle.applicants}:
        return None, None
    try:
        kept = await opened(house, filing["subject_id"], filing["id"], row)
        submission, issued = application(house.city, bundle, row, kept, stands)
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
        return await prepare(house, whole, submission), None
    except Problem as problem:
        # Whatever it is, trying again changes nothing: the applicant is asked.
        return None, problem.code
    except Erased:
        return None, "erased"


async def _told(house: House, filing: Row, stands: Iterable[MemberCase | None]) -> list[str]:
    """Which accounts hear of a filing: as of a case of its party, and nobody whose mandate has ended."""
    if filing["party_id"] is None:
        return [filing["account_id"]]
    mandates = (
        stand.case.entries[0].fact.data.get("on_behalf", {}).get("mandate")
        for stand in stands
        if stand is not None and stand.case.row["account_id"] == filing["account_id"]
    )
    mandate = None if filing["capacity"] == "self" else next((each for each in mandates if each), None)
    # Without the mandate under which it was filed nothing shows that whoever filed it still may hear of it.
    filer = filing["account_id"] if filing["capacity"] == "self" else None
    return [each.account_id for each in await told_of(house, filing["party_id"], filer, mandate)]


def register(worker: Worker, house: House) -> None:
    """Lets the worker move filings on."""

    async def deliver(job: CaseMovedJob, row: Claimed) -> Sequence[Statement]:
        return await moved(house, job.case_id)

    worker.register(FILING_KIND, CaseMovedJob, deliver)
