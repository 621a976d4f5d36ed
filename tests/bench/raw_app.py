"""The peer of `make bench`: three requests as a hand-written ASGI application without a framework.

The same statements in the same order, the same drivers, pools and durability, the same session lookup by hashed cookie
(remembered as long), the same sealing, leaf hash and form check, and the product's own loops that deliver and sequence
what was committed; everything else is written for just these requests.
"""

from __future__ import annotations

import argparse
import hashlib
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import asyncpg
import msgspec
from granian.constants import HTTPModes, Interfaces
from granian.server import Server

from backend.app import session_limits
from backend.cases import tables as case_tables
from backend.cases.clock import clock_of, explained, step_of
from backend.cases.due import next_due
from backend.cases.engine import CaseState
from backend.cases.schemas import Submission
from backend.cases.terms import terms_of
from backend.catalogue.pages import pages_of
from backend.channels.feed import guide_feed
from backend.channels.page import guide_page
from backend.city.canonical import canonical
from backend.city.city import City
from backend.files import tables as file_tables
from backend.foundation import audit, events, idempotency, outbox
from backend.foundation.calendar_published import published_calendar
from backend.foundation.database import Statement
from backend.foundation.encryption import Place, Vault
from backend.foundation.forms import Form
from backend.foundation.identifiers import new_id, new_query_code
from backend.foundation.settings import Settings, load_settings
from backend.foundation.sqlite_engine import SqliteDatabase
from backend.foundation.time_source import legal_day, rfc3339
from backend.foundation.wake import Wake
from backend.identity import tables as identity_tables
from backend.opening import open_house

Rows = list[Any]
_REMEMBERED_SECONDS = 2.0
_JSON = (b"content-type", b"application/json")
_DECODER = msgspec.json.Decoder(Submission)


class Sqlite:
    """The product's engine: writer thread, readers, synchronous FULL, group commit."""

    def __init__(self, database: SqliteDatabase) -> None:
        self._database = database

    async def read(self, template: str, *values: Any) -> Rows:
        return await self._database.read(Statement(template, values))

    async def commit(self, batch: list[tuple[str, tuple[Any, ...]]]) -> list[Rows]:
        return await self._database.commit([Statement(template, values) for template, values in batch])


