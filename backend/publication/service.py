"""The publication room's use cases: proposing, looking at what would change, and deciding as another person."""

from __future__ import annotations

import asyncio
from collections.abc import Collection

import msgspec

from backend.city.canonical import canonical
from backend.city.city import City
from backend.city.pack import Finding
from backend.city.structures import Text
from backend.foundation.audit import record
from backend.foundation.database import Row, UnexpectedRowCount, UniqueViolation
from backend.foundation.errors import NotFound
from backend.foundation.identifiers import new_id
from backend.foundation.time_source import rfc3339
from backend.house import House
from backend.identity.actor import Actor
from backend.publication import tables
from backend.publication.errors import (
    OwnProposal,
    ProposalDecided,
    ProposalFaulty,
    ProposalStale,
    ProposalUnchanged,
    ReviewIncomplete,
)
from backend.publication.kinds import KINDS, PublicationKind, pack_content
from backend.publication.rules import FileDifference, difference
from backend.publication.schemas import (
    ProposalFinding,
    ProposalList,
    ProposalState,
    ProposalSummary,
    ProposalView,
    ReviewRequest,
    ReviewRule,
)
from backend.staff.service import names_of

_ARTICLE = Text("《政府信息公开条例》第十七条", "Regulations on Open Government Information, art. 17")
_OWN = ReviewRule(
    "own-proposal",
    _ARTICLE,
    Text(
        "这是您自己提出的。公开前的保密审查要由另一个人做，请督查或其他编辑审查。",
        "You proposed this yourself. The check before publication is another person's: ask a supervisor or another"
        " editor.",
    ),
)
_STALE = ReviewRule(
    "proposal-stale",
    None,
    Text(
        "提出以后已有新的内容生效，不能再发布这一份。请退回，让编辑在新内容上重新提出。",
        "Something else was put in force since. Reject this, and have the editor propose it anew on top of that.",
    ),
)
_FAULTY = ReviewRule(
    "proposal-faulty",
    None,
    Text("检查出错误，不能发布。请退回并写明要改什么。", "The checks find errors. Reject it and say what to correct."),
)


async def propose_pack(house: House, city: City, proposed_by: str) -> str:
    """Stores a city pack for another person to review, and gives the proposal's id. Raises ProposalUnchanged."""
    return await propose(house, "city-pack", city.hash, city.name, pack_content(city), proposed_by)


async def propose(house: House, kind: str, subject_hash: str, title: Text, content: str, proposed_by: str) -> str:
    """Stores what shall be published under review, and gives the proposal's id. Raises ProposalUnchanged."""
    number, in_force = await KINDS[kind].in_force(house.database)
    if in_force == subject_hash:
        raise ProposalUnchanged("这份内容已经生效，不用再提。")
    if await house.database.read(tables.waiting(kind, subject_hash, number)):
        raise ProposalUnchanged("同样的内容已经在等审查，不用再提。")
    proposal_id, now = new_id(), house.time.now()
    await house.database.commit(
        [
            tables.add_proposal(
                proposal_id, kind, subject_hash, canonical(title).decode(), content, number, in_force, proposed_by, now
            ),
            record(at=now, actor=proposed_by, action="publication.proposed", subject=None, target=proposal_id),
        ]
    )
    return proposal_id


async def list_proposals(house: House, actor: Actor, after: str | None, limit: int) -> ProposalList:
    """A page of proposals, newest first; `after` is the `next` of the page before."""
    rows = await house.database.read(tables.proposals(after, limit + 1))
    page = rows[:limit]
    numbers = {kind: (await KINDS[kind].in_force(house.database))[0] for kind in {row["kind"] for row in page}}
    names = await _names(house, page)
    return ProposalList(
        [_summary(row, actor, numbers[row["kind"]], names) for row in page],
        page[-1]["id"] if len(rows) > limit else None,
    )


async def read_proposal(house: House, actor: Actor, proposal_id: str) -> ProposalView:
    """A proposal with what it would change, and why the caller may not publish it. Raises NotFound.

    One that waits is compared with what is in force now, one that was decided on with what was in force then.
    """
    row = await _row(house, proposal_id)
    kind = KINDS[row["kind"]]
    number, in_force = await kind.in_force(house.database)
    against = in_force if row["decided_at"] is None else row["base_hash"]
    before = await kind.text_in_force(house.database, against)
    # A large pack takes a while to compare; nobody else shall wait for it.
    (files, left_out), findings = await asyncio.to_thread(_judged, kind, row["content"], before, house)
    summary = _summary(row, actor, number, await _names(house, [row]))
    undecided = row["decided_at"] is None
    return ProposalView(
        proposal=summary,
        against=against,
        files=files,
        files_left_out=left_out,
        findings=[
            ProposalFinding(each.file, each.line, each.rule, each.detail, each.cure, each.article, each.severity)
            for each in findings
        ],
        secrecy_checked=bool(row["secrecy_checked"]),
        rule=_rule(summary, findings) if undecided else None,
        can_reject=undecided and not summary.mine,
    )


