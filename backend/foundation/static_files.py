"""The built app, served from memory: compressed once, asked for often.

Litestar's own router for static files reads the disk on every request and ignores precompressed files; from memory it
is an order of magnitude faster. `.br` and `.gz` files beside a file are taken as they are; where none is there, gzip is
made at start.
"""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
import re
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import msgspec

from backend.foundation.errors import NotFound
from backend.foundation.web_errors import MethodNotAllowed

Send = Callable[[dict[str, Any]], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]

_HASHED = re.compile(r"[-.][0-9A-Za-z_-]{8,}\.[a-z0-9]+$")
_TYPES = {
    ".js": "text/javascript; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".webmanifest": "application/manifest+json",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".wasm": "application/wasm",
    ".txt": "text/plain; charset=utf-8",
}
_COMPRESSIBLE = frozenset({".js", ".mjs", ".css", ".html", ".webmanifest", ".json", ".svg", ".wasm", ".txt"})
_UNBUILT = (
    '<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>掌上办</title>'
    "<h1>应用还没有构建</h1><p>请在项目目录运行 <code>make</code>，然后刷新本页。</p>"
    '<p lang="en">The app is not built yet: run <code>make</code> in the project folder, then reload.</p></html>'
)


class Body(msgspec.Struct, frozen=True):
    """One encoding of a file, with its reply headers ready."""

    content: bytes
    headers: Headers
    etag: bytes


class StaticFile(msgspec.Struct, frozen=True):
    """A file in the encodings there are."""

    identity: Body
    brotli: Body | None
    gzip: Body | None

    def choose(self, accept_encoding: bytes) -> Body:
        """The smallest encoding that the client takes."""
        if self.brotli is not None and b"br" in accept_encoding:
            return self.brotli
        if self.gzip is not None and b"gzip" in accept_encoding:
            return self.gzip
        return self.identity


def _body(content: bytes, media_type: str, cache: str, encoding: str | None) -> Body:
    etag = f'"{hashlib.sha256(content).hexdigest()[:20]}"'.encode()
    headers = [
        (b"content-type", media_type.encode()),
        (b"content-length", str(len(content)).encode()),
        (b"cache-control", cache.encode()),
        (b"vary", b"accept-encoding"),
        (b"etag", etag),
    ]
    if encoding:
        headers.append((b"content-encoding", encoding.encode()))
    return Body(content, headers, etag)


def _load(path: Path, relative: str) -> StaticFile:
    plain = path.read_bytes()
    media_type = _TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    hashed = relative.startswith("assets/") and _HASHED.search(path.name) is not None
    cache = "public, max-age=31536000, immutable" if hashed else "no-cache"
    brotli_path, gzip_path = Path(f"{path}.br"), Path(f"{path}.gz")
    brotli = brotli_path.read_bytes() if brotli_path.is_file() else None
    packed = gzip_path.read_bytes() if gzip_path.is_file() else None
    if packed is None and path.suffix in _COMPRESSIBLE and len(plain) > 512:
        packed = gzip.compress(plain, 9, mtime=0)
    return StaticFile(
        identity=_body(plain, media_type, cache, None),
        brotli=_body(brotli, media_type, cache, "br") if brotli else None,
        gzip=_body(packed, media_type, cache, "gzip") if packed and len(packed) < len(plain) else None,
    )


def load_directory(directory: Path, without: frozenset[str] = frozenset()) -> dict[str, StaticFile]:
    """All files below `directory` by their path from it, but for those in `without`; an absent one has none."""
    if not directory.is_dir():
        return {}
    return {
        relative: _load(path, relative)
        for path in sorted(directory.rglob("*"))
        if path.is_file() and path.suffix not in (".br", ".gz", ".map")
        for relative in [path.relative_to(directory).as_posix()]
        if relative not in without
    }


COMPONENTS = "components.html"
"""The page of the components, `/_components`: for whoever builds the product, and not served in production."""


def document_of(path: str) -> str:
    """Which document shows an address: the desk, the verifier, the components, or the resident's app."""
    first = path.lstrip("/").split("/", 1)[0]
    return {"desk": "desk.html", "verify": "verify.html", "_components": COMPONENTS}.get(first, "index.html")


class StaticFiles:
    """ASGI: a file by its path, else the document of that address. Raises NotFound and MethodNotAllowed."""

    def __init__(self, files: dict[str, StaticFile]) -> None:
        self._files = files
        self._unbuilt = _body(_UNBUILT.encode(), _TYPES[".html"], "no-store", None)

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Send) -> None:
        """One request."""
        if scope["method"] not in ("GET", "HEAD"):
            raise MethodNotAllowed("这个地址不支持这种请求。", headers={"Allow": "GET, HEAD"})
        path: str = scope["path"]
        accept = b""
        known = b""
        for name, value in scope["headers"]:
            if name == b"accept-encoding":
                accept = value
            elif name == b"if-none-match":
                known = value
        file = self._files.get(path.lstrip("/"))
        if file is None:
            # A missing asset must not be answered with a page: browsers would cache HTML as a script.
            # Nor what looks like an editor's copy of one.
            last = path.rsplit("/", 1)[-1]
            if path.startswith("/assets/") or "." in last or last.endswith("~"):
                raise NotFound("没有找到这个文件。请刷新页面。")
            file = self._files.get(document_of(path)) or self._files.get("index.html")
        body = file.choose(accept) if file is not None else self._unbuilt
        status, content = (200, body.content) if file is not None else (503, body.content)
        if known and body.etag in known:
            status, content = 304, b""
        headers = body.headers if status != 304 else [h for h in body.headers if h[0] != b"content-length"]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else content})
