"""The publication room's use cases: proposing, looking at what would change, and deciding as another person."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from datetime import date

import msgspec

from backend.city.canonical import canonical
from backend.city.city import City
from backend.city.history import Publication, coming, in_force
from backend.city.pack import Finding
from backend.city.store import packed_files, published, publishers
from backend.city.structures import CityFacts, Text
from backend.foundation.audit import record
from backend.foundation.database import Row, UnexpectedRowCount, UniqueViolation
from backend.foundation.errors import NotFound
from backend.foundation.identifiers import new_id
from backend.foundation.time_source import legal_day, rfc3339
from backend.house import House
from backend.identity.actor import Actor
from backend.publication import rules, tables
from backend.publication.errors import (
    EffectiveDateWrong,
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
    ProposalList,
    ProposalState,
    ProposalSummary,
    ProposalView,
    ReviewRequest,
    ReviewRule,
    Version,
    VersionList,
    VersionState,
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


_DATES = {
    "form": "生效时间要写成 2026-12-01 这样的日期，或带时区的时刻。",
    "past": "生效时间已经过去。请写以后的时间，要立刻生效就不写。",
    "far": "生效时间最多在三年以内。",
}


def effective_from(text: str | None, now: int) -> int | None:
    """The instant from which something shall be in force, None for at once. Raises EffectiveDateWrong."""
    try:
        return rules.effective_instant(text, now)
    except ValueError as error:
        raise EffectiveDateWrong(_DATES[str(error)], reason=str(error)) from None


async def propose_pack(house: House, city: City, proposed_by: str, effective_at: int | None = None) -> str:
    """Stores a city pack for another person to review, and gives the proposal's id. Raises ProposalUnchanged."""
    content = pack_content(city)
    return await propose(house, "city-pack", city.hash, city.name, content, proposed_by, effective_at)


async def propose_version(house: House, pack_hash: str, proposed_by: str, effective_at: int | None = None) -> str:
    """Proposes a version that was published before. Raises NotFound, ProposalUnchanged."""
    try:
        files = await packed_files(house.database, pack_hash)
    except KeyError:
        raise NotFound("没有这个版本。请从版本列表里选。") from None
    title = msgspec.convert(files["city.yaml"], CityFacts).name
    content = canonical(files).decode()
    return await propose(house, "city-pack", pack_hash, title, content, proposed_by, effective_at)


async def propose(
    house: House,
    kind: str,
    subject_hash: str,
    title: Text,
    content: str,
    proposed_by: str,
    effective_at: int | None = None,
) -> str:
    """Stores what shall be published under review, in force at once or from an instant, and gives the proposal's id.

    Raises ProposalUnchanged.
    """
    proposal_id, now = new_id(), house.time.now()
    number, stands = await KINDS[kind].standing(house.database, max(now, effective_at or now))
    if stands == subject_hash:
        raise ProposalUnchanged(
            "这份内容到时候本来就在生效，不用再提。" if effective_at else "这份内容已经生效，不用再提。"
        )
    if await house.database.read(tables.waiting(kind, subject_hash, number, effective_at)):
        raise ProposalUnchanged("同样的内容已经在等审查，不用再提。")
    await house.database.commit(
        [
            tables.add_proposal(
                proposal_id,
                kind,
                subject_hash,
                canonical(title).decode(),
                content,
                number,
                stands,
                proposed_by,
                now,
                effective_at,
            ),
            record(at=now, actor=proposed_by, action="publication.proposed", subject=None, target=proposal_id),
        ]
    )
    return proposal_id


async def list_proposals(house: House, actor: Actor, after: str | None, limit: int) -> ProposalList:
    """A page of proposals, newest first; `after` is the `next` of the page before."""
    rows = await house.database.read(tables.proposals(after, limit + 1))
    page = rows[:limit]
    now = house.time.now()
    numbers = {kind: (await KINDS[kind].standing(house.database, now))[0] for kind in {row["kind"] for row in page}}
    names = await _names(house, page)
    return ProposalList(
        [_summary(row, actor, numbers[row["kind"]], names) for row in page],
        page[-1]["id"] if len(rows) > limit else None,
    )


