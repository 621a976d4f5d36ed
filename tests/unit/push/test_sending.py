"""Delivery against a push service on this machine that verifies and decrypts for itself."""

from __future__ import annotations

import asyncio
import socket
from typing import Any

import pytest
from aiohttp.abc import AbstractResolver, ResolveResult

from push.addresses import AddressRefused, PublicResolver
from push.encryption import PAYLOAD_LIMIT
from push.sending import Delivered, Gone, Outcome, PushSender, Refused, Retry, judge
from push.subscription import EndpointPolicy, Subscription, read_subscription
from push.vapid import VapidSigner, new_key
from tests.push_service import StandIn

POLICY = EndpointPolicy(hosts=("fcm.googleapis.com",), allow_loopback=True)


def sender(**options: Any) -> PushSender:
    return PushSender(VapidSigner(new_key(), "mailto:push@city.example"), POLICY, **options)


def read(subscription: dict[str, Any]) -> Subscription:
    return read_subscription(
        subscription["endpoint"], subscription["keys"]["p256dh"], subscription["keys"]["auth"], POLICY
    )


def test_a_message_arrives_in_clear_at_the_browser_only() -> None:
    async def scenario() -> None:
        async with StandIn() as service:
            browser, subscription = service.subscribe()
            push = sender()
            outcome = await push.send(read(subscription), "您的一个办件有新进展".encode(), ttl=60, topic="abc")
            again = await push.send(read(subscription), b"second", ttl=0, urgency="high")
            await push.close()
            assert (outcome, again) == (Delivered(), Delivered())
            assert browser.messages == ["您的一个办件有新进展".encode(), b"second"]
            assert browser.headers[0]["Topic"] == "abc"
            assert browser.headers[0]["TTL"] == "60"
            assert service.faults == []

    asyncio.run(scenario())


@pytest.mark.parametrize(
    ("status", "headers", "outcome"),
    [
        (201, {}, Delivered()),
        (202, {}, Delivered()),
        (301, {"Location": "http://127.0.0.1/"}, Refused("status-301")),
        (307, {"Location": "http://127.0.0.1/"}, Refused("status-307")),
        (400, {}, Refused("status-400")),
        (403, {}, Refused("status-403")),
        (404, {}, Gone()),
        (410, {}, Gone()),
        (413, {}, Refused("status-413")),
        (429, {"Retry-After": "120"}, Retry(120.0, "status-429")),
        (429, {}, Retry(None, "status-429")),
        (500, {}, Retry(None, "status-500")),
        (503, {"Retry-After": "5"}, Retry(5.0, "status-503")),
        (503, {"Retry-After": "99999999"}, Retry(86400.0, "status-503")),
        (503, {"Retry-After": "soon"}, Retry(None, "status-503")),
    ],
)
def test_each_reply_has_one_outcome(status: int, headers: dict[str, str], outcome: Outcome) -> None:
    async def scenario() -> None:
        async with StandIn() as service:
            _, subscription = service.subscribe()
            service.answers.append((status, headers))
            push = sender()
            assert await push.send(read(subscription), b"x", ttl=60) == outcome
            await push.close()
            assert service.requests == 1

    asyncio.run(scenario())


def test_retry_after_as_a_date_counts_from_now() -> None:
    assert judge(503, "Fri, 20 Nov 2026 00:01:00 GMT", 1_795_132_800.0) == Retry(60.0, "status-503")
    assert judge(503, "Fri, 20 Nov 2020 00:01:00 GMT", 1_795_132_800.0) == Retry(0.0, "status-503")


def test_a_service_that_is_down_is_tried_again() -> None:
    async def scenario() -> None:
        async with StandIn() as service:
            _, subscription = service.subscribe()
        push = sender()
        assert await push.send(read(subscription), b"x", ttl=60) == Retry(None, "unreachable")
        await push.close()

    asyncio.run(scenario())


def test_a_service_that_never_answers_is_given_up_in_time() -> None:
    async def scenario() -> None:
        server = await asyncio.start_server(lambda reader, writer: asyncio.sleep(30), "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        async with StandIn() as service:
            _, subscription = service.subscribe()
        subscription["endpoint"] = f"http://127.0.0.1:{port}/x"
        push = sender(timeout=0.2)
        assert await push.send(read(subscription), b"x", ttl=60) == Retry(None, "timeout")
        await push.close()
        server.close()

    asyncio.run(scenario())


def test_an_endpoint_that_is_no_longer_allowed_is_not_called() -> None:
    async def scenario() -> None:
        async with StandIn() as service:
            _, subscription = service.subscribe()
            kept = read(subscription)
            push = PushSender(
                VapidSigner(new_key(), "mailto:push@city.example"), EndpointPolicy(hosts=("fcm.googleapis.com",))
            )
            assert await push.send(kept, b"x", ttl=60) == Refused("endpoint-not-https")
            assert service.requests == 0
            await push.close()

    asyncio.run(scenario())


def test_a_payload_that_is_too_long_is_refused_before_any_call() -> None:
    async def scenario() -> None:
        async with StandIn() as service:
            _, subscription = service.subscribe()
            push = sender()
            outcome = await push.send(read(subscription), bytes(PAYLOAD_LIMIT + 1), ttl=60)
            assert outcome == Refused("payload-too-long")
            assert service.requests == 0
            await push.close()

    asyncio.run(scenario())


class FixedResolver(AbstractResolver):
    """Answers every name with the same addresses."""

    def __init__(self, *addresses: str) -> None:
        self._addresses = addresses

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        return [
            ResolveResult(hostname=host, host=address, port=port, family=family, proto=0, flags=0)
            for address in self._addresses
        ]

    async def close(self) -> None:
        return None


def test_a_name_that_points_inside_is_refused_even_beside_a_public_address() -> None:
    async def scenario() -> None:
        guarded = PublicResolver(allow_loopback=True, resolver=FixedResolver("8.8.8.8", "169.254.169.254"))
        with pytest.raises(AddressRefused):
            await guarded.resolve("fcm.googleapis.com", 443)
        strict = PublicResolver(allow_loopback=False, resolver=FixedResolver("127.0.0.1"))
        with pytest.raises(AddressRefused):
            await strict.resolve("fcm.googleapis.com", 443)
        public = PublicResolver(allow_loopback=False, resolver=FixedResolver("8.8.8.8"))
        assert [result["host"] for result in await public.resolve("fcm.googleapis.com", 443)] == ["8.8.8.8"]

    asyncio.run(scenario())


def test_a_refused_address_ends_the_message_instead_of_trying_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    async def scenario() -> None:
        monkeypatch.setattr("push.addresses.ThreadedResolver", lambda: FixedResolver("10.0.0.1"))
        async with StandIn() as service:
            _, subscription = service.subscribe()
        subscription["endpoint"] = "https://fcm.googleapis.com/fcm/send/x"
        push = sender()
        assert await push.send(read(subscription), b"x", ttl=60) == Refused("address-not-public")
        await push.close()

    asyncio.run(scenario())
