"""Sealed parts as objects of one bucket of an S3-compatible store."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Collection, Mapping
from datetime import UTC, datetime

import httpx

from backend.files.errors import FileStoreUnavailable
from backend.files.s3_signing import Signer, encoded_query
from backend.foundation.identifiers import new_id

# A part is a piece of an upload and what sealing adds; a store that sends more has not kept what we gave it.
PART_LIMIT = 1024 * 1024
LISTING_LIMIT = 4 * 1024 * 1024
SECONDS = 20.0
PAGE_KEYS = 1000
TRIES = 3
PAUSE_SECONDS = 0.2
_CONNECTIONS = 16
# Our own keys hold nothing that XML would write in another way.
_KEY = re.compile(rb"<Key>([0-9a-f/-]{1,200})</Key>")
_ENCODING = {"Accept-Encoding": "identity", "User-Agent": "zhangban"}


class S3Parts:
    """Objects `<tail>/<storage>/<name>`, path style, each request signed and bounded. As `PartStore` says.

    A request is tried again when the store did not answer or said that it could not (5xx, 429): every one may be
    repeated, for a part is written under a name that nobody else has.
    """

    def __init__(self, endpoint: str, bucket: str, region: str, access_key: str, secret_key: str) -> None:
        # As httpx writes it in the header Host: without the port that is the scheme's own.
        address = httpx.URL(endpoint)
        self._host = address.netloc.decode()
        self._origin = f"{address.scheme}://{self._host}"
        self._bucket = f"{address.path.rstrip('/')}/{bucket}"
        self._signer = Signer(access_key, secret_key, region)
        self._client: httpx.AsyncClient | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    async def write(self, storage: str, sealed: bytes) -> str:
        """Stores one sealed part; the store has it for good when it answers."""
        name = new_id()
        status, _ = await self._ask("PUT", _key(storage, name), content=sealed)
        if status != 200:
            raise FileStoreUnavailable
        return name

    async def read(self, storage: str, name: str) -> bytes:
        """One sealed part."""
        status, content = await self._ask("GET", _key(storage, name), most=PART_LIMIT)
        if status == 404:
            raise FileNotFoundError(name)
        if status != 200:
            raise FileStoreUnavailable
        return content

    async def remove(self, storage: str, names: Collection[str]) -> None:
        """Removes the named parts."""
        for name in names:
            await self._delete(_key(storage, name))

    async def keep_only(self, storage: str, names: Collection[str]) -> None:
        """Removes every part but the named ones."""
        kept = {_key(storage, name) for name in names}
        after = ""
        while True:
            query = {"list-type": "2", "prefix": _key(storage, ""), "max-keys": str(PAGE_KEYS)}
            if after:
                query["start-after"] = after
            status, listing = await self._ask("GET", "", query, most=LISTING_LIMIT)
            if status != 200:
                raise FileStoreUnavailable
            found = [key.decode() for key in _KEY.findall(listing)]
            for key in found:
                if key not in kept:
                    await self._delete(key)
            if not found or b"<IsTruncated>true</IsTruncated>" not in listing:
                return
            after = found[-1]

    async def close(self) -> None:
        """Closes the connections."""
        client, self._client = self._client, None
        if client is not None:
            await client.aclose()

    async def _delete(self, key: str) -> None:
        status, _ = await self._ask("DELETE", key)
        if status not in (200, 204, 404):
            raise FileStoreUnavailable

    async def _ask(
        self, method: str, key: str, query: Mapping[str, str] | None = None, content: bytes = b"", most: int = 65_536
    ) -> tuple[int, bytes]:
        """Status and body of a reply. Raises FileStoreUnavailable when none came that means anything."""
        path = f"{self._bucket}/{key}" if key else self._bucket
        address = self._origin + path + (f"?{encoded_query(query)}" if query else "")
        for attempt in range(TRIES):
            if attempt:
                await asyncio.sleep(PAUSE_SECONDS * 2**attempt)
            headers = self._signer.headers(method, self._host, path, query or {}, content, datetime.now(UTC))
            try:
                # httpx bounds each read; a reply that comes drop by drop is bounded by this alone.
                async with (
                    asyncio.timeout(SECONDS),
                    self._open().stream(method, address, headers=_ENCODING | headers, content=content) as response,
                ):
                    body = bytearray()
                    async for part in response.aiter_raw():
                        body += part
                        if len(body) > most:
                            raise FileStoreUnavailable
            except (TimeoutError, httpx.HTTPError, OSError):
                # The last try is told below.
                continue
            if response.status_code < 500 and response.status_code != 429:
                return response.status_code, bytes(body)
        raise FileStoreUnavailable

    def _open(self) -> httpx.AsyncClient:
        loop = asyncio.get_running_loop()
        # Connections belong to the loop that opened them.
        if self._client is None or self._loop is not loop:
            limits = httpx.Limits(max_connections=_CONNECTIONS, max_keepalive_connections=_CONNECTIONS)
            self._client = httpx.AsyncClient(timeout=SECONDS, follow_redirects=False, trust_env=False, limits=limits)
            self._loop = loop
        return self._client


def _key(storage: str, name: str) -> str:
    # The tail of a UUIDv7 is random: keys spread evenly over the store's partitions.
    return f"{storage[-2:]}/{storage}/{name}"