class Postgres:
    """asyncpg as its documentation shows it."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool
        self._texts: dict[str, tuple[str, bool]] = {}

    def _text(self, template: str) -> tuple[str, bool]:
        found = self._texts.get(template)
        if found is None:
            parts = template.split("{}")
            text = parts[0] + "".join(f"${number}{part}" for number, part in enumerate(parts[1:], 1))
            found = self._texts[template] = (text, "RETURNING" in text)
        return found

    async def read(self, template: str, *values: Any) -> Rows:
        rows: Rows = await self._pool.fetch(self._text(template)[0], *values)
        return rows

    async def commit(self, batch: list[tuple[str, tuple[Any, ...]]]) -> list[Rows]:
        results: list[Rows] = []
        async with self._pool.acquire() as connection, connection.transaction():
            for template, values in batch:
                text, returns = self._text(template)
                if returns:
                    results.append(await connection.fetch(text, *values))
                else:
                    await connection.execute(text, *values)
                    results.append([])
        return results


def _template(statement: Statement) -> str:
    return statement.template


_SESSION = _template(identity_tables.session_by_token(""))
_ACCOUNT = _template(identity_tables.account_by_id(""))
_RECORD = _template(case_tables.record_by_id(""))
_EVENTS = _template(case_tables.events_of(""))
_CASE_FILES = _template(case_tables.files_of(""))
_RECALL = "SELECT fingerprint, reply FROM idempotency WHERE account_id = {} AND key = {}"
_EVENT = _template(events.append(events.Event("", "", 1, "", 0, "", {}, b"", b"")))
_PRIVATE = _template(events.append_private("", "", b""))
_OUTBOX = _template(outbox.enqueue("", msgspec.Raw(b""), due=0, key=""))  # type: ignore[arg-type]
_AUDIT = _template(audit.record(at=0, actor="", action="", subject=None, target=""))
_COUNT = _template(case_tables.count_case("", ""))
_ADD = _template(
    case_tables.add_record(
        case_id="",
        number_stem="",
        item_code="",
        day="",
        query_code="",
        account_id="",
        subject_id="",
        item="",
        guide_hash="",
        form_hash="",
        lifecycle_hash="",
        department="",
        street=None,
        due="",
        state=CaseState(),
        at=0,
        summary_sealed=b"",
        draft=None,
        party_id=None,
        capacity="",
        following=None,
    )
)
_REMEMBER = _template(case_tables.remember_receipt("", "", "", "", ("", ""), 0))


_NOTHING_ELSE: Mapping[str, Any] = {
    **dict.fromkeys(("due", "procedure", "until", "days", "body", "received", "task", "automatic", "source", "year")),
    **{name: [] for name in ("asked", "materials", "committed", "moved")},
}
"""What an entry of the cases measured does not tell."""


class Session(msgspec.Struct):
    """A session as remembered."""

    account_id: str
    subject_id: str
    ends: int
    until: float


class RawApplication:
    """The ASGI callable."""

    def __init__(self, settings: Settings, *, alone: bool = False) -> None:
        self._settings = settings
        self._alone = alone
        self._city = City.load(Path(settings.city.pack))
        self._pages = pages_of(self._city)
        origin, day = settings.server.public_origin, date.today()
        # What other channels read: the same guide page, and the feed but for its signature.
        self._copies = {
            f"/guides/{key}": guide_page(self._city, item.guide, "zh", origin).encode()
            for key, item in self._city.items.items()
        } | {"/feed/guides.json": canonical(guide_feed(self._city, origin, day))}
        self._forms = {name: Form(form.schema) for name, form in self._city.forms.items()}
        self._known = {
            name: [
                (field.pointer[1:], field.known) for page in form.layout.pages for field in page.fields if field.known
            ]
            for name, form in self._city.forms.items()
        }
        self._limits = session_limits(settings)
        self._sessions: dict[str, Session] = {}
        self._database: Sqlite | Postgres
        self._vault: Vault
        self._wake: Wake

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[None]:
        """Storage, keys and, unless alone, the product's own delivery and sequencing after commits."""
        of = self._settings.database
        async with AsyncExitStack() as stack:
            house, _loops = await stack.enter_async_context(open_house(self._settings, loops=not self._alone))
            self._vault, self._wake = house.vault, house.wake
            if isinstance(house.database, SqliteDatabase):
                # One writer only, as in the product.
                self._database = Sqlite(house.database)
            else:
                pool = asyncpg.create_pool(
                    of.url, min_size=0, max_size=of.pool_size, statement_cache_size=of.statement_cache
                )
                self._database = Postgres(await stack.enter_async_context(pool))
            yield

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            await receive()
            async with self.opened():
                await send({"type": "lifespan.startup.complete"})
                await receive()
            await send({"type": "lifespan.shutdown.complete"})
            return
        path: str = scope["path"]
        headers = dict(scope["headers"])
        status, extra = 200, []
        if scope["method"] == "POST" and path == "/api/v1/cases":
            session = await self._session(headers)
            body = b""
            more = True
            while more:
                message = await receive()
                body += message.get("body", b"")
                more = message.get("more_body", False)
            answer = await self._submit(session, headers[b"idempotency-key"].decode(), body) if session else None
            status = 201 if answer else 401
        elif path.startswith("/api/v1/items/"):
            page = self._pages.guides.get(path[14:])
            if page is not None and headers.get(b"if-none-match", b"").decode() == page.etag:
                status, answer = 304, b""
            else:
                answer = page.body if page else None
            if page:
                extra = [(b"etag", page.etag.encode()), (b"cache-control", b"public, no-cache")]
        elif path.startswith("/api/v1/cases/"):
            session = await self._session(headers)
            answer = await self._status(session, path[14:]) if session else None
            extra = [(b"cache-control", b"no-store")]
        elif path in self._copies:
            answer = self._copies[path]
            extra = [(b"etag", b'"copy"'), (b"cache-control", b"public, no-cache"), (b"vary", b"accept-language")]
        else:
            answer = b"{}" if path == "/health/live" else None
        if answer is None:
            status, answer = 404 if status < 400 else status, b"{}"
        length = (b"content-length", str(len(answer)).encode())
        await send({"type": "http.response.start", "status": status, "headers": [_JSON, length, *extra]})
        await send({"type": "http.response.body", "body": answer})

    async def _session(self, headers: dict[bytes, bytes]) -> Session | None:
        token = headers.get(b"cookie", b"").partition(b"zhangban=")[2].partition(b";")[0]
        if len(token) != 43:
            return None
        hashed = hashlib.sha256(token).hexdigest()
        found = self._sessions.get(hashed)
        if found is None or found.until < time.monotonic():
            rows = await self._database.read(_SESSION, hashed)
            if not rows:
                return None
            row = rows[0]
            staff = row["department"] is not None
            ends = self._limits.ends(row["created_at"], row["seen_at"], staff=staff)
            until = time.monotonic() + _REMEMBERED_SECONDS
            found = self._sessions[hashed] = Session(row["account_id"], row["subject_id"], ends, until)
        return found if found.ends > time.time_ns() // 1_000_000 else None

    async def _status(self, session: Session, case_id: str) -> bytes | None:
        rows = await self._database.read(_RECORD, case_id)
        if not rows or rows[0]["account_id"] != session.account_id or rows[0]["capacity"] != "self":
            return None
        row = rows[0]
        history = await self._database.read(_EVENTS, case_id)
        files = await self._database.read(_CASE_FILES, case_id)
        city = self._city
        guide = city.guides[row["guide_hash"]]
        lifecycle = city.lifecycles[row["lifecycle_hash"]]
        states = {state.key: state for state in lifecycle.states}
        department = guide.office_of(row["department"]).department
        timeline: list[dict[str, Any]] = []
        reached: dict[str, int] = {}
        started = ended = None
        last_reason, data, state = None, {}, states[row["state"]]
        for event in history:
            held = msgspec.json.decode(event["data"])
            data = data or held
            command = next(each for each in lifecycle.commands if each.key == held["command"])
            target = states[command.to]
            if target.stage is not None:
                for stage in lifecycle.stages:
                    if stage.key == target.stage:
                        if target.final:
                            reached.setdefault(stage.key, event["at"])
                        break
                    reached.setdefault(stage.key, event["at"])
            started = event["at"] if command.clock == "start" else started
            ended = event["at"] if target.final else ended
            shown = {"says": command.says, "document": command.document, "reason": None, **_NOTHING_ELSE}
            if event["sequence"] > 1 and event["sealed"] is not None:
                place = Place("event_private", "sealed", event["id"])
                plain = await self._vault.open(row["subject_id"], place, event["sealed"])
                last_reason = shown["reason"] = msgspec.json.decode(plain[events.SALT_BYTES :])["reason"]
            timeline.append(
                {
                    "sequence": event["sequence"],
                    "type": event["type"],
                    "at": rfc3339(event["at"]),
                    "by": {"zh": "您", "en": "You"} if event["actor"] == row["account_id"] else department.name,
                    "role": command.who,
                    "data": shown,
                }
            )
        stages, passed = [], True
        for stage in lifecycle.stages:
            at = reached.get(stage.key)
            word = "done" if at is not None else "ahead" if not passed or state.final else "current"
            passed = passed and at is not None
            stages.append({"key": stage.key, "name": stage.name, "status": word, "at": at and rfc3339(at)})
        materials = []
        for resolved in data["materials"]:
            material = next(each for each in guide.materials if each.key == resolved["key"])
            mine = [file for file in files if file["material"] == material.key]
            names = [
                {
                    "sha256": file["sha256"],
                    "name": material.name.zh + (f" {place}" if len(mine) > 1 else ""),
                    "pages": file["pages"],
                }
                for place, file in enumerate(mine, 1)
            ]
            note = None
            if resolved["source"] == "share":
                source, rule, day = city.population.source, city.population.rule, legal_day(resolved["at"])
                note = {
                    "zh": f"{day.year}年{day.month}月{day.day}日取自{source.zh}，{rule.zh}",
                    "en": f"Taken from the {source.en} on {day.day} {day:%b %Y}: {rule.en}",
                }
            materials.append(
                {
                    "key": material.key,
                    "name": material.name,
                    "source": resolved["source"],
                    "note": note,
                    "files": names,
                }
            )
        clock = what_if = None
        today = legal_day(time.time_ns() // 1_000_000)
        at = history[-1]["at"]
        standing = CaseState(state=row["state"], ended_at=ended, received_at=history[0]["at"], entered_at=at)
        step = step_of(lifecycle, standing, today, published_calendar())
        if started is None and ended is None:
            asked = clock_of(guide, today, today, None, published_calendar())
            what_if = explained(asked, lifecycle, guide, CaseState())
        if started is not None:
            ended_on = legal_day(ended) if ended else None
            counted = clock_of(guide, legal_day(started), today, ended_on, published_calendar())
            clock = explained(counted, lifecycle, guide, CaseState())
        return msgspec.json.encode(
            {
                "id": row["id"],
                "query_code": row["query_code"],
                "item": {"key": guide.key, "name": guide.name},
                "state": row["state"],
                "stage": row["stage"],
                "submitted_at": rfc3339(row["submitted_at"]),
                "due": None if state.final else row["due"],
                "updated_at": rfc3339(row["updated_at"]),
                "waiting_for": state.waiting_for,
                "number": row["number"],
                "filing": row["filing_id"],
                "guide_hash": row["guide_hash"],
                "project": row["project"],
                "version": len(history),
                "channel": data.get("channel", "online"),
                "department": department,
                "stages": stages,
                "clock": clock,
                "step": step,
                "what_if": what_if,
                "timeline": timeline,
                "materials": materials,
                "certificate": None,
                "renews": None,
                "commands": [
                    each.key for each in lifecycle.commands if each.who == "applicant" and row["state"] in each.from_
                ],
                "notice": None,
                "owed": [],
                "tasks": [],
                "received_by": None,
                "reason": {"zh": last_reason, "en": last_reason} if last_reason else None,
                "remedies": guide.remedies if last_reason else None,
            }
        )

    async def _submit(self, session: Session, key: str, body: bytes) -> bytes | None:
        asked = _DECODER.decode(body)
        fingerprint = idempotency.fingerprint(self._vault, "cases.submit", msgspec.json.encode(asked, order="sorted"))
        account_id, subject = session.account_id, session.subject_id
        earlier = await self._database.read(_RECALL, account_id, key)
        if earlier:
            stored: str = earlier[0]["reply"]
            return stored.encode() if earlier[0]["fingerprint"] == fingerprint else None
        now = time.time_ns() // 1_000_000
        guide = self._city.guides[asked.guide_hash]
        account = (await self._database.read(_ACCOUNT, account_id))[0]
        person = {
            name: (await self._vault.open(subject, Place("account", f"{name}_sealed", account_id), sealed)).decode()
            for name in ("phone", "name", "id_number")
            if (sealed := account[f"{name}_sealed"]) is not None
        }
        values = asked.values
        if self._forms[asked.form_hash].errors(values):
            return None
        if any(values.get(name) not in (None, person[known]) for name, known in self._known[asked.form_hash]):
            return None
        wanted = sorted({sha256 for hashes in asked.files.values() for sha256 in hashes})
        owned = await self._database.read(_template(file_tables.files_of("", wanted)), subject, *wanted)
        if len(owned) != len(wanted):
            return None
        materials: list[dict[str, Any]] = []
        for material in guide.materials:
            if material.handover == "share":
                if self._city.person(person["name"], person["id_number"]) is None:
                    return None
                share = {"register": "population", "rule": "name-and-id-number", "at": now}
                materials.append({"key": material.key, "source": "share", "count": 0, **share})
            elif hashes := asked.files.get(material.key):
                materials.append({"key": material.key, "source": "upload", "count": len(hashes)})
        pages = {row["sha256"]: row["pages"] for row in owned}
        return await self._store(session, key, fingerprint, asked, materials, pages, person, account["party_id"], now)

    async def _store(
        self,
        session: Session,
        key: str,
        fingerprint: str,
        asked: Submission,
        materials: list[dict[str, Any]],
        pages: dict[str, int],
        person: dict[str, str],
        party: str | None,
        now: int,
    ) -> bytes:
        city, today = self._city, legal_day(now)
        account_id, subject = session.account_id, session.subject_id
        guide = city.guides[asked.guide_hash]
        lifecycle = city.lifecycles[guide.lifecycle_hash]
        office = guide.office_for(asked.values[guide.route_by[1:]])
        command = lifecycle.commands[0]
        stage = next(state.stage for state in lifecycle.states if state.key == command.to)
        case_id, query_code = new_id(), new_query_code()
        data = {
            "item": guide.key,
            "guide_hash": guide.hash,
            "form_hash": guide.form_hash,
            "lifecycle_hash": guide.lifecycle_hash,
            "department": office.department.code,
            "materials": materials,
            **({"party": party} if party else {}),
            "command": command.key,
        }
        private = msgspec.json.encode({**person, "values": asked.values}, order="sorted")
        event, to_seal = events.make(case_id, 1, command.event, now, account_id, data, private)
        sealed = await self._vault.seal(subject, case_tables.private_place(event.id), to_seal or b"")
        summary = msgspec.json.encode({"name": person["name"], "phone": person["phone"]})
        summary_sealed = await self._vault.seal(subject, case_tables.summary_place(case_id), summary)
        due = clock_of(guide, today, today, None, published_calendar())
        began = CaseState(version=1, state=command.to, received_at=now, entered_at=now)
        following = next_due(guide, lifecycle, began, terms_of(guide, published_calendar()), today)
        assert following is not None
        soon = following.soon.isoformat() if following.soon else None
        day, stem = today.isoformat(), f"{office.code}{today:%Y%m%d}"
        name = msgspec.json.encode({"key": guide.key, "name": guide.name}).decode()
        before = f'{{"case":{{"id":"{case_id}","number":"'
        after = (
            f'","query_code":"{query_code}","item":{name}}},"submitted_at":"{rfc3339(now)}",'
            f'"due":{{"date":"{_iso(due.due)}","basis":"{due.basis}"}}}}'
        )
        links = [
            (material, place, sha256, pages[sha256])
            for material, hashes in asked.files.items()
            for place, sha256 in enumerate(dict.fromkeys(hashes))
        ]
        payload = msgspec.json.encode({"case_id": case_id, "sequence": 1}).decode()
        looked = audit.record(
            at=now,
            actor="system",
            action="register-read",
            subject=subject,
            target=case_id,
            reason="population name-and-id-number",
        )
        results = await self._database.commit(
            [
                (
                    _EVENT,
                    (event.id, case_id, 1, event.type, now, account_id, msgspec.json.encode(data).decode(), b"",
                     event.leaf_hash),
                ),
                (_PRIVATE, (event.id, subject, sealed)),
                (_OUTBOX, (new_id(), "case.event", payload, now, f"case.event:{case_id}:1")),
                (_AUDIT, looked.values),
                (case_tables._files_template(len(links)), tuple(v for link in links for v in (case_id, *link))),
                (_COUNT, (office.code, day)),
                (
                    _ADD,
                    (case_id, stem, office.code, day, query_code, account_id, subject, guide.key, guide.hash,
                     guide.form_hash, guide.lifecycle_hash, office.department.code, asked.values.get("street"),
                     command.to, stage, now, now, due.due.isoformat(), summary_sealed, asked.draft,
                     party, "self", None, None, None, following.day.isoformat(), soon, following.step, following.days,
                     following.unit),
                ),
                (_REMEMBER, (account_id, key, fingerprint, before, case_id, after, now)),
            ]
        )  # fmt: skip
        self._wake.set()
        serial: int = results[5][0]["value"]
        return f"{before}{stem}{serial:0{4 if serial <= 9999 else 6}d}{after}".encode()


def _iso(day: date) -> str:
    return day.isoformat()


def load_raw(settings: Settings, alone: bool, _target: str = "") -> Callable[..., Any]:
    """The application of one serving process."""
    return RawApplication(settings, alone=alone)


def main() -> None:
    """Serves it as `zhangban serve` serves the product."""
    parser = argparse.ArgumentParser()
    parser.add_argument("settings", type=Path)
    parser.add_argument("--alone", action="store_true", help="without delivery and sequencing")
    given = parser.parse_args()
    settings = load_settings(given.settings)
    Server(
        "tests.bench.raw_app",
        address=settings.server.host,
        port=settings.server.port,
        interface=Interfaces.ASGI,
        http=HTTPModes.auto,
        websockets=False,
        workers=1,
        log_enabled=False,
        workers_kill_timeout=10,
    ).serve(target_loader=partial(load_raw, settings, given.alone))


if __name__ == "__main__":
    main()
