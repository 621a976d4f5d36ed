"""The one middleware: who asks, from where, how often, and what every reply says to the browser.

It stands before Litestar's router so that unknown addresses pass it too, and is one pure ASGI callable because each
layer more is paid for on every read.
"""

from __future__ import annotations

import itertools
import os
import time
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
import structlog

from backend.foundation.action_rates import too_many
from backend.foundation.browser_security import refuses, security_headers
from backend.foundation.client_address import ClientAddresses
from backend.foundation.errors import Problem
from backend.foundation.maintenance import Closing
from backend.foundation.rate_limits import Limiter, Rate
from backend.foundation.web_errors import (
    PROBLEM_MEDIA_TYPE,
    CrossOrigin,
    InvalidRequest,
    as_problem,
    prefers_english,
    problem_body,
)

Scope = dict[str, Any]
Send = Callable[[dict[str, Any]], Awaitable[None]]
Application = Callable[[Any, Any, Any], Awaitable[None]]
SessionReader = Callable[[str], Awaitable[object | None]]
# Judges a request before its body is read, by method, path, who asks and from where; raises what refuses it.
Judge = Callable[[str, str, object | None, str], Awaitable[None]]
# Is told what the gate refused: the problem's code, who asked and from where.
Watch = Callable[[str, object | None, str], None]
# Whether an address answers HEAD itself; any other is asked with GET and its body left out (RFC 9110 §9.3.2).
AnswersHead = Callable[[str], bool]

_access = structlog.get_logger("access")
_ONCE = frozenset({b"host", b"origin", b"sec-fetch-site", b"content-type", b"idempotency-key", b"if-match"})
# What Litestar answers; every other address is a document or an asset of the app.
_ROUTED = ("/api/", "/schema/", "/health/", "/status/", "/feed/", "/guides/")


class GateOptions(msgspec.Struct, frozen=True, kw_only=True):
    """How strict the gate is; `access_log` is `all`, or `errors` for replies of 400 and above."""

    always_secure_cookies: bool
    public_origin: str | None
    requests: Rate
    access_log_all: bool


def cookie_name(*, https: bool) -> str:
    """The session cookie; only a secure origin may use the `__Host-` prefix."""
    return "__Host-zhangban" if https else "zhangban"


def cookie_value(header: str, name: str) -> str | None:
    """The value of a cookie in a Cookie header, or None."""
    for part in header.split(";"):
        key, found, value = part.strip().partition("=")
        if found and key == name:
            return value
    return None


