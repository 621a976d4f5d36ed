"""What browser tests ask for: the built app on a real server, Chromium, and people who visit."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Playwright, expect, sync_playwright

from backend.foundation.identifiers import new_id
from tests.browser.served_city import ServedCity, apart
from tests.browser.visitors import PATIENCE_MS, Visitors, launch
from tests.harness.postgresql import PostgresServer
from tests.harness.served import ROOT, served_settings

_FAILED = pytest.StashKey[bool]()


@pytest.fixture(scope="package")
def built_app() -> Path:
    """The built app; `make test` builds it first."""
    directory = ROOT / "pwa" / "dist"
    if not (directory / "index.html").is_file():
        pytest.fail("pwa/dist is missing: run `npm run build` (make does)", pytrace=False)
    return directory


# Not for the session: while Playwright runs, its loop occupies the thread, and later tests have loops of their own.
@pytest.fixture(scope="package")
def playwright() -> Iterator[Playwright]:
    """Playwright for this package only."""
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="package")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    """One Chromium; every visitor has a context of its own."""
    try:
        browser = launch(playwright)
    except FileNotFoundError as missing:
        pytest.fail(str(missing), pytrace=False)
    yield browser
    browser.close()


@pytest.fixture
def served(tmp_path: Path, built_app: Path, request: pytest.FixtureRequest) -> Iterator[ServedCity]:
    """A server of this test's own in test mode with the demo city: on SQLite, or as `parametrize(indirect)` says."""
    settings = None
    if getattr(request, "param", "sqlite") == "postgresql":
        server: PostgresServer = request.getfixturevalue("postgres_server")
        names = [f"browser_{kind}_{new_id().replace('-', '')}" for kind in ("data", "keys")]
        for name in names:
            apart(server.create_database(name))
        settings = served_settings(tmp_path, *(server.url(name) for name in names))
    city = ServedCity(tmp_path, settings)
    yield city
    city.stop()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Lets `visitors` know that a test has failed."""
    report = yield
    if report.when == "call":
        item.stash[_FAILED] = report.failed
    return report


@pytest.fixture
def visitors(chromium: Browser, served: ServedCity, request: pytest.FixtureRequest) -> Iterator[Visitors]:
    """People who visit `served`; the test fails when any of their browsers had an error.

    What they saw last when a test failed lies in build/browser-failures.
    """
    people = Visitors(chromium, served.url)
    yield people
    if request.node.stash.get(_FAILED, False):
        people.picture(ROOT / "build" / "browser-failures", request.node.name)
    assert people.close() == []
