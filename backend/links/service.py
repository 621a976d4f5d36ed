"""The links room's use cases: make, list, end and open."""

from __future__ import annotations

import msgspec

from backend.cases.records import Case, is_own
from backend.cases.service import progress, visible_case
from backend.foundation import idempotency
from backend.foundation.audit import record
from backend.foundation.database import UnexpectedRowCount, UniqueViolation
from backend.foundation.errors import NotFound
from backend.foundation.identifiers import new_id
from backend.foundation.time_source import rfc3339
from backend.house import House
from backend.identity.actor import Actor
from backend.links import rules, tables
from backend.links.errors import LinkEnded, LinkUnknown, TooManyLinks
from backend.links.schemas import LinkList, LinkView, MakerRole, NewLink, StatusView

_SHOWN = 100


class _Made(msgspec.Struct, frozen=True):
    """What is remembered of the answer to a request: all of it but the token."""

    id: str
    expires_at: str


def _token(house: House, link_id: str) -> str:
    # A keyed digest instead of random bits: a repeated request must give the same link, and only the token's hash
    # may be stored. Without the house's key it cannot be told from random.
    return rules.token_from(house.vault.blind_index("status-link", link_id))


def _new_link(house: House, made: _Made) -> NewLink:
    return NewLink(made.id, f"/s#{_token(house, made.id)}", made.expires_at)


def _role(actor: Actor, case: Case) -> MakerRole:
    return "resident" if is_own(actor, case.row) else "staff"


async def create(house: House, actor: Actor, case_id: str, key: str, days: int) -> tuple[NewLink, bool]:
    """Makes a link to a case of the actor's own or of their departments; and whether this key had made it before.

    Raises NotFound, TooManyLinks, KeyReused.
    """
    fingerprint = idempotency.fingerprint(house.vault, "links.create", f"{case_id} {days}".encode())
    case = await visible_case(house, actor, case_id)
    earlier = await _recall(house, actor, key, fingerprint)
    if earlier is not None:
        return earlier, True
    now = house.time.now()
    if (await house.database.read(tables.working_of(case_id, now)))[0]["many"] >= rules.LINKS_LIMIT:
        raise TooManyLinks("这个办件的链接太多。请先停用不需要的链接。", limit=rules.LINKS_LIMIT)
    link_id, expires_at = new_id(), now + days * rules.DAY
    made = _Made(link_id, rfc3339(expires_at))
    token_hash = rules.token_hash(_token(house, link_id)) or ""
    batch = [
        tables.add_link(link_id, token_hash, case_id, actor.account_id, _role(actor, case), now, expires_at),
        record(at=now, actor=actor.account_id, action="link-created", subject=case.subject_id, target=link_id),
        idempotency.remember(actor.account_id, key, fingerprint, msgspec.json.encode(made).decode(), now),
    ]
    try:
        await house.database.commit(batch)
    except UniqueViolation:
        earlier = await _recall(house, actor, key, fingerprint)
        if earlier is None:
            raise
        return earlier, True
    return _new_link(house, made), False


async def _recall(house: House, actor: Actor, key: str, fingerprint: str) -> NewLink | None:
    reply = await idempotency.recall(house.database, actor.account_id, key, fingerprint)
    return None if reply is None else _new_link(house, msgspec.json.decode(reply, type=_Made))


async def list_links(house: House, actor: Actor, case_id: str) -> LinkList:
    """The links of a case the actor may see, newest first. Raises NotFound."""
    await visible_case(house, actor, case_id)
    rows = await house.database.read(tables.links_of(case_id, _SHOWN))
    return LinkList(
        [
            LinkView(
                id=row["id"],
                created_at=rfc3339(row["created_at"]),
                by=row["made_by"],
                expires_at=rfc3339(row["expires_at"]),
                visits=row["visits"],
                last_visit_at=None if row["last_visit_at"] is None else rfc3339(row["last_visit_at"]),
                revoked_at=None if row["revoked_at"] is None else rfc3339(row["revoked_at"]),
            )
            for row in rows
        ]
    )


async def revoke(house: House, actor: Actor, link_id: str) -> None:
    """Ends a link to a case the actor may see; ending it twice is ending it once. Raises NotFound."""
    rows = await house.database.read(tables.link_by_id(link_id))
    unknown = NotFound("没有找到这个链接。")
    if not rows:
        raise unknown
    try:
        case = await visible_case(house, actor, rows[0]["case_id"])
    except NotFound:
        # In the same words: another person's link is not there, no more than one that never was.
        raise unknown from None
    now = house.time.now()
    await house.database.commit(
        [
            tables.revoke(link_id, now),
            record(at=now, actor=actor.account_id, action="link-revoked", subject=case.subject_id, target=link_id),
        ]
    )


async def open_link(house: House, token: str, address: str) -> StatusView:
    """What the holder of a token may see; the visit is counted, logged and audited before the answer.

    `address` is where the visitor comes from; only a blind index of it, good for this link alone, is stored.
    Raises LinkUnknown, LinkEnded, Erased.
    """
    token_hash = rules.token_hash(token)
    rows = await house.database.read(tables.link_by_token(token_hash)) if token_hash else []
    if not rows:
        raise LinkUnknown("没有这个链接。请检查链接是否完整，或向发给您的人再要一次。")
    link, now = rows[0], house.time.now()
    ended = LinkEnded("链接已过期或已被停用。请向发给您的人再要一个。")
    if link["revoked_at"] is not None or link["expires_at"] <= now:
        raise ended
    seen = await progress(house, link["case_id"])
    visitor = house.vault.blind_index("link-visitor", f"{link['id']} {address}")
    batch = [
        tables.count_visit(link["id"], now),
        record(at=now, actor="link", action="link-opened", subject=seen.subject_id, target=link["id"]),
    ]
    if link["visits"] < rules.VISITS_LOGGED:
        batch.append(tables.log_visit(new_id(), link["id"], now, visitor))
    try:
        await house.database.commit(batch)
    except UnexpectedRowCount:
        raise ended from None
    return StatusView(
        item=seen.item,
        applicant_masked=seen.applicant_masked,
        query_code_tail=seen.query_code_tail,
        state=seen.state,
        stage_sentence=seen.stage_sentence,
        stages=seen.stages,
        due=seen.due,
        basis=seen.basis,
        department=seen.department,
        expires_at=rfc3339(link["expires_at"]),
    )