class Gate:
    """Wraps Litestar's handler and the app's documents; `session_reader`, `watch` and `closing` are set when the house
    is open.
    """

    def __init__(
        self,
        application: Application,
        documents: Application,
        limiter: Limiter,
        addresses: ClientAddresses,
        judge: Judge,
        answers_head: AnswersHead,
        options: GateOptions,
    ) -> None:
        self._application = application
        self._documents = documents
        self._limiter = limiter
        self._addresses = addresses
        self._judge = judge
        self._answers_head = answers_head
        self._options = options
        self.session_reader: SessionReader | None = None
        self.watch: Watch | None = None
        self.closing: Closing | None = None
        # Random for each process and counted within it: drawing anew for each request would wait for other threads.
        self._process = os.urandom(4).hex()
        self._requests = itertools.count()

    async def __call__(self, scope: Scope, receive: Any, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self._application(scope, receive, send)
            return
        started = time.perf_counter()
        headers = dict(scope["headers"])
        path: str = scope["path"]
        peer = scope["client"][0] if scope.get("client") else ""
        https = scope["scheme"] == "https" or self._options.always_secure_cookies
        if not https and headers.get(b"x-forwarded-proto") == b"https":
            https = self._addresses.is_trusted(peer)
        request_id = f"{self._process}{next(self._requests) & 0xFFFFFFFF:08x}"
        forwarded = headers.get(b"x-forwarded-for")
        address = self._addresses.of(peer, forwarded.decode("latin-1") if forwarded else None)
        scope.setdefault("state", {}).update(request_id=request_id, address=address, https=https)
        routed = path.startswith(_ROUTED) or f"{path}/" in _ROUTED
        method = scope["method"]
        if method == "HEAD" and routed and not self._answers_head(path):
            scope["method"] = "GET"
        # Every answer to HEAD, refusals too: over HTTP/2 a body there ends the stream with PROTOCOL_ERROR.
        reply = _Reply(send, path, https, request_id, bodiless=method == "HEAD")
        try:
            # Health is asked by machines, often, and must answer when nothing else can.
            if routed and not path.startswith("/health/"):
                await self._admit(scope, headers, address, https)
            if routed:
                await self._application(scope, receive, reply)
            else:
                await self._documents(scope, receive, reply)
        except Exception as error:  # the last resort: a fault before or outside Litestar's own handler
            if reply.status:
                raise
            problem = as_problem(error)
            if self.watch is not None:
                self.watch(problem.code, scope.get("user"), address)
            await self._refuse(problem, headers, reply)
        if reply.status >= 400 or self._options.access_log_all:
            milliseconds = round((time.perf_counter() - started) * 1000, 1)
            _access.info("request", method=method, path=path, status=reply.status, ms=milliseconds, id=request_id)

    async def _admit(self, scope: Scope, headers: dict[bytes, bytes], address: str, https: bool) -> None:
        if len(headers) != len(scope["headers"]):
            _refuse_repeated(scope["headers"])
        if scope["method"] not in ("GET", "HEAD"):
            site, origin = headers.get(b"sec-fetch-site"), headers.get(b"origin")
            if refuses(
                scope["method"],
                fetch_site=None if site is None else site.decode("latin-1"),
                origin=None if origin is None else origin.decode("latin-1"),
                host=headers.get(b"host", b"").decode("latin-1"),
                public_origin=self._options.public_origin,
            ):
                raise CrossOrigin("这个请求来自其他网站，已被拒绝。没有做任何更改。")
        wait = await self._limiter.hit(f"address:{address}", self._options.requests)
        if wait:
            raise too_many(wait)
        if self.closing is not None and self.closing.closes(scope["method"], scope["path"]):
            return
        cookies = headers.get(b"cookie")
        if cookies is not None and self.session_reader is not None:
            token = cookie_value(cookies.decode("latin-1"), cookie_name(https=https))
            if token:
                scope["user"] = await self.session_reader(token)
        await self._judge(scope["method"], scope["path"], scope.get("user"), address)

    async def _refuse(self, problem: Problem, headers: dict[bytes, bytes], reply: _Reply) -> None:
        english = prefers_english(headers.get(b"accept-language", b"").decode("latin-1"))
        body = problem_body(problem, english=english)
        sent = [
            (b"content-type", PROBLEM_MEDIA_TYPE.encode()),
            (b"content-length", str(len(body)).encode()),
            *((name.lower().encode(), value.encode()) for name, value in problem.headers.items()),
        ]
        await reply({"type": "http.response.start", "status": problem.status, "headers": sent})
        await reply({"type": "http.response.body", "body": body})


def _refuse_repeated(headers: list[tuple[bytes, bytes]]) -> None:
    """Raises InvalidRequest when a header that decides something stands there twice: each reader would take another."""
    names = [name for name, _ in headers if name in _ONCE]
    for name in names:
        if names.count(name) > 1:
            told = name.decode("latin-1")
            errors = [{"pointer": f"/{told}", "source": "header", "expected": "to be given once"}]
            raise InvalidRequest("请求里有重复的标头。请刷新页面后重试。", errors=errors)


class _Reply:
    """Adds the security headers, and remembers the status for the access log."""

    __slots__ = ("_bodiless", "_https", "_path", "_request_id", "_send", "status")

    def __init__(self, send: Send, path: str, https: bool, request_id: str, *, bodiless: bool) -> None:
        self._bodiless = bodiless
        self._send = send
        self._path = path
        self._https = https
        self._request_id = request_id
        self.status = 0

    async def __call__(self, message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = list(message["headers"])
            headers.extend(security_headers(self._path, https=self._https))
            headers.append((b"x-request-id", self._request_id.encode()))
            # Answers of the API are a person's own unless the route says otherwise.
            if self._path.startswith("/api/") and not any(name.lower() == b"cache-control" for name, _ in headers):
                headers.append((b"cache-control", b"no-store"))
            message = {**message, "headers": headers}
        elif self._bodiless:
            message = {**message, "body": b""}
        await self._send(message)