async def read_proposal(house: House, actor: Actor, proposal_id: str) -> ProposalView:
    """A proposal with what it would change, and why the caller may not publish it. Raises NotFound.

    One that waits is compared with what is in force now, or will be when it is due; one that was decided on with what
    it was proposed against.
    """
    row = await _row(house, proposal_id)
    kind = KINDS[row["kind"]]
    now = house.time.now()
    number, stands = await kind.standing(house.database, max(now, row["effective_at"] or now))
    against = stands if row["decided_at"] is None else row["base_hash"]
    before = await kind.text_in_force(house.database, against)
    # A large pack takes a while to compare; nobody else shall wait for it.
    (files, left_out), findings = await asyncio.to_thread(
        _judged, kind, row, before, legal_day(max(now, row["effective_at"] or now))
    )
    summary = _summary(row, actor, number, await _names(house, [row]))
    undecided = row["decided_at"] is None
    return ProposalView(
        proposal=summary,
        against=against,
        files=files,
        files_left_out=left_out,
        findings=findings,
        secrecy_checked=bool(row["secrecy_checked"]),
        rule=_rule(summary, findings) if undecided else None,
        can_reject=undecided and not summary.mine,
        coming=[each for each in await _versions(house) if each.state == "coming"] if undecided else [],
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
        if (await kind.standing(house.database, now))[0] != row["base_number"]:
            raise ProposalStale(_STALE.sentence.zh, refusal=_STALE)
        day = legal_day(max(now, row["effective_at"] or now))
        findings = await asyncio.to_thread(kind.findings, row["content"], day)
        errors = sum(each.severity == "error" for each in findings)
        if errors:
            raise ProposalFaulty(_FAULTY.sentence.zh, errors=errors, refusal=_FAULTY)
        batch += await kind.publish(
            house.database,
            row["content"],
            number=row["base_number"] + 1,
            at=now,
            actor=actor.account_id,
            effective_at=row["effective_at"],
        )
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


async def list_versions(house: House, after: int | None, limit: int) -> VersionList:
    """A page of everything that was published, newest first; `after` is the `next` of the page before."""
    versions = [each for each in await _versions(house) if after is None or each.number < after]
    page = versions[:limit]
    return VersionList(page, str(page[-1].number) if len(versions) > limit else None)


async def _versions(house: House) -> list[Version]:
    now, history = house.time.now(), await published(house.database)
    current = in_force(history, now)
    ahead = {each.number for each in coming(history, now)}
    by = await publishers(house.database)
    names = await names_of(house, set(by.values()) - {"system"})

    def state(each: Publication) -> VersionState:
        if current is not None and each.number == current.number:
            return "in-force"
        if each.is_due(now):
            return "past"
        return "coming" if each.number in ahead else "replaced"

    return [
        Version(
            each.number,
            each.pack_hash,
            state(each),
            rfc3339(each.at),
            rfc3339(each.effective_at),
            names.get(by[each.number], ""),
        )
        for each in reversed(history)
        if each.number in by
    ]


def _judged(
    kind: PublicationKind, row: Row, before: dict[str, str], day: date
) -> tuple[tuple[list[FileDifference], int], list[Finding]]:
    return difference(before, kind.text_of(row["content"])), kind.findings(row["content"], day)


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
        in_force_from=None if row["effective_at"] is None else rfc3339(row["effective_at"]),
    )


def _rule(summary: ProposalSummary, findings: list[Finding]) -> ReviewRule | None:
    if summary.mine:
        return _OWN
    if summary.state == "stale":
        return _STALE
    return _FAULTY if any(each.severity == "error" for each in findings) else None
