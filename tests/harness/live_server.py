"""A real server: `zhangban serve` as a process of its own, which a test may kill."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import httpx
import msgspec
import yaml

from backend.commands.setup import prepare_demo
from backend.foundation.settings import LoggingSettings, Settings

ROOT = Path(__file__).resolve().parents[2]
API = "/api/v1"


def free_port() -> int:
    """A port that nobody listened on a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def live_settings(settings: Settings, **limits: int) -> Settings:
    """`settings` on a free port, with limits that a test suite does not meet by itself."""
    port = free_port()
    generous = {"sign_in_per_minute": 10_000, "requests_per_minute": 10_000_000, "requests_burst": 1_000_000}
    return msgspec.structs.replace(
        settings,
        server=msgspec.structs.replace(settings.server, port=port, public_origin=f"http://127.0.0.1:{port}"),
        limits=msgspec.structs.replace(settings.limits, **{**generous, **limits}),
        logging=LoggingSettings(access="errors"),
    )


class LiveServer:
    """Starts and stops the server of `settings`; its log is `directory/server.log`."""

    def __init__(self, settings: Settings, directory: Path) -> None:
        self.settings = settings
        self.url = f"http://127.0.0.1:{settings.server.port}"
        self.log = directory / "server.log"
        self._file = directory / "litestar.yaml"
        self._file.write_text(yaml.safe_dump(_plain(settings), allow_unicode=True), encoding="utf-8")
        self._process: subprocess.Popen[bytes] | None = None

    def prepare(self) -> None:
        """Migrates, publishes the demo city and seeds its personas."""
        asyncio.run(prepare_demo(self.settings))

    def start(self, seconds: float = 30) -> None:
        """Starts the process and returns when it answers. Raises RuntimeError with the log when it does not."""
        environment = {name: value for name, value in os.environ.items() if not name.startswith("ZHANGBAN_")}
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "backend.cli", "--settings", str(self._file), "serve"],
                cwd=ROOT,
                env=environment,
                stdout=log,
                stderr=subprocess.STDOUT,
                # A group of its own: granian's workers must die with it.
                start_new_session=True,
            )
        end = time.monotonic() + seconds
        while time.monotonic() < end and self._process.poll() is None:
            try:
                if httpx.get(f"{self.url}/health/live", timeout=1).status_code == 200:
                    return
            except httpx.TransportError:
                time.sleep(0.05)
        self.kill()
        raise RuntimeError(f"the server did not start:\n{self.log.read_text(encoding='utf-8')[-4000:]}")

    def kill(self) -> None:
        """Kills the whole process group at once (SIGKILL)."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """Asks the server to end and waits for it."""
        self._end(signal.SIGTERM)

    def _end(self, how: signal.Signals) -> None:
        if self._process is None:
            return
        if self._process.poll() is None:
            if how == signal.SIGTERM:
                self._process.terminate()
            try:
                self._process.wait(timeout=0 if how == signal.SIGKILL else 15)
            except subprocess.TimeoutExpired:
                os.killpg(self._process.pid, signal.SIGKILL)
                self._process.wait(timeout=15)
        self._process = None

    def client(self) -> httpx.Client:
        """A browser of its own: its own cookies, nobody signed in."""
        return httpx.Client(base_url=self.url, timeout=30)

    def sign_in(self, phone: str) -> httpx.Client:
        """A browser in which the account of `phone` is signed in."""
        browser = self.client()
        sent = browser.post(f"{API}/sign-in/codes", json={"phone": phone})
        # 429: an unused code of the last minute is still good.
        assert sent.status_code in (202, 429), sent.text
        code = browser.post(f"{API}/_test/otp", json={"phone": phone}).json()["code"]
        reply = browser.post(f"{API}/sign-in", json={"phone": phone, "code": code})
        assert reply.status_code == 200, reply.text
        return browser

    def set_clock(self, instant: str | None) -> None:
        """Makes the server's time continue from an RFC 3339 instant; None gives the machine's own back."""
        with self.client() as browser:
            assert browser.post(f"{API}/_test/clock", json={"now": instant}).status_code == 204


def _plain(settings: Settings) -> dict[str, Any]:
    plain: dict[str, Any] = msgspec.to_builtins(settings)
    return plain
