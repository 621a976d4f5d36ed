"""The attacks use the fixtures of the API's tests: `house`, `app`, `client`, `sign_in`."""

from __future__ import annotations

import pytest

from backend.foundation.settings import Settings
from tests.api.conftest import app, city, client, house, sign_in, with_limits
from tests.harness.served import on_free_port

__all__ = ["app", "city", "client", "house", "settings", "sign_in"]


@pytest.fixture
def settings(house_settings: Settings) -> Settings:
    """Test mode with limits that do not answer instead of what is attacked."""
    return with_limits(on_free_port(house_settings), link_opens_per_minute=10_000_000)
