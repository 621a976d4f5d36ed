"""The product as people meet it: served by a process of its own over a prepared house, ready, killable, restartable."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from types import TracebackType

import httpx
import msgspec

from backend.foundation.settings import CitySettings, DatabaseSettings, FilesSettings, KeysSettings, Settings
from tests.harness.live_server import API, ROOT, LiveServer, live_settings

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


class ServedProduct(LiveServer):
    """Prepares the house, serves it on a free port and ends it: `with ServedProduct(settings, directory) as served`.

    When the block fails the end of the server's log goes to stderr.
    """

    def __init__(self, settings: Settings, directory: Path) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        files = settings.files
        if not Path(files.directory).is_absolute():
            files = FilesSettings(directory=str(directory / "files"))
        super().__init__(live_settings(msgspec.structs.replace(settings, files=files)), directory)

    @property
    def base_url(self) -> str:
        """Scheme, host and port."""
        return self.url

    def start(self, seconds: float = 60) -> None:
        """Starts the process and returns when every part of it is ready. Raises RuntimeError with the log."""
        super().start(seconds)
        if not self.is_ready_within(seconds):
            self.kill()
            raise RuntimeError(f"the server did not get ready:\n{self.log_tail()}")

    def restart(self) -> None:
        """Starts it again after `kill` or `stop`, on the same port."""
        self.start()

    def is_ready_within(self, seconds: float) -> bool:
        """Whether /health/ready answers 200 within `seconds`."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            try:
                if httpx.get(f"{self.url}/health/ready", timeout=5).status_code == 200:
                    return True
            except httpx.TransportError:
                pass
            time.sleep(0.1)
        return False

    async def sign_in_as(self, client: httpx.AsyncClient, phone: str) -> None:
        """Signs `phone` in with the cookies of `client`, whose base_url is this server's."""
        sent = await client.post(f"{API}/sign-in/codes", json={"phone": phone})
        # 429: an unused code of the last minute is still good.
        assert sent.status_code in (202, 429), sent.text
        code = (await client.post(f"{API}/_test/otp", json={"phone": phone})).json()["code"]
        reply = await client.post(f"{API}/sign-in", json={"phone": phone, "code": code})
        assert reply.status_code == 200, reply.text

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
