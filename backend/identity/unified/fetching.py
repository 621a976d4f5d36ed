"""Asks the provider over https: no redirects, no proxies, no cookies, bounded in time and bytes."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from urllib.parse import SplitResult, urlsplit

import httpx
import msgspec

from backend.identity.unified.errors import Refusal

MOST_BYTES = 262_144
_CONNECTIONS = 16
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


class Answer(msgspec.Struct, frozen=True):
    """A reply that was read to its end."""

    status: int
    body: bytes


def is_fit_address(address: str, *, allow_loopback: bool) -> bool:
    """Whether an address may be asked: https with a host and nothing hidden in it; http on loopback where allowed."""
    try:
        parts = urlsplit(address)
        host, port = parts.hostname, parts.port
    except ValueError:
        return False
    if (
        not host
        or port == 0
        or parts.fragment
        or "@" in parts.netloc
        or any(not "!" <= each <= "~" for each in address)
    ):
        return False
    return parts.scheme == "https" or (allow_loopback and _is_loopback(parts))


def _is_loopback(parts: SplitResult) -> bool:
    return parts.scheme == "http" and parts.hostname in _LOOPBACK


class Fetcher:
    """One client with kept connections for all that a provider is asked."""

    def __init__(self, *, allow_loopback: bool, seconds: float = 5.0, most_bytes: int = MOST_BYTES) -> None:
        """`seconds` bounds one request from connecting to the last byte; `most_bytes` bounds one reply."""
        self._allow_loopback = allow_loopback
        self._seconds = seconds
        self._most_bytes = most_bytes
        self._client: httpx.AsyncClient | None = None

    async def get(self, address: str, headers: Mapping[str, str] | None = None) -> Answer:
        """The reply to a GET. Raises Refusal."""
        return await self._ask("GET", address, headers or {}, None)

    async def post_form(self, address: str, fields: Mapping[str, str], headers: Mapping[str, str]) -> Answer:
        """The reply to a POST of a form. Raises Refusal."""
        return await self._ask("POST", address, headers, fields)

    async def _ask(
        self, method: str, address: str, headers: Mapping[str, str], fields: Mapping[str, str] | None
    ) -> Answer:
        if not is_fit_address(address, allow_loopback=self._allow_loopback):
            raise Refusal("provider-unfit")
        try:
            # httpx bounds each read; a reply that comes drop by drop is bounded by this alone.
            async with (
                asyncio.timeout(self._seconds),
                self._open().stream(method, address, headers=dict(headers), data=fields) as response,
            ):
                if 300 <= response.status_code < 400:
                    raise Refusal("provider-redirects")
                # Not asked for, and a few packed kilobytes could unfold to any size.
                if response.headers.get("content-encoding", "identity") != "identity":
                    raise Refusal("reply-malformed")
                body = bytearray()
                async for part in response.aiter_raw():
                    body += part
                    if len(body) > self._most_bytes:
                        raise Refusal("reply-too-large")
        except (TimeoutError, httpx.TimeoutException):
            raise Refusal("provider-too-slow") from None
        except httpx.RemoteProtocolError:
            raise Refusal("reply-malformed") from None
        except (httpx.HTTPError, httpx.InvalidURL, OSError):
            raise Refusal("provider-unreachable") from None
        if response.status_code >= 500 or response.status_code == 429:
            raise Refusal("provider-unreachable")
        return Answer(response.status_code, bytes(body))

    def _open(self) -> httpx.AsyncClient:
        # Made at the first request: most houses never ask a provider, and a client reads the trusted certificates.
        if self._client is None:
            self._client = httpx.AsyncClient(
                timeout=self._seconds,
                follow_redirects=False,
                trust_env=False,
                limits=httpx.Limits(max_connections=_CONNECTIONS, max_keepalive_connections=_CONNECTIONS),
                headers={"Accept": "application/json", "Accept-Encoding": "identity", "User-Agent": "zhangban"},
                cookies=None,
            )
        # A provider's cookies would tie one resident's exchange to another's.
        self._client.cookies.clear()
        return self._client

    async def close(self) -> None:
        """Closes the connections; calling it again is a no-op."""
        client, self._client = self._client, None
        if client is not None:
            await client.aclose()
