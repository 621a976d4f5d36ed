"""People who submit applications over HTTP and do not give up: what gets no answer is sent again under its key."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import io
import os
import random
import time
import uuid
from collections import Counter
from typing import Any

import httpx
import msgspec
from PIL import Image

from tests.harness.served import API

_ITEM = "residence-permit"
_PATIENCE_SECONDS = 90.0


class Application(msgspec.Struct):
    """One application: its idempotency key and its exact body."""

    key: str
    body: bytes


class Journal(msgspec.Struct):
    """What the applicants were told: acknowledged receipts by key, drafts, and everything that was no answer."""

    receipts: dict[str, bytes] = msgspec.field(default_factory=dict)
    applications: dict[str, Application] = msgspec.field(default_factory=dict)
    drafts: dict[str, str] = msgspec.field(default_factory=dict)
    """Draft → key of the application that was made of it."""
    unanswered: int = 0
    unavailable: list[dict[str, Any]] = msgspec.field(default_factory=list)
    statuses: Counter[int] = msgspec.field(default_factory=Counter)


class Applicant:
    """One signed-in browser; any number of them may share a person and a journal."""

    def __init__(self, client: httpx.AsyncClient, journal: Journal) -> None:
        self._client = client
        self._journal = journal
        self._keys: list[str] = []
        self._blank: dict[str, Any] = {}

    async def prepare(self) -> None:
        """Reads the guide and uploads the two pictures that it asks for."""
        me = (await self._client.get(f"{API}/me")).json()
        guide = (await self._client.get(f"{API}/items/{_ITEM}")).json()
        self._blank = {
            "draft": None,
            "item": _ITEM,
            "guide_hash": guide["hash"],
            "form_hash": guide["form_hash"],
            "values": {
                "name": me["name"],
                "id_number": me["id_number"],
                "phone": me["phone"],
                "ground": "housing",
                "moved_in": "2026-03-02",
                "district": "990102",
                "street": "990102001000",
                "detail": "听涛路 18 号海棠苑 3 栋 502 室",
                "proof_kind": "lease",
                "card": "electronic",
            },
            "files": {"photo": [await self._upload()], "proof": [await self._upload()]},
        }

    async def submit_until(self, stop: asyncio.Event) -> None:
        """Submits one application after the other, every third by way of a draft."""
        number = 0
        while not stop.is_set():
            await self.submit(with_draft=number % 3 == 0)
            number += 1

    async def submit(self, *, with_draft: bool = False) -> None:
        """Submits one application and stays with it until it is acknowledged."""
        body, key = dict(self._blank), str(uuid.uuid4())
        if with_draft:
            body["draft"] = await self._put_draft()
            self._journal.drafts[body["draft"]] = key
        application = Application(key, msgspec.json.encode(body))
        self._journal.applications[key] = application
        self._journal.receipts[key] = (await self.send(application)).content
        self._keys.append(key)

    async def check_repeats(self, most: int) -> None:
        """Sends up to `most` of its acknowledged applications again: each gets its first answer, byte for byte."""
        for key in random.sample(self._keys, min(most, len(self._keys))):
            reply = await self.send(self._journal.applications[key])
            assert reply.content == self._journal.receipts[key]
            assert reply.headers["idempotency-replayed"] == "true"

    async def send(self, application: Application) -> httpx.Response:
        """Posts an application until there is an answer, and gives the acknowledgement."""
        headers = {"Idempotency-Key": application.key, "Content-Type": "application/json"}
        reply = await self._until_answered("POST", f"{API}/cases", content=application.body, headers=headers)
        assert reply.status_code == 201, reply.text
        return reply

    async def _put_draft(self) -> str:
        draft_id = str(uuid.uuid4())
        fields = {name: self._blank[name] for name in ("item", "guide_hash", "form_hash", "values")}
        body = {**fields, "operation": str(uuid.uuid4()), "files": {}, "step": 2, "device": "test"}
        headers = {"If-Match": '"0"'}
        reply = await self._until_answered("PUT", f"{API}/drafts/{draft_id}", json=body, headers=headers)
        assert reply.json()["revision"] == 1, reply.text
        return draft_id

    async def _until_answered(self, method: str, path: str, **request: Any) -> httpx.Response:
        end = time.monotonic() + _PATIENCE_SECONDS
        while time.monotonic() < end:
            try:
                reply = await self._client.request(method, path, **request)
            except httpx.TransportError:
                self._journal.unanswered += 1
                await asyncio.sleep(0.1)
                continue
            self._journal.statuses[reply.status_code] += 1
            if reply.status_code != 503:
                return reply
            told = {"retry_after": reply.headers.get("retry-after"), "media": reply.headers["content-type"]}
            self._journal.unavailable.append({**reply.json(), **told})
            await asyncio.sleep(0.1)
        raise AssertionError(f"{method} {path} was not answered for {_PATIENCE_SECONDS:.0f} s")

    async def _upload(self) -> str:
        content = io.BytesIO()
        Image.frombytes("RGB", (40, 50), os.urandom(6000)).save(content, "JPEG")
        picture = content.getvalue()
        sha256 = hashlib.sha256(picture).hexdigest()
        tus = {"Tus-Resumable": "1.0.0"}
        metadata = f"filename {_base64('a.jpg')},filetype {_base64('image/jpeg')},sha256 {_base64(sha256)}"
        begun = await self._client.post(
            f"{API}/uploads", headers={**tus, "Upload-Length": str(len(picture)), "Upload-Metadata": metadata}
        )
        assert begun.status_code == 201, begun.text
        part = {**tus, "Content-Type": "application/offset+octet-stream", "Upload-Offset": "0"}
        sent = await self._client.patch(begun.headers["location"], content=picture, headers=part)
        assert sent.status_code == 204, sent.text
        return sha256


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()
