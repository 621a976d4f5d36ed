"""Everything about me in one archive: readable offline by people, and by machines."""

from __future__ import annotations

import asyncio
import html
import tempfile
import zipfile
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import IO

import msgspec

from backend.cases.personal import bring_home
from backend.files.personal import stored_bytes
from backend.foundation import audit, security_events
from backend.foundation.database import Statement
from backend.foundation.personal_data import Chapter
from backend.foundation.time_source import rfc3339
from backend.house import House
from backend.identity.actor import Actor
from backend.privacy import rules
from backend.privacy.errors import ExportTooLarge
from backend.privacy.sections import SECTIONS

FORMAT = "zhangban-export@1"
_PIECE = 64 * 1024
_STYLE = (
    "body{font:16px/1.6 sans-serif;max-width:50rem;margin:2rem auto;padding:0 1rem;color:#1a1a1a;background:#fff}"
    "h2{margin-top:2.5rem;border-bottom:1px solid #999}h3{margin:1.5rem 0 .3rem}dl{margin:0;display:grid;"
    "grid-template-columns:minmax(7rem,12rem) 1fr;gap:.2rem 1rem}dt{color:#555}dd{margin:0;overflow-wrap:anywhere}"
)


class Archive(msgspec.Struct, frozen=True):
    """A finished archive: a file without a name, which is gone when it is closed or the process ends."""

    file: IO[bytes]
    size: int


async def refuse_too_large(house: House, actor: Actor) -> None:
    """Raises ExportTooLarge when the person's files alone are beyond the limit; before anything is built.

    What the counter entered for them before they had an account is theirs, and counted, from here on.
    """
    await bring_home(house, msgspec.structs.replace(actor, acting=None))
    _bounded(house, await stored_bytes(house, actor.subject_id))


async def build(house: House, actor: Actor, address: str) -> Archive:
    """Builds the archive of the actor's own data; it is on record, with the client's address, before this returns.

    Raises ExportTooLarge, Erased.
    """
    own = msgspec.structs.replace(actor, acting=None)
    chapters = [await section(house, own) for section in SECTIONS]
    file = await asyncio.to_thread(_nameless, Path(house.settings.files.directory))
    try:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            made_at = rfc3339(house.time.now())
            texts = {"index.html": page(house.city.name.zh, made_at, chapters), "data.json": _data(made_at, chapters)}
            total = 0
            for name, content in texts.items():
                total += len(content)
                _bounded(house, total)
                await asyncio.to_thread(archive.writestr, name, content)
            for attachment in (each for chapter in chapters for each in chapter.attachments):
                if not rules.is_safe_member(attachment.name):
                    raise ValueError(f"{attachment.name!r} may not stand in an archive")
                content = await attachment.read()
                total += len(content)
                _bounded(house, total)
                # Pictures are compressed already.
                kind = zipfile.ZIP_STORED if attachment.name.endswith((".jpg", ".png")) else zipfile.ZIP_DEFLATED
                await asyncio.to_thread(archive.writestr, attachment.name, content, kind)
        size = file.tell()
        file.seek(0)
        await house.database.commit(_on_record(house, actor, address))
    except BaseException:
        file.close()
        raise
    return Archive(file, size)


def _on_record(house: House, actor: Actor, address: str) -> list[Statement]:
    now = house.time.now()
    return [
        audit.record(
            at=now,
            actor=actor.account_id,
            action="export",
            subject=actor.subject_id,
            target=actor.account_id,
            address=address,
        ),
        security_events.note(
            at=now, kind="export-made", severity="notice", actor=actor.account_id, address=address, details="own data"
        ),
    ]


async def pieces(archive: Archive) -> AsyncIterator[bytes]:
    """The archive's bytes; the file is gone when they were all taken, or when the reader goes away."""
    with archive.file:
        while piece := await asyncio.to_thread(archive.file.read, _PIECE):
            yield piece


def page(city: str, made_at: str, chapters: Sequence[Chapter]) -> bytes:
    """The readable page: plain Chinese, one file, no script, nothing loaded from anywhere."""
    parts = [
        '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width"><title>我的信息</title>',
        f"<style>{_STYLE}</style></head><body><h1>我的信息</h1>",
        f"<p>{_safe(city)}掌上办在 {_safe(made_at)} 为您导出。这里有您的个人信息，请妥善保管，不要转发给他人。</p>",
        "<p>data.json 是同样内容的机器可读格式。时间是世界协调时，加 8 小时是北京时间。</p>",
    ]
    for chapter in chapters:
        parts.append(f"<h2>{_safe(chapter.title)}</h2>")
        if not chapter.entries:
            parts.append("<p>没有。</p>")
        for entry in chapter.entries:
            lines = "".join(f"<dt>{_safe(label)}</dt><dd>{_safe(value)}</dd>" for label, value in entry.lines)
            parts.append(f"<h3>{_safe(entry.heading)}</h3><dl>{lines}</dl>")
    return "".join([*parts, "</body></html>\n"]).encode()


def _safe(text: str) -> str:
    return html.escape(text)


def _data(made_at: str, chapters: Sequence[Chapter]) -> bytes:
    told = {"format": FORMAT, "made_at": made_at, "chapters": {chapter.key: chapter.data for chapter in chapters}}
    return msgspec.json.format(msgspec.json.encode(told), indent=2)


def _nameless(directory: Path) -> IO[bytes]:
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    return tempfile.TemporaryFile(dir=directory)


def _bounded(house: House, actual: int) -> None:
    limit = house.settings.limits.export_bytes
    if actual > limit:
        raise ExportTooLarge(
            f"您的文件超过 {limit >> 20} MB，无法一次导出。请带身份证到任何一个窗口，用移动存储拷贝。",
            limit=limit,
            actual=actual,
        )
