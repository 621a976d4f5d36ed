"""The catalogue's published pages, answered before the router.

They are the most asked and the same for everyone, and each is in memory as bytes: routing, arguments and dependencies
cost ten times what sending one does (docs/benchmarks.md). Whatever is no published page goes on to the router.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from backend.catalogue.pages import Page, calendar_page, guide_page, pages_of
from backend.city.city import City
from backend.foundation.clock_rules import Calendar

REVALIDATE = "public, no-cache"
IMMUTABLE = "public, max-age=31536000, immutable"

_Application = Callable[[Any, Any, Any], Awaitable[None]]
_BASE = "/api/v1/"
_KINDS = frozenset({"city", "items", "directory", "regulations", "forms", "calendar", "changes", "guides"})


def page_at(city: Callable[[], City], calendar: Callable[[], Calendar], path: str) -> tuple[Page, str] | None:
    """The page published at a path of the API and its Cache-Control, or None; `city` and `calendar` give those in
    force.
    """
    kind, _, name = path.removeprefix(_BASE).partition("/")
    if kind not in _KINDS or not path.startswith(_BASE):
        return None
    pages = pages_of(city())
    page: Page | None = None
    if name:
        if kind == "guides":
            page = guide_page(city(), name)
        else:
            page = pages.guides.get(name) if kind == "items" else pages.forms.get(name) if kind == "forms" else None
    elif kind == "city":
        page = pages.city
    elif kind == "items":
        page = pages.items
    elif kind == "regulations":
        page = pages.regulations
    elif kind == "directory":
        page = pages.directory
    elif kind == "changes":
        page = pages.changes
    elif kind == "calendar":
        page = calendar_page(calendar())
    return None if page is None else (page, IMMUTABLE if kind == "forms" else REVALIDATE)


def is_fresh(page: Page, if_none_match: str) -> bool:
    """Whether the asker has the page already (RFC 9110 §13.1.2, weak comparison)."""
    wanted = if_none_match.strip()
    return wanted == "*" or page.etag in {tag.strip().removeprefix("W/") for tag in wanted.split(",")}


class PublishedPages:
    """Wraps the router; `city` and `calendar` give those in force."""

    def __init__(self, application: _Application, city: Callable[[], City], calendar: Callable[[], Calendar]) -> None:
        self._application = application
        self._city = city
        self._calendar = calendar

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """One request."""
        found = None
        if scope["type"] == "http" and scope["method"] == "GET":
            found = page_at(self._city, self._calendar, scope["path"])
        if found is None:
            await self._application(scope, receive, send)
            return
        page, cache = found
        await send_page(scope, send, page, b"application/json", cache)


async def send_page(
    scope: Any, send: Any, page: Page, media_type: bytes, cache: str, *more: tuple[bytes, bytes]
) -> None:
    """Answers an ASGI request with a page, or with 304 when the asker has it; `more` are headers."""
    status, body = 200, page.body
    headers = [(b"content-type", media_type), (b"etag", page.etag.encode()), (b"cache-control", cache.encode()), *more]
    for name, value in scope["headers"]:
        if name == b"if-none-match" and is_fresh(page, value.decode("latin-1")):
            status, body = 304, b""
            del headers[0]
    if body:
        headers.append((b"content-length", str(len(body)).encode()))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
