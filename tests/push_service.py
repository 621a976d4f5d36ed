"""A push service on this machine: checks VAPID as RFC 8292 asks, decrypts as the browser would, answers as told."""

from __future__ import annotations

import base64
import json
import os
import time
from dataclasses import dataclass, field
from typing import Any

import http_ece
from aiohttp import web
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDSA,
    SECP256R1,
    EllipticCurvePrivateKey,
    EllipticCurvePublicKey,
    generate_private_key,
)
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat


def base64url(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def unbase64url(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


@dataclass
class Browser:
    """One subscribed browser: its key pair, its secret, and what reached it in clear."""

    key: EllipticCurvePrivateKey = field(default_factory=lambda: generate_private_key(SECP256R1()))
    secret: bytes = field(default_factory=lambda: os.urandom(16))
    messages: list[bytes] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)

    @property
    def point(self) -> bytes:
        return self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


class StandIn:
    """Start with `async with StandIn() as service`; `answers` overrides the next replies with (status, headers)."""

    def __init__(self) -> None:
        self.browsers: dict[str, Browser] = {}
        self.answers: list[tuple[int, dict[str, str]]] = []
        self.faults: list[str] = []
        self.requests = 0
        self.origin = ""

    async def __aenter__(self) -> StandIn:
        application = web.Application()
        application.router.add_post("/push/{name}", self._receive)
        self._runner = web.AppRunner(application)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        port = self._runner.addresses[0][1]
        self.origin = f"http://127.0.0.1:{port}"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()

    def subscribe(self) -> tuple[Browser, dict[str, Any]]:
        """A new browser, and its subscription as `PushSubscription.toJSON()` gives it."""
        browser, name = Browser(), base64url(os.urandom(12))
        self.browsers[name] = browser
        keys = {"p256dh": base64url(browser.point), "auth": base64url(browser.secret)}
        return browser, {"endpoint": f"{self.origin}/push/{name}", "keys": keys}

    async def _receive(self, request: web.Request) -> web.Response:
        self.requests += 1
        body = await request.read()
        if self.answers:
            status, headers = self.answers.pop(0)
            return web.Response(status=status, headers=headers)
        browser = self.browsers.get(request.match_info["name"])
        if browser is None:
            return web.Response(status=410)
        fault = self._vapid_fault(request.headers.get("Authorization", ""))
        if fault is not None:
            self.faults.append(fault)
            return web.Response(status=403)
        if request.headers.get("Content-Encoding") != "aes128gcm" or not request.headers.get("TTL", "").isdigit():
            return web.Response(status=400)
        browser.messages.append(http_ece.decrypt(body, private_key=browser.key, auth_secret=browser.secret))
        browser.headers.append(dict(request.headers))
        return web.Response(status=201)

    def _vapid_fault(self, header: str) -> str | None:
        scheme, _, rest = header.partition(" ")
        parameters = dict(part.strip().split("=", 1) for part in rest.split(",") if "=" in part)
        if scheme != "vapid" or set(parameters) != {"t", "k"}:
            return "header"
        signed, _, signature = parameters["t"].rpartition(".")
        raw = unbase64url(signature)
        key = EllipticCurvePublicKey.from_encoded_point(SECP256R1(), unbase64url(parameters["k"]))
        der = encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
        try:
            key.verify(der, signed.encode(), ECDSA(SHA256()))
        except InvalidSignature:
            return "signature"
        claims = json.loads(unbase64url(signed.split(".")[1]))
        if claims["aud"] != self.origin:
            return "audience"
        if not time.time() < claims["exp"] <= time.time() + 24 * 3600:
            return "expiry"
        return None if claims["sub"].startswith("mailto:") else "subject"
