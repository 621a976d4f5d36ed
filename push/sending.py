"""Delivery of one encrypted message to one push service, and what became of it."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import Literal

import aiohttp
import msgspec
from yarl import URL

from push.addresses import AddressRefused, PublicResolver
from push.encryption import PayloadTooLong, encrypt
from push.subscription import EndpointPolicy, Subscription, SubscriptionInvalid, audience
from push.vapid import VapidSigner

RETRY_AFTER_LIMIT = 24 * 3600
_CONNECTIONS = 64
_BODY_READ = 4096

Urgency = Literal["very-low", "low", "normal", "high"]


class Delivered(msgspec.Struct, frozen=True, tag=True):
    """The push service took the message; whether the device got it is never told."""


class Gone(msgspec.Struct, frozen=True, tag=True):
    """The subscription has ended for good (404 or 410): forget it."""


class Retry(msgspec.Struct, frozen=True, tag=True):
    """Nobody answered, or the service is overloaded: try again, not before `after` seconds where it said so."""

    after: float | None
    reason: str


class Refused(msgspec.Struct, frozen=True, tag=True):
    """The service will not take this message, however often it is sent; `reason` is a short code for the log."""

    reason: str


Outcome = Delivered | Gone | Retry | Refused


def judge(status: int, retry_after: str | None, now: float) -> Outcome:
    """What a push service's reply means (RFC 8030 §5, §7, §8); `now` in seconds since the epoch."""
    if 200 <= status < 300:
        return Delivered()
    if status in (404, 410):
        return Gone()
    if status in (408, 425, 429) or status >= 500:
        return Retry(_seconds(retry_after, now), f"status-{status}")
    return Refused(f"status-{status}")


def _seconds(retry_after: str | None, now: float) -> float | None:
    """Retry-After (RFC 9110 §10.2.3, both forms) as seconds from now, bounded; None when it says nothing."""
    if retry_after is None or len(retry_after) > 64:
        return None
    if retry_after.isascii() and retry_after.isdigit():
        seconds = float(retry_after)
    else:
        try:
            moment = parsedate_to_datetime(retry_after)
        except ValueError:
            return None
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        seconds = moment.timestamp() - now
    return min(max(seconds, 0.0), float(RETRY_AFTER_LIMIT))


class PushSender:
    """Sends to push services over kept connections: no redirects, no proxies, no cookies, public addresses only."""

    def __init__(
        self,
        vapid: VapidSigner,
        policy: EndpointPolicy,
        *,
        timeout: float = 10.0,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """`timeout` is the whole time for one message in seconds; `clock` tells seconds since the epoch."""
        self._vapid = vapid
        self._policy = policy
        self._timeout = aiohttp.ClientTimeout(total=timeout)
        self._clock = clock
        self._session: aiohttp.ClientSession | None = None

    async def send(
        self,
        subscription: Subscription,
        payload: bytes,
        *,
        ttl: int,
        urgency: Urgency = "normal",
        topic: str | None = None,
    ) -> Outcome:
        """Encrypts and sends one message; never raises for what the network or the service does.

        `ttl`: seconds the service keeps it for a device that is off. `topic` (≤ 32 characters of base64url): a later
        message of the same topic replaces one that is still waiting.
        """
        try:
            self._policy.check(subscription.endpoint)
            body = encrypt(subscription, payload)
        except SubscriptionInvalid as invalid:
            return Refused(invalid.fault)
        except PayloadTooLong:
            return Refused("payload-too-long")
        now = self._clock()
        headers = {
            "Authorization": self._vapid.authorization(audience(subscription.endpoint), now),
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            "TTL": str(ttl),
            "Urgency": urgency,
        }
        if topic is not None:
            headers["Topic"] = topic
        try:
            # The endpoint is opaque: it must reach the service exactly as the browser gave it.
            url = URL(subscription.endpoint, encoded=True)
            async with self._open().post(url, data=body, headers=headers, allow_redirects=False) as response:
                await response.content.read(_BODY_READ)
                return judge(response.status, response.headers.get("Retry-After"), now)
        except aiohttp.ClientConnectorError as error:
            if isinstance(error.os_error, AddressRefused):
                return Refused("address-not-public")
            return Retry(None, "unreachable")
        except TimeoutError:
            return Retry(None, "timeout")
        except (aiohttp.ClientError, OSError):
            return Retry(None, "connection")

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            resolver = PublicResolver(allow_loopback=self._policy.allow_loopback)
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(resolver=resolver, limit=_CONNECTIONS, ttl_dns_cache=60),
                timeout=self._timeout,
                cookie_jar=aiohttp.DummyCookieJar(),
                skip_auto_headers=("User-Agent", "Accept", "Accept-Encoding"),
            )
        return self._session

    async def close(self) -> None:
        """Closes the kept connections. Calling it again is a no-op."""
        if self._session is not None:
            await self._session.close()
            self._session = None
