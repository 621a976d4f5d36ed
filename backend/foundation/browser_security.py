"""What the house tells browsers, and which requests it takes from them (design §6)."""

from __future__ import annotations

from typing import Literal
from urllib.parse import urlsplit

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})

_CONTENT = (
    "default-src 'self'; img-src 'self' blob:; object-src 'none'; frame-ancestors 'none'; base-uri 'none';"
    " form-action 'self'"
)
# The barcode reader is WebAssembly; only the verifier's own document may compile it.
_CONTENT_VERIFY = _CONTENT + "; script-src 'self' 'wasm-unsafe-eval'"

Headers = tuple[tuple[bytes, bytes], ...]


def _headers(content: str, https: bool) -> Headers:
    headers = [
        (b"content-security-policy", content.encode()),
        (b"referrer-policy", b"same-origin"),
        (b"x-content-type-options", b"nosniff"),
        # For web views that do not know frame-ancestors.
        (b"x-frame-options", b"DENY"),
        (b"cross-origin-opener-policy", b"same-origin"),
        (b"cross-origin-resource-policy", b"same-origin"),
        (b"permissions-policy", b"camera=(self), microphone=(), geolocation=(self)"),
    ]
    if https:
        headers.append((b"strict-transport-security", b"max-age=31536000"))
    return tuple(headers)


_BUILT = {
    (verify, https): _headers(_CONTENT_VERIFY if verify else _CONTENT, https)
    for verify in (False, True)
    for https in (False, True)
}


def security_headers(path: str, *, https: bool) -> Headers:
    """The headers of every reply under `path`; `/verify` is a document of its own that may run WebAssembly.

    The service worker keeps that document, headers and all, under its file's name.
    """
    return _BUILT[path in ("/verify", "/verify.html") or path.startswith("/verify/"), https]


def refuses(
    method: str, *, fetch_site: str | None, origin: str | None, host: str, public_origin: str | None = None
) -> Literal["cross-origin"] | None:
    """Says `cross-origin` of a state-changing request that another site caused, else None.

    Sec-Fetch-Site decides where the browser sends it (`same-site` is another origin too), then Origin against the
    request's own host or the configured public origin. A client that sends neither is no browser of today: it carries
    nobody's cookies but its own.
    """
    if method in SAFE_METHODS:
        return None
    if fetch_site is not None:
        return None if fetch_site in ("same-origin", "none") else "cross-origin"
    if origin is None or origin == public_origin:
        return None
    try:
        parts = urlsplit(origin)
    except ValueError:
        return "cross-origin"
    own = parts.scheme in ("http", "https") and parts.netloc.lower() == host.lower()
    return None if own else "cross-origin"
