"""npm's certified oidc-provider as a process of the tests, and a person who signs in there with a browser."""

from __future__ import annotations

import asyncio
import json
import re
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urljoin, urlsplit

import httpx

SCRIPT = Path(__file__).with_name("provider.mjs")
SECRET = "only for tests: 0123456789 + %"
_START_SECONDS = 60
_FORM = re.compile(r'<form[^>]*action="([^"]+)"', re.IGNORECASE)
_HIDDEN = re.compile(r'<input[^>]*name="([^"]+)"[^>]*value="([^"]*)"', re.IGNORECASE)
_MOST_STEPS = 20


class CertifiedProvider:
    """Start with `async with CertifiedProvider() as provider` and `register`; ends with the block."""

    def __init__(self) -> None:
        self.issuer = ""

    async def __aenter__(self) -> CertifiedProvider:
        node = shutil.which("node")
        assert node is not None, "Node.js is needed: see scripts/node-version"
        self._process = await asyncio.create_subprocess_exec(
            node,
            str(SCRIPT),
            SECRET,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            cwd=SCRIPT.parents[2],
        )
        self.issuer = (await self.next_event("listening"))["issuer"]
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._process.returncode is None:
            self._process.kill()
        await self._process.wait()
        # The pipe is closed here and not by the collector, after the loop has gone.
        self._process._transport.close()  # type: ignore[attr-defined]

    async def next_event(self, wanted: str) -> dict[str, Any]:
        """The next event of the script, which must be `wanted`."""
        assert self._process.stdout is not None
        # The library prints notices of its own between the events.
        while (line := await asyncio.wait_for(self._process.stdout.readline(), _START_SECONDS)) and line[:1] != b"{":
            pass
        event: dict[str, Any] = json.loads(line) if line else {"event": "ended"}
        assert event["event"] == wanted, event
        return event

    async def register(self, redirect_uri: str, logout_uri: str) -> None:
        """Says where the clients are, which are `basic-es`, `post-rs`, `basic-ps` and `public`."""
        await self._command({"redirectUris": [redirect_uri], "logoutUri": logout_uri})

    async def rotate(self) -> None:
        """Gives the provider new signing keys; those of before are published no more."""
        await self._command({"rotate": True})

    async def _command(self, command: dict[str, Any]) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(command).encode() + b"\n")
        await self._process.stdin.drain()
        await self.next_event("done")


class Visitor:
    """A person with a browser at the provider: fills in its forms until it sends them back to `home`."""

    def __init__(self, home: str) -> None:
        self._home = home
        self._browser = httpx.AsyncClient(follow_redirects=False, timeout=30)

    async def __aenter__(self) -> Visitor:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._browser.aclose()

    async def sign_in(self, address: str, login: str) -> dict[str, str]:
        """What the provider sends back with the browser after `login` signed in and agreed."""
        reply = await self._browser.get(address)
        for _ in range(_MOST_STEPS):
            if reply.is_redirect:
                target = urljoin(str(reply.url), reply.headers["location"])
                if target.startswith(self._home):
                    return dict(parse_qsl(urlsplit(target).query))
                reply = await self._browser.get(target)
                continue
            assert reply.status_code == 200, reply.text
            reply = await self._submit(reply, {"login": login, "password": "any"})
        raise AssertionError("the provider never sent the browser back")

    async def sign_out(self, issuer: str) -> None:
        """Signs out at the provider, of everything."""
        reply = await self._browser.get(f"{issuer}/session/end")
        for _ in range(_MOST_STEPS):
            if reply.is_redirect:
                reply = await self._browser.get(urljoin(str(reply.url), reply.headers["location"]))
            elif 'name="xsrf"' in reply.text:
                reply = await self._submit(reply, {"logout": "yes"})
            else:
                return
        raise AssertionError("the provider never signed out")

    async def _submit(self, page: httpx.Response, fields: Mapping[str, str]) -> httpx.Response:
        form = _FORM.search(page.text)
        assert form is not None, page.text
        hidden = dict(_HIDDEN.findall(page.text))
        return await self._browser.post(urljoin(str(page.url), form[1]), data={**fields, **hidden})
