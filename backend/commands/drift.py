"""`zhangban city drift URL…`: which channel shows an old guide. Fetches what it is told, and says what it fetched."""

from __future__ import annotations

import argparse
import asyncio
import json
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Literal
from urllib.parse import urljoin, urlsplit

import httpx
import msgspec

from backend.certificates.keys import SigningKeys
from backend.channels.marks import marks_in
from backend.channels.signing import FeedRefused, verified
from backend.city.history import in_force, transitions
from backend.city.store import published
from backend.commands.refusal import Refusal, settings_of
from backend.foundation.database import DatabaseError, open_database, sql
from backend.foundation.settings import Settings
from backend.foundation.time_source import TimeSource, legal_day, rfc3339

MAXIMUM_BYTES = 16 * 1024 * 1024
MAXIMUM_REDIRECTS = 3
SECONDS = 10.0
State = Literal["same", "old", "coming", "unknown", "no-hash", "unreachable"]


class Shown(msgspec.Struct, frozen=True):
    """What one address shows of one guide. `version` is the pack of an old or coming one, `day` since when."""

    url: str
    fetched: str
    state: State
    key: str = ""
    hash: str = ""
    version: str = ""
    day: str = ""
    why: str = ""


class Known(msgspec.Struct, frozen=True):
    """The reference: keys by hash of what is in force, and the version (pack, day) of every other known hash."""

    current: Mapping[str, str]
    others: Mapping[str, tuple[State, str, str]]


class Unreachable(Exception):
    """An address that gave nothing to compare; the message says why."""


def drift_command(arguments: argparse.Namespace) -> int:
    """Compares every address with the reference; 1 when one shows anything but what is in force. Raises Refusal."""
    settings = settings_of(arguments)
    with httpx.Client(
        timeout=SECONDS, follow_redirects=False, headers={"Accept": "text/html, application/json"}
    ) as client:
        if arguments.feed:
            known = _from_feed(client, arguments.feed, _key(arguments.key, settings))
        else:
            try:
                known = asyncio.run(_from_database(settings))
            except DatabaseError as error:
                raise Refusal(str(error)) from None
        shown = [each for url in arguments.url for each in compare(client, url, known)]
    drifted = [each for each in shown if each.state != "same"]
    if arguments.json:
        print(json.dumps({"drifted": len(drifted), "shown": msgspec.to_builtins(shown)}, ensure_ascii=False, indent=1))
    else:
        for each in shown:
            _print(each)
        print(f"{len(shown)} compared, {len(drifted)} drifted")
    return 1 if drifted else 0


def _print(shown: Shown) -> None:
    version = f"version {shown.version[:12]}, from {shown.day}" if shown.version else shown.why
    at = shown.url if shown.fetched == shown.url else f"{shown.url} (fetched {shown.fetched})"
    print(f"{shown.state:12} {shown.hash[:12]:12} {shown.key:32} {at}" + (f"  {version}" if version else ""))


def compare(client: httpx.Client, url: str, known: Known) -> list[Shown]:
    """What an address shows, a line a guide; one line when it shows none."""
    try:
        fetched, media_type, content = fetch(client, url)
    except Unreachable as error:
        return [Shown(url, url, "unreachable", why=str(error))]
    marks = marks_in(content, media_type)
    if not marks:
        return [Shown(url, fetched, "no-hash", why="no guide-hash, data-guide-hash or hash of a guide in it")]
    found = []
    for mark in marks:
        if mark.hash in known.current:
            found.append(Shown(url, fetched, "same", known.current[mark.hash], mark.hash))
        elif mark.hash in known.others:
            state, pack, day = known.others[mark.hash]
            found.append(Shown(url, fetched, state, mark.key, mark.hash, pack, day))
        else:
            found.append(Shown(url, fetched, "unknown", mark.key, mark.hash, why="never published here"))
    return found


def fetch(client: httpx.Client, url: str) -> tuple[str, str, bytes]:
    """The address in the end, the media type and the content: http(s), bounded in time, size and redirects.

    Raises Unreachable.
    """
    end = time.monotonic() + 3 * SECONDS
    for _ in range(MAXIMUM_REDIRECTS + 1):
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise Unreachable("only http and https addresses are fetched")
        try:
            with client.stream("GET", url) as reply:
                if reply.is_redirect:
                    url = urljoin(url, reply.headers.get("location", ""))
                    continue
                if reply.status_code != 200:
                    raise Unreachable(f"it answered {reply.status_code}")
                return url, reply.headers.get("content-type", ""), _body(reply, end)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise Unreachable(f"{type(error).__name__}: {error}") from None
    raise Unreachable(f"more than {MAXIMUM_REDIRECTS} redirects")


def _body(reply: httpx.Response, end: float) -> bytes:
    content = bytearray()
    for part in reply.iter_bytes():
        content += part
        if len(content) > MAXIMUM_BYTES:
            raise Unreachable(f"more than {MAXIMUM_BYTES} bytes")
        if time.monotonic() > end:
            raise Unreachable("it answers too slowly")
    return bytes(content)


async def _from_database(settings: Settings) -> Known:
    database = await open_database(settings.database.url, bind=False)
    try:
        history, now = await published(database), TimeSource().now()
        rows = await database.read(sql("SELECT pack_hash, guides FROM city_index"))
    finally:
        await database.close()
    due = in_force(history, now)
    if due is None:
        raise Refusal("nothing is published in this database")
    indexes = {row["pack_hash"]: msgspec.json.decode(row["guides"], type=dict[str, str]) for row in rows}
    current = {hash_: key for key, hash_ in indexes.get(due.pack_hash, {}).items()}
    others: dict[str, tuple[State, str, str]] = {}
    for each, _ in transitions(history):
        state: State = "old" if each.is_due(now) else "coming"
        for hash_ in indexes.get(each.pack_hash, {}).values():
            if hash_ not in current and (hash_ not in others or state == "old"):
                others[hash_] = (state, each.pack_hash, legal_day(each.effective_at).isoformat())
    return Known(current, others)


def _key(path: Path | None, settings: Settings) -> Mapping[str, object]:
    """The public key that must have signed the feed: the file given, else this house's own root."""
    if path is None:
        keys = SigningKeys(Path(settings.keys.directory), create=False)
        if keys.missing(["root"]):
            raise Refusal("say whose feed it is: --key FILE with the root key of that house as a JWK")
        return keys.root_jwk(TimeSource().now() // 1000)[0]
    try:
        return msgspec.json.decode(path.read_bytes(), type=dict[str, object])
    except (OSError, msgspec.DecodeError, msgspec.ValidationError) as error:
        raise Refusal(f"{path}: {error}") from None


def _from_feed(client: httpx.Client, url: str, jwk: Mapping[str, object]) -> Known:
    try:
        fetched, _, content = fetch(client, url)
        feed = verified(msgspec.json.decode(content), jwk)
        if rfc3339(TimeSource().now()) >= feed["valid_until"]:
            raise Refusal(f"{fetched}: the feed was good until {feed['valid_until']}")
        return Known({each["hash"]: each["key"] for each in feed["items"]}, {})
    except (Unreachable, FeedRefused, msgspec.DecodeError, RecursionError) as error:
        raise Refusal(f"{url}: {error}") from None
    except (KeyError, TypeError):
        raise Refusal(f"{url}: it is signed, but no feed of guides") from None
