"""The product as people meet it: `zhangban serve`, a process of its own over a prepared house; killable."""

from __future__ import annotations

import asyncio
import os
import signal
import ssl
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Any

import httpx
import msgspec
import yaml

from backend.commands.setup import prepare_demo
from backend.foundation.settings import CitySettings, DatabaseSettings, FilesSettings, KeysSettings, Settings
from backend.staff.demo import DEMO_PASSWORD
from tests.harness.postgresql import free_port

ROOT = Path(__file__).resolve().parents[2]
API = "/api/v1"
_LOG_TAIL = 6000


def served_settings(directory: Path, database_url: str = "", keys_url: str = "") -> Settings:
    """Test mode with everything it stores below `directory`; without an address also the databases."""
    return Settings(
        mode="test",
        database=DatabaseSettings(
            url=database_url or f"sqlite:///{directory / 'zhangban.db'}",
            keys_url=keys_url or f"sqlite:///{directory / 'keys.db'}",
        ),
        keys=KeysSettings(directory=str(directory / "keys")),
        files=FilesSettings(directory=str(directory / "files")),
        city=CitySettings(pack=str(ROOT / "city"), store=str(directory / "city")),
    )


def on_free_port(settings: Settings) -> Settings:
    """`settings` on a free port, with limits that a test suite does not meet by itself."""
    port = free_port()
    scheme = "https" if settings.server.tls_certificate else "http"
    generous = {
        "sign_in_per_minute": 10_000,
        "requests_per_minute": 10_000_000,
        "requests_burst": 1_000_000,
        "account_per_minute": 10_000_000,
        "changes_per_minute": 10_000_000,
        "link_opens_per_minute": 100_000,
        "identity_checks_per_day": 1_000_000,
        "recoveries_per_day": 1_000_000,
        "cases_per_day": 0,
    }
    return msgspec.structs.replace(
        settings,
        server=msgspec.structs.replace(settings.server, port=port, public_origin=f"{scheme}://127.0.0.1:{port}"),
        limits=msgspec.structs.replace(settings.limits, **generous),
    )


STAFF_NUMBERS: dict[str, str] = {
    persona["phone"]: persona["number"]
    for persona in yaml.safe_load((ROOT / "city" / "personas.yaml").read_text(encoding="utf-8"))["personas"]
    if "number" in persona
}


def staff_proof(number: str, totp: str) -> dict[str, str]:
    """What a persona of the staff signs in with."""
    return {"number": number, "password": DEMO_PASSWORD, "totp": totp}


async def enter(browser: httpx.AsyncClient, phone: str, *, as_resident: bool = False) -> None:
    """Signs `phone` in with the cookies of `browser`: staff personas at the desk unless `as_resident`."""
    if phone in STAFF_NUMBERS and not as_resident:
        number = STAFF_NUMBERS[phone]
        code = (await browser.post(f"{API}/_test/totp", json={"number": number})).json()["totp"]
        reply = await browser.post(f"{API}/desk/sign-in", json=staff_proof(number, code))
    else:
        sent = await browser.post(f"{API}/sign-in/codes", json={"phone": phone})
        # 429: an unused code of the last minute is still good.
        assert sent.status_code in (202, 429), sent.text
        code = (await browser.post(f"{API}/_test/otp", json={"phone": phone})).json()["code"]
        reply = await browser.post(f"{API}/sign-in", json={"phone": phone, "code": code})
    assert reply.status_code == 200, reply.text


class ServedProduct:
    """A server of `settings` on a free port; its log is `directory/server.log`.

    `with ServedProduct(settings, directory) as served` prepares the house, serves it and ends it; when the block fails
    the end of the log goes to stderr.
    """

    def __init__(self, settings: Settings, directory: Path) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        self.settings = on_free_port(settings)
        self.url = self.settings.server.public_origin
        authority = directory / "keys" / "tls" / "authority.pem"
        self._trusted = ssl.create_default_context(cafile=str(authority)) if authority.exists() else True
        self.log = directory / "server.log"
        self._file = directory / "litestar.yaml"
        plain: dict[str, Any] = msgspec.to_builtins(self.settings)
        self._file.write_text(yaml.safe_dump(plain, allow_unicode=True), encoding="utf-8")
        self._process: subprocess.Popen[bytes] | None = None

    def prepare(self) -> None:
        """Migrates, publishes the city pack of the settings and seeds its personas."""
        asyncio.run(prepare_demo(self.settings))

    def start(self, seconds: float = 60) -> None:
        """Starts the process, also again after `kill` or `stop`, and returns when every part of it is ready.

        Raises RuntimeError with the log when it does not get so far.
        """
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
        if not self.is_ready_within(seconds):
            self.kill()
            raise RuntimeError(f"the server did not get ready:\n{self.log_tail()}")

    def is_ready_within(self, seconds: float) -> bool:
        """Whether /health/ready answers 200 within `seconds`; at once False when the process has ended."""
        end = time.monotonic() + seconds
        while time.monotonic() < end and self._process is not None and self._process.poll() is None:
            try:
                if httpx.get(f"{self.url}/health/ready", timeout=5, verify=self._trusted).status_code == 200:
                    return True
            except httpx.TransportError:
                pass
            time.sleep(0.05)
        return False

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
        return httpx.Client(base_url=self.url, timeout=30, verify=self._trusted)

    def sign_in(self, phone: str) -> httpx.Client:
        """A browser in which the account of `phone` is signed in: staff personas at the desk, all others by a code."""
        browser = self.client()
        if phone in STAFF_NUMBERS:
            number = STAFF_NUMBERS[phone]
            code = browser.post(f"{API}/_test/totp", json={"number": number}).json()["totp"]
            reply = browser.post(f"{API}/desk/sign-in", json=staff_proof(number, code))
            assert reply.status_code == 200, reply.text
            return browser
        return self.sign_in_by_code(phone, browser)

    def sign_in_by_code(self, phone: str, browser: httpx.Client | None = None) -> httpx.Client:
        """A browser in which the account of `phone` is signed in as a resident, also a staff member's own."""
        browser = browser or self.client()
        sent = browser.post(f"{API}/sign-in/codes", json={"phone": phone})
        # 429: an unused code of the last minute is still good.
        assert sent.status_code in (202, 429), sent.text
        code = browser.post(f"{API}/_test/otp", json={"phone": phone}).json()["code"]
        reply = browser.post(f"{API}/sign-in", json={"phone": phone, "code": code})
        assert reply.status_code == 200, reply.text
        return browser

    async def sign_in_as(self, client: httpx.AsyncClient, phone: str) -> None:
        """Signs `phone` in with the cookies of `client`, whose base_url is this server's, as `sign_in` does."""
        await enter(client, phone)

    def set_clock(self, instant: str | None) -> None:
        """Makes the server's time continue from an RFC 3339 instant; None gives the machine's own back."""
        with self.client() as browser:
            assert browser.post(f"{API}/_test/clock", json={"now": instant}).status_code == 204

    def log_tail(self) -> str:
        """The last lines that the server wrote."""
        return self.log.read_text(encoding="utf-8", errors="replace")[-_LOG_TAIL:] if self.log.exists() else ""

    def __enter__(self) -> ServedProduct:
        self.prepare()
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _traceback: TracebackType | None
    ) -> None:
        self.kill()
        if error is not None:
            print(f"--- the server's log ---\n{self.log_tail()}", file=sys.stderr)