async def review(house: House, actor: Actor, proposal_id: str, request: ReviewRequest) -> ProposalView:
    """Publishes a proposal or rejects it, as another person than its proposer; both are on record.

    Raises NotFound, OwnProposal, ProposalDecided, ReviewIncomplete, ProposalStale, ProposalFaulty.
    """
    row = await _row(house, proposal_id)
    if row["proposed_by"] == actor.account_id:
        raise OwnProposal(_OWN.sentence.zh, refusal=_OWN)
    if row["decided_at"] is not None:
        await _refuse_decided(house, actor, proposal_id)
    reason = request.reason.strip()
    now = house.time.now()
    batch = [
        tables.decide(
            proposal_id,
            actor.account_id,
            now,
            request.decision,
            reason,
            secrecy_checked=request.secrecy_checked,
        ),
        record(
            at=now,
            actor=actor.account_id,
            action="publication.published" if request.decision == "publish" else "publication.rejected",
            subject=None,
            target=proposal_id,
            reason=reason,
        ),
    ]
    if request.decision == "publish":
        if not request.secrecy_checked:
            raise ReviewIncomplete(
                "发布前要做保密审查。看过确实没有涉密内容，请勾选“已做保密审查”。", missing="secrecy_checked"
            )
        kind = KINDS[row["kind"]]
        if (await kind.in_force(house.database))[0] != row["base_number"]:
            raise ProposalStale(_STALE.sentence.zh, refusal=_STALE)
        findings = await asyncio.to_thread(kind.findings, row["content"], house.time.today())
        errors = sum(each.severity == "error" for each in findings)
        if errors:
            raise ProposalFaulty(_FAULTY.sentence.zh, errors=errors, refusal=_FAULTY)
        batch += kind.publish(row["content"], number=row["base_number"] + 1, at=now, actor=actor.account_id)
    elif not reason:
        raise ReviewIncomplete("退回要写明理由，让提出的人知道改什么。", missing="reason")
    try:
        await house.database.commit(batch)
    except UnexpectedRowCount:
        await _refuse_decided(house, actor, proposal_id)
    except UniqueViolation:
        raise ProposalStale(_STALE.sentence.zh, refusal=_STALE) from None
    return await read_proposal(house, actor, proposal_id)


async def _refuse_decided(house: House, actor: Actor, proposal_id: str) -> None:
    current = (await read_proposal(house, actor, proposal_id)).proposal
    raise ProposalDecided(f"{current.decided_by or '别人'}已经审查过这一份。请看结果。", current=current)


def _judged(
    kind: PublicationKind, content: str, before: dict[str, str], house: House
) -> tuple[tuple[list[FileDifference], int], list[Finding]]:
    return difference(before, kind.text_of(content)), kind.findings(content, house.time.today())


async def _row(house: House, proposal_id: str) -> Row:
    rows = await house.database.read(tables.proposal_by_id(proposal_id))
    if not rows:
        raise NotFound("没有这份待审内容。")
    return rows[0]


async def _names(house: House, rows: Collection[Row]) -> dict[str, str]:
    people = {row[column] for row in rows for column in ("proposed_by", "decided_by") if row[column] is not None}
    return await names_of(house, people)


def _summary(row: Row, actor: Actor, number: int, names: dict[str, str]) -> ProposalSummary:
    decided = row["decided_at"] is not None
    state: ProposalState = "waiting" if row["base_number"] == number else "stale"
    if decided:
        state = "published" if row["decision"] == "publish" else "rejected"
    return ProposalSummary(
        id=row["id"],
        kind=row["kind"],
        title=msgspec.json.decode(row["title"], type=Text),
        subject_hash=row["subject_hash"],
        state=state,
        proposed_by=names.get(row["proposed_by"], ""),
        proposed_at=rfc3339(row["proposed_at"]),
        mine=row["proposed_by"] == actor.account_id,
        decided_by=names.get(row["decided_by"], "") if decided else None,
        decided_at=rfc3339(row["decided_at"]) if decided else None,
        reason=row["reason"],
    )


def _rule(summary: ProposalSummary, findings: list[Finding]) -> ReviewRule | None:
    if summary.mine:
        return _OWN
    if summary.state == "stale":
        return _STALE
    return _FAULTY if any(each.severity == "error" for each in findings) else None
