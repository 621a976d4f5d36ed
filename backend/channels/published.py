"""The feed and the pages as bytes, made once for a city, answered before the router (as `catalogue/published.py`)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import date
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qs

import msgspec

from backend.catalogue.pages import Page
from backend.catalogue.published import REVALIDATE, send_page
from backend.channels.feed import guide_feed, signed_guide
from backend.channels.page import STYLE, Language, guide_page, list_page
from backend.channels.signing import signed
from backend.city.canonical import canonical
from backend.city.city import City
from backend.foundation.errors import NotFound
from backend.foundation.time_source import legal_day
from backend.foundation.web_errors import prefers_english
from qr.keys import SigningKey

_Application = Callable[[Any, Any, Any], Awaitable[None]]
JSON, HTML, CSS = "application/json", "text/html; charset=utf-8", "text/css; charset=utf-8"
_STYLE = Page(STYLE.encode(), f'"{sha256(STYLE.encode()).hexdigest()[:32]}"')
KEPT = 4_096
"""Pages that are kept ready; a city with more items has the others made when they are asked for."""


def _page(body: bytes) -> Page:
    return Page(body, f'"{sha256(body).hexdigest()[:32]}"')


class Channels:
    """What is published for other channels, of the city in force; `key` gives the key that signs at a time in seconds.

    Each page is made when it is first asked for, and kept until the city or, for what is signed, the legal day changes.
    """

    def __init__(
        self, city: Callable[[], City], now: Callable[[], int], key: Callable[[int], SigningKey], origin: str
    ) -> None:
        self._city, self._now, self._key, self._origin = city, now, key, origin
        self._of: tuple[City, date] | None = None
        self._pages: dict[tuple[str, Language | None], Page] = {}

    def page_at(self, path: str, language: Language) -> tuple[Page, str] | None:
        """The page at a path and its media type, or None. Raises SigningKeyMissing."""
        city, now = self._city(), self._now()
        day = legal_day(now)
        if self._of != (city, day):
            self._of, self._pages = (city, day), {}
        root, _, rest = path.lstrip("/").partition("/")
        if root == "guides":
            return self._html(city, rest, language)
        name, _, end = rest.rpartition(".")
        if root != "feed" or end != "json":
            return None
        key = name.removeprefix("guides/")
        if name == "guides":
            return self._ready(rest, None, lambda: self._signed(guide_feed(city, self._origin, day), now)), JSON
        if key == name or key not in city.items:
            return None
        return self._ready(rest, None, lambda: self._signed(signed_guide(city, key, day), now)), JSON

    def _html(self, city: City, rest: str, language: Language) -> tuple[Page, str] | None:
        if rest == "style.css":
            return _STYLE, CSS
        if not rest:
            return self._ready("", language, lambda: list_page(city, language).encode()), HTML
        if rest not in city.items:
            return None
        guide = city.items[rest].guide
        return self._ready(rest, language, lambda: guide_page(city, guide, language, self._origin).encode()), HTML

    def _signed(self, content: object, now: int) -> bytes:
        # Signatures are deterministic, so that every process answers with the same bytes.
        return canonical(signed(msgspec.to_builtins(content), self._key(now // 1000)))

    def _ready(self, name: str, language: Language | None, make: Callable[[], bytes]) -> Page:
        found = self._pages.get((name, language))
        if found is None:
            found = _page(make())
            if len(self._pages) < KEPT:
                self._pages[name, language] = found
        return found


def language_of(query: bytes, accept_language: str) -> Language:
    """The language asked for by `?lang=`, else the one the browser prefers."""
    named = parse_qs(query.decode("latin-1"), max_num_fields=20).get("lang", [""])[0] if query else ""
    if named in ("zh", "en"):
        return "en" if named == "en" else "zh"
    return "en" if prefers_english(accept_language) else "zh"


def _language(scope: Any) -> Language:
    accepted = next((value for name, value in scope["headers"] if name == b"accept-language"), b"")
    try:
        return language_of(scope["query_string"], accepted.decode("latin-1"))
    except ValueError:
        return "zh"


class ChannelPages:
    """Wraps the router; what is below `/feed` and `/guides` is answered here, everything else goes on."""

    def __init__(self, application: _Application, channels: Channels) -> None:
        self._application = application
        self._channels = channels

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """One request. Raises NotFound, SigningKeyMissing."""
        path = scope.get("path", "")
        if scope["type"] != "http" or scope["method"] != "GET" or not path.startswith(("/feed/", "/guides")):
            await self._application(scope, receive, send)
            return
        # The feed says everything in both languages.
        language = "zh" if path.startswith("/feed/") else _language(scope)
        found = self._channels.page_at(path, language)
        if found is None:
            raise NotFound("没有这份指南。请从 /guides 重新查找。")
        page, media_type = found
        await send_page(scope, send, page, media_type.encode(), REVALIDATE, (b"vary", b"accept-language"))
