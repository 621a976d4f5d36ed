"""What the engines ask for beside the browser tests' own: a server with TLS, and a screen that is none."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from backend.foundation.local_authority import make_tls_files
from tests.browser.conftest import built_app, chromium, playwright, served
from tests.browser.served_city import ServedCity
from tests.harness.served import served_settings

__all__ = ["built_app", "chromium", "playwright", "served"]


@pytest.fixture
def served_by_tls(tmp_path: Path, built_app: Path) -> Iterator[ServedCity]:
    """As `served`, by https with an authority of its own, as `zhangban serve --tls` makes one."""
    settings = served_settings(tmp_path)
    files = make_tls_files(Path(settings.keys.directory) / "tls", ["127.0.0.1", "localhost"])
    server = msgspec.structs.replace(settings.server, tls_certificate=str(files.certificate), tls_key=str(files.key))
    city = ServedCity(tmp_path, msgspec.structs.replace(settings, server=server))
    yield city
    city.stop()


@pytest.fixture
def display() -> Iterator[str]:
    """The name of an X display without a screen."""
    program = shutil.which("Xvfb")
    if program is None:
        pytest.fail("Xvfb is not installed: run scripts/system-packages", pytrace=False)
    reading, writing = os.pipe()
    process = subprocess.Popen([program, "-displayfd", str(writing), "-screen", "0", "800x1000x24"], pass_fds=[writing])
    os.close(writing)
    with os.fdopen(reading) as told:
        number = told.readline().strip()
    yield f":{number}"
    process.terminate()
    process.wait(20)
