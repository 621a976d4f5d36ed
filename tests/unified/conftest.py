"""What the tests of unified identity ask for: a provider that lies on demand, and a relying party of it."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator

import pytest

from backend.foundation.settings import UnifiedIdentitySettings
from backend.identity.unified.client import RelyingParty
from tests.unified.hostile import CLIENT_ID, CLIENT_SECRET, HostileProvider

REDIRECT = "http://127.0.0.1:8000/sign-in/return"


class HandClock:
    """Seconds that only the test moves."""

    def __init__(self) -> None:
        self.at = 1000.0

    def __call__(self) -> float:
        return self.at


@pytest.fixture
async def provider() -> AsyncIterator[HostileProvider]:
    """A provider of this test's own."""
    async with HostileProvider() as started:
        yield started


@pytest.fixture
def hand_clock() -> HandClock:
    """The clock by which `party` counts its pauses."""
    return HandClock()


def party_of(
    issuer: str,
    clock: HandClock,
    secret: str | None = CLIENT_SECRET,
    client_id: str = CLIENT_ID,
    *,
    seconds: float = 5.0,
) -> RelyingParty:
    """A relying party of an issuer, as a demonstration builds it."""
    return RelyingParty(
        UnifiedIdentitySettings(issuer=issuer, client_id=client_id),
        redirect_uri=REDIRECT,
        secret=secret,
        allow_loopback=True,
        now=lambda: time.time_ns() // 1_000_000,
        clock=clock,
        seconds=seconds,
    )


@pytest.fixture
async def party(provider: HostileProvider, hand_clock: HandClock) -> AsyncIterator[RelyingParty]:
    """A relying party of the test's provider."""
    made = party_of(provider.issuer, hand_clock)
    yield made
    await made.close()
